"""Every symbology that zxing-cpp and ZBar can name: how it is looked for, who else reads the same bars, and why it is believed.

Sources: the standard of each; zxing-cpp's list of formats; ZBar's `zbar_symbol_type_t`.
"""

from dataclasses import dataclass
from enum import Enum

import zxingcpp

_F = zxingcpp.BarcodeFormat


class Rule(Enum):
    """What a sighting needs to be believed, by what its symbology checks. `trust` holds the rules themselves."""

    SURE = "Reed-Solomon code words correct it: it is not misread as another text"
    RETAIL = "one misread in ten has a right check digit"
    TWICE = "a check modulo 47 or more, or few code words of correction: two looks"
    STACKED = "DataBar's check is weak and its number has none of its own: both engines, or again enlarged"
    BOTH = "no check digit: both engines, and more than a fragment"
    ITF = "as BOTH, and a slanting line reads only a part of it: 14 digits have a check digit"
    KNOWN = "one parity bit, or only a part of another symbol: believed only where it is known here"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Bars or modules of one kind. Engines may give them several names; what they read is then one and the same."""

    formats: tuple[zxingcpp.BarcodeFormat, ...]  # that zxing-cpp is asked for; () where it does not read it by itself
    names: tuple[str, ...]  # that zxing-cpp may give it
    zbar: tuple[str, ...] = ()  # that ZBar gives it; () where it does not read it
    rule: Rule


KINDS = {
    "EAN-13": Kind(formats=(_F.EAN13,), names=("EAN-13", "UPC-A", "ISBN", "EAN/UPC"), zbar=("EAN13",), rule=Rule.RETAIL),
    "EAN-8": Kind(formats=(_F.EAN8,), names=("EAN-8",), zbar=("EAN8",), rule=Rule.RETAIL),
    "UPC-E": Kind(formats=(_F.UPCE,), names=("UPC-E",), zbar=("UPCE",), rule=Rule.RETAIL),
    "add-on": Kind(formats=(), names=("EAN-2", "EAN-5"), rule=Rule.KNOWN),
    "Code 128": Kind(formats=(_F.Code128,), names=("Code 128",), zbar=("CODE128",), rule=Rule.TWICE),
    "Code 39": Kind(  # pharmacies' numbers and full ASCII are ways to use its characters
        formats=(_F.Code39,),
        names=("Code 39", "Code 39 Standard", "Code 39 Extended", "Code 32", "Pharmazentralnummer"),
        zbar=("CODE39",),
        rule=Rule.BOTH,
    ),
    "Code 93": Kind(formats=(_F.Code93,), names=("Code 93",), zbar=("CODE93",), rule=Rule.TWICE),
    "ITF": Kind(formats=(_F.ITF,), names=("ITF", "ITF-14"), zbar=("I25",), rule=Rule.ITF),
    "Codabar": Kind(formats=(_F.Codabar,), names=("Codabar",), zbar=("CODABAR",), rule=Rule.BOTH),
    "Telepen": Kind(formats=(_F.Telepen,), names=("Telepen", "Telepen Alpha", "Telepen Numeric"), rule=Rule.TWICE),
    "DX Film Edge": Kind(formats=(_F.DXFilmEdge,), names=("DX Film Edge", "Other barcode"), rule=Rule.KNOWN),
    "DataBar": Kind(
        formats=(_F.DataBar,),
        names=(
            "DataBar", "DataBar Omni", "DataBar Stacked", "DataBar Stacked Omni", "DataBar Limited", "DataBar Expanded",
            "DataBar Expanded Stacked",
        ),
        zbar=("DATABAR", "DATABAR_EXP"),
        rule=Rule.STACKED,
    ),
    "QR Code": Kind(
        formats=(_F.QRCodeModel2, _F.QRCodeModel1),
        names=("QR Code", "QR Code Model 1", "QR Code Model 2"),
        zbar=("QRCODE",),
        rule=Rule.SURE,
    ),
    "Micro QR Code": Kind(formats=(_F.MicroQRCode,), names=("Micro QR Code",), rule=Rule.TWICE),  # M1 only detects errors
    "rMQR Code": Kind(formats=(_F.RMQRCode,), names=("rMQR Code",), rule=Rule.SURE),
    "Data Matrix": Kind(formats=(_F.DataMatrix,), names=("Data Matrix",), rule=Rule.SURE),
    "Aztec": Kind(formats=(_F.Aztec,), names=("Aztec", "Aztec Code", "Aztec Rune"), rule=Rule.SURE),
    "MaxiCode": Kind(formats=(_F.MaxiCode,), names=("MaxiCode",), rule=Rule.SURE),
    "PDF417": Kind(formats=(_F.PDF417,), names=("PDF417", "Compact PDF417", "MicroPDF417"), rule=Rule.SURE),
}  # fmt: skip

KIND_OF = {name: kind for kind, row in KINDS.items() for name in row.names}
"""Which of KINDS a symbology's name belongs to."""
_OTHERWISE = {
    "Aztec Rune": Rule.TWICE,  # eight bits: too short to be beyond doubt
    "DataBar Expanded": Rule.TWICE,  # its check is modulo 211
    "DataBar Expanded Stacked": Rule.TWICE,
}

RETAIL = ("EAN-13", "EAN-8", "UPC-E")
LINEAR = (*RETAIL, "Code 128", "Code 39", "Code 93", "ITF", "Codabar")
MATRIX = ("QR Code", "Micro QR Code", "rMQR Code", "Data Matrix", "Aztec", "MaxiCode", "PDF417")
RARE_LINEAR = ("DataBar", "Telepen", "DX Film Edge")
ALL = (*LINEAR, *RARE_LINEAR, *MATRIX)
COMMON = (*LINEAR, "QR Code", "Data Matrix", "Aztec", "MaxiCode")
"""What costs next to nothing to look for along with the rest."""
RARE = (*RARE_LINEAR, "Micro QR Code", "rMQR Code", "PDF417")
TOLD_ONCE = tuple(name for name in ALL if KINDS[name].rule is not Rule.SURE)
"""What may need a second look."""


def family(symbology: str) -> str:
    """The same for all names of one and the same bars: retail numbers pass for one another, too."""
    kind = KIND_OF[symbology]
    return "retail" if KINDS[kind].rule is Rule.RETAIL else kind


def rule_of(symbology: str) -> Rule:
    """What a sighting of it needs to be believed."""
    return _OTHERWISE.get(symbology) or KINDS[KIND_OF[symbology]].rule


def is_linear(symbology: str) -> bool:
    """Whether it has one row of bars."""
    return KIND_OF[symbology] in LINEAR
