"""Photos that tests make."""

from __future__ import annotations

from io import BytesIO

from PIL import Image


def photo(size: tuple[int, int] = (3000, 2000), kind: str = "JPEG", mode: str = "RGB", **more: object) -> bytes:
    """A photo of one colour."""
    file = BytesIO()
    Image.new(mode, size, "firebrick" if mode == "RGB" else 0).save(file, kind, **more)
    return file.getvalue()
