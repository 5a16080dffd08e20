"""Reads the photo that a request brings."""

from __future__ import annotations

from flask import current_app

from scanner.decoding import Reading
from scanner.errors import BadRequest
from scanner.scans.photos import codes as photo_codes
from scanner.web.context import read, settings
from scanner.web.contract import uploaded
from scanner.web.field_types import UNPRINTABLE


def readings_of_photo(reference: str, expected: str = "a photo") -> list[Reading]:
    """The barcodes in the uploaded photo, those likely on a task first looked for. `expected` are the words for the photo.

    Raises BadRequest where none was sent, PhotoError for a file that is none or cannot be read.
    """
    photo = uploaded("photo")
    if not photo:
        raise BadRequest(f"Expected {expected}, got nothing.", "photo")
    codes = read(photo_codes.likely_codes, reference) if not UNPRINTABLE.search(reference) else frozenset()
    found: list[Reading] = current_app.extensions["decoder"].read(photo, codes, all=True, budget_ms=settings().decode_budget_ms)
    return found
