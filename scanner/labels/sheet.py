"""Labels as a PDF to print at its true size: sheets of bought labels, paper to cut, or one label a page for a roll."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from scanner.codes.labels import Label
from scanner.labels.layout import Layout, Placed, all_as_one, font, lay_out, room_of
from scanner.labels.rules import DEFAULT, FINEST, ONTO, Bars, Dots, Onto, Sheet, check_free
from scanner.labels.symbols import printable

HAIRLINE = 0.25  # points


def label_sheet(
    labels: Sequence[Label],
    onto: Onto = ONTO[DEFAULT],
    *,
    copies: int = 1,
    free: int = 1,
    dots: Dots = FINEST,
    bars: Bars = Bars.AUTO,
    large: bool = False,
) -> bytes:
    """A PDF of as many pages as the labels fill; of a sheet that is used in part, `free` is the first label that is left.

    Raises BadRequest for a code that cannot be drawn, or is too long for the label.
    """
    check_free(free, onto)
    bars = all_as_one(labels, room_of(onto, 0, dots), bars)
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(onto.paper.width * mm, onto.paper.height * mm), invariant=1, pageCompression=1)
    canvas.setTitle("Labels")
    place = free - 1
    _begin(canvas, onto)
    for label in (each for each in labels for _ in range(copies)):
        if place == onto.places:
            canvas.showPage()
            _begin(canvas, onto)
            place = 0
        _draw(canvas, lay_out(label, room_of(onto, place, dots), bars, large=large), onto.paper.height * mm, dots.points)
        place += 1
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _begin(canvas: Canvas, onto: Onto) -> None:
    if isinstance(onto, Sheet) and onto.cut:
        _cut_lines(canvas, onto)


def _cut_lines(canvas: Canvas, sheet: Sheet) -> None:
    """From edge to edge of the paper, so that a ruler finds both ends."""
    canvas.setLineWidth(HAIRLINE)
    for column in range(sheet.columns + 1):
        x = (sheet.left + column * (sheet.width + sheet.gap)) * mm
        canvas.line(x, 0, x, sheet.paper.height * mm)
    for row in range(sheet.rows + 1):
        y = (sheet.paper.height - sheet.top - row * sheet.height) * mm
        canvas.line(0, y, sheet.paper.width * mm, y)


def _draw(canvas: Canvas, layout: Layout, height: float, dot: float) -> None:
    _draw_boxes(canvas, layout.placed, height, dot)
    for line in layout.lines:
        canvas.setFont(font(line.bold), line.size * dot)
        canvas.drawString(line.left * dot, height - (line.top + line.size) * dot, printable(line.text))


def _draw_boxes(canvas: Canvas, placed: Placed, height: float, dot: float) -> None:
    path, module = canvas.beginPath(), placed.module
    symbol = placed.symbol
    if symbol.linear:  # the bars are as high as there is room, in dots and not in modules
        boxes = [(x * module, y, w * module, h) for x, y, w, h in symbol.bars_in_dots(placed.bars, module)]
    else:
        boxes = [(x * module, y * module, w * module, h * module) for x, y, w, h in symbol.boxes()]
    for x, y, w, h in boxes:
        path.rect((placed.left + x) * dot, height - (placed.top + y + h) * dot, w * dot, h * dot)
    canvas.drawPath(path, stroke=0, fill=1)
