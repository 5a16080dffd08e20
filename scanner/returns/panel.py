"""What the bench's page says of the last scan: how many came, or where graded goods go."""

from __future__ import annotations

from scanner.codes.commands import Command
from scanner.scans import panel as panels
from scanner.scans.decision import TaskState
from scanner.scans.panel import Action, Big, Panel
from scanner.scans.result import Outcome, Reason, ScanResult
from scanner.words import plural, signed


def panel_of(result: ScanResult | None, state: str) -> Panel:
    """The panel. `state` is the return's, for the page that has no scan yet."""
    if result is None and state == TaskState.FINISHED:
        return panels.ready(sign="flag", title="Finished", words="Tap a line to grade its goods again.")
    if result is None:
        return panels.ready(sign="scan", title="Ready", words="Scan an item, then its grade.")
    words = panels.words_of(result)
    return panels.after(
        result,
        words=panels.without_count(words, result.line) if _counted(result) else words,
        big=_big(result),
        effect=_effect(result),
        action=_action(result),
        other=Action(label="Leave out", code=Command.LEAVE) if _holds_goods(result) else None,
    )


def _counted(result: ScanResult) -> bool:
    return result.line is not None and result.reason in (Reason.COUNTED, Reason.COMPLETE) and panels.accepted(result)


def _big(result: ScanResult) -> Big | None:
    if not panels.accepted(result):
        return None
    if result.reason == Reason.GRADED:
        return panels.place(result.location or "") or (panels.number(result.units) if result.units else None)
    if result.line:
        whole = _counted(result) and result.line.expected
        return panels.number(result.line.scanned, f"of {result.line.expected:,}" if whole else "")
    if result.units < 0:
        return panels.change(result.units)
    return panels.number(result.units) if result.units else None


def _effect(result: ScanResult) -> list[str]:
    expected = result.line is not None and result.line.expected
    return [_done(result), panels.progress_of(result.line) if expected and not panels.accepted(result) else ""]


def _done(result: ScanResult) -> str:
    if result.outcome == Outcome.REFUSED:
        return "Nothing was done"
    if not result.units:
        return ""
    if result.outcome == Outcome.HELD:
        return ""
    if result.reason == Reason.GRADED:
        return f"{plural(result.units, 'unit')} graded"
    goes = f" → {result.location}" if result.units > 0 and result.location else ""
    return signed(result.units) + goes


def _action(result: ScanResult) -> Action | None:
    """The yes, where the grades are else. A grade that waits for its shelf is answered by the shelf's label, and by no button."""
    if result.outcome == Outcome.HELD and result.reason == Reason.SHORT:
        return Action(label="Yes, finish", code=Command.CONFIRM, about="not finished yet")
    if not _holds_goods(result):
        return None
    label = "Take it in" if result.waiting <= 1 else f"Take in {result.waiting:,}"
    return Action(label=label, code=Command.CONFIRM, about="not counted yet")


def _holds_goods(result: ScanResult) -> bool:
    return result.outcome == Outcome.HELD and result.reason not in (Reason.SHORT, Reason.LOCATED)
