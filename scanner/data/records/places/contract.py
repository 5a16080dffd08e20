"""What is sent to make places, and answered."""

from __future__ import annotations

from scanner.data.records.places.rules import USUAL, Layout, Span
from scanner.web.answers import SavedAnswer
from scanner.web.contract import Answer, Body
from scanner.web.field_types import Words


class LayoutToMake(Body):
    """Aisles, bays and levels, from the first to the last of each."""

    aisle_first: Words = "A"
    aisle_last: Words = "D"
    bay_first: Words = "01"
    bay_last: Words = "08"
    level_first: Words = "1"
    level_last: Words = "3"
    pattern: Words = USUAL
    section: Words = "bay"

    def layout(self) -> Layout:
        """As the rules have it."""
        return Layout(
            Span(self.aisle_first, self.aisle_last), Span(self.bay_first, self.bay_last),
            Span(self.level_first, self.level_last), self.pattern, self.section,
        )  # fmt: skip


class PlacesAnswer(Answer):
    """What would be made."""

    summary: str
    places: int
    there: int


class MadeAnswer(SavedAnswer):
    """What was made, and the first and last of their codes. `number`: of the import that makes them, where that takes a while."""

    first: str
    last: str
    number: int = 0
