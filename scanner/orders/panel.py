"""What the pages of an order say of the last scan: nothing that the record has at a place."""

from __future__ import annotations

from scanner.codes.commands import Command
from scanner.orders.packing import KEEPS_REST
from scanner.orders.shorts import said_of
from scanner.scans import panel as panels
from scanner.scans.panel import Action, Big, Panel
from scanner.scans.result import BEYOND_RECORD, WRONG_SHELF, Outcome, Reason, ScanResult
from scanner.words import signed


def panel_of(result: ScanResult | None, packing: str, *, packs: bool = False, first: str = "") -> Panel:
    """The panel. `packing`: the place of picked goods. `packs`: on the page of who packs. `first`: the shelf to begin at."""
    if result is None:
        words = "Scan what goes into the parcel." if packs else "Scan the label of the shelf, then the item."
        return panels.ready(sign="scan", title="Pack" if packs else "Pick", words=words, big=panels.place(first))
    counted = panels.accepted(result) and result.line is not None and result.reason == Reason.COUNTED
    return panels.after(
        result, quiet=counted and BEYOND_RECORD not in result.message, big=_big(result), effect=_effect(result, packing),
        action=_action(result), other=_other(result),
    )  # fmt: skip


def _big(result: ScanResult) -> Big | None:
    if result.waiting:
        return None if result.message.startswith(WRONG_SHELF) else panels.wait(result)  # long words, which say how many
    if not panels.accepted(result):
        return None
    if result.reason == Reason.SHORT_PICK:
        why = said_of(result.message, result.item.name if result.item else "")
        return panels.number(result.units, why) if result.units else None  # not told to who is blind
    if result.line and result.line.expected is not None:
        return panels.number(result.line.scanned, f"of {result.line.expected:,}")
    return panels.change(result.units) if result.units else None


def _effect(result: ScanResult, packing: str) -> list[str]:
    if result.outcome == Outcome.HELD:
        return [panels.progress_of(result.line)]
    if result.outcome == Outcome.REFUSED:
        return ["Not counted" if result.item else "", panels.progress_of(result.line)]  # a command or a label counts nothing
    if not result.units or result.reason == Reason.SHORT_PICK:
        return []
    if result.location == packing:
        return [f"{signed(result.units)} in the parcel"]
    came = result.units > 0 and result.location
    return [signed(result.units) + (f" from {result.location}" if came else "")]


def _action(result: ScanResult) -> Action | None:
    """What is asked about shipping has its button here. What waits has its own below."""
    return Action(label="Yes, ship it", code=Command.CONFIRM) if _asks(result) else None


def _other(result: ScanResult) -> Action | None:
    return Action(label="Rest later", code=Command.BACK_ORDER) if _asks(result) and KEEPS_REST in result.message else None


def _asks(result: ScanResult) -> bool:
    return result.outcome == Outcome.HELD and result.reason == Reason.SHORT
