"""Makes a photo of goods small enough to keep: upright, in colour on white paper, without metadata.

A photo is decoded as small as its format allows, and shrunk before it is turned or laid on paper: 51 megapixels in four
channels take 204 MB, and each step would take as much again.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from .pictures import BROKEN, UPRIGHT, grey_of, opened, orientation
from .readings import PhotoError

LONGEST_PX = 1600
THUMBNAIL_PX = 240
QUALITY = 82
MEDIA_TYPE = "image/jpeg"


@dataclass(frozen=True, slots=True)
class Shrunk:
    """A photo as it is kept: an upright JPEG of at most 1,600 pixels a side, and one of 240, without metadata."""

    photo: bytes
    thumbnail: bytes


def shrink(photo: bytes) -> Shrunk:
    """Make a photo small. Raises PhotoError for what is no picture, damaged or too large."""
    image = opened(photo)
    turn = UPRIGHT.get(orientation(image))
    try:
        small = _small(image)
        kept = _on_paper(small.transpose(turn) if turn is not None else small)
    except BROKEN as problem:
        raise PhotoError(f"Expected a whole photo, got a damaged one ({problem}).") from None
    whole = _jpeg(kept)
    kept.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
    return Shrunk(whole, _jpeg(kept))


def _small(image: Image.Image) -> Image.Image:
    """Decode it to at most 1,600 pixels a side. A JPEG is decoded no larger than that needs."""
    image.draft("RGB", (LONGEST_PX, LONGEST_PX))
    image.load()
    image = _of_even_steps(image)
    image.thumbnail((LONGEST_PX, LONGEST_PX))
    return image


def _of_even_steps(image: Image.Image) -> Image.Image:
    """The same picture in a mode whose values can be averaged: no palette, no single colour that means transparent."""
    if image.mode.startswith("I") or image.mode == "F":
        return grey_of(image)
    if _may_be_transparent(image):
        return image if image.mode == "RGBA" else image.convert("RGBA")
    return image if image.mode in ("L", "RGB", "CMYK", "YCbCr") else image.convert("RGB")


def _may_be_transparent(image: Image.Image) -> bool:
    return "A" in image.getbands() or "transparency" in image.info


def _on_paper(image: Image.Image) -> Image.Image:
    """In colour; what is transparent lies on white."""
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("RGB")


def _jpeg(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "JPEG", quality=QUALITY, optimize=True)
    return file.getvalue()
