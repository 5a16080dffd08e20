"""What labels are printed onto, how many at once, and which codes lie between two."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from scanner.errors import BadRequest

MM_PER_INCH = 25.4
MOST_COPIES = 500
MOST_LABELS = 2000
"""Labels of one print, copies included."""
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet of paper, in mm."""

    width: float
    height: float


A4 = Paper(210, 297)
LETTER = Paper(215.9, 279.4)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a label stands on its paper, in mm from the top left corner."""

    left: float
    top: float
    width: float
    height: float
    padding: float = 0

    @property
    def inner(self) -> Spot:
        """What of it is printed on: the cut of a sheet is never exact."""
        return Spot(
            self.left + self.padding, self.top + self.padding, self.width - 2 * self.padding, self.height - 2 * self.padding
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of equal labels, in mm: the first one's corner, the size of each, and the gaps between them.

    `cut`: lines are printed to cut along, since the paper has no labels of its own.
    """

    words: str
    paper: Paper
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    gap: float = 0
    padding: float = 4
    cut: bool = False

    @property
    def places(self) -> int:
        """Labels on one sheet."""
        return self.columns * self.rows

    def spot(self, place: int) -> Spot:
        """The label at a place, counted from 0, row by row from the top."""
        row, column = divmod(place, self.columns)
        left, top = self.left + column * (self.width + self.gap), self.top + row * self.height
        return Spot(left, top, self.width, self.height, self.padding)


def even(columns: int, rows: int, margin: float = 0, padding: float = 4, *, words: str = "") -> Sheet:
    """A4 cut into equal labels without gaps, inside a margin."""
    width, height = (A4.width - 2 * margin) / columns, (A4.height - 2 * margin) / rows
    return Sheet(words, A4, columns, rows, width, height, margin, margin, padding=padding)


@dataclass(frozen=True, slots=True)
class Roll:
    """Labels on a roll, one after the other, in mm; `padding` is kept free of print."""

    words: str
    width: float
    height: float
    padding: float = 2

    @property
    def places(self) -> int:
        """Labels on one page of a PDF."""
        return 1

    def spot(self, _place: int) -> Spot:
        """The label: all of it."""
        return Spot(0, 0, self.width, self.height, self.padding)

    @property
    def paper(self) -> Paper:
        """One label is one page."""
        return Paper(self.width, self.height)


Onto = Sheet | Roll
DEFAULT = "a4-24"
# What the makers of the sheets publish (Avery L7159, L7160, L7163, L7651, 5160, and those made alike): size, pitch and margins.
# What a row is narrower than its paper is halved to the left and the right.
SHEETS: dict[str, Sheet] = {
    DEFAULT: even(3, 8, words="A4, 24 of 70 × 37 mm, no margins"),
    "a4-24-gaps": Sheet("A4, 24 of 63.5 × 33.9 mm (L7159)", A4, 3, 8, 63.5, 33.9, 7.25, 12.9, 2.5, padding=3),
    "a4-21": Sheet("A4, 21 of 63.5 × 38.1 mm (L7160)", A4, 3, 7, 63.5, 38.1, 7.25, 15.15, 2.5, padding=3),
    "a4-14": Sheet("A4, 14 of 99.1 × 38.1 mm (L7163)", A4, 2, 7, 99.1, 38.1, 4.65, 15.15, 2.5, padding=3),
    "a4-65": Sheet("A4, 65 of 38.1 × 21.2 mm (L7651)", A4, 5, 13, 38.1, 21.2, 4.75, 10.7, 2.5, padding=1.5),
    "a4-cut": Sheet("A4 paper to cut, 24 of 66 × 35 mm", A4, 3, 8, 66, 35, 6, 8.5, padding=3, cut=True),
    "letter-30": Sheet("US Letter, 30 of 2⅝ × 1 in (5160)", LETTER, 3, 10, 66.675, 25.4, 4.7625, 12.7, 3.175, padding=2),
}
ROLLS: dict[str, Roll] = {
    "roll-102x152": Roll("Roll, 102 × 152 mm (4 × 6 in)", 101.6, 152.4, padding=4),
    "roll-76x51": Roll("Roll, 76 × 51 mm (3 × 2 in)", 76.2, 50.8, padding=2.5),
    "roll-57x32": Roll("Roll, 57 × 32 mm (2¼ × 1¼ in)", 57.15, 31.75, padding=2),
}
ONTO: dict[str, Onto] = {**SHEETS, **ROLLS}


