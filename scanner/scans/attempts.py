"""What a scan, or a yes to held scans, brings: the goods of all its labels and their unique numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.codes.reading import Code, parse_code
from scanner.scans import held, ledger
from scanner.scans.decision import Mark
from scanner.scans.goods import Goods, Spot, check_units, marks_of, times_of
from scanner.scans.held import Waiting
from scanner.scans.reader import read_goods
from scanner.scans.workflow import Attempt


@dataclass(frozen=True, slots=True)
class Brought:
    """The goods of a scan, an entry an item. `code` is how its label was read, of a yes the last label.

    `seen`: one of its unique numbers came in before. `waits`: it waits for an answer.
    """

    code: Code
    goods: tuple[Goods, ...] = ()
    marks: tuple[Mark, ...] = ()
    seen: bool = False
    waits: bool = False
    times: int = 1  # how many times it counts what exists once

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
        return replace(brought, seen=_came(session, brought.marks), waits=waits)
    each = [_held(session, waiting, today) for waiting in attempt.yes_to]
    if attempt.request.location is not None:  # the yes itself says where they go
        each = [replace(one, goods=tuple(replace(goods, spots=()) for goods in one.goods)) for one in each]
    marks = tuple(dict.fromkeys(mark for one in each for mark in one.marks))
    return Brought(each[-1].code, _together(goods for one in each for goods in one.goods), marks, _came(session, marks))


def with_waiting(session: Session, task_id: int, attempt: Attempt, goods: tuple[Goods, ...]) -> tuple[Goods, ...]:
    """The goods with what waits of them already, of the same person on the same device."""
    waiting = held.units_waiting(session, task_id, attempt.request)
    return tuple(replace(each, waiting=waiting.get(each.item_id, ())) for each in goods)


def whose(session: Session, attempt: Attempt) -> int:
    """The person in whose hand the goods are: of a code that is linked later, the one who scanned it."""
    scanned = ledger.get_scan(session, attempt.links) if attempt.links is not None else None
    return scanned.operator_id if scanned else attempt.request.operator_id


def _one(session: Session, code: Code, quantity: int, today: date) -> Brought:
    read = read_goods(session, code, quantity)
    past = read.code.expiry is not None and read.code.expiry < today
    goods = tuple(replace(each, expired=each.units if past else 0) for each in read.goods)
    if goods:
        check_units(sum(each.units for each in goods))
    return Brought(read.code, goods, marks_of(read.code), times=times_of(read.code, quantity))


def _held(session: Session, waiting: Waiting, today: date) -> Brought:
    """What a held scan brings: the item and the units that it was held with, whatever its barcode stands for by now."""
    code = parse_code(waiting.code)
    if waiting.item_id is None:
        brought = _one(session, code, waiting.quantity, today)
        return replace(brought, goods=tuple(replace(g, spots=(Spot(waiting.place, g.units, g.expired),)) for g in brought.goods))
    content = catalogue.content_of_item(session, waiting.item_id, waiting.units)
    expired = waiting.units if waiting.expiry is not None and waiting.expiry < today else 0
    goods = Goods(
        item_id=content.item_id, sku=content.sku, name=content.name, units=waiting.units, parts=content.parts, expired=expired,
        spots=(Spot(waiting.place, waiting.units, expired),),
    )  # fmt: skip
    return Brought(code, (goods,), marks_of(code))


def _came(session: Session, marks: Iterable[Mark]) -> bool:
    return any(ledger.seen(session, mark) for mark in marks)


def _together(goods: Iterable[Goods]) -> tuple[Goods, ...]:
    """The goods with an entry an item."""
    found: dict[int, Goods] = {}
    for each in goods:
        before = found.get(each.item_id)
        found[each.item_id] = (
            replace(
                before, units=before.units + each.units, expired=before.expired + each.expired, spots=before.spots + each.spots
            )
            if before
            else each
        )
    return tuple(found.values())
