"""What is listed in which order, whose a discrepancy is, and how sure a cause is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from scanner.discrepancies.rules import Cause, DiscrepancyKind, DiscrepancyState
from scanner.people.rules import OperatorView, Role

LOOKED_AT = 8
"""So many earlier ones say how sure a cause is."""
FEWEST = 3
"""Fewer say nothing."""
LACKING = frozenset(
    {
        DiscrepancyKind.SHORT, DiscrepancyKind.MISSING, DiscrepancyKind.MISSING_PART, DiscrepancyKind.SHORT_PICK,
        DiscrepancyKind.BELOW_ZERO,
    }
)  # fmt: skip
"""Kinds of which goods are too few: their value counts against the others in a net sum. A variance has a sign of its own."""
_OWNERS_OF_ROLES = {Role.SUPERVISOR: "supervisor", Role.SERVICE: "customer service"}


class Sort(StrEnum):
    """What comes first: the oldest, the largest value, or by item."""

    AGE = "age"
    VALUE = "value"
    ITEM = "item"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which discrepancies are listed, and in which order. None asks for all."""

    state: str | None = DiscrepancyState.OPEN
    kind: str | None = None
    owner: str | None = None
    cause: str | None = None
    section: str | None = None
    least_e4: int = 0  # of their value, whatever its sign
    owners: frozenset[str] | None = None  # in lower case: whose are mine
    but: frozenset[int] = frozenset()  # and are none of mine to settle
    sort: Sort = Sort.AGE


def owners_of(person: OperatorView) -> frozenset[str]:
    """The owners that stand for a person, in lower case: the name, and what the roles answer for."""
    of_roles = (words for role, words in _OWNERS_OF_ROLES.items() if role in person.roles)
    return frozenset({person.name.lower(), *of_roles})


@dataclass(frozen=True, slots=True)
class Sureness:
    """How many of the earlier ones had a cause."""

    cause: str
    times: int
    of: int

    @property
    def words(self) -> str:
        """How sure it is, and from what."""
        return f"{_sure(self.times, self.of)}: {self.times} of the last {self.of} of this kind here were: {self.cause}."


def sureness(earlier: Sequence[str]) -> tuple[Sureness, ...]:
    """By the causes of the earlier ones, the newest first: how sure each is, the surest first. Too few of them say nothing."""
    last = [cause for cause in earlier if cause][:LOOKED_AT]
    if len(last) < FEWEST:
        return ()
    order = sorted(set(last), key=lambda cause: (-last.count(cause), last.index(cause)))
    return tuple(Sureness(cause, last.count(cause), len(last)) for cause in order)


def proposed(found: Sequence[Sureness]) -> Sureness | None:
    """The cause to propose: the surest one that says something, and was that of half of them at least."""
    told = (each for each in found if each.cause != Cause.UNKNOWN and 2 * each.times >= each.of)
    return next(told, None)


def _sure(times: int, of: int) -> str:
    if 8 * times >= 7 * of:
        return "Very likely"
    return "Likely" if 2 * times >= of else "Perhaps"