@dataclass(frozen=True, slots=True)
class Dots:
    """The dots of a printer. A printer that is sold as one of 203 dpi has 8 dots a mm."""

    dpi: int
    per_mm: float

    def whole(self, mm: float) -> int:
        """The dots that fit into mm."""
        return int(mm * self.per_mm + 1e-6)

    @property
    def points(self) -> float:
        """The points of a dot, as PDF measures."""
        return 72 / MM_PER_INCH / self.per_mm


RESOLUTIONS: dict[int, Dots] = {203: Dots(203, 8), 300: Dots(300, 300 / MM_PER_INCH)}
FINEST = RESOLUTIONS[300]


class Bars(StrEnum):
    """Which barcodes are drawn: all of one sheet are bars, or all are square."""

    AUTO = "auto"
    BARS = "bars"
    MATRIX = "matrix"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which labels of a group: those with these words in code or name, and between two codes, both included."""

    words: str = ""
    first: str = ""
    last: str = ""

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return not (self.words or self.first or self.last)

    @property
    def is_range(self) -> bool:
        """Whether a first or a last one is named."""
        return bool(self.first or self.last)


@lru_cache(maxsize=4096)
def in_order(code: str) -> tuple[tuple[int, int, str], ...]:
    """What sorts codes as people do: `A-2` before `A-10`, capitals like small letters."""
    parts = _DIGITS.split(code.casefold())
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part)


def check_range(chosen: Chosen) -> None:
    """Raise BadRequest for a range that runs backwards."""
    if chosen.first and chosen.last and in_order(chosen.first) > in_order(chosen.last):
        raise BadRequest(f"Expected a range from the first to the last, got {chosen.first} to {chosen.last}: swap them.", "last")


def lies_in(chosen: Chosen, code: str) -> bool:
    """Whether a code lies between the first and the last one; one that is not named is no limit."""
    place = in_order(code)
    return (not chosen.first or in_order(chosen.first) <= place) and (not chosen.last or place <= in_order(chosen.last))


def has_words(chosen: Chosen, *texts: str) -> bool:
    """Whether each of the words that are looked for is in one of these texts."""
    return all(any(word in text.casefold() for text in texts) for word in chosen.words.casefold().split())


def too_many(labels: int, copies: int) -> str:
    """Why so many are not printed at once, in words; empty where they are."""
    if labels * copies <= MOST_LABELS:
        return ""
    return f"Expected at most {MOST_LABELS:,} labels at once, got {labels * copies:,}. Choose a range, or fewer copies."


def check_amount(labels: int, copies: int) -> None:
    """Raise BadRequest for more than is printed at once."""
    if words := too_many(labels, copies):
        raise BadRequest(words, "copies")


def pages(labels: int, onto: Onto, free: int = 1) -> int:
    """Sheets that so many labels fill, from the first free place on."""
    return -(-(labels + free - 1) // onto.places) if labels else 0


def amount(labels: int, onto: Onto, free: int = 1) -> str:
    """`72 labels, 3 sheets`; on a roll the labels alone."""
    said = f"{labels:,} {'label' if labels == 1 else 'labels'}"
    if isinstance(onto, Roll):
        return said
    sheets = pages(labels, onto, free)
    return f"{said}, {sheets:,} {'sheet' if sheets == 1 else 'sheets'}"


def check_free(free: int, onto: Onto) -> None:
    """Raise BadRequest for a first free label that the sheet does not have."""
    if not 1 <= free <= onto.places:
        raise BadRequest(f"Expected a first free label from 1 to {onto.places} on this sheet, got {free}.", "free")
