"""The project's own photos, and what stands in them."""

import csv
from io import BytesIO
from pathlib import Path

from PIL import Image

FOLDER = Path(__file__).parents[2] / "sample_barcodes"

with open(FOLDER / "expected.csv", newline="", encoding="utf-8") as _table:
    EXPECTED = {row["photo"].removeprefix("photos/"): row["expected"] for row in csv.DictReader(_table)}


def sample(name: str) -> bytes:
    return (FOLDER / "photos" / name).read_bytes()


def picture(name: str) -> Image.Image:
    return Image.open(BytesIO(sample(name)))


def saved(image: Image.Image, format: str, **options) -> bytes:
    file = BytesIO()
    image.save(file, format, **options)
    return file.getvalue()
