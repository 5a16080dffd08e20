"""The word that a result's colour, sign, sound and buzz go by."""

from __future__ import annotations

from typing import Protocol

from scanner.scans.result import ItemName, LineCount, Outcome, Reason


class Ended(Protocol):
    """What every scan's end is known by; a ScanResult and a row of the history both are one."""

    @property
    def outcome(self) -> str:
        """accepted, held or refused."""

    @property
    def reason(self) -> str:
        """Why."""

    @property
    def units(self) -> int:
        """What it stands for."""


_SAME_WORD = {Reason.COMPLETE, Reason.LOCATED, Reason.UNDONE}


def signal_of(scan: Ended | None) -> str:
    """ready, counted, complete, held, duplicate, refused, located, undone or finished."""
    if scan is None:
        return "ready"
    if scan.outcome == Outcome.HELD:
        return "held"
    if scan.outcome == Outcome.REFUSED:
        return "duplicate" if scan.reason == Reason.DUPLICATE else "refused"
    if scan.reason in (Reason.COMPLETE, Reason.SHORT) and scan.units == 0:
        return "finished"
    return str(scan.reason) if scan.reason in _SAME_WORD else "counted"


def without_name(message: str, item: ItemName | None) -> str:
    """The message without the item's name in front, for where the name stands above it in large letters."""
    if item is None or not message.startswith(item.name):
        return message
    rest = message[len(item.name) :].lstrip(":, ")
    return rest[:1].upper() + rest[1:]


def without_count(words: str, line: LineCount | None) -> str:
    """The words without how far the item is in front, for where that stands beside them in large digits."""
    return words.removeprefix(f"{line.scanned:,} of {line.expected:,}. ") if line and line.expected else words
