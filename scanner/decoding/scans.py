"""How often a JPEG has its decoder go over the whole picture, from its markers alone (ITU-T T.81, B.1)."""

import re
from collections.abc import Iterator

from .readings import PhotoError

MOST_SCANS = 100
"""Cameras and browsers write 1 to 12."""
MOST_PIXELS_IN_SCANS = 1_250_000_000
"""Pixels times scans: a scan of no bytes still costs a look at each block. The largest photo may have 24."""

_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")
_ALONE = (0x01, 0xD8)  # have no segment: TEM, SOI
_SOS, _EOI = 0xDA, 0xD9
_ARITHMETIC = frozenset([0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF])
"""Frames in arithmetic coding: no camera writes it, and its decoder makes pixels of no bytes at all."""


def demand_few_scans(jpeg: bytes, width: int, height: int) -> None:
    """Raises PhotoError for a JPEG of so many pixels that few bytes make dear to decode."""
    most = min(MOST_SCANS, MOST_PIXELS_IN_SCANS // max(width * height, 1))
    scans = 0
    for marker in _markers(jpeg):
        scans += marker == _SOS
        if scans > most:
            raise PhotoError(f"Expected a photo that is stored in at most {most} scans, got {width} x {height} pixels in more.")
        if marker in _ARITHMETIC:
            raise PhotoError("Expected a photo as cameras store it, got a JPEG in arithmetic coding.")


def _markers(jpeg: bytes) -> Iterator[int]:
    """The markers of the first picture. What lies in segments, such as a small picture of it, is no marker."""
    at = 0
    while (found := _MARKER.search(jpeg, at)) and (marker := found[1][0]) != _EOI:
        yield marker
        at = found.end()
        if marker not in _ALONE:
            at += int.from_bytes(jpeg[at : at + 2])
