"""What the page of a count says of the last scan. It never says what should be there."""

from __future__ import annotations

from scanner.codes.commands import Command
from scanner.scans import panel as panels
from scanner.scans.panel import Action, Big, Panel
from scanner.scans.result import Outcome, Reason, ScanResult
from scanner.words import signed


def panel_of(result: ScanResult | None, next_shelf: str = "") -> Panel:
    """The panel. `next_shelf` is where to walk, for the page that has no scan yet."""
    if result is None:
        words = "Then everything that is on it."
        return panels.ready(sign="pin", title="Scan a shelf", words=words, big=panels.place(next_shelf))
    return panels.after(
        result,
        words="Taken back" if panels.takes_back(result) and result.item else None,
        quiet=result.line is not None and result.reason == Reason.COUNTED and panels.accepted(result),
        big=_big(result),
        effect=[_effect(result)],
        action=_action(result),
    )


def _big(result: ScanResult) -> Big | None:
    if not panels.accepted(result):
        return None
    if result.reason == Reason.EMPTY:
        return panels.place("Nothing", f"at {result.location}")
    if result.line:
        return panels.number(result.line.scanned, f"at {result.location}")
    return panels.change(result.units) if result.units else None


def _effect(result: ScanResult) -> str:
    if result.outcome == Outcome.REFUSED:
        return "Not counted"
    return signed(result.units) if panels.accepted(result) and result.units else ""


def _action(result: ScanResult) -> Action | None:
    if result.outcome != Outcome.HELD:
        return None
    if result.reason == Reason.SHORT:
        return Action(label="Yes, finish", code=Command.CONFIRM, about="not finished yet")
    if result.reason == Reason.LOCATED:
        return Action(label="Yes, count it again", code=Command.CONFIRM, about="not counted again yet")
    return None  # goods that wait have their own buttons
