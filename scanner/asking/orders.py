"""Which order a tote is of, and how an order ended."""

from __future__ import annotations

from sqlmodel import Session

from scanner.asking.answer import Answer, AnswerKind, AskedTask
from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import LocationKind
from scanner.orders import KIND
from scanner.orders import store as parcels
from scanner.orders.carts import facts
from scanner.orders.carts import store as carts
from scanner.scans import tasks
from scanner.scans.decision import TaskState


def of_tote(session: Session, label: str) -> Answer:
    """Who uses a tote: an order, on its cart; or goods in it that are to be put back; or nobody."""
    if user := carts.user_of(session, label):
        last = carts.last_use_of(session, label)
        cart = tasks.name_of(session, last.cart_id) if last else None
        on = f" It was brought on the cart {cart.reference}." if cart else ""
        return Answer(kind=AnswerKind.TASK, code=label, tasks=(_order_of(user),), words=f"{label} holds {user}.{on}")
    if full := facts.left_in(session, label):
        packing = catalogue.standard_places(session)[LocationKind.PACKING].code
        words = f"{label} is at {packing} with goods of {full[0].reference} to put back: put them away with MOVES."
        state = TaskState.OPEN if full[0].is_open else TaskState.FINISHED
        return Answer(kind=AnswerKind.TASK, code=label, tasks=(_order_of(full[0].reference, state),), words=words)
    return Answer(kind=AnswerKind.TASK, code=label, words=f"{label} is a tote, and free.")


def _order_of(reference: str, state: str = TaskState.OPEN) -> AskedTask:
    return AskedTask(reference=reference, kind=KIND, state=state)


def how_it_ended(session: Session, task: AskedTask) -> str:
    """`SO-1 is shipped.`; empty for any other task than an order that is over."""
    if task.kind != KIND or task.state == TaskState.OPEN:
        return ""
    row = tasks.get_task(session, task.reference)
    return f"{task.reference} is {parcels.order_of(session, row.id).ended}." if row else ""
