"""What changes nothing the second time changes nothing at the same moment either: one behaviour, on both databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlmodel import SQLModel

from scanner.counting import service as counting
from scanner.counting.plan import classes as abc_classes
from scanner.counting.plan import policy
from scanner.data import imports
from scanner.data.imports.service import take_upload
from scanner.data.imports.small import Upload
from scanner.db.engine import Database
from scanner.db.sql import run
from scanner.discrepancies import service as discrepancies
from scanner.errors import DomainError
from scanner.items import service as items
from scanner.people import tokens
from scanner.people.rules import OperatorView
from scanner.reasons import service as reasons
from scanner.returns import programs as programs_returns
from scanner.returns import service as returns
from scanner.returns.office import announce, matches
from scanner.returns.office import service as office
from scanner.returns.office.contract import ReturnToStart
from scanner.scans import programs
from scanner.scans.evidence import service as evidence
from scanner.scans.linking import service as linking
from scanner.scans.workflow import TaskRequest
from scanner.webhooks import service as webhooks
from scanner.workflows import IMPORTS, SETTLERS, WORKFLOWS
from tests.conftest import new_database
from tests.scans.test_at_once import at_once
from tests.support.postgres import drop_database
from tests.support.warehouse import MUG, NOW, Warehouse, fill

pytestmark = pytest.mark.slow

TIMES = 6
ROLES = ("supervisor", "service", "returns", "receiver", "counter")
SCAN, PHOTO = UUID(int=1), UUID(int=2)
ANNOUNCED = announce.Announcement("SO-2", "Jo Ng", [announce.AnnouncedLine("LAMP"), announce.AnnouncedLine("MUG-B", 2)], "RMA-7")
NO_NUMBER = announce.Announcement("SO-3", "", ANNOUNCED.lines)
Call = Callable[[Any, OperatorView], object]


def asked(reference: str, by: OperatorView) -> TaskRequest:
    return TaskRequest(reference=reference, operator=by, device="desk", now=NOW, confirm=True)


@dataclass(frozen=True)
class Whole:
    """A use case that makes its own transactions."""

    call: Call


def brought(kind: str, content: str) -> Whole:
    def bring(database: Database, by: OperatorView) -> object:
        upload = Upload(kind=kind, stream=BytesIO(content.encode()), name="", operator_id=by.id)
        return take_upload(database, upload, imports.all_kinds(IMPORTS), by, NOW)

    return Whole(bring)


def link(by: OperatorView) -> linking.Link:
    return linking.Link(sku="LAMP", units=1, operator=by, device="desk", now=NOW, shares=(linking.Share("PO-1001", 1, 1),))


CALLS: dict[str, Call | Whole] = {
    "announce a return": lambda s, by: announce.announce(s, ANNOUNCED, by, NOW),
    "announce without a number": lambda s, by: bool(announce.announce(s, NO_NUMBER, by, NOW)),
    "announce by file": Whole(
        lambda database, by: announce.announce_file(database, BytesIO(b"reference,sku\nRMA-8,LAMP\n"), "", by, NOW)
    ),
    "begin without paper": lambda s, by: bool(returns.start_unannounced(s, by, NOW)),
    "begin without paper by a program": lambda s, by: bool(programs_returns.begin(s, ReturnToStart(kind="return"), by, NOW)),
    "start a count": lambda s, by: counting.start(s, "A-01", by, NOW),
    "come to a section": lambda s, by: bool(counting.come_to(s, "A-01", by, NOW)),
    "come to a planned section": lambda s, by: bool(counting.come_to_planned(s, "A-01", by, NOW)),
    "finish a receipt": lambda s, by: bool(programs.finish(s, asked("PO-1001", by), WORKFLOWS)),
    "finish a return": lambda s, by: bool(programs.finish(s, asked("RMA-1", by), WORKFLOWS)),
    "link a code": lambda s, by: bool(linking.link_code(s, "NEW-1", link(by), WORKFLOWS)),
    "dismiss a code": lambda s, by: linking.dismiss_code(s, "PO-1001", 1, "misread", by=by, now=NOW, workflows=WORKFLOWS),
    "settle": lambda s, by: discrepancies.settle(s, 1, cause="theft", note="", operator=by, now=NOW, settlers=SETTLERS),
    "assign": lambda s, by: discrepancies.assign(s, 1, owner="Vera", operator=by, note="", now=NOW),
    "assign a return": lambda s, by: office.assign(s, "RMA-1", "Vera", by, NOW),
    "take up a return": lambda s, by: office.take_up(s, "RMA-1", by, NOW),
    "handle a return": lambda s, by: office.handle(s, "RMA-1", cause="unknown", text="", operator=by, now=NOW),
    "match to an order": lambda s, by: matches.match_to_order(s, "UN-1", order="SO-1", customer="", operator=by, now=NOW),
    "match to a return": lambda s, by: matches.match_to_return(s, "UN-1", "RMA-1", by, NOW),
    "rename an item": lambda s, by: bool(items.rename(s, "LAMP", "LAMP-2", "", by, NOW)),
    "merge items": lambda s, by: bool(items.merge(s, "TEE-M", "SPARE", by, NOW, WORKFLOWS)),
    "retire an item": lambda s, by: bool(items.retire(s, "SPARE", by, NOW)),
    "bring an item back": lambda s, by: bool(items.bring_back(s, "SPARE", by, NOW)),
    "add a reason": lambda s, by: reasons.add(s, "MOTH", "Eaten by moths", by),
    "delete a reason": lambda s, by: reasons.delete(s, "DOA", by),
    "rename a reason": lambda s, by: reasons.rename(s, "DOA", "Dead", by),
    "own a section": lambda s, by: policy.set_owner(s, "A-01", "Olga", by),
    "put a place in a section": lambda s, by: policy.put_in_section(s, "A-01-1", "A-02", by),
    "pin a class": lambda s, by: abc_classes.pin(s, "LAMP", "A", by),
    "import items": brought("items", "sku,name\nNEW-A,New\nNEW-B,New\n"),
    "import barcodes": brought("barcodes", "code,sku,units\nNEW-CODE,LAMP,2\n"),
    "import kits": brought("kits", "kit_sku,sku,units\nSET,MUG-B,2\nSET,LAMP,1\n"),
    "import locations": brought("locations", "code,name,kind,section\nB-01-1,B,shelf,B-01\n"),
    "import stock": brought("stock", "location,sku,units\nA-01-1,MUG-B,7\nA-01-2,LAMP,3\n"),
    "import operators": brought("operators", "badge,name,roles\nBADGE-NEW,New,receiver\n"),
    "import receipts": brought("receipts", "reference,supplier,sku,expected\nPO-7,Acme,LAMP,2\nPO-7,Acme,MUG-B,2\n"),
    "import returns": brought("returns", "reference,order,sku,expected\nRMA-9,SO-9,LAMP,2\n"),
    "keep a photo": lambda s, by: bool(
        evidence.keep(s, PHOTO, SCAN, evidence.Shrunk(b"p", b"t"), operator=by, now=NOW, workflows=WORKFLOWS)
    ),
    "add a webhook": lambda s, by: bool(webhooks.add(s, "https://shop.example/hook", by, NOW)),
    "make a token": lambda s, by: bool(tokens.create_token(s, "Sam", NOW)),
}  # fmt: skip


def prepared(backend: str, folder: Path) -> Warehouse:
    """A warehouse in which each of the calls has something to do."""
    made = fill(new_database(backend, folder))
    made.add_items(["SPARE"])
    made.scan("NEW-1")
    made.add_return("RMA-1", [("MUG-B", 2)], order="SO-1", announced=True)
    made.add_return("UN-1", [], announced=False)
    made.scan(MUG, by="Theo", task="UN-1", device="bench", id=SCAN)
    made.scan("CMD-DAMAGED-DOA", by="Theo", task="UN-1", device="bench")
    made.scan(TEE_TOO_MANY, confirm=True, quantity=5)
    return made


TEE_TOO_MANY = "TEE-M"


def rows(warehouse: Warehouse) -> dict[str, int]:
    """How many rows each table has."""
    tables = SQLModel.metadata.sorted_tables
    with warehouse.database.read() as session:
        return {each.name: run(session, select(func.count()).select_from(each)).scalar_one() for each in tables}


def answer(warehouse: Warehouse, call: Call | Whole) -> str:
    """What one call comes to, in a word or two."""
    boss = OperatorView(warehouse.operators["Sam"].id, "Sam", frozenset(ROLES))
    try:
        if isinstance(call, Whole):
            return repr(call.call(warehouse.database, boss))
        return repr(warehouse.database.transact(call, boss))
    except DomainError as error:
        return f"{type(error).__name__}: {error.message}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def two(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Warehouse, Warehouse]]:
    """Twice the same warehouse."""
    made = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        made.append(prepared(request.param, tmp_path / name))
    yield made[0], made[1]
    for each in made:
        each.database.dispose()
        drop_database(str(each.database.url))


@pytest.mark.parametrize("name", CALLS)
def test_the_same_at_once_is_as_the_same_one_after_the_other(two, name):
    call, (in_turn, together) = CALLS[name], two
    expected = Counter(answer(in_turn, call) for _ in range(TIMES))
    assert Counter(at_once(lambda _: answer(together, call), TIMES)) == expected
    assert rows(together) == rows(in_turn)
