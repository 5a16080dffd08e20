"""What the page of moves says of the last scan: what is in hand, and where it went."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.moves.scanning import HandLine
from scanner.moves.undo import IN_HAND_AGAIN
from scanner.scans import panel as panels
from scanner.scans.panel import Big, Panel
from scanner.scans.result import Outcome, Reason, ScanResult
from scanner.words import plural, signed

PUT = frozenset({Reason.MOVED, Reason.UNEXPECTED})
"""Why goods were put somewhere: as they should be, or where they do not live."""


def panel_of(result: ScanResult | None, hand: Iterable[HandLine] = (), target: str = "") -> Panel:
    """The panel. `target`: where the goods of the last scan went."""
    if result is None:
        words = "Scan what you take from the dock, then its shelf. From elsewhere: that place first."
        return panels.ready(sign="scan", title="Ready", words=words)
    return panels.after(result, big=_big(result, hand, target), effect=[_effect(result)])


def _big(result: ScanResult, hand: Iterable[HandLine], target: str) -> Big | None:
    if result.waiting:
        return panels.wait(result)
    if not panels.accepted(result) or not result.units:
        return None
    if result.reason in PUT:
        return panels.place(target, plural(result.units, "unit"))
    held = [line for line in hand if result.item and line.sku == result.item.sku]
    if result.units < 0 and IN_HAND_AGAIN not in result.message:
        return panels.change(result.units)
    return panels.number(held[0].units if held else abs(result.units), "in your hand")


def _effect(result: ScanResult) -> str:
    if result.outcome == Outcome.REFUSED:
        return "Nothing was moved"
    took = result.outcome == Outcome.ACCEPTED and result.reason == Reason.TAKEN
    return signed(result.units) if took else ""  # the words say from where
