"""Barcodes to print and to show: the symbology that suits a code, its bars in modules, and a drawing for a page."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from html import escape
from typing import cast

import zxingcpp
from biip import ParseError
from biip.gs1_messages import GS1Message

from scanner.codes.numbers import has_check_digit
from scanner.codes.reading import parse_code
from scanner.codes.typed import GS
from scanner.errors import BadRequest

Run = tuple[int, int]
"""(start, length) in modules."""
LINEAR_HEIGHT = 60
_BRACKETED_AI = re.compile(r"\((\d{2,4})\)")
BEARER = 3  # modules; bars along the top and bottom of an ITF-14: without them a slanted beam reads a part of it as a code
LONGEST_GS1_128 = 48  # characters (GS1 General Specifications 5.4.4)
LONGEST_CODE_128 = 80
_OF_KNOWN_LENGTH = frozenset({"00", "01", "02", "03", "04", *map(str, range(11, 21)), *map(str, range(31, 37)), "41"})
"""Beginnings of application identifiers whose elements are followed by no separator (GS1 General Specifications 7.8.5-2)."""
PIXELS = 2  # a module on the screen: the least that a handheld reads from one


class Symbology(StrEnum):
    """How a code is drawn."""

    CODE_128 = "Code 128"
    GS1_128 = "GS1-128"
    EAN_13 = "EAN-13"
    EAN_8 = "EAN-8"
    UPC_A = "UPC-A"
    ITF_14 = "ITF-14"
    DATA_MATRIX = "Data Matrix"
    GS1_DATA_MATRIX = "GS1 DataMatrix"
    QR = "QR Code"


@dataclass(frozen=True)
class _Kind:
    format: zxingcpp.BarcodeFormat
    quiet: int  # modules of white on each side (GS1 General Specifications 5.2 to 5.7, ISO/IEC 16022 and 18004)
    digits: int = 0
    linear: bool = True
    gs1: bool = False


_KINDS = {
    Symbology.CODE_128: _Kind(zxingcpp.BarcodeFormat.Code128, quiet=10),
    Symbology.GS1_128: _Kind(zxingcpp.BarcodeFormat.Code128, quiet=10, gs1=True),
    Symbology.EAN_13: _Kind(zxingcpp.BarcodeFormat.EAN13, quiet=11, digits=13),
    Symbology.EAN_8: _Kind(zxingcpp.BarcodeFormat.EAN8, quiet=7, digits=8),
    Symbology.UPC_A: _Kind(zxingcpp.BarcodeFormat.UPCA, quiet=9, digits=12),
    Symbology.ITF_14: _Kind(zxingcpp.BarcodeFormat.ITF, quiet=10, digits=14),
    Symbology.DATA_MATRIX: _Kind(zxingcpp.BarcodeFormat.DataMatrix, quiet=2, linear=False),
    Symbology.GS1_DATA_MATRIX: _Kind(zxingcpp.BarcodeFormat.DataMatrix, quiet=2, linear=False, gs1=True),
    Symbology.QR: _Kind(zxingcpp.BarcodeFormat.QRCode, quiet=4, linear=False),
}


@dataclass(frozen=True)
class Symbol:
    """One barcode, measured in modules, the width of its thinnest bar.

    A linear symbol has one row, which may be drawn as tall as one likes.
    """

    symbology: Symbology
    text: str  # what a person types in its place
    rows: tuple[tuple[Run, ...], ...]  # the dark runs of each row from the top, without quiet zones
    columns: int  # modules across, without quiet zones
    quiet: int  # modules of white on each side
    payload: str = ""  # of element strings: without brackets, GS where one ends that may be of any length

    @property
    def linear(self) -> bool:
        return _KINDS[self.symbology].linear

    @property
    def width(self) -> int:
        """Modules across, quiet zones included."""
        return self.columns + 2 * self.quiet

    def boxes(self, height: int = LINEAR_HEIGHT) -> list[tuple[int, int, int, int]]:
        """The dark boxes (left, top, width, height), quiet zone included; `height` is that of a linear symbol's bars."""
        if not self.linear:
            return [(self.quiet + x, self.quiet + y, w, 1) for y, row in enumerate(self.rows) for x, w in row]
        bars = [(self.quiet + x, 0, w, height) for x, w in self.rows[0]]
        if self.symbology is Symbology.ITF_14:
            bars += [(0, 0, self.width, BEARER), (0, height - BEARER, self.width, BEARER)]
        return bars

    def bars_in_dots(self, height: int, module: int) -> list[tuple[int, int, int, int]]:
        """The same of a linear symbol whose bars are `height` dots high: left and width in modules, top and height in dots."""
        bars = [(self.quiet + x, 0, w, height) for x, w in self.rows[0]]
        if self.symbology is Symbology.ITF_14:
            bearer = BEARER * module
            bars += [(0, 0, self.width, bearer), (0, height - bearer, self.width, bearer)]
        return bars

    def height(self, bars: int = LINEAR_HEIGHT) -> int:
        """Modules down, the quiet zone of a matrix included; `bars` is the height of a linear symbol's bars."""
        return bars if self.linear else len(self.rows) + 2 * self.quiet


