"""Results as the API's JSON. A field without a value is left out where the contract says it may be."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from scanner.decoding import Reading
from scanner.scans.history.service import StockRow
from scanner.scans.history.store import MovementRow
from scanner.scans.listings import ListedLine
from scanner.scans.programs import TaskView
from scanner.scans.result import ItemName, LineCount, ScanResult
from scanner.scans.workflow import Finish
from scanner.web.answers import time_text, without_none


def scan(result: ScanResult) -> dict[str, Any]:
    """The answer to one scan."""
    answer: dict[str, Any] = {
        "id": str(result.id),
        "outcome": result.outcome,
        "reason": result.reason,
        "message": result.message,
        "item": {"sku": result.item.sku, "name": result.item.name} if result.item else None,
        "units": result.units,
        "line": _line(result.line) if result.line else None,
        "replayed": result.replayed,
        "task": result.task,
        "sequence": result.seq,
        "location": result.location,
        "opens": result.opens,
    }
    return without_none(answer)


def _line(line: LineCount) -> dict[str, Any]:
    """How far it is; a blind count leaves out what is expected."""
    return {"scanned": line.scanned} if line.expected is None else {"expected": line.expected, "scanned": line.scanned}


def reading(seen: Reading, item: ItemName | None) -> dict[str, Any]:
    """One barcode of a photo. `trusted` false: a guess that a person must confirm."""
    return without_none(
        {
            "text": seen.text,
            "symbology": seen.symbology,
            "corners": [list(corner) for corner in seen.corners],
            "trusted": seen.trusted,
            "item": asdict(item) if item else None,
        }
    )


def task(found: TaskView) -> dict[str, Any]:
    """A task with its lines."""
    lines = [_line_of_task(line) for line in found.lines]
    due_on, finished_at = str(found.due_on) if found.due_on else None, time_text(found.finished_at)
    return without_none(asdict(found) | {"due_on": due_on, "finished_at": finished_at, "lines": lines})


def _line_of_task(line: ListedLine) -> dict[str, Any]:
    return without_none(
        {
            "sku": line.sku, "name": line.name, "location": line.location, "expected": line.expected, "scanned": line.scanned,
        }
    )  # fmt: skip


def finish(done: Finish) -> dict[str, Any]:
    """What finishing came to; with an error when it has to be confirmed first."""
    short = [asdict(shortage) | {"missing": shortage.missing, "untouched": shortage.untouched} for shortage in done.short]
    answer: dict[str, Any] = {"reference": done.reference, "state": done.state, "short": short, "back_order": done.back_order}
    answer["unlinked"] = done.unlinked
    if done.uncounted:
        answer["uncounted"] = list(done.uncounted)
    if done.needs_confirm:
        lacking = done.lacking or f"{len(short)} items are short, {done.unlinked} unknown codes not linked"
        words = f"{lacking}. Send confirm: true to finish all the same."
        answer["error"] = {"code": "needs_confirmation", "message": words, "field": "confirm"}
    return without_none(answer)


def stock(row: StockRow) -> dict[str, Any]:
    """Units of an item at a location."""
    return asdict(row)


def movement(row: MovementRow) -> dict[str, Any]:
    """A movement: `from` and `to` are locations, `scan` the sequence number of the scan that caused it."""
    return {
        "sequence": row.seq, "at": time_text(row.at), "sku": row.sku, "units": row.units, "from": row.source, "to": row.target,
        "operator": row.operator, "task": row.task, "scan": row.scan_seq, "cause": row.cause,
    }  # fmt: skip
