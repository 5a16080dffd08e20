"""Undo of a move: the goods go back one step, if they are there still."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import LocationKind
from scanner.moves import facts, store
from scanner.moves.handed import told, untold
from scanner.moves.putting import GRADED_BEFORE, SECOND_GRADE
from scanner.scans import below, carts, ledger
from scanner.scans.decision import Decision, Move, accept, refuse
from scanner.scans.ledger import StoredScan
from scanner.scans.result import Reason, item_name
from scanner.scans.tasks import TaskRow
from scanner.scans.workflow import Attempt
from scanner.words import plural

IN_HAND_AGAIN = "in your hand again"
"""In the words of an undo after which the person holds the goods again."""


def undo(session: Session, task: TaskRow, attempt: Attempt, undone: StoredScan) -> Decision:
    """Take a scan of moves back. What others took out of the person's hand meanwhile is said first."""
    request = attempt.request
    return told(_undo(session, attempt, undone), untold(session, task.id, request.operator_id, request.device))


def _undo(session: Session, attempt: Attempt, undone: StoredScan) -> Decision:
    """Nothing is taken from where it is not any more, by what the person may know of the record."""
    reverse = (Move(each.item_id, each.units, each.target_id, each.source_id) for each in ledger.moves_of(session, undone.seq))
    moves, found = below.find(session, reverse)
    hidden = attempt.hidden_places() if found else frozenset()
    lacking = [each for each in found if each.location_id not in hidden]  # no refusal tells what a hidden place has
    if lacking:
        where = _where(session, (each.location_id for each in lacking), attempt)
        words = f"That is not {where} any more, so it cannot be taken back. Scan where it is, and move it from there."
        return replace(refuse(Reason.UNDONE, words), here=attempt.here)
    if washed := _would_wash(session, moves, undone.seq):
        return replace(refuse(Reason.UNDONE, washed), here=attempt.here)
    names = catalogue.names_of(session, undone.item_id, None)
    about = f"{names.name}, {undone.units:,}" if names.name else plural(undone.units, "unit")
    where = f"{_where(session, (each.target_id for each in moves), attempt)} again" if moves else "not graded any more"
    return replace(
        accept(Reason.UNDONE, f"Taken back: {about} {where}.", -undone.units),
        here=attempt.here, item_id=undone.item_id, item=item_name(names.sku, names.name), moves=moves,
    )  # fmt: skip


def _would_wash(session: Session, moves: Iterable[Move], undone: int) -> str:
    """Why goods do not go back from a hand: others came into it meanwhile that are looked at first. Empty where they may.

    What the scan took has left the hand since, by another device or person; what is there now is of the same item, no more.
    """
    for each in moves:
        source, target = store.place(session, each.source_id), store.place(session, each.target_id)
        if source.kind != LocationKind.CART or target.kind not in GRADED_BEFORE:
            continue
        stood = [place.code for place in facts.came_from(session, source, [each.item_id]) if place.kind in SECOND_GRADE]
        if stood and store.left_after(session, source.id, each.item_id, undone):
            return f"What is in the hand now stood at {' and '.join(sorted(stood))}: scan where it goes."
    return ""


def _where(session: Session, location_ids: Iterable[int], attempt: Attempt) -> str:
    """`in your hand`, `in the hand of Theo`, `at A-01-1`."""
    return " and ".join(dict.fromkeys(_place(session, each, attempt) for each in location_ids))


def _place(session: Session, location_id: int, attempt: Attempt) -> str:
    holder = carts.holder_of(session, location_id)
    if holder is None:
        return f"at {catalogue.code_of(session, location_id)}"
    return "in your hand" if holder.operator_id == attempt.request.operator_id else f"in the hand of {holder.name}"
