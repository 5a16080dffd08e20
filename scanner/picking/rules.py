"""The rules of picking: goods taken from a shelf, and goods that were not there.

The answer never says what the record has: the picker may count that shelf next.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from scanner.catalogue.locations import SELLABLE, Place
from scanner.codes.commands import FINISHING, PREFIX
from scanner.codes.reading import Code
from scanner.discrepancies.rules import DiscrepancyKind
from scanner.scans.decision import Decision, Doubt, MissedAt, Opened, accept, hold_goods, refuse
from scanner.scans.goods import Goods, moves, no_command, waits, what_exists_once
from scanner.scans.result import Reason
from scanner.words import shortened, units_wait


class PickTask(StrEnum):
    """The two tasks of picking, which never end. Scanning the label of one leads to it from the other."""

    PICKS = "PICKS"
    SHORT_PICKS = "SHORT-PICKS"


MOST_UNASKED = 100
"""A larger quantity has to be confirmed: it is likely a mistake. The stock on record must not decide, since a picker may also
count.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PickScan:
    """What the rules know of one scan on a task of picking."""

    task: str
    code: Code
    customer: Place
    here: Place | None = None  # the shelf whose label was scanned last
    label: Place | None = None  # a shelf whose label is scanned now
    labelled: str | None = None  # the task of picking whose label is scanned now
    goods: tuple[Goods, ...] = ()  # of the scanned code
    available: tuple[tuple[int, int], ...] = ()  # (item id, units on record at the shelf); for short picks
    owner: str = ""  # of discrepancies at the shelf
    typed: int = 1  # the quantity that a person gave with the scan
    confirmed: bool = False  # a person said yes to the held scan


def decide(scan: PickScan) -> Decision:
    """Decide a scan on a task of picking."""
    decision = _decide(scan)
    about = scan.goods[0] if len(scan.goods) == 1 else None
    return replace(
        decision, here=decision.here or scan.here, item_id=about.item_id if about else None, item=about.named if about else None
    )  # fmt: skip


def _decide(scan: PickScan) -> Decision:
    if scan.labelled:
        return replace(accept(Reason.LOCATED, _going_on(scan.labelled)), opens=scan.labelled)
    if scan.code.command in FINISHING:
        return _refused("There is nothing to finish: this list never ends.")
    if scan.label:
        return _locate(scan.label)
    if not scan.goods:
        return _no_goods(scan.code)
    if len(scan.goods) > 1:
        return _refused(f"{what_exists_once(scan.code)} has several items in it: scan each item.")
    return _goods(scan, scan.goods[0])


def _goods(scan: PickScan, goods: Goods) -> Decision:
    if scan.here is None:
        return _refused(f"{goods.name}: scan the label of the shelf first.")
    if scan.here.kind not in SELLABLE:
        return _refused(f"{scan.here.code} is not a shelf to pick from. Scan the label of a shelf.")
    if scan.typed > MOST_UNASKED and not scan.confirmed:
        wait = waits((goods,), Doubt.LARGE)
        words = f"{scan.typed:,} times {goods.name} is a lot. {units_wait(wait)}. Is that right?"
        return hold_goods(Reason.OVER, Doubt.LARGE, words, units=goods.units, waits=wait)
    return _short(scan, goods, scan.here) if scan.task == PickTask.SHORT_PICKS else _pick(scan, goods, scan.here)


def _going_on(task: str) -> str:
    return "What you scan now could not be picked." if task == PickTask.SHORT_PICKS else "What you scan now is picked."


def _refused(message: str) -> Decision:
    return refuse(Reason.UNEXPECTED, message)


def _locate(label: Place) -> Decision:
    if label.kind not in SELLABLE:
        return _refused(f"{label.code} is not a shelf to pick from. Scan the label of a shelf.")
    return replace(accept(Reason.LOCATED, f"You are at {label.code}. Scan the item."), here=label)


def _no_goods(code: Code) -> Decision:
    shown = shortened(code.key)
    if code.key.upper().startswith(PREFIX):
        return _refused(no_command(code))
    return refuse(Reason.UNKNOWN, f"No item has the code {shown}. Nothing was recorded: go on, and link it later.")


def _pick(scan: PickScan, goods: Goods, here: Place) -> Decision:
    picked = accept(Reason.PICKED, f"{goods.name}: {goods.units:,} picked from {here.code}.", goods.units)
    return replace(picked, moves=tuple(moves(goods, here.id, scan.customer.id)))


def _short(scan: PickScan, goods: Goods, here: Place) -> Decision:
    """Note a short pick. The discrepancy is of the units on record; the answer is the same without any."""
    available = dict(scan.available)
    short = [(item_id, min(units, available.get(item_id, 0))) for item_id, units in goods.contents]
    opened = tuple(
        Opened(kind=DiscrepancyKind.SHORT_PICK, item_id=item_id, units=units, location_id=here.id, owner=scan.owner)
        for item_id, units in short
        if units > 0
    )
    missed = tuple(MissedAt(item_id, here.id) for item_id, _ in goods.contents)
    noted = accept(Reason.SHORT, f"{goods.name}: noted as not at {here.code}. It will be counted.", goods.units)
    return replace(noted, effects=opened + missed)
