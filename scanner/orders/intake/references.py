"""Numbers for the tasks of orders. A shop's number may mean something else here, or be no code at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, count
from typing import Final

from sqlmodel import Session

from scanner.codes.reading import barcode_key
from scanner.codes.totes import tote_of
from scanner.errors import BadRequest
from scanner.orders.intake.store import Key
from scanner.scans import meanings

LONGEST: Final = 64
NEVER: Final = frozenset({"PICKS", "SHORT-PICKS", "MOVES"})
"""Labels of tasks that are made when they are first asked for: nobody may have asked yet."""


def free_references(session: Session, keys: Iterable[Key]) -> dict[Key, str]:
    """A number for the task of each new order: the shop's own where it is free, else with the channel before it.

    Codes must be held (`meanings.hold_codes`).
    """
    keys = list(keys)
    owned = set(meanings.owners_of(session, {each for _, reference in keys for each in _spellings(reference)}))
    found: dict[Key, str] = {}
    given: set[str] = set()
    for channel, reference in keys:
        made = next(
            each for each in _candidates(channel, reference) if each not in given and _is_free(session, each, owned, reference)
        )
        found[channel, reference] = made
        given.add(made)
    return found


def _candidates(channel: str, reference: str) -> Iterator[str]:
    whole = f"{channel}/{reference}"
    scannable = (f"{whole[:58]}/{number}" for number in range(2, 1_000))
    return chain((reference, whole[:LONGEST]), scannable, (f"ORDER-{number:06}" for number in count(1)))


def _is_free(session: Session, wanted: str, owned: set[str], reference: str) -> bool:
    if wanted.upper() in NEVER or tote_of(wanted) or not meanings.scans_as(wanted):
        return False
    spellings = _spellings(wanted)
    return not owned & spellings if wanted == reference else not meanings.owners_of(session, spellings)


def _spellings(reference: str) -> set[str]:
    """How a scan of this number may be spelt: Caps Lock turns letters round, and a GTIN is looked up in 14 digits."""
    try:
        key = barcode_key(reference)
    except BadRequest:
        key = reference
    return {reference, reference.upper(), reference.lower(), reference.swapcase(), key}
