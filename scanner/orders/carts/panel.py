"""What the page of a cart says of the last scan."""

from __future__ import annotations

from scanner.codes.commands import Command
from scanner.orders.carts.scanned import apart
from scanner.orders.carts.totes import NOTHING_LEFT
from scanner.scans import panel as panels
from scanner.scans.panel import Action, Big, Panel
from scanner.scans.result import Outcome, Reason, ScanResult


def panel_of(result: ScanResult | None, next_at: str = "") -> Panel:
    """The panel of a cart. `next_at`: the next shelf of the walk."""
    if result is None:
        words = "Scan a tote for each order, then the label of the shelf." if next_at else NOTHING_LEFT
        return panels.ready(sign="scan", title="Ready", words=words, big=panels.place(next_at, "first shelf"))
    words, told = apart(panels.words_of(result))
    return panels.after(result, words=words, notice=" ".join(told), big=_big(result), action=_action(result))


def _action(result: ScanResult) -> Action | None:
    """What is asked about the end of the cart has its button here. What waits has its own below."""
    asks = result.outcome == Outcome.HELD and result.reason == Reason.SHORT
    return Action(label="Yes, end it", code=Command.CONFIRM) if asks else None


def _big(result: ScanResult) -> Big | None:
    if result.waiting:
        return panels.wait(result)
    if not panels.accepted(result) or not result.units or result.reason == Reason.SHORT_PICK:
        return None  # of a short pick the number is what the record has there, which not everybody may know
    if panels.takes_back(result):
        return panels.change(result.units)
    if result.line and result.line.expected is not None:
        return panels.number(result.line.scanned, f"of {result.line.expected:,}")
    return panels.number(result.units)
