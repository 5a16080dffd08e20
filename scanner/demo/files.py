"""The demo warehouse as the CSV files that it is brought in by."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from io import StringIO
from random import Random

from scanner.codes.numbers import check_digit
from scanner.demo import past
from scanner.demo.goods import ACME, BRIGHTSIDE, HARBOUR, KITS, NORTHWIND, Good, goods

SEED = 2026
ROWS, SECTIONS, SHELVES = "ABC", 8, 8
"""Shelves are called A-01-1 to C-08-8; a section, such as A-01, is counted at one go."""

PEOPLE = (
    ("BADGE-ROSA", "Rosa", "receiver", ""),
    ("BADGE-THEO", "Theo", "returns", ""),
    ("BADGE-CARLA", "Carla", "counter", ""),
    ("BADGE-SAM", "Sam", "supervisor", ""),
    ("BADGE-VERA", "Vera", "service", "2468"),
    ("BADGE-PIA", "Pia", "picker", ""),
    ("BADGE-FAY", "Fay", "finance", ""),
)
"""Badge, name, roles, PIN. Vera's PIN is there to show one."""

RETURNS = (
    ("RMA-2001", "SO-5107", "Jo Ng", "LAMP", 1, "flickers"),
    ("RMA-2002", "SO-5112", "Ada Kern", "MUG-B", 2, "arrived broken"),
    ("RMA-2003", "SO-5120", "Lee Park", "HOOD-BK-M", 1, "too small"),
    ("RMA-2003", "SO-5120", "Lee Park", "HOOD-BK-L", 1, "ordered two sizes"),
    ("RMA-2004", "SO-5131", "Mia Roth", "SET-DESK", 1, "unwanted gift"),
    ("RMA-2005", "SO-5144", "Tom Vale", "HEAD-RD", 1, "no sound on the left"),
    ("RMA-2006", "SO-5150", "Ines Duarte", "SHOE-WH-L", 1, "wrong colour sent"),
)

SOLD_OUT, LOOKED_AT = "BATT-AA", "CAP-BK"
"""No shelf has the first: what there is of it stands at the dock. Some of the second is in quarantine."""
CAME = "PO-0990"
AT_THE_DOCK = (("BULB-E27", 48), (SOLD_OUT, 24), ("MUG-B", 12), (LOOKED_AT, 6))
"""What came with that receipt and waits to be put away; the last of it in quarantine."""
BEGUN = "SO-6003"
ORDERS = (
    ("SO-6001", "Kim Sato", -1, (("MUG-B", 2), ("LAMP", 1))),
    ("SO-6002", "Ola Berg", 0, (("TEE-M", 1),)),
    (BEGUN, "Nora Weiss", 0, (("HOOD-BK-M", 1), ("MUG-B", 4), ("NOTE5-BK", 3))),
    ("SO-6004", "Raj Patel", 0, (("SET-DESK", 1), ("CAP-GY", 2))),
    ("SO-6005", "Eva Lind", 1, ((SOLD_OUT, 2), ("BULB-E27", 4))),
    ("SO-6006", "Sara Costa", 1, (("LAMP", 1), ("GIFT-CARD", 1))),
    ("SO-6007", "Ben Okoro", 2, (("TOWEL-BL", 2), ("CUSH-GN", 1), ("CAND-SA", 3))),
    ("SO-6008", "Max Roth", 3, (("MUG-B", 6),)),
)
"""Number, customer, days until it is due, and (SKU, units). Nobody knows the item GIFT-CARD."""

Cells = Sequence[object]
"""A row of a file."""
Table = tuple[str, Iterable[Cells]]
"""(header, rows)."""


def files(today: date) -> dict[str, str]:
    """The text of a file of every kind; receipts are due around `today`."""
    stocked, random = goods(), Random(SEED)
    tables: dict[str, Table] = {
        "items": ("sku,name,unit_cost,abc_class,reorder_point,critical,supplier,order_multiple", _items(stocked)),
        "barcodes": ("code,sku,units", _barcodes(stocked)),
        "kits": ("kit_sku,sku,units", [(kit, part, units) for kit, _, parts in KITS for part, units in parts]),
        "locations": ("code,name,kind,section,position", [(*place, _walk(place[0])) for place in _places()]),
        "sections": ("code,owner", [(f"{row}-{nth:02d}", "Sam") for row in "AB" for nth in range(1, SECTIONS + 1)]),
        "stock": ("location,sku,units", _stock(stocked, random)),
        "receipts": ("reference,supplier,due_on,asn,sscc,sku,expected", _receipts(stocked, random, today)),
        "orders": ("channel,reference,customer,placed_on,due_on,sku,ordered", _orders(today)),
        "returns": ("reference,order,customer,sku,expected,reason", RETURNS),
        "operators": ("badge,name,roles,pin", PEOPLE),
    }
    return {kind: _text(header, rows) for kind, (header, rows) in tables.items()}


