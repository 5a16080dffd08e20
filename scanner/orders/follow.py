"""What scans do to orders: they pack, note what is missing, and ship. The shop is told."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from scanner.orders import rest, store
from scanner.orders.intake.telling import SHIPPED, SHORT, tell
from scanner.orders.scanned import Packs, Ships, ShortPicked
from scanner.orders.store import ShortRow
from scanner.scans.workflow import Carrier, Follower, Recorded


def _pack(session: Session, packs: Packs, recorded: Recorded) -> None:
    store.add_packed(session, recorded.seq, packs.counts)


def _note_short(session: Session, short: ShortPicked, recorded: Recorded) -> None:
    rows = [ShortRow(each.line_id, short.location_id, each.units, short.why.value) for each in short.counts]
    store.add_short(session, recorded.seq, rows)
    _tell_of_short(session, rows, recorded)


def _tell_of_short(session: Session, rows: list[ShortRow], recorded: Recorded) -> None:
    """Tell the shops of all orders that lack something: a cart has several."""
    for task_id in store.orders_of_lines(session, [row.line_id for row in rows]):
        tell(session, SHORT, task_id, recorded.seq, recorded.attempt.now)


def _ship(session: Session, ships: Ships, recorded: Recorded) -> None:
    task_id, at = recorded.task.id, recorded.attempt.now
    store.mark_shipped(session, task_id, recorded.attempt.happened_at)
    back_order = rest.keep(session, task_id, at) if ships.rest else None
    tell(session, SHIPPED, task_id, recorded.seq, at, back_order=back_order)


def _take_back(session: Session, scan_seq: int, recorded: Recorded) -> None:
    """Take out of the parcel again what a scan put in, and what it noted as missing."""
    packed = store.packed_by(session, scan_seq)
    store.add_packed(session, recorded.seq, [replace(each, units=-each.units) for each in packed])
    short = store.short_by(session, scan_seq)
    store.add_short(session, recorded.seq, [row._replace(units=-row.units) for row in short])
    if short:
        _tell_of_short(session, short, recorded)


FOLLOWER = Follower(
    carries=(
        Carrier(Packs, _pack),
        Carrier(ShortPicked, _note_short),
        Carrier(Ships, _ship),
    ),
    takes_back=_take_back,
)
