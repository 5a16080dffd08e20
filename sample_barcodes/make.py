"""Draws the sample photos of this folder and their `expected.csv`, the same every time.

    python sample_barcodes/make.py

Barcodes come from zxing-cpp's writer; Pillow spoils them as cameras and cartons do.  The folder has the form
that `benchmarks/decoding.py` reads: a row a photo, `expected` holding the payload (GS1 separators as \\x1d), several
payloads parted by " | ", and nothing for a picture without a barcode.
"""

import csv
import random
from collections.abc import Callable
from dataclasses import dataclass
from math import pi, sin
from pathlib import Path

import zxingcpp
from PIL import Image, ImageDraw, ImageFilter, ImageOps

FOLDER = Path(__file__).parent
PAPER, INK = 235, 25
Spoil = Callable[[Image.Image, random.Random], Image.Image]


@dataclass(frozen=True)
class Sample:
    """One photo: its set, its name, the labels in it (symbology, text as written, payload) and what spoils it."""

    set: str
    name: str
    labels: tuple[tuple[str, str, str], ...]
    spoil: tuple[Spoil, ...] = ()
    module: int = 3
    format: str = "webp"


def label(symbology: str, text: str, payload: str = "") -> tuple[tuple[str, str, str], ...]:
    return ((symbology, text, payload or text),)


def draw(symbology: str, text: str, module: int) -> Image.Image:
    """A barcode on its white label, `module` pixels a module."""
    gs1 = symbology.startswith("GS1 ")
    name = {"GS1 128": "Code128", "GS1 DataMatrix": "DataMatrix"}.get(symbology, symbology.replace(" ", ""))
    options = {"gs1": True} if gs1 else {}
    barcode = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, name), **options)
    pixels = memoryview(zxingcpp.write_barcode_to_image(barcode, scale=module))
    height, width = pixels.shape[:2]
    bars = Image.frombytes("L", (width, height), bytes(pixels))
    inked = bars.point(lambda value: PAPER if value > 127 else INK)
    return ImageOps.expand(inked, 6 * module, PAPER)


def carton(size: tuple[int, int], dice: random.Random) -> Image.Image:
    """Brown board in uneven light."""
    grain = Image.effect_noise(size, 12).point(lambda value: 120 + (value - 128) // 3)
    light = Image.linear_gradient("L").resize(size).rotate(dice.choice((0, 90, 180, 270)))
    return Image.blend(grain, light, 0.12)


def photo(sample: Sample, dice: random.Random) -> Image.Image:
    """The labels one under another on a carton, spoiled."""
    drawn = [draw(symbology, text, sample.module) for symbology, text, _ in sample.labels]
    width, height = max(one.width for one in drawn) + 80, sum(one.height + 40 for one in drawn) + 40
    board, top = carton((width, height), dice), 40
    for one in drawn:
        board.paste(one, (40 + dice.randrange(max(1, width - 80 - one.width)), top))
        top += one.height + 40
    for spoil in sample.spoil:
        board = spoil(board, dice)
    return board


def turned(degrees: float) -> Spoil:
    return lambda board, _: board.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=120)


def blurred(pixels: float) -> Spoil:
    return lambda board, _: board.filter(ImageFilter.GaussianBlur(pixels))


def out_of_focus(radius: int) -> Spoil:
    """A lens spreads a point over a disk."""
    return lambda board, _: board.filter(ImageFilter.BoxBlur(radius)).filter(ImageFilter.BoxBlur(radius * 0.6))


