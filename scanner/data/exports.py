"""Exports as CSV, in the form that `imports` takes in. Streamed page by page, so that no size is too large.

What rooms can be taken out as is handed in, by kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlmodel import Session

from scanner.codes.reading import as_printed
from scanner.data import dumps
from scanner.data.dumps import Cells
from scanner.data.imports.codes import is_own
from scanner.errors import BadRequest
from scanner.money import from_e4
from scanner.web.download import csv_lines


@dataclass(frozen=True, slots=True)
class Export:
    """A kind of file: the columns that it always has, its rows, and further columns with what says if they are needed.

    `private`: it has keys, or the names of many people. Whoever takes it out from a page gives the PIN again first.
    """

    header: tuple[str, ...]
    rows: Callable[[Session], Iterator[Cells]]
    further: dict[str, Callable[[Session], bool]] = field(default_factory=dict)
    private: bool = False


def export_csv(session: Session, kind: str, more: Mapping[str, Export] | None = None) -> Iterator[str]:
    """The lines of a file of that kind, the header first. Raises BadRequest for an unknown kind.

    A cell that a spreadsheet would take for a formula gets a `'` in front (OWASP, CSV Injection). A further column is there
    only where something is in it.
    """
    exports = _EXPORTS | dict(more or {})
    if kind not in exports:
        raise BadRequest(f"Expected one of {', '.join(exports)}, got {kind!r}.", "kind")
    export = exports[kind]
    columns = [name for name, is_there in export.further.items() if is_there(session)]
    return csv_lines([*export.header, *columns], export.rows(session))


def is_private(kind: str, more: Mapping[str, Export]) -> bool:
    """Whether a kind of file has keys, or the names of many people."""
    export = (_EXPORTS | dict(more)).get(kind)
    return export is not None and export.private


def _items(session: Session) -> Iterator[Cells]:
    return ({**row._asdict(), "unit_cost": from_e4(row.unit_cost_e4)} for row in dumps.items(session))


def _barcodes(session: Session) -> Iterator[Cells]:
    codes = ((row, as_printed(row.code)) for row in dumps.barcodes(session))
    return ({**row._asdict(), "code": code, "own": is_own(code) or None} for row, code in codes)


def _any_own(session: Session) -> bool:
    """Whether a barcode is taken back only as a number of the shop's own."""
    return any(is_own(as_printed(row.code)) for row in dumps.barcodes(session))


_EXPORTS = {
    "items": Export(
        ("sku", "name", "unit_cost", "abc_class", "reorder_point", "critical"),
        _items,
        {
            "abc_pinned": dumps.any_pinned,
            "supplier": dumps.any_supplied,
            "lead_days": dumps.any_lead_days,
            "order_multiple": dumps.any_multiple,
            "cover_days": dumps.any_cover_days,
        },
    ),
    "barcodes": Export(("code", "sku", "units"), _barcodes, {"own": _any_own}),
    "kits": Export(("kit_sku", "sku", "units"), dumps.kits),
    "locations": Export(("code", "name", "kind", "section"), dumps.locations, {"position": dumps.any_position}),
    "sections": Export(("code", "owner"), dumps.sections),
    "stock": Export(("location", "sku", "units"), dumps.stock_rows),
    "suppliers": Export(("name", "contact", "email", "phone", "address", "note"), dumps.suppliers),
    "operators": Export(("badge", "name", "roles"), dumps.operators, {"active": dumps.anybody_left}, private=True),
}

KINDS = tuple(_EXPORTS)
"""The kinds of files that can be exported."""
