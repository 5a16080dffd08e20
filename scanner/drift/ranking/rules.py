"""What to count first, beside what is due: where a wrong record is likely and dear, and where the shelf may be empty.

Two lists, since one finds what the other misses: busy and costly items, and low records that nobody sells from any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import KW_ONLY, dataclass
from enum import StrEnum
from math import exp
from random import Random

ERRORS_A_MOVE = 0.004
"""q: errors a move of a class that was not counted yet."""
PRIOR_COUNTS = 2
"""A class counts for as much as so many counts of the record itself."""
TOO_HIGH = 0.5
"""Of wrong records, the share that says more than is there: pluses are about as frequent as minuses (Rekik 2019)."""
RANDOM_SHARE = 10
"""One minute of so many goes to sections drawn at random."""
MOST_GROWTH = 700.0  # of an exponent that a float holds


@dataclass(frozen=True, slots=True)
class Usual:
    """How records of a class go wrong. `days_between`: of its counts; `units_off`: of a wrong record, never net, 1 or more."""

    wrong_a_count: float
    units_off: float
    days_between: float
    wrong_a_move: float = ERRORS_A_MOVE


@dataclass(frozen=True, slots=True)
class Past:
    """The counts of a record: how many, how many found it wrong, and by how many units in all, never net."""

    counts: int = 0
    wrong: int = 0
    units_off: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """An item at a place, by the record. `moves` and `days`: since its last count; `sale_days`: share of the open days."""

    on_hand: int
    moves: int
    days: float
    past: Past
    usual: Usual
    _: KW_ONLY
    cost_e4: int = 0  # of a unit
    sale_days: float = 0.0
    streak: int = 0  # open days without a sale
    margin_until_delivery_e4: int = 0  # that an empty shelf loses


def chance_wrong(record: Record) -> float:
    """The chance that the record is wrong: by its moves, and by its age, counted in intervals of its class.

    1 − (1 − q)^moves × (1 − e·age), e shrunk to the class.
    """
    past, usual = record.past, record.usual
    a_count = (past.wrong + PRIOR_COUNTS * usual.wrong_a_count) / (past.counts + PRIOR_COUNTS)
    age = min(record.days / usual.days_between, 1.0)
    return 1 - (1 - usual.wrong_a_move) ** record.moves * (1 - a_count * age)


def units_off(record: Record) -> float:
    """By how many units the record is off where it is wrong, never net."""
    return (record.past.units_off + PRIOR_COUNTS * record.usual.units_off) / (record.past.wrong + PRIOR_COUNTS)


def value_at_stake_e4(record: Record) -> float:
    """What a count sets right on average, at cost."""
    return chance_wrong(record) * units_off(record) * record.cost_e4


def chance_empty(record: Record) -> float:
    """The chance that nothing is on the shelf, though it is on record: by how low the record is, and how long nothing was sold.

    Units off are spread geometrically. Where the shelf holds goods, a streak of n open days has the chance exp(-λ·n).
    """
    if record.on_hand <= 0:
        return 0.0
    as_much = (1 - 1 / max(units_off(record), 1.0)) ** (record.on_hand - 1)
    before = chance_wrong(record) * TOO_HIGH * as_much
    odds = before / (1 - before) * exp(min(record.sale_days * record.streak, MOST_GROWTH))
    return odds / (1 + odds)


def sales_at_stake_e4(record: Record) -> float:
    """What a count of an empty shelf saves on average until the next delivery."""
    return chance_empty(record) * record.margin_until_delivery_e4


class Why(StrEnum):
    """Why a section is on the plan."""

    DUE = "due"
    VALUE = "value"
    EMPTY = "empty"
    RANDOM = "random"


@dataclass(frozen=True, slots=True)
class Section:
    """What can be counted at once: the minutes that it takes, and the sums of what is at stake in it."""

    code: str
    minutes: int
    due: bool
    value_e4: float = 0.0
    sales_e4: float = 0.0


@dataclass(frozen=True, slots=True)
class Planned:
    """A section that is to be counted, and why."""

    code: str
    minutes: int
    why: Why


def fill(sections: Sequence[Section], minutes: int, draw: Random) -> list[Planned]:
    """Fill the minutes that people have: with what is due, then from the two lists in turn, the most for each minute first.

    A tenth on average goes to sections drawn at random from all, due or not, and before all others: accuracy is computed from
    those, since ranked ones are worse than the others. `sections`: what is due stands in the order in which it is to be counted.
    One that takes longer than a day has takes a whole day, or it would never be counted.
    """
    planned = _drawn(sections, minutes, draw)
    taken = {each.code for each in planned}
    left = minutes - sum(min(each.minutes, minutes) for each in planned)

    def take(candidates: Iterable[Section], why: Why) -> Iterator[Planned]:
        nonlocal left
        for section in candidates:
            needed = min(section.minutes, minutes)
            if section.code not in taken and 0 < needed <= left:
                taken.add(section.code)
                left -= needed
                yield Planned(section.code, section.minutes, why)

    planned += take((section for section in sections if section.due), Why.DUE)
    others = [section for section in sections if not section.due]
    queues = [
        take(_ranked(others, lambda section: section.value_e4), Why.VALUE),
        take(_ranked(others, lambda section: section.sales_e4), Why.EMPTY),
    ]
    while queues:
        queue = queues.pop(0)
        if (following := next(queue, None)) is not None:
            planned.append(following)
            queues.append(queue)
    return planned


def _drawn(sections: Sequence[Section], minutes: int, draw: Random) -> list[Planned]:
    """Sections at random: each with the same chance, whatever it takes, or accuracy would be that of small ones."""
    left = minutes
    chance = minutes / RANDOM_SHARE / max(sum(min(section.minutes, minutes) for section in sections), 1)
    planned: list[Planned] = []
    for section in draw.sample(sections, len(sections)):
        needed = min(section.minutes, minutes)
        if draw.random() < chance and 0 < needed <= left:
            planned.append(Planned(section.code, section.minutes, Why.RANDOM))
            left -= needed
    return planned


def _ranked(sections: Iterable[Section], stake: Callable[[Section], float]) -> list[Section]:
    worth = [section for section in sections if stake(section) > 0]
    return sorted(worth, key=lambda section: (-stake(section) / max(section.minutes, 1), section.code))
