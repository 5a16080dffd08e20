"""What stands where on one label, in whole dots of its printer: the same for a PDF and for a label printer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import ceil

from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from scanner.codes.labels import Label
from scanner.codes.reading import as_printed
from scanner.errors import BadRequest
from scanner.labels.rules import Bars, Dots, Onto
from scanner.labels.symbols import Symbol, Symbology, draw

# All in mm. A module is a whole number of dots, so that equal bars come out equally wide.
SMALLEST_MODULE = 0.249  # thinner bars are lost on a worn label
LARGEST_MODULE = 0.5
LARGEST_MATRIX_MODULE = 1.02
LOWEST_BARS = 7.0
HIGHEST_BARS = 25.0
LOWEST_LARGE = 20.0  # below that a large code stands alone
GAP = 0.7
BESIDE = 2.0
# In points.
TITLE_SIZES = (40, 32, 26, 22, 18, 16, 14, 12, 11, 10, 9, 8, 7)
LARGEST_TITLE = 11  # on a label of ordinary height
SMALL = 7.5
LEADING = 1.2
CODE_LINES = 3
_MM_PER_POINT = 25.4 / 72


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text from its top left corner; `size` is its height with what hangs below, `width` what it may take."""

    text: str
    left: int
    top: int
    size: int
    width: int
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A barcode: its corner with the quiet zone, dots a module, and of bars their height in dots."""

    symbol: Symbol
    left: int
    top: int
    module: int
    bars: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """One label."""

    lines: tuple[Line, ...]
    placed: Placed


@dataclass(frozen=True, slots=True)
class Room:
    """What may be printed on, in dots, and how fine the printer is."""

    left: int
    top: int
    width: int
    height: int
    dots: Dots

    @property
    def smallest(self) -> int:
        """Dots of the thinnest bar."""
        return ceil(SMALLEST_MODULE * self.dots.per_mm)

    def mm(self, mm: float) -> int:
        """mm in dots, at least one."""
        return max(1, self.dots.whole(mm))

    @property
    def small(self) -> int:
        """The size of what is read from near: larger on a large label."""
        return self.size(SMALL * min(max(self.height / self.dots.per_mm / 30, 1), 1.8))

    def size(self, points: float) -> int:
        """The size of a text in dots."""
        return max(1, round(points * _MM_PER_POINT * self.dots.per_mm))


@dataclass(frozen=True, slots=True)
class Words:
    """Lines of one size, one under the other."""

    lines: tuple[str, ...]
    size: int
    bold: bool = False

    @property
    def height(self) -> int:
        """Dots from top to bottom."""
        return len(self.lines) * leading(self.size)


def room_of(onto: Onto, place: int, dots: Dots) -> Room:
    """What may be printed on at a place."""
    inner = onto.spot(place).inner
    return Room(
        round(inner.left * dots.per_mm), round(inner.top * dots.per_mm), dots.whole(inner.width), dots.whole(inner.height), dots
    )


def leading(size: int) -> int:
    """From line to line."""
    return ceil(size * LEADING)


def all_as_one(labels: Iterable[Label], room: Room, wanted: Bars) -> Bars:
    """Whether all labels are drawn as bars, or all as a matrix. Raises BadRequest where bars are wanted and one does not fit."""
    if wanted is Bars.MATRIX:
        return wanted
    for label in labels:
        if not _fits_as_bars(label, room):
            if wanted is Bars.BARS:
                raise BadRequest(
                    f"Expected codes that fit on this label as bars, got {_named(label)}. "
                    "Choose square codes, or a larger label.", "bars",
                )  # fmt: skip
            return Bars.MATRIX
    return Bars.BARS


def lay_out(label: Label, room: Room, bars: Bars, *, large: bool = False) -> Layout:
    """One label. `large`: its code in letters is what people read from afar.

    Raises BadRequest for a code that cannot be drawn, or is too long for the label.
    """
    symbol = symbol_of(label, bars)
    if symbol.linear:
        return _large_over_bars(label, symbol, room) if large else _words_over_bars(label, symbol, room)
    return _beside_matrix(label, symbol, room, large=large)


def symbol_of(label: Label, bars: Bars) -> Symbol:
    """The label's barcode as bars where there are some for it, or as a matrix."""
    symbol = draw(label.code)
    if bars is not Bars.MATRIX or not symbol.linear:
        return symbol
    if symbol.symbology is Symbology.GS1_128:
        return draw(label.code, Symbology.GS1_DATA_MATRIX)
    return draw(as_printed(label.code), Symbology.DATA_MATRIX)


