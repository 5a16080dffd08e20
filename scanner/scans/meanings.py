"""What codes mean already. A code has one meaning in the whole warehouse."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.tables import Barcode, Item, Location, OldSku
from scanner.codes.commands import QUANTITY_PREFIX
from scanner.codes.reading import barcode_key, parse_code
from scanner.db.bulk import rows_by
from scanner.db.sql import connection_of, run, table_of
from scanner.errors import BadRequest
from scanner.people.tables import Operator
from scanner.scans import tasks
from scanner.scans.tables import Task

LABELS: dict[str, ColumnElement[str]] = {
    "items": table_of(Item).c.sku,
    "old SKUs": table_of(OldSku).c.sku,
    "barcodes": table_of(Barcode).c.code,
    "locations": table_of(Location).c.code,
    "operators": table_of(Operator).c.badge,
    "tasks": table_of(Task).c.reference,
}


_HOLD = select(func.pg_advisory_xact_lock(0xC0DE))


def hold_codes(session: Session) -> None:
    """Wait until nobody else gives a code a meaning, and keep them waiting until the transaction ends.

    It guards more than codes: whoever changes what files can change holds it, in a file of any kind, in a page and over the API
    (`Importer`, `data/records`, `staff`). So two changes of one record come one after the other, each sees what the one before
    left, and the last supervisor cannot go twice at once.

    Ask before any row is held, against deadlocks, and before `owners_of`, where its answer is acted upon. SQLite has one writer
    at a time; on PostgreSQL one lock is for all codes. Scans give no code a meaning, and do not wait.
    """
    if connection_of(session).dialect.name == "postgresql":
        run(session, _HOLD)


def owners_of(session: Session, codes: Collection[str], but: Iterable[str] = ()) -> dict[str, str]:
    """The codes that mean something already, and of which kind. The kinds in `but` are not looked up.

    Tell nobody the kind: a code may be a badge, and were only badges left out, the gap would tell.
    """
    looked_up = {kind: column for kind, column in LABELS.items() if kind not in but}
    return {code: kind for kind, column in looked_up.items() for code in rows_by(session, column, codes, column)}


def is_free(session: Session, code: str) -> bool:
    """Whether a code means nothing yet. Call `hold_codes` before, where the answer is acted upon."""
    return not owners_of(session, {code, code.upper(), barcode_key(code)})


def scans_as(code: str) -> bool:
    """Whether a label with the code scans as the code, and not as a command or an element string."""
    try:
        read, spelled = parse_code(code), barcode_key(code)
    except BadRequest:
        return False
    return read.key in (code, spelled) and read.command is None and not code.upper().startswith(QUANTITY_PREFIX)


def is_label(session: Session, text: str) -> bool:
    """Whether a code is a command, or the label of goods, a place or a task that are known here. Then it is nobody's badge, and
    scanning it on a locked device is no try at one. A code that only looks like a GTIN may be a badge.
    """
    try:
        code = parse_code(text)
    except BadRequest:
        return False
    known = code.command or catalogue.find_content(session, code.keys) or catalogue.find_location(session, code.key)
    return known is not None or tasks.is_task(session, code.key) or tasks.is_label(session, code.key)
