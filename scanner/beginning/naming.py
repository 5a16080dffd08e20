"""Making items by scanning each and typing its name."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from scanner.audit import service as audit
from scanner.audit.rules import Action
from scanner.beginning import rules, store
from scanner.catalogue import store as catalogue
from scanner.codes.commands import PREFIX
from scanner.codes.reading import parse_code
from scanner.data.imports import ImportRefused, import_csv
from scanner.data.imports.codes import as_own, no_code
from scanner.errors import BadRequest, CodeTaken
from scanner.people.rules import OperatorView, Right
from scanner.scans import meanings

_FIELDS = {"name": "name", "sku": "sku", "unit_cost": "unit_cost", "code": "code"}


class NotMade(BadRequest):
    """An item could not be made. `told_taken`: it was said so often of a code that it is taken, and it may be a badge."""

    def __init__(self, refused: ImportRefused) -> None:
        problem = refused.problems[0]
        super().__init__(f"Expected {problem.expected}, got {problem.got}.", _FIELDS.get(problem.column))
        self.told_taken = refused.told_taken


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item as it was scanned and typed. Without a SKU its code is its SKU."""

    code: str
    name: str
    sku: str
    unit_cost: str
    own: bool = False  # a number of the shop's own, though it looks like a retail code with a fault


def known_name(session: Session, code: str, operator: OperatorView) -> str | None:
    """The name of the item that a code stands for; None where it stands for none. Raises BadRequest for what is no code."""
    operator.demand(Right.IMPORT)
    content = catalogue.find_content(session, parse_code(code).keys)
    return content.name if content else None


def demand_new(session: Session, code: str, own: bool, operator: OperatorView) -> None:
    """Raise for a code that no goods can get, before anybody types their name. `own`: it is a number of the shop's own."""
    operator.demand(Right.IMPORT)
    if parse_code(code).command or code.upper().startswith(PREFIX):
        raise BadRequest(f"{code} is a command and stands on no goods. Scan an item.", "code")
    if never := no_code(code):
        raise BadRequest(f"Expected {never}, got {code[:40]!r}.", "code")
    if not meanings.is_free(session, code):
        raise CodeTaken(code, "code")
    if not own and (expected := as_own(code)):
        raise BadRequest(f"Expected {expected}, got {code[:40]!r}. Scan it again, or say that it is a number of your own.", "own")


def next_sku(session: Session, operator: OperatorView) -> str:
    """A number that no item has, one more than the highest of this kind: a second proposal beside the code itself."""
    operator.demand(Right.IMPORT)
    return rules.next_number(store.numbered(session, rules.NUMBERED))


def make(session: Session, item: NewItem, operator: OperatorView, now: datetime) -> str:
    """Make it, as a file with one row would; gives its SKU. Raises NotMade, and BadRequest where there is no name."""
    operator.demand(Right.IMPORT)
    if not item.name.strip():
        raise BadRequest("Expected a name for these goods.", "name")
    sku = item.sku.strip() or item.code
    if catalogue.find_item(session, sku) is not None:
        raise BadRequest(f"There is an item {sku} already. Give these goods another SKU.", "sku")
    said = {"sku": sku, "name": item.name.strip(), "unit_cost": item.unit_cost.strip()}
    _bring_in(session, "items", said, operator, now)
    if sku != item.code:
        own = {"own": "yes"} if item.own else {}
        _bring_in(session, "barcodes", {"code": item.code, "sku": sku} | own, operator, now)
    audit.note(session, operator, Action.FILE_IN, "items", sku, after={"name": said["name"], "code": item.code})
    return sku


def _bring_in(session: Session, kind: str, row: dict[str, str], operator: OperatorView, now: datetime) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(row))
    writer.writeheader()
    writer.writerow(row)
    try:
        import_csv(session, kind, io.BytesIO(text.getvalue().encode()), operator.id, now)
    except ImportRefused as refused:
        raise NotMade(refused) from None
