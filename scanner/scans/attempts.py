"""What a scan, or a yes to held scans, brings: the goods of all its labels and their unique numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session

from scanner.codes.reading import Code, parse_code
from scanner.scans import held, ledger
from scanner.scans.decision import Mark
from scanner.scans.goods import Goods, check_units, marks_of
from scanner.scans.reader import read_goods
from scanner.scans.workflow import Attempt


@dataclass(frozen=True, slots=True)
class Brought:
    """The goods of a scan, an entry an item. `code` is how its label was read, of a yes the last label.

    `seen`: one of its unique numbers came in before, or waits for a yes.
    """

    code: Code
    goods: tuple[Goods, ...] = ()
    marks: tuple[Mark, ...] = ()
    seen: bool = False

    @property
    def only(self) -> Goods | None:
        """The goods where they are of one item, else None."""
        return self.goods[0] if len(self.goods) == 1 else None


def brought_by(session: Session, task_id: int, attempt: Attempt) -> Brought:
    """Read what a scan brings. Where it says yes to held scans, what they all bring together."""
    today = attempt.now.astimezone().date()
    if not attempt.yes_to:
        brought = _one(session, attempt.code, attempt.quantity, today)
        waits = bool(brought.marks) and held.mark_waits(session, task_id, brought.code.key, brought.code.serial)
        return replace(brought, seen=waits or _came(session, brought.marks))
    each = [_one(session, parse_code(waiting.code), waiting.quantity, today) for waiting in attempt.yes_to]
    marks = tuple(dict.fromkeys(mark for one in each for mark in one.marks))
    return Brought(each[-1].code, _together(goods for one in each for goods in one.goods), marks, _came(session, marks))


def with_waiting(session: Session, task_id: int, attempt: Attempt, goods: tuple[Goods, ...]) -> tuple[Goods, ...]:
    """The goods with what waits of them already, of the same person on the same device."""
    waiting = held.units_waiting(session, task_id, attempt.request)
    return tuple(replace(each, waiting=waiting.get(each.item_id, ())) for each in goods)


def _one(session: Session, code: Code, quantity: int, today: date) -> Brought:
    read = read_goods(session, code, quantity)
    past = read.code.expiry is not None and read.code.expiry < today
    goods = tuple(replace(each, expired=each.units if past else 0) for each in read.goods)
    if goods:
        check_units(sum(each.units for each in goods))
    return Brought(read.code, goods, marks_of(read.code))


def _came(session: Session, marks: Iterable[Mark]) -> bool:
    return any(ledger.seen(session, mark) for mark in marks)


def _together(goods: Iterable[Goods]) -> tuple[Goods, ...]:
    """The goods with an entry an item."""
    found: dict[int, Goods] = {}
    for each in goods:
        before = found.get(each.item_id)
        found[each.item_id] = (
            replace(before, units=before.units + each.units, expired=before.expired + each.expired) if before else each
        )
    return tuple(found.values())
