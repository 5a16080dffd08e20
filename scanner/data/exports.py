"""Taking the data out by CSV, in the form that `imports` takes in. Streamed and paged, so that no size is too large.

`graded` is taken out alone: what came of returns is scanned, never brought in.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict
from io import StringIO
from typing import Any

from sqlmodel import Session

from scanner.codes.reading import as_printed
from scanner.data import dumps
from scanner.db import bulk
from scanner.errors import BadRequest
from scanner.money import from_e4
from scanner.returns.lines import service as returned
from scanner.returns.lines.store import GradeRow

_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def export_csv(session: Session, kind: str) -> Iterator[str]:
    """The lines of a file of that kind, the header first. Raises BadRequest for a kind that there is not.

    A cell that a spreadsheet would take for a formula gets a `'` in front (OWASP, CSV Injection). Columns beyond those
    that every file has appear only where there is something in them.
    """
    if kind not in _EXPORTS:
        raise BadRequest(f"Expected one of {', '.join(_EXPORTS)}, got {kind!r}.", "kind")
    header, rows, further = _EXPORTS[kind]
    more = [name for name, is_there in further.items() if is_there(session)]
    return _lines([*header, *more], rows(session))


def _lines(header: list[str], rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    yield ",".join(header) + "\r\n"
    buffer = StringIO()
    writer = csv.writer(buffer)
    for row in rows:
        writer.writerow([_cell(row[name]) for name in header])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return f"'{value}" if _FORMULA.match(value) else value
    return "" if value is None else str(value)


def _items(session: Session) -> Iterator[dict[str, Any]]:
    return ({**row, "unit_cost": from_e4(row["unit_cost_e4"])} for row in dumps.items(session))


def _barcodes(session: Session) -> Iterator[dict[str, Any]]:
    return ({**row, "code": as_printed(row["code"])} for row in dumps.barcodes(session))


def _graded(session: Session) -> Iterator[dict[str, Any]]:
    """A row a grade that stands, by line; what came and is not graded yet has none."""
    after = 0
    while lines := returned.graded_after(session, after, bulk.PAGE):
        for line in lines:
            head = {**asdict(line), "return": line.reference, "reason_given": line.said}
            yield from ({**head, **_grade(grade)} for grade in line.grades)
        after = lines[-1].id
        bulk.let_go(session)


def _grade(grade: GradeRow) -> dict[str, Any]:
    return {
        "graded_sku": grade.sku, "units": grade.units, "disposition": grade.disposition, "reason": grade.reason_name,
        "location": grade.location, "graded_at": grade.graded_at.isoformat(), "operator": grade.operator, "scan": grade.scan_seq,
    }  # fmt: skip


GRADED = (
    "return", "order", "customer", "announced", "matched_to", "sku", "name", "reason_given", "expected", "arrived",
    "graded_sku", "units", "disposition", "reason", "location", "graded_at", "operator", "scan", "refund",
)  # fmt: skip

Dump = Callable[[Session], Iterator[dict[str, Any]]]
_EXPORTS: dict[str, tuple[tuple[str, ...], Dump, dict[str, Callable[[Session], bool]]]] = {
    "items": (("sku", "name", "unit_cost", "abc_class", "reorder_point", "critical"), _items, {"abc_pinned": dumps.any_pinned}),
    "barcodes": (("code", "sku", "units"), _barcodes, {}),
    "kits": (("kit_sku", "sku", "units"), dumps.kits, {}),
    "locations": (("code", "name", "kind", "section"), dumps.locations, {"position": dumps.any_position}),
    "sections": (("code", "owner"), dumps.sections, {}),
    "stock": (("location", "sku", "units"), dumps.stock_rows, {}),
    "receipts": (
        ("reference", "supplier", "due_on", "sku", "expected"), dumps.receipts,
        {"asn": dumps.any_asn, "sscc": dumps.any_carton},
    ),
    "returns": (("reference", "order", "customer", "sku", "expected", "reason"), dumps.returns, {}),
    "graded": (GRADED, _graded, {}),
    "operators": (("badge", "name", "roles"), dumps.operators, {"active": dumps.anybody_left}),
}  # fmt: skip

KINDS = tuple(_EXPORTS)
"""The kinds of files that can be taken out."""
