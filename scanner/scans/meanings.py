"""What codes mean already. A code has one meaning in the whole warehouse."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlalchemy import ColumnElement
from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.catalogue.tables import Barcode, Item, Location, OldSku
from scanner.codes.commands import QUANTITY_PREFIX
from scanner.codes.reading import barcode_key, parse_code
from scanner.db.bulk import rows_by
from scanner.db.sql import table_of
from scanner.errors import BadRequest
from scanner.people.tables import Operator
from scanner.scans import tasks
from scanner.scans.tables import Task


class Owner(NamedTuple):
    """What a code means already: a thing of a kind, in words ("the location A-01-1").

    The words are for who confirmed that they may see badges, and of whom no badge is asked. To everybody else all that is taken
    is told in the same words: were only a badge left out, the gap would tell that it is one.
    """

    kind: str
    words: str


LABELS: dict[str, tuple[str, ColumnElement[str]]] = {
    "items": ("the item", table_of(Item).c.sku),
    "old SKUs": ("an old SKU of an item,", table_of(OldSku).c.sku),
    "barcodes": ("a barcode", table_of(Barcode).c.code),
    "locations": ("the location", table_of(Location).c.code),
    "operators": ("somebody's badge", table_of(Operator).c.badge),
    "tasks": ("the task", table_of(Task).c.reference),
}


def owners_of(session: Session, codes: Collection[str], but: Iterable[str] = ()) -> dict[str, Owner]:
    """The codes that mean something already, and what. The kinds in `but` are not looked up."""
    found: dict[str, Owner] = {}
    for kind, (noun, column) in LABELS.items():
        if kind not in but:
            found |= {code: Owner(kind, f"{noun} {code}") for code in rows_by(session, column, codes, column)}
    return found


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