def dark(board: Image.Image, _: random.Random) -> Image.Image:
    return board.point(lambda value: 8 + value // 6)


def noisy(strength: float) -> Spoil:
    def spoil(board: Image.Image, dice: random.Random) -> Image.Image:
        grain = Image.frombytes("L", board.size, dice.randbytes(board.width * board.height))
        return Image.blend(board, grain, strength)

    return spoil


def curved(board: Image.Image, _: random.Random) -> Image.Image:
    """Bars round a can: narrower towards the sides."""
    width, height = board.size
    across = [width * (0.5 + 0.62 * (step / 16 - 0.5) - 0.02 * sin(2 * pi * step / 16)) for step in range(17)]
    edges = [0.5 * width + (x - 0.5 * width) / 0.62 for x in across]
    mesh = [
        ((int(width * step / 16), 0, int(width * (step + 1) / 16), height),
         (edges[step], 0, edges[step], height, edges[step + 1], height, edges[step + 1], 0))
        for step in range(16)
    ]  # fmt: skip
    return board.transform(board.size, Image.Transform.MESH, mesh, Image.Resampling.BICUBIC)


def glossy(board: Image.Image, dice: random.Random) -> Image.Image:
    """A lamp's reflection across the label."""
    shine, x = Image.new("L", board.size, 0), board.width * dice.uniform(0.4, 0.6)
    ImageDraw.Draw(shine).ellipse((x - 60, -20, x + 30, board.height * 0.42), fill=255)
    shine = shine.filter(ImageFilter.GaussianBlur(14))
    return Image.composite(Image.new("L", board.size, 255), board, shine)


def slanted(board: Image.Image, _: random.Random) -> Image.Image:
    """Seen from the side."""
    width, height = board.size
    corners = (0, 0, -0.02 * width, height, 1.02 * width, 1.12 * height, width, -0.12 * height)
    return board.transform(board.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=120)


def inverted(board: Image.Image, _: random.Random) -> Image.Image:
    return ImageOps.invert(board)


def shrunk(factor: float) -> Spoil:
    return lambda board, _: board.resize((round(board.width * factor), round(board.height * factor)), Image.Resampling.BOX)


LOT = "(01)09501101530003(17)270331(10)AB-123"
LOT_PAYLOAD = "01095011015300031727033110AB-123"
SERIAL = "(01)09501101530003(21)SN 0042(30)12"
SERIAL_PAYLOAD = "010950110153000321SN 0042\x1d3012"
GTIN = "09501101530003"
LOT_FIRST, LOT_FIRST_PAYLOAD = f"[01]{GTIN}[10]AB-123[17]270331", f"01{GTIN}10AB-123\x1d17270331"
WEIGHT, WEIGHT_PAYLOAD = "[01]90012345678908[3103]001750", "01900123456789083103001750"
SSCC, SSCC_PAYLOAD = "(00)395011015300000011", "00395011015300000011"

PLAIN = (
    Sample("ean13", "upright", label("EAN13", "4006381333931")),
    Sample("ean8", "upright", label("EAN8", "96385074")),
    Sample("upca", "upright", label("UPCA", "012345678905")),
    Sample("upce", "upright", label("UPCE", "01234565", "012345000065")),
    Sample("itf14", "upright", label("ITF", "15012345678907")),
    Sample("code128", "location", label("Code128", "LOC-A-01-1")),
    Sample("code128", "badge", label("Code128", "BADGE-7Q4M")),
    Sample("gs1-128", "lot-and-expiry", label("GS1 128", LOT, LOT_PAYLOAD), module=2),
    Sample("gs1-128", "serial-and-count", label("GS1 128", SERIAL, SERIAL_PAYLOAD), module=2),
    Sample("gs1-128", "sscc", label("GS1 128", SSCC, SSCC_PAYLOAD)),
    Sample("code39", "upright", label("Code39", "PART 12-B")),
    Sample("qrcode", "upright", label("QRCode", "PO-1001")),
    Sample("datamatrix", "upright", label("DataMatrix", "SN-000042"), module=5),
    Sample("gs1-datamatrix", "lot-and-expiry", label("GS1 DataMatrix", LOT, LOT_PAYLOAD), module=5),
    Sample("pdf417", "upright", label("PDF417", "ASN 77 of 4 cartons"), module=2),
)
HARD = (
    Sample("ean13", "turned-90", label("EAN13", "5901234123457"), (turned(90),)),
    Sample("ean13", "turned-30", label("EAN13", "5901234123457"), (turned(30),)),
    Sample("ean13", "upside-down", label("EAN13", "5901234123457"), (turned(176),)),
    Sample("ean13", "out-of-focus", label("EAN13", "8710398500007"), (out_of_focus(3), noisy(0.03))),
    Sample("upca", "out-of-focus", label("UPCA", "036000291452"), (turned(4), out_of_focus(3), noisy(0.03))),
    Sample("ean13", "far-away", label("EAN13", "4006381333931"), (shrunk(0.45), blurred(0.6))),
    Sample("ean13", "dark", label("EAN13", "4006381333931"), (dark, noisy(0.02))),
    Sample("ean13", "curved", label("EAN13", "4006381333931"), (curved,)),
    Sample("ean13", "glossy", label("EAN13", "4006381333931"), (glossy,)),
    Sample("upca", "slanted", label("UPCA", "012345678905"), (slanted, blurred(1))),
    Sample("code128", "turned-45", label("Code128", "LOC-B-12-3"), (turned(45),)),
    Sample("code128", "inverted", label("Code128", "LOC-B-12-3"), (inverted,)),
    Sample("gs1-128", "dark-and-turned", label("GS1 128", SSCC, SSCC_PAYLOAD), (turned(-7), dark, noisy(0.02))),
    Sample("itf14", "blurred", label("ITF", "15012345678907"), (blurred(1.5),)),
    Sample("qrcode", "turned-and-dark", label("QRCode", "PO-1001"), (turned(25), dark), module=5),
    Sample("datamatrix", "inverted", label("DataMatrix", "SN-000042"), (inverted,), module=5),
    Sample("gs1-datamatrix", "slanted", label("GS1 DataMatrix", SERIAL, SERIAL_PAYLOAD), (slanted,), module=5),
    Sample("several", "carton", label("EAN13", "4006381333931") + label("Code128", "LOC-A-01-1")
           + label("GS1 DataMatrix", LOT, LOT_PAYLOAD)),
    Sample("several", "pallet", label("GS1 128", SSCC, SSCC_PAYLOAD) + label("ITF", "15012345678907")
           + label("QRCode", "PO-1001")),
)  # fmt: skip
KINDS = (
    Sample("ean13", "isbn", label("ISBN", "9783161484100")),
    Sample("itf", "upright", label("ITF", "1234567890")),
    Sample("codabar", "upright", label("Codabar", "A1234567B")),
    Sample("code93", "upright", label("Code93", "PART 93-C")),
    Sample("code39", "extended", label("Code39Ext", "Bin a/7!")),
    Sample("code39", "code32", label("Code32", "01234567", "A012345676")),
    Sample("code39", "pzn", label("PZN", "2758089", "-27580899")),
    Sample("telepen", "upright", label("TelepenAlpha", "AB1234")),
    Sample("dx-film-edge", "upright", label("DXFilmEdge", "115-10/11A"), module=4),
    Sample("databar", "omni", label("DataBarOmni", GTIN, f"01{GTIN}")),
    Sample("databar", "stacked", label("DataBarStk", GTIN, f"01{GTIN}")),
    Sample("databar", "stacked-omni", label("DataBarStkOmni", GTIN, f"01{GTIN}")),
    Sample("databar", "limited", label("DataBarLtd", GTIN, f"01{GTIN}")),
    Sample("databar", "expanded", label("DataBarExp", LOT_FIRST, LOT_FIRST_PAYLOAD), module=2),
    Sample("databar", "expanded-stacked", label("DataBarExpStk", LOT_FIRST, LOT_FIRST_PAYLOAD)),
    Sample("databar", "expanded-weight", label("DataBarExp", WEIGHT, WEIGHT_PAYLOAD), module=2),
    Sample("qrcode", "micro", label("MicroQRCode", "BIN 12"), module=4),
    Sample("qrcode", "rmqr", label("RMQRCode", "LOT 4711"), module=4),
    Sample("aztec", "upright", label("Aztec", "TICKET 4711"), module=4),
    Sample("aztec", "rune", label("AztecRune", "25", "025"), module=5),
    Sample("maxicode", "upright", label("MaxiCode", "PARCEL 4711")),
    Sample("pdf417", "compact", label("CompactPDF417", "ASN 78"), module=2),
    Sample("pdf417", "micro", label("MicroPDF417", "LOT 4711"), module=3),
)
HARD_KINDS = (
    Sample("databar", "omni-turned", label("DataBarOmni", GTIN, f"01{GTIN}"), (turned(-8), noisy(0.03))),
    Sample("databar", "stacked-omni-sideways", label("DataBarStkOmni", GTIN, f"01{GTIN}"), (turned(90),)),
    Sample("databar", "expanded-blurred", label("DataBarExp", WEIGHT, WEIGHT_PAYLOAD), (blurred(1),)),
    Sample("aztec", "inverted-and-dark", label("Aztec", "TICKET 4711"), (inverted, dark), module=4),
    Sample("qrcode", "micro-turned", label("MicroQRCode", "BIN 12"), (turned(20),), module=5),
    Sample("qrcode", "rmqr-slanted", label("RMQRCode", "LOT 4711"), (slanted,), module=5),
    Sample("maxicode", "far-away", label("MaxiCode", "PARCEL 4712"), (shrunk(0.6),)),
    Sample("pdf417", "micro-upside-down", label("MicroPDF417", "LOT 4711"), (turned(180), blurred(0.7))),
    Sample("code39", "pzn-sideways", label("PZN", "2758089", "-27580899"), (turned(93),)),
)


def without_barcode(kind: str, dice: random.Random) -> Image.Image:
    """Pictures that look like bars, and say nothing."""
    board = carton((420, 320), dice)
    pen = ImageDraw.Draw(board)
    if kind == "shelf-slats":
        for x in range(20, 400, 22):
            pen.rectangle((x, 30, x + dice.randrange(4, 16), 280), fill=dice.randrange(20, 70))
    elif kind == "text":
        for y in range(20, 300, 18):
            pen.text((20, y), " ".join(str(dice.randrange(10**5)) for _ in range(9)), fill=30)
    elif kind == "wire-mesh":
        for step in range(-320, 420, 12):
            pen.line((step, 0, step + 320, 320), fill=40, width=2)
            pen.line((step, 320, step + 320, 0), fill=200, width=2)
    elif kind == "random-stripes":
        x = 30
        while x < 390:
            width = dice.randrange(2, 9)
            pen.rectangle((x, 60, x + width, 260), fill=INK if dice.random() < 0.5 else PAPER)
            x += width
    return board.filter(ImageFilter.GaussianBlur(0.7))


EMPTY = ("bare-carton", "shelf-slats", "text", "wire-mesh", "random-stripes")


def main() -> None:
    random.seed(0)
    rows = [*map(made, PLAIN + HARD), *map(made_without, EMPTY)]
    rows += map(made, KINDS + HARD_KINDS)  # new ones last: each board's grain follows on that of the one before
    with open(FOLDER / "expected.csv", "w", newline="", encoding="utf-8") as table:
        csv.writer(table, lineterminator="\n").writerows([("photo", "set", "expected"), *rows])


def made(sample: Sample) -> tuple[str, str, str]:
    """Save a photo; its row of `expected.csv`."""
    path = Path("photos") / sample.set / f"{sample.name}.{sample.format}"
    save(photo(sample, random.Random(f"{sample.set}/{sample.name}")), path)
    return path.as_posix(), sample.set, " | ".join(payload for _, _, payload in sample.labels)


def made_without(kind: str) -> tuple[str, str, str]:
    path = Path("photos/without") / f"{kind}.webp"
    save(without_barcode(kind, random.Random(kind)), path)
    return path.as_posix(), "without", ""


def save(picture: Image.Image, path: Path) -> None:
    (FOLDER / path).parent.mkdir(parents=True, exist_ok=True)
    picture.save(FOLDER / path, quality=80, method=4)


if __name__ == "__main__":
    main()
