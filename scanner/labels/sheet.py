"""Sheets of labels to print: shelves, badges, commands, items, orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import inch, mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas

from scanner.codes.labels import Label
from scanner.errors import BadRequest
from scanner.labels.symbols import Symbol, Symbology, draw

# A module is a whole number of dots of a 300 dpi printer, so that equal bars come out equally wide.
DOT = inch / 300
SMALLEST_DOTS = 3  # 0.254 mm: thinner bars are lost on a worn label
LARGEST_DOTS = 6
LARGEST_MATRIX_DOTS = 12
LOWEST_BARS = 7 * mm
TITLE_SIZES = (11, 10, 9, 8, 7)
TITLE_LINES = 2
CODE_LINES = 3
SMALL = 7.5
LEADING = 1.2


@dataclass(frozen=True, slots=True)
class Area:
    """An area of the page in points, from its top left corner."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class LabelSheet:
    """How an A4 page is cut: columns and rows of equal labels; margins of the page and inside a label in mm."""

    columns: int = 3
    rows: int = 8
    margin: float = 0
    padding: float = 4

    def box(self, place: int) -> Area:
        """Where the label at `place` prints, counted from 0, row by row from the top."""
        row, column = divmod(place, self.columns)
        width = (A4[0] - 2 * self.margin * mm) / self.columns
        height = (A4[1] - 2 * self.margin * mm) / self.rows
        edge, padding = self.margin * mm, self.padding * mm
        left, top = edge + column * width, A4[1] - edge - row * height
        return Area(left + padding, top - padding, width - 2 * padding, height - 2 * padding)


@dataclass(frozen=True, slots=True)
class Words:
    """Lines of one size, one under the other."""

    lines: tuple[str, ...]
    size: float
    bold: bool = False

    @property
    def height(self) -> float:
        """Points from top to bottom."""
        return len(self.lines) * self.size * LEADING


def label_sheet(labels: Sequence[Label], sheet: LabelSheet = LabelSheet()) -> bytes:
    """A PDF of as many A4 pages as the labels fill, to be printed at its true size.

    Raises BadRequest for a code that cannot be drawn, or is too long for the label.
    """
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    canvas.setTitle("Labels")
    a_page = sheet.columns * sheet.rows
    for number, label in enumerate(labels):
        if number and number % a_page == 0:
            canvas.showPage()
        _draw_label(canvas, label, sheet.box(number % a_page))
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def symbol_that_fits(label: Label, width: float) -> Symbol:
    """The label's barcode; a matrix where bars would be too thin to print in `width` points."""
    symbol = draw(label.code)
    if not symbol.linear or symbol.width * SMALLEST_DOTS * DOT <= width:
        return symbol
    return draw(label.code, Symbology.GS1_DATA_MATRIX if symbol.symbology is Symbology.GS1_128 else Symbology.DATA_MATRIX)


def words_that_fit(label: Label, width: float, room: float) -> list[Words]:
    """Title and subtitle in `room` points: the largest title that fits whole, else the smallest, cut short at its end.

    Where not even a title of one line leaves room for the subtitle, the title stands alone.
    """
    subtitle = [Words((_shortened(label.subtitle, SMALL, width),), SMALL)] if label.subtitle else []
    whole = (_title(label.title, size, width, TITLE_LINES) for size in TITLE_SIZES)
    cut = (_title(label.title, TITLE_SIZES[-1], width, lines, cut=True) for lines in range(TITLE_LINES, 0, -1))
    for title in filter(None, (*whole, *cut)):
        if title.height + sum(part.height for part in subtitle) <= room:
            return [title, *subtitle]
    return [Words((_shortened(label.title, TITLE_SIZES[-1], width, bold=True),), TITLE_SIZES[-1], bold=True)]


def _title(text: str, size: float, width: float, most_lines: int, cut: bool = False) -> Words | None:
    """The title at one size. None where it does not fit into so many lines without being cut, unless it may be `cut`."""
    lines = simpleSplit(text, _font(bold=True), size, width)
    fitting = lines if len(lines) <= most_lines else [*lines[: most_lines - 1], " ".join(lines[most_lines - 1 :])]
    shown = tuple(_shortened(line, size, width, bold=True) for line in fitting)
    return Words(shown, size, bold=True) if cut or list(shown) == fitting else None


