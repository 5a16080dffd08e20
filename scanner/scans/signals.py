"""The word that a result's colour, sign, sound and buzz go by."""

from __future__ import annotations

from typing import Protocol

from scanner.scans.result import BEYOND_RECORD, ELSEWHERE, NO_REASON_GIVEN, NOT_ON_ORDER, WRONG_SHELF, Outcome, Reason


class Ended(Protocol):
    """Anything with the outcome, reason, words and units of a scan: a ScanResult, a row of the history."""

    @property
    def outcome(self) -> str:
        """accepted, held or refused."""

    @property
    def reason(self) -> str:
        """Why."""

    @property
    def message(self) -> str:
        """What was said."""

    @property
    def units(self) -> int:
        """What it stands for."""


SIGNS = {
    "counted": "check",
    "complete": "checks",
    "over": "over",
    "held": "bang",
    "duplicate": "twice",
    "refused": "cross",
    "too-many": "toomany",
    "not-on-order": "nobox",
    "wrong-shelf": "elsewhere",
    "located": "pin",
    "undone": "undo",
    "finished": "flag",
    "ready": "scan",
}
"""The picture that goes with each word, the same everywhere: colour never has to say it alone."""

_SAID_YES_TO = {Reason.OVER, Reason.UNEXPECTED, Reason.EXPIRED}
_ENDS = {Reason.COMPLETE, Reason.SHORT, Reason.SHIPPED}
_SAME_WORD = {Reason.COMPLETE, Reason.LOCATED, Reason.UNDONE}
_DONE = {Reason.MOVED}


def signal_of(scan: Ended | None) -> str:
    """ready, counted, complete, over, held, duplicate, refused, located, undone or finished; of an order, also too-many,
    not-on-order or wrong-shelf.

    Over is what somebody said yes to, or a short pick: it counts, and is not as it should be.
    """
    if scan is None:
        return "ready"
    if scan.outcome != Outcome.ACCEPTED and scan.message.startswith(WRONG_SHELF):
        return "wrong-shelf"
    if scan.outcome == Outcome.HELD:
        return "held"
    if scan.outcome == Outcome.REFUSED:
        return _refusal(scan)
    if (
        BEYOND_RECORD in scan.message
        or NO_REASON_GIVEN in scan.message
        or (scan.reason == Reason.MOVED and ELSEWHERE in scan.message)
    ):
        return "over"
    if scan.reason == Reason.OVER and scan.units == 0:
        return "too-many"  # a yes of which nothing fits
    if scan.reason in _ENDS and scan.units == 0:
        return "finished"
    if scan.reason == Reason.SHORT_PICK or (scan.reason in _SAID_YES_TO and scan.units > 0):
        return "over"
    if scan.reason in _DONE:
        return "complete"
    return str(scan.reason) if scan.reason in _SAME_WORD else "counted"


def _refusal(scan: Ended) -> str:
    if scan.reason == Reason.DUPLICATE:
        return "duplicate"
    if scan.reason == Reason.OVER:
        return "too-many"
    return "not-on-order" if scan.message.startswith(NOT_ON_ORDER) else "refused"


def sign_of(scan: Ended | None) -> str:
    """The picture of a scan's end."""
    return SIGNS[signal_of(scan)]
