"""What the demo warehouse sells: about 450 items, most with a GTIN, some with case labels, some with only our own code.

The GTINs begin with 9501101, which GS1 keeps for examples: no real product has one of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from scanner.codes.numbers import check_digit

CASES = (6, 12, 24)
ACME, BRIGHTSIDE, HARBOUR, NORTHWIND = "Acme", "Brightside", "Harbour Imports", "Northwind Traders"
OF_ACME = 13
"""So many of the coloured goods are Acme's, the others Harbour's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    """An item."""

    sku: str
    name: str
    cost: str
    gtin: str | None  # 8, 12 or 13 digits; None where its SKU is its barcode
    case: int  # units in a case, 0 without one
    abc: str
    supplier: str

    @property
    def case_gtin(self) -> str | None:
        """The GTIN-14 on the case: that of the item with the indicator 1 in front."""
        if not self.case or self.gtin is None or len(self.gtin) != 13:
            return None
        digits = "1" + self.gtin[:12]
        return digits + check_digit(digits)


# The three of PO-1001 come first: their codes are in the documentation and in the tests.
_CAST = (
    ("MUG-B", "Mug, blue", "4.25", 12, "A", True),
    ("LAMP", "Desk lamp", "18.00", 0, "B", True),
    ("TEE-M", "T-shirt M", "6.50", 0, "A", False),
)
_COLOURS = {
    "Black": "BK", "White": "WH", "Grey": "GY", "Blue": "BL", "Red": "RD",
    "Green": "GN", "Sand": "SA", "Navy": "NV", "Olive": "OL", "Plum": "PL",
}  # fmt: skip
_SIZES = ("XS", "S", "M", "L", "XL", "XXL")
_COLOURED = (
    ("Bowl", "BOWL", "3.10"), ("Plate", "PLATE", "3.60"), ("Tumbler", "TUMB", "2.20"), ("Bottle, 0.5 l", "BOT05", "5.40"),
    ("Bottle, 1 l", "BOT1", "7.90"), ("Lunch box", "LUNCH", "6.30"), ("Towel", "TOWEL", "5.75"), ("Cushion", "CUSH", "8.20"),
    ("Blanket", "BLANK", "14.90"), ("Tote bag", "TOTE", "3.95"), ("Backpack", "BACK", "27.50"), ("Umbrella", "UMBR", "9.80"),
    ("Candle", "CAND", "2.95"), ("Vase", "VASE", "11.20"), ("Picture frame", "FRAME", "6.10"), ("Wall clock", "CLOCK", "16.40"),
    ("Notebook A5", "NOTE5", "2.10"), ("Notebook A4", "NOTE4", "3.05"), ("Pen", "PEN", "0.45"), ("Desk mat", "MAT", "7.70"),
    ("Phone case", "PHONE", "4.60"), ("Charging cable", "CABLE", "3.35"), ("Headphones", "HEAD", "31.00"), ("Cap", "CAP", "5.20"),
    ("Tray", "TRAY", "6.60"), ("Basket", "BASK", "9.15"), ("Doormat", "DOOR", "13.30"), ("Key ring", "KEY", "1.25"),
)  # fmt: skip
_SIZED = (
    ("Hoodie", "HOOD", "17.25", ("Black", "Grey", "Navy", "Plum")),
    ("Polo shirt", "POLO", "9.40", ("White", "Navy", "Red", "Green")),
    ("Socks", "SOCK", "2.35", ("Black", "White", "Grey")),
    ("Work gloves", "GLOVE", "3.80", ("Black", "Sand", "Olive")),
    ("Rain jacket", "RAIN", "38.50", ("Black", "Blue", "Red")),
    ("Trousers", "TROUS", "21.90", ("Black", "Sand", "Navy")),
    ("Running shoe", "SHOE", "44.00", ("Black", "White", "Blue")),
    ("Apron", "APRON", "7.15", ("Black", "White")),
    ("Vest, high visibility", "VEST", "4.90", ("Red", "Green")),
)
_OTHERS = (
    ("BOX-45", "Storage box with lid, stackable, 45 litres, transparent with grey clips, for shelves 60 cm deep", "12.80", 6),
    ("CHAIR-ERGO", "Office chair with adjustable armrests, lumbar support and headrest, castors for hard floors", "129.00", 0),
    ("BULB-E27", "Light bulb E27, 9 W, warm white", "1.95", 24),
    ("BATT-AA", "Batteries AA, pack of 4", "1.60", 24),
)
KITS = (
    ("SET-DESK", "Desk set: two mugs and a lamp", (("MUG-B", 2), ("LAMP", 1))),
    ("SET-WELCOME", "Welcome set: mug, T-shirt, notebook", (("MUG-B", 1), ("TEE-M", 1), ("NOTE5-BK", 1))),
)


def goods() -> list[Good]:
    """Every item of the demo, the same ones each time."""
    numbers = count(3000)
    cast = [
        Good(sku=sku, name=name, cost=cost, gtin=_gtin13(next(numbers)) if has_gtin else None, case=case, abc=abc, supplier=ACME)
        for sku, name, cost, case, abc, has_gtin in _CAST
    ]
    others = [
        Good(sku=sku, name=name, cost=cost, gtin=_gtin13(next(numbers)), case=case, abc="B", supplier=BRIGHTSIDE)
        for sku, name, cost, case in _OTHERS
    ]
    return [*cast, *others, *_odd_ones(), *_variants(numbers)]


def _odd_ones() -> list[Good]:
    """Items whose GTIN has 8 or 12 digits."""
    gtin8, gtin12 = (digits + check_digit(digits) for digits in ("9501101", "40123456789"))
    return [
        Good(sku="GUM", name="Chewing gum", cost="0.35", gtin=gtin8, case=0, abc="A", supplier=BRIGHTSIDE),
        Good(sku="MARKER", name="Marker pen, imported", cost="0.90", gtin=gtin12, case=0, abc="C", supplier=BRIGHTSIDE),
    ]


def _variants(numbers: Iterator[int]) -> Iterator[Good]:
    for nth, (name, sku, cost, detail, supplier) in enumerate(_named()):
        number = next(numbers)
        gtin = None if nth % 7 == 6 else _gtin13(number)
        case = CASES[nth % 3] if nth % 2 == 0 else 0
        yield Good(sku=f"{sku}-{detail}", name=name, cost=cost, gtin=gtin, case=case, abc="ABCCC"[nth % 5], supplier=supplier)


def _named() -> Iterator[tuple[str, str, str, str, str]]:
    for place, (name, sku, cost) in enumerate(_COLOURED):
        for colour in _COLOURS:
            yield f"{name}, {colour.lower()}", sku, cost, _COLOURS[colour], ACME if place < OF_ACME else HARBOUR
    for name, sku, cost, colours in _SIZED:
        for colour in colours:
            for size in _SIZES:
                yield f"{name}, {colour.lower()}, {size}", sku, cost, f"{_COLOURS[colour]}-{size}", NORTHWIND


def _gtin13(number: int) -> str:
    digits = f"95011015{number:04d}"
    return digits + check_digit(digits)
