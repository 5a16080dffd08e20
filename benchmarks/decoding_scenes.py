"""Twelve-megapixel photos of labels on cartons, drawn the same every time: what a phone sends."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageFilter

from sample_barcodes.make import draw

SIZE = (4000, 3000)

LABELS = (
    ("EAN13", "4006381333931", "4006381333931"),
    ("UPCA", "036000291452", "036000291452"),
    ("Code128", "LOC-A-01-1", "LOC-A-01-1"),
    ("GS1 128", "(00)395011015300000011", "00395011015300000011"),
    ("ITF", "15012345678907", "15012345678907"),
    ("QRCode", "PO-1001", "PO-1001"),
    ("DataMatrix", "SN-000042", "SN-000042"),
    ("GS1 DataMatrix", "(01)09501101530003(17)270331(10)AB-123", "01095011015300031727033110AB-123"),
)
LOOKS = (
    # turn in degrees, pixels a module, blur and noise
    (3, 9, 1.2, 0.04),
    (-28, 7, 1.8, 0.06),
    (87, 6, 2.2, 0.08),
    (12, 3, 0.6, 0.03),
)
_SQUARE = 2.2  # two-dimensional codes are printed with larger modules


@dataclass(frozen=True)
class Scene:
    name: str
    photo: bytes
    text: str


def scenes() -> Iterator[Scene]:
    """Eight labels in four looks each: turned, blurred, noisy, far away."""
    for symbology, written, payload in LABELS:
        for turn, module, blur, noise in LOOKS:
            dice = random.Random(f"{symbology}{turn}")
            wide = module * (_SQUARE if "Matrix" in symbology or "QR" in symbology else 1)
            label = draw(symbology, written, round(wide))
            yield Scene(f"{symbology} turned {turn}°", _jpeg(_scene(label, turn, blur, noise, dice)), payload)


def _scene(label: Image.Image, turn: float, blur: float, noise: float, dice: random.Random) -> Image.Image:
    carton = board(dice)
    mask = Image.new("L", label.size, 255).rotate(turn, expand=True)
    laid = label.rotate(turn, Image.Resampling.BICUBIC, expand=True)
    left, top = (dice.randint(100, side - part - 100) for side, part in zip(SIZE, laid.size, strict=True))
    carton.paste(laid, (left, top), mask)
    grain = Image.frombytes("L", SIZE, dice.randbytes(SIZE[0] * SIZE[1]))
    return Image.blend(carton.filter(ImageFilter.GaussianBlur(blur)), grain, noise)


def board(dice: random.Random) -> Image.Image:
    """A carton with flutes, printed lines and uneven light."""
    carton = Image.new("L", SIZE, 140)
    flutes = Image.new("L", (SIZE[0], 1))
    flutes.putdata([140 + 6 * (x // 14 % 2) for x in range(SIZE[0])])
    carton.paste(flutes.resize(SIZE))
    for _ in range(dice.randint(2, 4)):
        x, y = dice.randint(0, SIZE[0] - 900), dice.randint(0, SIZE[1] - 200)
        carton.paste(60, (x, y, x + dice.randint(200, 900), y + dice.randint(8, 40)))
    light = Image.linear_gradient("L").resize(SIZE).rotate(dice.choice((0, 90, 180)))
    return Image.blend(carton, light, 0.15)


def _jpeg(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.convert("RGB").save(file, "JPEG", quality=88)
    return file.getvalue()