def _draw_label(canvas: Canvas, label: Label, box: Area) -> None:
    symbol = symbol_that_fits(label, box.width)
    if symbol.linear:
        _draw_linear(canvas, label, symbol, box)
    else:
        _draw_matrix(canvas, label, symbol, box)


def _draw_linear(canvas: Canvas, label: Label, symbol: Symbol, box: Area) -> None:
    """Words, bars under them, and the code in letters at the foot."""
    code = Words((_shortened(symbol.text, SMALL, box.width),), SMALL)
    words = words_that_fit(label, box.width, box.height - LOWEST_BARS - code.height)
    bars_top = _draw_words(canvas, words, box.left, box.top) - 2
    bars_foot = _draw_words(canvas, [code], box.left, box.top - box.height + code.height) + code.height
    module = DOT * min(LARGEST_DOTS, int(box.width / DOT / symbol.width))
    bars = int((bars_top - bars_foot) / module)
    _draw_boxes(canvas, symbol.boxes(bars), module, box.left, bars_top)


def _draw_matrix(canvas: Canvas, label: Label, symbol: Symbol, box: Area) -> None:
    """The symbol on the left over the whole height, words and code beside it."""
    dots = int(min(box.height / symbol.height(), box.width / 2 / symbol.width) / DOT)
    if dots < SMALLEST_DOTS:
        raise BadRequest(f"Expected a code that fits on this label, got {len(label.code)} characters.", "code")
    module = DOT * min(LARGEST_MATRIX_DOTS, dots)
    _draw_boxes(canvas, symbol.boxes(), module, box.left, box.top)
    side = symbol.width * module + 2 * mm
    width = box.width - side
    code = Words(_broken(symbol.text, SMALL, width), SMALL)
    words = words_that_fit(label, width, box.height - code.height)
    _draw_words(canvas, [*words, code], box.left + side, box.top)


def _draw_boxes(canvas: Canvas, boxes: list[tuple[int, int, int, int]], module: float, left: float, top: float) -> None:
    path = canvas.beginPath()
    for x, y, width, height in boxes:
        path.rect(left + x * module, top - (y + height) * module, width * module, height * module)
    canvas.drawPath(path, stroke=0, fill=1)


def _draw_words(canvas: Canvas, words: list[Words], left: float, top: float) -> float:
    """Write from `top` down; returns where the last line ends."""
    for part in words:
        canvas.setFont(_font(part.bold), part.size)
        for line in part.lines:
            canvas.drawString(left, top - part.size, line)
            top -= part.size * LEADING
    return top


def _broken(text: str, size: float, width: float) -> tuple[str, ...]:
    """A code over at most CODE_LINES lines, broken anywhere: it has no spaces."""
    lines = [""]
    for character in text:
        if stringWidth(lines[-1] + character, _font(), size) > width:
            lines.append("")
        lines[-1] += character
    return tuple(lines) if len(lines) <= CODE_LINES else (*lines[: CODE_LINES - 1], lines[CODE_LINES - 1][:-1] + "…")


def _shortened(text: str, size: float, width: float, bold: bool = False) -> str:
    if stringWidth(text, _font(bold), size) <= width:
        return text
    while text and stringWidth(text + "…", _font(bold), size) > width:
        text = text[:-1]
    return text + "…"


@cache
def _font(bold: bool = False) -> str:
    """DejaVu where the system has it, since it has many scripts; else Vera, which comes with ReportLab."""
    for regular, heavy in (("DejaVuSans", "DejaVuSans-Bold"), ("Vera", "VeraBd")):
        name = heavy if bold else regular
        try:
            registerFont(TTFont(name, f"{name}.ttf"))
        except TTFError:
            continue
        return name
    raise RuntimeError("expected ReportLab's own font Vera, found none")
