"""Results as the API's JSON. A field without a value is left out where the contract says it may be."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from scanner.decoding import Reading
from scanner.discrepancies.service import DiscrepancyRow
from scanner.returns.lines.events import line_view
from scanner.returns.office.service import ReturnPage, ReturnRow
from scanner.scans.history.service import MovementRow, StockRow
from scanner.scans.listings import LineRow
from scanner.scans.programs import TaskView
from scanner.scans.result import ItemName, LineCount, ScanResult
from scanner.scans.workflow import Finish


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
    return _without_none(answer)


def _line(line: LineCount) -> dict[str, Any]:
    """How far it is; a blind count leaves out what is expected."""
    return {"scanned": line.scanned} if line.expected is None else {"expected": line.expected, "scanned": line.scanned}


def reading(seen: Reading, item: ItemName | None) -> dict[str, Any]:
    """One barcode of a photo. `trusted` false: a guess that a person must confirm."""
    return _without_none(
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
    due_on, finished_at = str(found.due_on) if found.due_on else None, _time(found.finished_at)
    return _without_none(asdict(found) | {"due_on": due_on, "finished_at": finished_at, "lines": lines})


def _line_of_task(line: LineRow) -> dict[str, Any]:
    return _without_none(
        {
            "sku": line.sku, "name": line.name, "location": line.location, "expected": line.expected, "scanned": line.scanned,
        }
    )  # fmt: skip


def finish(done: Finish) -> dict[str, Any]:
    """What finishing came to; with an error when it has to be confirmed first."""
    short = [asdict(shortage) | {"missing": shortage.missing, "untouched": shortage.untouched} for shortage in done.short]
    answer = {"reference": done.reference, "state": done.state, "short": short, "back_order": done.back_order}
    answer["unlinked"] = done.unlinked
    if done.uncounted:
        answer["uncounted"] = list(done.uncounted)
    if done.needs_confirm:
        lacking = done.lacking or f"{len(short)} items are short, {done.unlinked} unknown codes not linked"
        words = f"{lacking}. Send confirm: true to finish all the same."
        answer["error"] = {"code": "needs_confirmation", "message": words, "field": "confirm"}
    return _without_none(answer)


def stock(row: StockRow) -> dict[str, Any]:
    """Units of an item at a location."""
    return asdict(row)


def discrepancy(row: DiscrepancyRow) -> dict[str, Any]:
    """A discrepancy; its value at cost is a number of the currency."""
    return asdict(row) | {
        "value": float(row.value), "opened_at": _time(row.opened_at), "settled_at": _time(row.settled_at),
    }  # fmt: skip


def return_row(row: ReturnRow) -> dict[str, Any]:
    """A return in customer service's list."""
    whole = asdict(row) | {"flags": list(row.flags), "created_at": _time(row.created_at), "handled_at": _time(row.handled_at)}
    return _without_none(whole)


def return_page(page: ReturnPage) -> dict[str, Any]:
    """One return with its lines and what differs."""
    return return_row(page.head) | {
        "refund": page.refund,
        "lines": [line_view(line) for line in page.lines],
        "compared": [_without_none(asdict(row)) for row in page.compared],
        "differences": [discrepancy(row) for row in page.differences],
        "matched": page.matched,
    }


def movement(row: MovementRow) -> dict[str, Any]:
    """A movement: `from` and `to` are locations, `scan` the sequence number of the scan that caused it."""
    return {
        "sequence": row.seq, "at": _time(row.at), "sku": row.sku, "units": row.units, "from": row.source, "to": row.target,
        "operator": row.operator, "task": row.task, "scan": row.scan_seq, "cause": row.cause,
    }  # fmt: skip


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _without_none(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
