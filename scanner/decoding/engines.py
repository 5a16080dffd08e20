"""The two decoders, zxing-cpp and ZBar: they take a grey picture and give sightings.

zxing-cpp is always there. ZBar (through pyzbar) needs the machine's libzbar, and is left out without it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import dist
from typing import Protocol

import zxingcpp
from PIL import Image

from scanner.codes.numbers import expand_upce
from scanner.codes.typed import GS

from . import code39
from .symbologies import ALL, KINDS

try:
    from pyzbar import pyzbar as _zbar
except Exception:  # without libzbar pyzbar raises ImportError, OSError or worse, by platform
    _zbar = None


Corners = tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """What one engine saw in one look."""

    text: str
    symbology: str
    corners: Corners  # in pixels of what it looked at
    aim: str  # the AIM symbology identifier, "" when unknown
    engine: str
    lines: int | None = None  # agreeing scan lines, which only ZBar tells

    @property
    def is_broad(self) -> bool:
        """Whether it was seen along much of the bars: by ZBar in many lines, by zxing-cpp over a tall box.

        zxing-cpp's wrong reads of retail codes were at most 0.15 times as tall as wide, its right ones 0.4 (median).
        """
        if self.lines is not None:
            return self.lines >= 40
        top, right, _, bottom = self.corners
        return dist(top, bottom) >= 0.22 * dist(top, right)


_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_FROM_ZBAR = {name: kind for kind, row in KINDS.items() for name in row.zbar}
_AIM = {
    "EAN-13": "]E0", "UPC-A": "]E0", "UPC-E": "]E0", "EAN-8": "]E4", "ITF": "]I0", "Code 39": "]A0",
    "Code 93": "]G0", "QR Code": "]Q1", "Codabar": "]F0", "DataBar": "]e0",
}  # fmt: skip


class _ZbarBox(Protocol):
    left: int
    top: int
    width: int
    height: int


class _ZbarFound(Protocol):
    """What ZBar gives; pyzbar has no types."""

    data: bytes
    type: str
    rect: _ZbarBox
    quality: int


def have_zbar() -> bool:
    """Whether this machine has ZBar."""
    return _zbar is not None


def read_zxing(
    grey: Image.Image, symbologies: Iterable[str] = ALL, *, thorough: bool = True, threshold: bool = False
) -> list[Sighting]:
    """What zxing-cpp sees.

    `thorough` looks also for turned, inverted and oversized symbols. `threshold` takes one threshold for the whole picture
    instead of one for each neighbourhood.
    """
    found = zxingcpp.read_barcodes(
        grey,
        formats=zxingcpp.BarcodeFormats([one for name in symbologies for one in KINDS[name].formats]),
        text_mode=zxingcpp.TextMode.Plain,
        try_rotate=thorough,
        try_invert=thorough,
        try_downscale=thorough,
        binarizer=zxingcpp.Binarizer.GlobalHistogram if threshold else zxingcpp.Binarizer.LocalAverage,
    )
    return _with_text(_from_zxing(barcode) for barcode in found)


def _with_text(sightings: Iterable[Sighting]) -> list[Sighting]:
    """Without those that say nothing: a symbol without characters is no code."""
    return [one for one in sightings if one.text.replace(GS, "").strip()]


def _from_zxing(barcode: zxingcpp.Barcode) -> Sighting:
    text, symbology = _as_printed(barcode.text, _named(barcode))
    return Sighting(
        text=text,
        symbology=symbology,
        corners=_corners(barcode),
        aim=barcode.symbology_identifier,
        engine="zxing",
    )


def _named(barcode: zxingcpp.Barcode) -> str:
    """zxing-cpp's name; it tells runes from other Aztec symbols by their identifier alone (ISO/IEC 24778)."""
    return "Aztec Rune" if barcode.symbology_identifier == "]zC" else str(barcode.format)


def _corners(barcode: zxingcpp.Barcode) -> Corners:
    place = barcode.position
    return tuple((at.x, at.y) for at in (place.top_left, place.top_right, place.bottom_right, place.bottom_left))


def read_bent(grey: Image.Image) -> list[Sighting]:
    """QR codes that zxing-cpp finds and cannot read, because they are on something that is not flat."""
    found = zxingcpp.read_barcodes(grey, formats=_QR, return_errors=True)
    versions = [(barcode, _version(barcode)) for barcode in found if not barcode.valid]
    bent = (_straightened(grey, barcode, 17 + 4 * int(version)) for barcode, version in versions if version.isdigit())
    return _with_text(sighting for sighting in bent if sighting)


def _version(barcode: zxingcpp.Barcode) -> str:
    extra = barcode.extra
    return str(extra.get("Version", "")) if isinstance(extra, dict) else ""


def _straightened(grey: Image.Image, barcode: zxingcpp.Barcode, modules: int) -> Sighting | None:
    from .meshes import straightened  # numpy is loaded for the few photos that need it

    corners = _corners(barcode)
    for picture in straightened(grey, corners, modules):
        for found in zxingcpp.read_barcodes(picture, formats=_QR, is_pure=True):
            if found.valid:  # a picture that holds nothing else gives an empty answer
                return replace(_from_zxing(found), corners=corners)
    return None


def _as_printed(text: str, symbology: str) -> tuple[str, str]:
    """One spelling for what engines spell differently: a UPC number in its own twelve digits, a Code 39 as below its bars."""
    if symbology == "EAN-13" and len(text) == 13 and text[0] == "0":
        return text[1:], "UPC-A"
    if symbology == "UPC-E":
        return expand_upce(text) if len(text) == 8 else text[-12:], symbology
    if symbology in ("Code 39", "Code 32"):
        return code39.as_printed(code39.characters_of(text, symbology))
    return text, symbology


def read_zbar(grey: Image.Image, symbologies: Iterable[str] = ALL) -> list[Sighting]:
    """What ZBar sees; nothing without libzbar."""
    names = [one for name in symbologies for one in KINDS[name].zbar]
    if _zbar is None or not names:
        return []
    found = _with_text(_from_zbar(one) for one in _zbar.decode(grey, symbols=[_zbar.ZBarSymbol[name] for name in names]))
    return [one for one in found if one.text.isascii()]  # it guesses the character set, and not always right


def _from_zbar(found: _ZbarFound) -> Sighting:
    text, symbology = _as_printed(found.data.decode("utf-8", "replace"), _FROM_ZBAR[found.type])
    box = found.rect
    right, bottom = box.left + box.width, box.top + box.height
    corners = ((box.left, box.top), (right, box.top), (right, bottom), (box.left, bottom))
    return Sighting(
        text=text,
        symbology=symbology,
        corners=corners,
        aim=_AIM.get(symbology, ""),
        engine="zbar",
        lines=found.quality,
    )
