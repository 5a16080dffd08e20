"""What the page of a receipt says of the last scan."""

from __future__ import annotations

from scanner.codes.commands import Command
from scanner.scans import panel as panels
from scanner.scans.panel import Action, Big, Panel
from scanner.scans.result import Outcome, Reason, ScanResult
from scanner.words import signed

_WAITS_FOR_A_PLACE = (Reason.UNEXPECTED, Reason.EXPIRED)  # taken in, but not where the receiver puts goods


def panel_of(result: ScanResult | None, location: str = "") -> Panel:
    """The panel. `location` is where goods go now, for the page that has no scan yet."""
    if result is None:
        goes = f" Goods go to {location}." if location else ""
        return panels.ready(sign="scan", title="Ready", words=f"Scan an item, a carton or a shelf.{goes}")
    counted = result.line is not None and result.reason in (Reason.COUNTED, Reason.COMPLETE)
    return panels.after(
        result,
        words="Taken back" if panels.takes_back(result) and result.item else None,
        quiet=counted and panels.accepted(result),
        big=_big(result),
        effect=_effect(result),
        action=_action(result),
    )


def _big(result: ScanResult) -> Big | None:
    if result.waiting:
        return panels.wait(result)
    if not panels.accepted(result):
        return None
    if result.line:
        return panels.number(result.line.scanned, f"of {result.line.expected:,}")
    return panels.change(result.units) if result.units else None


def _effect(result: ScanResult) -> list[str]:
    if panels.accepted(result) and result.reason == Reason.UNEXPECTED and result.units:
        return ["→ quarantine"]  # the number stands above: no line counts these goods
    if panels.accepted(result):
        goes = result.units > 0 and result.location and result.reason not in _WAITS_FOR_A_PLACE
        return [signed(result.units) + (f" → {result.location}" if goes else "")] if result.units else []
    if result.outcome == Outcome.REFUSED:
        return ["Not counted", panels.progress_of(result.line)]
    return [panels.progress_of(result.line)]


def _action(result: ScanResult) -> Action | None:
    """A short finish has its button here. What waits has its own below, with what waited before."""
    asks = result.outcome == Outcome.HELD and result.reason == Reason.SHORT
    return Action(label="Yes, finish", code=Command.CONFIRM) if asks else None
