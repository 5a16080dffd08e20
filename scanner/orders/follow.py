"""What scans do to orders: they pack, note what is missing, and ship. The shop is told."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from sqlmodel import Session

from scanner.orders import rest, store
from scanner.orders.intake.telling import SHIPPED, SHORT, tell
from scanner.orders.scanned import Packs, Ships, ShortPicked
from scanner.orders.store import ShortRow
from scanner.scans.workflow import Carrier, Follower, Recorded


def _pack(session: Session, packs: Packs, recorded: Recorded) -> None:
    store.add_packed(session, recorded.seq, packs.counts)


def _note_short(session: Session, short: ShortPicked, recorded: Recorded, *, packs: bool) -> None:
    rows = [ShortRow(each.line_id, short.location_id, each.units, short.why.value) for each in short.counts]
    store.add_short(session, recorded.seq, rows)
    _tell_of_short(session, rows, recorded, packs=packs)


def _tell_of_short(session: Session, rows: list[ShortRow], recorded: Recorded, *, packs: bool) -> None:
    """Tell the shops of all orders that lack something: a cart has several."""
    for task_id in store.orders_of_lines(session, [row.line_id for row in rows]):
        tell(session, SHORT, task_id, recorded.seq, recorded.attempt.now, packs=packs)


def _ship(session: Session, ships: Ships, recorded: Recorded, *, packs: bool) -> None:
    task_id, at = recorded.task.id, recorded.attempt.now
    store.mark_shipped(session, task_id, recorded.attempt.happened_at)
    back_order = rest.keep(session, task_id, at) if ships.rest else None
    tell(session, SHIPPED, task_id, recorded.seq, at, packs=packs, back_order=back_order)


def _take_back(session: Session, scan_seq: int, recorded: Recorded, *, packs: bool) -> None:
    """Take out of the parcel again what a scan put in, and what it noted as missing."""
    packed = store.packed_by(session, scan_seq)
    store.add_packed(session, recorded.seq, [replace(each, units=-each.units) for each in packed])
    short = store.short_by(session, scan_seq)
    store.add_short(session, recorded.seq, [row._replace(units=-row.units) for row in short])
    if short:
        _tell_of_short(session, short, recorded, packs=packs)


def follower(*, packs: bool) -> Follower:
    """What scans do, for a shop where people pack by scans, or do not."""
    return Follower(
        carries=(
            Carrier(Packs, _pack),
            Carrier(ShortPicked, partial(_note_short, packs=packs)),
            Carrier(Ships, partial(_ship, packs=packs)),
        ),
        takes_back=partial(_take_back, packs=packs),
    )


FOLLOWER = follower(packs=True)
