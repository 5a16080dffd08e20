"""The two open decoders behind one face: a grey picture in, sightings out.

zxing-cpp is always there; ZBar (through pyzbar) wants the machine's libzbar, and is left out without it.
"""

from dataclasses import dataclass

import zxingcpp
from PIL import Image

try:
    from pyzbar import pyzbar as zbar
except Exception:  # no libzbar on this machine: pyzbar raises ImportError, OSError or worse
    zbar = None


@dataclass(frozen=True)
class Sighting:
    """What one engine saw in one look.  `lines` counts agreeing scan lines (ZBar; None: unknown)."""

    text: str
    symbology: str
    corners: tuple[tuple[int, int], ...]
    aim: str
    engine: str
    lines: int | None = None


def have_zbar() -> bool:
    return zbar is not None


_LINEAR = (
    zxingcpp.BarcodeFormat.EAN13, zxingcpp.BarcodeFormat.EAN8, zxingcpp.BarcodeFormat.UPCE,
    zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.Code39, zxingcpp.BarcodeFormat.Code93,
    zxingcpp.BarcodeFormat.ITF, zxingcpp.BarcodeFormat.Codabar,
)  # fmt: skip
_MATRIX = (
    zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.DataMatrix,
    zxingcpp.BarcodeFormat.PDF417, zxingcpp.BarcodeFormat.Aztec,
)  # fmt: skip
ALL_FORMATS = _LINEAR + _MATRIX


def zxing(grey: Image.Image, formats=ALL_FORMATS, **options) -> list[Sighting]:
    found = zxingcpp.read_barcodes(grey, formats=list(formats), text_mode=zxingcpp.TextMode.Plain, **options)
    return [_from_zxing(barcode) for barcode in found]


def _from_zxing(barcode) -> Sighting:
    place = barcode.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    text, symbology = _retail(barcode.text, str(barcode.format))
    return Sighting(
        text, symbology, tuple((point.x, point.y) for point in corners), barcode.symbology_identifier, "zxing"
    )


def _retail(text: str, symbology: str) -> tuple[str, str]:
    """A UPC number in its own twelve digits: engines show it as an EAN-13 that starts with 0."""
    if symbology == "EAN-13" and len(text) == 13 and text[0] == "0":
        return text[1:], "UPC-A"
    if symbology == "UPC-E" and len(text) == 13:
        return text[1:], symbology
    return text, symbology


_ZBAR_NAMES = {
    "EAN13": "EAN-13", "EAN8": "EAN-8", "UPCA": "UPC-A", "UPCE": "UPC-E", "I25": "ITF", "CODE39": "Code 39",
    "CODE93": "Code 93", "CODE128": "Code 128", "QRCODE": "QR Code", "CODABAR": "Codabar",
}  # fmt: skip
_AIM = {
    "EAN-13": "]E0", "UPC-A": "]E0", "UPC-E": "]E0", "EAN-8": "]E4", "ITF": "]I0", "Code 39": "]A0",
    "Code 93": "]G0", "QR Code": "]Q1", "Codabar": "]F0",
}  # fmt: skip


def zbar_read(grey: Image.Image, names=("EAN13", "EAN8", "UPCE", "I25", "CODE39", "CODE93", "CODE128", "QRCODE", "CODABAR")) -> list[Sighting]:
    if zbar is None:
        return []
    return [_from_zbar(found) for found in zbar.decode(grey, symbols=[zbar.ZBarSymbol[name] for name in names])]


def _from_zbar(found) -> Sighting:
    text, symbology = _retail(found.data.decode("utf-8", "replace"), _ZBAR_NAMES[found.type])
    box = found.rect
    corners = (
        (box.left, box.top), (box.left + box.width, box.top),
        (box.left + box.width, box.top + box.height), (box.left, box.top + box.height),
    )  # fmt: skip
    return Sighting(text, symbology, corners, _AIM.get(symbology, ""), "zbar", found.quality)
