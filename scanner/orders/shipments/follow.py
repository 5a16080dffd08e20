"""What follows from a shipment that nobody scanned: its units are in a parcel, and the order is shipped once all are."""

from __future__ import annotations

from sqlmodel import Session

from scanner.orders.intake.telling import SHIPPED, tell
from scanner.orders.shipments import store
from scanner.orders.shipments.rules import Sent
from scanner.scans.workflow import Carrier, Follower, Recorded


def _send(session: Session, sent: Sent, recorded: Recorded) -> None:
    store.add_gone(session, recorded.seq, sent.counts)
    if sent.ends:
        store.ship(session, recorded.task.id, recorded.attempt.happened_at)
        tell(session, SHIPPED, recorded.task.id, recorded.seq, recorded.attempt.now, back_order=None)


FOLLOWER = Follower(carries=(Carrier(Sent, _send),))
