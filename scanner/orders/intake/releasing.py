"""What an order wants no more of is taken off its lines at once. It stays where picked goods stand, free, to be put away.

Each item is a scan of the order's task that the server makes in the name of who sent the version.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Final
from uuid import uuid4

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.codes.commands import Command
from scanner.db.bulk import update_all
from scanner.orders import KIND
from scanner.orders import store as orders
from scanner.orders.intake import store
from scanner.orders.intake.rules import Picked, Released, release
from scanner.orders.intake.store import TooMuch
from scanner.orders.nobody import by_file
from scanner.scans.decision import Count, TaskState, accept
from scanner.scans.record import record_correction
from scanner.scans.request import ScanRequest, Source
from scanner.scans.result import ItemName, Reason
from scanner.scans.tasks import TaskRow, name_of

DEVICE: Final = "orders"
"""No person's device has this name, so nobody undoes such a scan by accident."""


def release_too_much(
    session: Session, task_ids: Collection[int], closed: Collection[int], operator_id: int | None, now: datetime
) -> None:
    """Take off the lines of these open tasks what is picked beyond what they want: all of it of those `closed`, which are
    cancelled, or shipped without a scan.

    The tasks must be held. What a shop sent without a scan is gone: its line stays, and wants at least that.
    """
    lines = store.picked_lines(session, task_ids) if task_ids else []
    update_all(session, store.line, [{"id": row.line_id, "expected": row.gone} for row in lines if row.gone > row.expected])
    found = [(row, release(_picked(row), closed=row.task_id in closed)) for row in lines]
    too_much = [each for each in found if each[1].units or each[1].packed]
    names: dict[int, ItemName] = {}
    for (task_id, item_id), mine in groupby(too_much, lambda each: (each[0].task_id, each[0].item_id)):
        if item_id not in names:
            said = catalogue.names_of(session, item_id, None)
            names[item_id] = ItemName(said.sku or "", said.name or "")
        _record(session, task_id, item_id, names[item_id], list(mine), operator_id or by_file(session), now)


def _picked(row: TooMuch) -> Picked:
    return Picked(expected=row.expected, scanned=row.scanned, gone=row.gone, packed=row.packed)


def _record(
    session: Session, task_id: int, item_id: int, item: ItemName, lines: list[tuple[TooMuch, Released]], operator_id: int,
    now: datetime,
) -> None:  # fmt: skip
    reference = name_of(session, task_id).reference
    units = sum(released.units for _, released in lines)
    request = ScanRequest(
        id=uuid4(), task=reference, code=Command.RELEASE, source=Source.API, scanned_at=now, operator_id=operator_id,
        device=DEVICE,
    )  # fmt: skip
    words = f"{item.name}: {units:,} picked and not wanted any more. Put it away with MOVES."
    if not units:
        out = sum(released.packed for _, released in lines)
        words = f"{item.name}: wanted again. {out:,} that came off before {'is' if out == 1 else 'are'} in the parcel no more."
    decision = replace(
        accept(Reason.UNDONE, words, -units), item_id=item_id, item=item,
        counts=tuple(Count(row.line_id, -released.units) for row, released in lines if released.units),
    )  # fmt: skip
    task = TaskRow(task_id, reference, KIND, TaskState.OPEN)
    seq = record_correction(session, task, request, decision, now)
    orders.add_packed(session, seq, [Count(row.line_id, -released.packed) for row, released in lines if released.packed])
