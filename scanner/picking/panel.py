"""What the page of picks, and that of short picks, say of the last scan: nothing that the record has."""

from __future__ import annotations

from scanner.picking.rules import PickTask
from scanner.scans import panel as panels
from scanner.scans.panel import Big, Panel
from scanner.scans.result import Outcome, ScanResult

_WHAT = "Scan the label of the shelf, then the item."


def panel_of(result: ScanResult | None, task: str) -> Panel:
    """The panel of a standing task."""
    short = task == PickTask.SHORT_PICKS
    if result is None:
        return panels.ready(sign="scan", title="What is not there?" if short else "Ready", words=_WHAT)
    return panels.after(
        result,
        big=_big(result, "not here" if short else "picked"),
        effect=[_effect(result, "" if short else "from ")],
    )


def _big(result: ScanResult, of: str) -> Big | None:
    if result.waiting:
        return panels.wait(result)
    if not panels.accepted(result) or not result.units:
        return None
    return panels.number(result.units, of) if result.units > 0 else panels.change(result.units)


def _effect(result: ScanResult, from_: str) -> str:
    if result.outcome == Outcome.REFUSED:
        return "Nothing was recorded"
    if result.outcome == Outcome.HELD:
        return ""
    return f"{from_}{result.location}" if result.location else ""