def symbology_for(code: str) -> Symbology:
    """The symbology that the trade uses for `code`: by its length for a GTIN, GS1-128 for element strings, else Code 128.

    A code that is too long for bars becomes a Data Matrix. Text outside ASCII becomes a QR code: not every reader takes it
    from a Code 128.
    """
    if _is_element_string(code):
        return Symbology.GS1_128 if len(code) <= LONGEST_GS1_128 else Symbology.GS1_DATA_MATRIX
    if len(code) > LONGEST_CODE_128 and code.isascii():
        return Symbology.DATA_MATRIX
    if code.isascii() and code.isdigit() and len(code) in (8, 12, 13, 14) and has_check_digit(code):
        return _for_gtin(code)
    return Symbology.CODE_128 if code.isascii() else Symbology.QR


@lru_cache(maxsize=2048)
def draw(code: str, symbology: Symbology | None = None) -> Symbol:
    """The bars of `code`. A GTIN may come as 14 digits with leading zeros, an element string with brackets or with GS.

    Raises BadRequest where `code` cannot be drawn in that symbology.
    """
    symbology = symbology or symbology_for(code)
    kind = _KINDS[symbology]
    content = _bracketed(code) if kind.gs1 else code[-kind.digits :] if kind.digits else code
    try:
        barcode = zxingcpp.create_barcode(content, kind.format, gs1=kind.gs1)
    except ValueError as error:
        raise BadRequest(f"Expected a code that can be drawn as {symbology}, got {code!r}: {error}", "code") from None
    rows = _pixels(barcode)[:1] if kind.linear else _pixels(barcode)
    text = content.replace("[", "(").replace("]", ")") if kind.gs1 else content
    payload = _payload(content) if kind.gs1 else content
    return Symbol(symbology, text, tuple(map(_dark_runs, rows)), len(rows[0]), kind.quiet, payload)


@lru_cache(maxsize=1024)
def barcode_svg(code: str, symbology: Symbology | None = None) -> str:
    """An inline `<svg>` of the barcode, black on white, without styles, which the CSP would refuse."""
    symbol = draw(code, symbology)
    width, height = symbol.width, symbol.height()
    path = "".join(f"M{x} {y}h{w}v{h}h-{w}z" for x, y, w, h in symbol.boxes())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="barcode" role="img" aria-label="{escape(symbol.text)}" '
        f'width="{width * PIXELS}" height="{height * PIXELS}" viewBox="0 0 {width} {height}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{width}v{height}H0z"/><path fill="#000" d="{path}"/></svg>'
    )


def printable(text: str) -> str:
    """A text without what cannot be seen; the separator of GS1 is shown as a sign."""
    return "".join(" " if unicodedata.category(each) in ("Cc", "Cs") else each for each in text.replace(GS, "␝"))


def _pixels(barcode: zxingcpp.Barcode) -> list[list[int]]:
    """The rows of the drawing, a pixel a module: 0 is black."""
    image = barcode.to_image(scale=1, add_quiet_zones=False)
    view = memoryview(image)  # type: ignore[arg-type]  # it is a buffer, which the stub does not say
    return cast(list[list[int]], view.tolist())


def _is_element_string(code: str) -> bool:
    if GS in code or code.startswith("("):
        return True
    parsed = parse_code(code)
    return len(code) > 14 and bool(parsed.gtin or parsed.sscc) and not parsed.problem


def _for_gtin(digits: str) -> Symbology:
    if len(digits) != 14:
        return {8: Symbology.EAN_8, 12: Symbology.UPC_A, 13: Symbology.EAN_13}[len(digits)]
    for zeros, symbology in (("000000", Symbology.EAN_8), ("00", Symbology.UPC_A), ("0", Symbology.EAN_13)):
        if digits.startswith(zeros):
            return symbology
    return Symbology.ITF_14


def _bracketed(code: str) -> str:
    """`[01]0950…[10]A`, as the writer takes it. The brackets are square, since a lot or a serial may hold round ones."""
    text = _BRACKETED_AI.sub(rf"{GS}\1", code) if code.startswith("(") else code
    try:
        elements = GS1Message.parse(text.lstrip(GS)).element_strings
    except ParseError as error:
        raise BadRequest(f"Expected a GS1 element string, got {code!r}: {error}", "code") from None
    return "".join(f"[{element.ai.ai}]{element.value}" for element in elements)


def _payload(bracketed: str) -> str:
    """The element strings as a symbol has them (GS1 General Specifications 7.8.4 to 7.8.6)."""
    elements = re.findall(r"\[(\d{2,4})\]([^\[]*)", bracketed)
    ended = (ai + value + ("" if ai[:2] in _OF_KNOWN_LENGTH else GS) for ai, value in elements)
    return "".join(ended).removesuffix(GS)


def _dark_runs(row: list[int]) -> tuple[Run, ...]:
    """Where the row is black."""
    edges = [x for x in range(len(row) + 1) if (x < len(row) and row[x] == 0) != (x > 0 and row[x - 1] == 0)]
    return tuple((start, end - start) for start, end in zip(edges[::2], edges[1::2], strict=True))