def words_that_fit(label: Label, room: Room, width: int, height: int) -> list[Words]:
    """Title and subtitle in so many dots: the largest title that fits whole, in two lines if it can, else in more, else cut.

    Where not even a title of one line leaves room for the subtitle, the title stands alone.
    """
    small = room.small
    subtitle = [Words((shortened(label.subtitle, small, width),), small)] if label.subtitle else []
    left = height - sum(part.height for part in subtitle)
    tallest = max(LARGEST_TITLE, room.height / room.dots.per_mm / _MM_PER_POINT * 0.13)
    sizes = [room.size(size) for size in TITLE_SIZES if size <= tallest]
    for title in (*_whole(label.title, sizes, width, 2), *_whole(label.title, sizes, width, 99)):
        if title.height <= left:
            return [title, *subtitle]
    smallest = sizes[-1]
    for lines in range(max(1, left // leading(smallest)), 0, -1):
        title = _cut(label.title, smallest, width, lines)
        if title.height <= left:
            return [title, *subtitle]
    return [Words((shortened(label.title, smallest, width, bold=True),), smallest, bold=True)]


def shortened(text: str, size: int, width: int, *, bold: bool = False) -> str:
    """A line that is cut where it is too long."""
    if _width(text, size, bold) <= width:
        return text
    while text and _width(text + "…", size, bold) > width:
        text = text[:-1]
    return text + "…"


@cache
def font(bold: bool = False) -> str:
    """DejaVu where the system has it, since it has many scripts; else Vera, which comes with ReportLab."""
    for regular, heavy in (("DejaVuSans", "DejaVuSans-Bold"), ("Vera", "VeraBd")):
        name = heavy if bold else regular
        try:
            registerFont(TTFont(name, f"{name}.ttf"))
        except TTFError:
            continue
        return name
    raise RuntimeError("expected ReportLab's own font Vera, found none")


def _fits_as_bars(label: Label, room: Room) -> bool:
    symbol = draw(label.code)
    if symbol.symbology is Symbology.CODE_128 and not label.code.isprintable():
        return False  # not every printer draws control characters as bars
    return symbol.linear and symbol.width * room.smallest <= room.width


def _named(label: Label) -> str:
    return label.code if len(label.code) <= 40 else f"one of {len(label.code)} characters"


def _whole(text: str, sizes: Sequence[int], width: int, most: int) -> Iterable[Words]:
    """The title at each size at which nothing of it is cut."""
    for size in sizes:
        lines = _split(text, size, width)
        if len(lines) <= most and all(_width(line, size, True) <= width for line in lines):
            yield Words(lines, size, bold=True)


def _cut(text: str, size: int, width: int, most: int) -> Words:
    lines = _split(text, size, width)
    fitting = lines if len(lines) <= most else (*lines[: most - 1], " ".join(lines[most - 1 :]))
    return Words(tuple(shortened(line, size, width, bold=True) for line in fitting), size, bold=True)


@lru_cache(maxsize=2048)
def _split(text: str, size: int, width: int) -> tuple[str, ...]:
    return tuple(simpleSplit(text, font(bold=True), size, width))


def _width(text: str, size: int, bold: bool = False) -> float:
    return float(stringWidth(text, font(bold), size))


def _written(words: Sequence[Words], left: int, top: int, width: int) -> list[Line]:
    lines = []
    for part in words:
        for text in part.lines:
            lines.append(Line(text, left, top, part.size, width, part.bold))
            top += leading(part.size)
    return lines


def _words_over_bars(label: Label, symbol: Symbol, room: Room) -> Layout:
    """Words, bars under them, and the code in letters at the foot."""
    small, lowest = room.small, room.mm(LOWEST_BARS)
    code = Words((shortened(symbol.text, small, room.width),), small)
    words = words_that_fit(label, room, room.width, room.height - lowest - code.height)
    over = sum(part.height for part in words)
    bars = min(room.height - over - code.height - room.mm(GAP), room.mm(HIGHEST_BARS))
    placed = _bars(symbol, room, room.top + over + room.mm(GAP), bars)
    foot = _written([code], room.left, placed.top + placed.bars, room.width)
    return Layout((*_written(words, room.left, room.top, room.width), *foot), placed)


def _large_over_bars(label: Label, symbol: Symbol, room: Room) -> Layout:
    """The code as large as the label allows, a line of words if there is something to say, bars at the foot."""
    bars = min(max(room.mm(LOWEST_BARS), int(room.height * 0.3)), room.mm(HIGHEST_BARS))
    more = _more(label, room, room.width)
    height = room.height - bars - room.mm(GAP) - (more[0].height if more else 0)
    size = _largest(label.code, room.width, height)
    written = Words((shortened(label.code, size, room.width, bold=True),), size, bold=True)
    lines = _written([written, *more], room.left, room.top, room.width)
    return Layout(tuple(lines), _bars(symbol, room, room.top + room.height - bars, bars))


def _more(label: Label, room: Room, width: int) -> list[Words]:
    """Name and kind in one line, without what the large code says already; none where that would make the code much smaller."""
    size = room.small
    if room.height < room.mm(LOWEST_LARGE):
        return []
    parts = [part for part in (label.title, label.subtitle) if part and part != label.code]
    return [Words((shortened(" · ".join(parts), size, width),), size)] if parts else []


def _largest(text: str, width: int, height: int) -> int:
    """The largest size of a line of bold letters in this width and height."""
    across = _width(text, 1000, True) / 1000
    return max(1, min(int(width / across) if across else height, int(height / LEADING)))


def _bars(symbol: Symbol, room: Room, top: int, bars: int) -> Placed:
    module = min(room.mm(LARGEST_MODULE), room.width // symbol.width)
    if module < room.smallest or bars < room.mm(LOWEST_BARS) // 2:
        raise BadRequest(f"Expected a code that fits on this label as bars, got {len(symbol.text)} characters.", "code")
    return Placed(symbol, room.left, top, module, bars)


def _beside_matrix(label: Label, symbol: Symbol, room: Room, *, large: bool) -> Layout:
    """The symbol on the left over the whole height, words and code beside it."""
    share = 0.4 if large else 0.5
    module = min(room.height // symbol.height(), int(room.width * share) // symbol.width, room.mm(LARGEST_MATRIX_MODULE))
    if module < room.smallest:
        module = min(room.height // symbol.height(), room.width // 2 // symbol.width)
    if module < room.smallest:
        raise BadRequest(f"Expected a code that fits on this label, got {_named(label)}: choose a larger label.", "code")
    placed = Placed(symbol, room.left, room.top, module)
    side = symbol.width * module + room.mm(BESIDE)
    left, width = room.left + side, room.width - side
    if large:
        return Layout(tuple(_large_beside(label, room, left, width)), placed)
    small = room.small
    code = Words(_broken(symbol.text, small, width), small)
    words = words_that_fit(label, room, width, room.height - code.height)
    return Layout(tuple(_written([*words, code], left, room.top, width)), placed)


def _large_beside(label: Label, room: Room, left: int, width: int) -> list[Line]:
    more = _more(label, room, width)
    size = max(_largest(label.code, width, room.height - (more[0].height if more else 0)), room.size(7))
    fits = _width(label.code, size, True) <= width
    written = Words((label.code,) if fits else _broken(label.code, size, width, bold=True), size, bold=True)
    return _written([written, *more], left, room.top, width)


def _broken(text: str, size: int, width: int, *, bold: bool = False) -> tuple[str, ...]:
    """A code over at most CODE_LINES lines, broken anywhere: it has no spaces."""
    lines = [""]
    for character in text:
        if lines[-1] and _width(lines[-1] + character, size, bold) > width:
            lines.append("")
        lines[-1] += character
    return tuple(lines) if len(lines) <= CODE_LINES else (*lines[: CODE_LINES - 1], lines[CODE_LINES - 1][:-1] + "…")
