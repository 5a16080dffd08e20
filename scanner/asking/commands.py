"""What a label of a command is for: where it is scanned."""

from __future__ import annotations

from sqlmodel import Session

from scanner.asking.answer import Answer, AnswerKind, AskedTask
from scanner.catalogue import store as catalogue
from scanner.codes.commands import find_taken_over, works_on
from scanner.moves import KIND, MOVES
from scanner.people.rules import OperatorView, Right
from scanner.scans import carts
from scanner.words import shortened


def of_command(session: Session, label: str, by: OperatorView) -> Answer:
    """The answer to a label that says what to do. A hand is taken over on the task of moves."""
    if cart_code := find_taken_over(label):
        return _of_hand(session, label, cart_code, by)
    return Answer(
        kind=AnswerKind.UNKNOWN, code=label, words=f"Open {works_on(label) or 'a task'} first, then scan {shortened(label)}."
    )


def _of_hand(session: Session, label: str, cart_code: str, by: OperatorView) -> Answer:
    cart = catalogue.find_location(session, cart_code)
    holder = carts.holder_of(session, cart.id) if cart else None
    if holder is None:
        return Answer(kind=AnswerKind.UNKNOWN, code=label, words=f"{shortened(cart_code)} is nobody's cart.")
    words = f"{shortened(label)} takes over all that {shortened(holder.name)} has in hand: scan it on {MOVES}."
    moves = AskedTask(reference=MOVES, kind=KIND, may=by.may(Right.MOVE))
    return Answer(kind=AnswerKind.TASK, code=label, tasks=(moves,), words=words)
