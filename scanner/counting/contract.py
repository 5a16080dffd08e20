"""What programs, planners and supervisors send of counts, and what they are told."""

from __future__ import annotations

from typing import Annotated, Literal

from scanner.web.answers import SavedAnswer
from scanner.web.contract import Body
from scanner.web.field_types import Money, Percent, Printable, Seq, WholeNumber, WholeNumberOrNone

Code = Annotated[str, Printable(64)]


class SectionForm(Body):
    """A section to count."""

    section: Code


class CountToStart(SectionForm):
    """A count of a section."""

    kind: Literal["count"]


class Owner(SectionForm):
    """Who answers for a section; empty: nobody but a supervisor."""

    owner: Annotated[str, Printable(120, least=0)] = ""


class PlaceOfSection(SectionForm):
    """The section that a location is counted with."""

    location: Code


class ClassPolicy(Body):
    """How often and how exactly a class is counted."""

    every_days: WholeNumber
    tolerance_units: WholeNumber
    tolerance_percent: Percent
    tolerance_value: Money


class Limits(Body):
    """Up to what value an adjustment needs no second person, and how long a line takes."""

    approval: Money
    seconds_a_line: WholeNumber
    minutes_a_day: WholeNumberOrNone = None


class PeriodAndCuts(Body):
    """What ABC classes are computed from: how many days back, and the shares of value where a class ends."""

    period_days: WholeNumber
    cut_a: Percent
    cut_b: Percent


class ClassesToApply(PeriodAndCuts):
    """The same, with the number of changes that the person was shown."""

    shown: WholeNumberOrNone = None


class Pin(Body):
    """The class that an item keeps; empty: it is computed again."""

    sku: Code
    abc_class: Annotated[str, Printable(1, least=0)] = ""


class Misplaced(Body):
    """The other discrepancy: the opposite variance of the same item."""

    other: Seq


class CountBegunAnswer(SavedAnswer):
    """The count that was started."""

    reference: str


class RecountAnswer(CountBegunAnswer):
    """The count that counts a variance again, and the number of the discrepancy."""

    id: int


class CountFinishedAnswer(CountBegunAnswer):
    """The state of the count, and the locations that nobody counted."""

    state: str
    uncounted: list[str]


class OwnerAnswer(SavedAnswer):
    """Who answers for a section now; empty: nobody but a supervisor."""

    section: str
    owner: str


class PlaceAnswer(SavedAnswer):
    """The section that a place is counted with now."""

    place: str
    section: str


class ClassAnswer(SavedAnswer):
    """The class that was changed."""

    abc_class: str


class ClassesAnswer(SavedAnswer):
    """How many items have another class now."""

    changed: int


class PinAnswer(SavedAnswer):
    """The class that an item keeps; null: it is computed again."""

    sku: str
    abc_class: str | None


class MovedAnswer(SavedAnswer):
    """The numbers of the two variances that one move settled."""

    id: int
    other: int