def shelves() -> list[str]:
    """The codes of all shelves."""
    return [
        f"{row}-{section:02d}-{shelf}" for row in ROWS for section in range(1, SECTIONS + 1) for shelf in range(1, SHELVES + 1)
    ]


def _places() -> list[tuple[str, str, str, str]]:
    return [(code, f"Shelf {code}", "shelf", code[:4]) for code in shelves()]


def _walk(code: str) -> int:
    """Down the aisle on the odd side, and back on the even one."""
    shelf = int(code.rpartition("-")[2])
    return shelf if shelf % 2 else 2 * SHELVES - shelf


def _text(header: str, rows: Iterable[Sequence[object]]) -> str:
    out = StringIO()
    out.write(header + "\n")
    csv.writer(out).writerows(rows)
    return out.getvalue()


def _items(stocked: list[Good]) -> list[Cells]:
    """What sells well is ordered by what it sells; the shop said a point of its own for the others."""
    rows: list[Cells] = [
        (g.sku, g.name, g.cost, g.abc, 0 if g.abc == "A" else 6, "yes" if g.abc == "A" else "no", g.supplier, g.case or 1)
        for g in stocked
    ]
    return rows + [(sku, name, "0", "C", 0, "no", "", 1) for sku, name, _ in KITS]


def _barcodes(stocked: list[Good]) -> list[Cells]:
    """The GTIN of each item and of its case; for an item without a GTIN, our own label for its case."""
    codes: list[Cells] = [(good.gtin, good.sku, 1) for good in stocked if good.gtin]
    codes += [(good.case_gtin, good.sku, good.case) for good in stocked if good.case_gtin]
    codes += [(f"{good.sku}-X{good.case}", good.sku, good.case) for good in stocked if good.case and not good.gtin]
    return codes


def _stock(stocked: list[Good], random: Random) -> list[Cells]:
    """Most items on one shelf, some on two, a few sold out; with what was sold of them since."""
    places, sold = shelves(), Counter[str]()
    for sale in sales():
        sold[sale.sku] += sale.units
    rows: list[Cells] = []
    for nth, good in _on_shelves(stocked):
        rows.append((places[nth % len(places)], good.sku, random.randint(4, 60) + sold[good.sku]))
        if nth % 9 == 0:
            rows.append((places[(nth + 97) % len(places)], good.sku, random.randint(1, 24)))
    return rows


def sales() -> list[past.Sale]:
    """What was sold from the first shelf of each item since the shelves were filled."""
    places = shelves()
    return list(past.sales([(places[nth % len(places)], good) for nth, good in _on_shelves(goods())]))


def _on_shelves(stocked: list[Good]) -> Iterator[tuple[int, Good]]:
    return ((nth, good) for nth, good in enumerate(stocked) if nth % 19 != 7 and good.sku != SOLD_OUT)


def _receipts(stocked: list[Good], random: Random, today: date) -> list[Cells]:
    """PO-1001 with 3 lines, PO-1002 with 50 and its cartons announced, PO-1003 with 400: no item is on two of them."""
    cast, rest = stocked[:3], stocked[3:]
    random.shuffle(rest)
    due = [today, today - timedelta(days=1), today + timedelta(days=3)]
    small = [("PO-1001", ACME, due[0], "", "", good.sku, units) for good, units in zip(cast, (24, 6, 3), strict=True)]
    middle = _announced(rest[:49], due[1])
    large = [("PO-1003", HARBOUR, due[2], "", "", good.sku, _ordered(good, random)) for good in rest[49:]]
    large += [(*large[nth][:6], 6) for nth in range(400 - len(large))]
    came = [(CAME, BRIGHTSIDE, due[1] - timedelta(days=1), "", "", sku, units) for sku, units in AT_THE_DOCK]
    return [*small, *middle, *large[:400], *came]


def _orders(today: date) -> list[Cells]:
    """Placed the day before yesterday, by the shop."""
    placed = today - timedelta(days=2)
    return [
        ("shop", reference, customer, placed, today + timedelta(days=days), sku, units)
        for reference, customer, days, lines in ORDERS
        for sku, units in lines
    ]


def _announced(ordered: list[Good], due: date) -> list[Cells]:
    """The first 24 lines come in 12 cartons of two items; one item is on two lines."""
    rows: list[Cells] = []
    for nth, good in enumerate([*ordered, ordered[-1]]):
        carton = sscc(nth // 2) if nth < 24 else ""
        rows.append(("PO-1002", NORTHWIND, due, "ASN-7002", carton, good.sku, good.case or 8))
    return rows


def _ordered(good: Good, random: Random) -> int:
    return good.case * random.randint(1, 4) if good.case else random.randint(2, 20)


def sscc(number: int) -> str:
    """The SSCC of the demo's carton of that number."""
    digits = f"395011015{number:08d}"
    return digits + check_digit(digits)
