"""The labels of moves."""

from __future__ import annotations

from sqlmodel import Session

from scanner.codes.commands import Command, take_over_code
from scanner.codes.labels import Label
from scanner.moves import MOVES, store

COMMANDS = (
    Label(MOVES, "Put away, move", "What is scanned next goes from a place to a place"),
    Label(Command.SENT.value, "Sent back", "What is in hand, out of VENDOR, went back to its vendor"),
)


def hands(session: Session) -> list[Label]:
    """Of everybody who ever took goods in hand: the label of the cart, and the one that takes over all that is on it."""
    return [
        label
        for cart in store.carts(session)
        for label in (
            Label(cart.code, f"Cart of {cart.operator}", "Give to it with goods in hand; else take from it"),
            Label(take_over_code(cart.code), f"Take over from {cart.operator}", "All that is on the cart, at once"),
        )
    ]
