"""What a scan does to a cart of orders: a tote is given to an order, or taken back."""

from __future__ import annotations

from sqlmodel import Session

from scanner.orders.carts import store
from scanner.orders.carts.scanned import GivenTote
from scanner.scans.workflow import Carrier, Follower, Recorded


def _give(session: Session, given: GivenTote, _recorded: Recorded) -> None:
    if given.label is None:
        store.take_tote(session, given.cart_id, given.order_id)
    else:
        store.give_tote(session, given.cart_id, given.order_id, given.label)


FOLLOWER = Follower(carries=(Carrier(GivenTote, _give),))
