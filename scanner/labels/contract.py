"""Which labels are asked for, onto what, and which barcode."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from scanner.labels.rules import DEFAULT, MOST_COPIES, ONTO, RESOLUTIONS, ROLLS, Bars, Chosen, Dots, Onto, Roll
from scanner.labels.symbols import Symbology
from scanner.web.contract import Answer, Body
from scanner.web.field_types import Between, Search, WholeNumber, WholeNumberOrNone, YesNo

MOST_PAGES = 10_000
LONGEST_CODE = 80


def _code(value: Any) -> str:
    code = value or ""
    if not 0 < len(code) <= LONGEST_CODE:
        raise ValueError(f"Expected a code of 1 to {LONGEST_CODE} characters, got {len(code)}.")
    return str(code)


def _symbology(value: Any) -> Symbology | None:
    try:
        return Symbology(value) if value else None
    except ValueError:
        raise ValueError(f"Expected one of {', '.join(Symbology)}, got {value!r}.") from None


def _copies(value: int) -> int:
    if not 1 <= value <= MOST_COPIES:
        raise ValueError(f"Expected 1 to {MOST_COPIES} copies of each label, got {value:,}.")
    return value


def _onto(value: Any) -> str:
    if value not in ONTO:
        raise ValueError(f"Expected one of {', '.join(ONTO)}, got {str(value)[:40]!r}.")
    return str(value)


def _dpi(value: int) -> int:
    if value not in RESOLUTIONS:
        raise ValueError(f"Expected {' or '.join(map(str, RESOLUTIONS))} dpi, got {value}.")
    return value


OntoName = Annotated[str, BeforeValidator(_onto)]
"""The name of a sheet or of a roll."""
Dpi = Annotated[WholeNumber, AfterValidator(_dpi)]
"""Dots an inch of a label printer."""


class PageOfLabels(Body):
    """Labels of a group, and the number of the sheet, from 1; `all`: those of every sheet.

    `q` is in code or name; `first` and `last` are the ends of a range; `code` is one label, `one` the first of what is asked for.
    """

    group: Search
    page: Annotated[WholeNumber, AfterValidator(lambda page: max(1, min(page, MOST_PAGES)))] = 1
    code: Search = ""
    q: Search = ""
    first: Search = ""
    last: Search = ""
    all: YesNo = False
    one: YesNo = False
    copies: Annotated[WholeNumber, AfterValidator(_copies)] = 1
    onto: OntoName = DEFAULT
    free: Annotated[int, Between(1, 100)] = 1
    dpi: Dpi = 203
    bars: Bars = Bars.AUTO

    @property
    def chosen(self) -> Chosen:
        """Which of the group."""
        return Chosen(self.q.strip(), self.first.strip(), self.last.strip())

    @property
    def kind(self) -> Onto:
        """What they are printed onto."""
        return ONTO[self.onto]

    @property
    def is_roll(self) -> bool:
        """Whether a label printer prints them."""
        return self.onto in ROLLS

    @property
    def roll(self) -> Roll | None:
        """The roll, where it is one."""
        return ROLLS.get(self.onto)

    @property
    def dots(self) -> Dots:
        """A sheet is printed by a printer of paper, whose dots are finer than those that bars are made of."""
        return RESOLUTIONS[self.dpi if self.is_roll else 300]


class LabelsToPrint(PageOfLabels):
    """The same, onto the roll of a printer of the shop; where no printer is named, on the only one. `back`: where to go then."""

    printer: WholeNumberOrNone = None
    back: Search = ""


class PrintedAnswer(Answer):
    """What was sent to a printer, in words."""

    message: str


class BarcodeToDraw(Body):
    """What a barcode says, and its symbology; None: the one that suits it."""

    code: Annotated[str, BeforeValidator(_code)]
    symbology: Annotated[Symbology | None, BeforeValidator(_symbology)] = None
