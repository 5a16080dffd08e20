"""Who has no right changes nothing: each use case refuses by itself, and each route says so."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import insert

from scanner.asking import service as asking
from scanner.asking.search import service as searching
from scanner.audit import service as audit
from scanner.beginning import naming
from scanner.beginning import service as beginning
from scanner.beginning.sample import service as sample
from scanner.counting import finish as counting_finish
from scanner.counting import service as counting
from scanner.counting.contract import CountToStart
from scanner.counting.plan import classes as abc_classes
from scanner.counting.plan import policy as plan_policy
from scanner.counting.variances import decisions
from scanner.data.audit import service as audited
from scanner.data.imports import service as imports_service
from scanner.data.imports.catalogue import Items
from scanner.data.mapping import service as mapping
from scanner.data.records import service as records
from scanner.data.records.kinds import KINDS
from scanner.db.engine import Database
from scanner.decoding import Shrunk
from scanner.discrepancies import service as discrepancies
from scanner.discrepancies.desk import service as discrepancies_desk
from scanner.discrepancies.desk.rules import Wanted as WantedDiscrepancies
from scanner.discrepancies.rules import Cause
from scanner.drift.budget import service as budget
from scanner.drift.flows import Account
from scanner.drift.journal import accounts, closing
from scanner.drift.reorder import service as reorder
from scanner.drift.signals import service as signals
from scanner.errors import NotAllowed
from scanner.house import service as house
from scanner.items import service as items
from scanner.labels.printers import service as printers
from scanner.labels.printers.rules import PrinterSettings
from scanner.orders import finish as orders_finish
from scanner.orders.carts import service as carts
from scanner.orders.intake import service as orders
from scanner.orders.office import service as order_office
from scanner.orders.scanned import Choice
from scanner.orders.shipments import service as shipments
from scanner.people.guesses import service as guesses
from scanner.people.rules import OperatorView
from scanner.people.sessions import service as sessions
from scanner.people.tables import Operator
from scanner.reasons import service as reasons
from scanner.receiving import finish as receiving
from scanner.returns import programs as programs_returns
from scanner.returns import service as returns
from scanner.returns.office import announce
from scanner.returns.office import matches as matching
from scanner.returns.office import service as office
from scanner.returns.office.contract import ReturnToStart
from scanner.scans import programs
from scanner.scans.evidence import service as evidence
from scanner.scans.history import service as history
from scanner.scans.linking import service as linking
from scanner.scans.record import record_scan
from scanner.scans.workflow import TaskRequest
from scanner.settings import Settings
from scanner.staff import service as staff
from scanner.staff.tokens import service as staff_tokens
from scanner.webhooks import service as webhooks
from scanner.workflows import SETTLERS, WORKFLOWS
from tests.people.test_pages import Device
from tests.support import shop
from tests.support.program import Program
from tests.support.program import scan as api_scan
from tests.support.warehouse import MUG, NOW, Warehouse, fill

SCANNER = Path(inspect.getfile(WORKFLOWS.__class__)).parents[1]
SHRUNK = Shrunk(b"photo", b"thumbnail")
SESSION = "0" * 64
SCAN_ID, PHOTO_ID = UUID(int=1), UUID(int=2)
ANNOUNCED = announce.Announcement("SO-2", "Jo Ng", [announce.AnnouncedLine("LAMP")])
CLASS_RULE = {"every_days": 5, "tolerance_units": 1, "tolerance_bp": 50, "tolerance_value_e4": 0}
CUTS = {"period_days": 90, "cut_a_bp": 8000, "cut_b_bp": 9500}

Call = Callable[[Any, OperatorView], object]


PRINTER = PrinterSettings("Dock", "192.168.1.50", 9100, "roll-57x32", 203)
COUNT = CountToStart(kind="count", section="A-01")


def asked(reference: str, operator: OperatorView) -> TaskRequest:
    return TaskRequest(reference=reference, operator=operator, device="handheld-1", now=NOW)


def link(operator: OperatorView) -> linking.Link:
    return linking.Link(sku="LAMP", units=1, operator=operator, device="handheld-1", now=NOW)


SAMPLE = sample.Sample(lambda _session, _now: None, ())
STARTED = Settings("", secret_key="for tests")
PEN = naming.NewItem("4006381333931", "Pen", "PEN", "")
USE_CASES: dict[Callable[..., Any], Call] = {
    naming.make: lambda s, by: naming.make(s, PEN, by, NOW),
    beginning.dismiss: lambda s, by: beginning.dismiss(s, by),
    abc_classes.apply: lambda s, by: abc_classes.apply(s, by, NOW, **CUTS),
    abc_classes.pin: lambda s, by: abc_classes.pin(s, "LAMP", "A", by),
    announce.announce: lambda s, by: announce.announce(s, ANNOUNCED, by, NOW),
    counting.arrive: lambda s, by: counting.arrive(s, asked("C-000001", by), "A-01-1", WORKFLOWS),
    counting_finish.finish: lambda s, by: counting_finish.finish(s, asked("C-000001", by), WORKFLOWS),
    counting.start: lambda s, by: counting.start(s, "A-01", by, NOW),
    counting.come_to: lambda s, by: counting.come_to(s, "A-01", by, NOW),
    counting.come_to_planned: lambda s, by: counting.come_to_planned(s, "A-01", by, NOW),
    decisions.count_again: lambda s, by: decisions.count_again(s, 1, by, NOW),
    decisions.move_misplaced: lambda s, by: decisions.move_misplaced(s, 1, 2, by, NOW),
    decisions.settle: lambda s, by: decisions.settle(s, 1, Cause.THEFT, by, NOW),
    discrepancies.assign: lambda s, by: discrepancies.assign(s, 1, owner="Vera", operator=by, note="", now=NOW),
    discrepancies.settle: lambda s, by: discrepancies.settle(
        s, 1, cause="theft", note="", operator=by, now=NOW, settlers=SETTLERS
    ),
    discrepancies_desk.settle_many: lambda s, by: discrepancies_desk.settle_many(
        s, [1], cause="theft", note="", operator=by, now=NOW, settlers=SETTLERS, workflows=WORKFLOWS
    ),
    evidence.keep: lambda s, by: evidence.keep(s, PHOTO_ID, SCAN_ID, SHRUNK, operator=by, now=NOW, workflows=WORKFLOWS),
    closing.close: lambda s, by: closing.close(s, "2026-10", by, NOW),
    accounts.name: lambda s, by: accounts.name(s, {Account.INVENTORY: "1400"}, by),
    budget.set_rate: lambda s, by: budget.set_rate(s, "", 150, by, NOW),
    mapping.drop: lambda s, by: mapping.drop(s, "a-key", by, NOW),
    imports_service.cancel: lambda s, by: imports_service.cancel(s, 1, by),
    linking.dismiss_code: lambda s, by: linking.dismiss_code(s, "PO-1001", 1, "misread", by=by, now=NOW, workflows=WORKFLOWS),
    items.bring_back: lambda s, by: items.bring_back(s, "LAMP", by, NOW),
    items.merge: lambda s, by: items.merge(s, "LAMP", "MUG-B", by, NOW, WORKFLOWS),
    items.rename: lambda s, by: items.rename(s, "LAMP", "LAMP-2", "", by, NOW),
    items.retire: lambda s, by: items.retire(s, "LAMP", by, NOW),
    linking.link_scan: lambda s, by: linking.link_scan(s, "PO-1001", 1, link(by), WORKFLOWS),
    matching.match_to_order: lambda s, by: matching.match_to_order(
        s, "UN-000001", order="SO-1", customer="", operator=by, now=NOW
    ),
    matching.match_to_return: lambda s, by: matching.match_to_return(s, "UN-000001", "RMA-1", by, NOW),
    matching.unmatch: lambda s, by: matching.unmatch(s, "UN-000001", by, NOW),
    carts.begin: lambda s, by: carts.begin(s, by, NOW, 6),
    order_office.choose: lambda s, by: order_office.choose(s, "SO-1", Choice.WAIT, by, NOW),
    orders.put: lambda s, by: orders.put(s, shop.order(shop.line("1", "LAMP", 1)), by, NOW),
    office.assign: lambda s, by: office.assign(s, "RMA-1", "Vera", by, NOW),
    office.handle: lambda s, by: office.handle(s, "RMA-1", cause="unknown", text="", operator=by, now=NOW),
    office.note: lambda s, by: office.note(s, "RMA-1", "Called.", by, NOW),
    office.settle: lambda s, by: office.settle(s, "RMA-1", discrepancy_id=1, cause="unknown", text="", operator=by, now=NOW),
    office.take_up: lambda s, by: office.take_up(s, "RMA-1", by, NOW),
    orders_finish.finish: lambda s, by: orders_finish.finish(s, asked("SHOP-1001", by), WORKFLOWS),
    printers.add: lambda s, by: printers.add(s, PRINTER, by, NOW),
    printers.change: lambda s, by: printers.change(s, 1, PRINTER, by, NOW),
    printers.remove: lambda s, by: printers.remove(s, 1, by, NOW),
    plan_policy.change_class: lambda s, by: plan_policy.change_class(s, "A", by, **CLASS_RULE),
    plan_policy.change_limits: lambda s, by: plan_policy.change_limits(s, by, approval_value_e4=1, seconds_a_line=9),
    plan_policy.put_in_section: lambda s, by: plan_policy.put_in_section(s, "A-01-1", "A-02", by),
    plan_policy.set_owner: lambda s, by: plan_policy.set_owner(s, "A-01", "Olga", by),
    programs.finish: lambda s, by: programs.finish(s, asked("PO-1001", by), WORKFLOWS),
    programs.start: lambda s, by: programs.start(s, WORKFLOWS, counting.START, COUNT, operator=by, now=NOW),
    programs_returns.begin: lambda s, by: programs_returns.begin(s, ReturnToStart(kind="return"), by, NOW),
    sample.fill: lambda s, by: sample.fill(s, SAMPLE, (), by, NOW),
    sample.empty: lambda s, by: sample.empty(s, "", by, NOW),
    house.change: lambda s, by: house.change(s, "packing", "no", by, STARTED),
    records.add: lambda s, by: records.add(s, KINDS["items"], Items, {"sku": "NEW"}, by, NOW),
    records.put: lambda s, by: records.put(s, KINDS["items"], Items, records.Sent({"sku": "LAMP"}, ()), 0, by, NOW),
    records.change: lambda s, by: records.change(s, KINDS["items"], Items, {"sku": "LAMP"}, 0, "", by, NOW),
    reasons.add: lambda s, by: reasons.add(s, "MOTH", "Eaten by moths", by),
    reasons.delete: lambda s, by: reasons.delete(s, "DOA", by),
    reasons.rename: lambda s, by: reasons.rename(s, "DOA", "Broken", by),
    reasons.switch: lambda s, by: reasons.switch(s, "DOA", by, active=False),
    receiving.finish: lambda s, by: receiving.finish(s, asked("PO-1001", by), WORKFLOWS),
    returns.finish: lambda s, by: returns.finish(s, asked("RMA-1", by), WORKFLOWS),
    returns.start_unannounced: lambda s, by: returns.start_unannounced(s, by, NOW),
    sessions.end_one: lambda s, by: sessions.end_one(s, SESSION, by),
    sessions.end_others: lambda s, by: sessions.end_others(s, 2, by, ""),
    shipments.ship: lambda s, by: shipments.ship(
        s, shipments.Shipment(channel="web", reference="SO-1", lines=(shipments.SentLine(1, sku="LAMP"),)), by, NOW, WORKFLOWS
    ),
    signals.assign: lambda s, by: signals.assign(s, 1, owner="Sam", operator=by, now=NOW),
    signals.close: lambda s, by: signals.close(s, 1, has_found=True, note="", operator=by, now=NOW),
    staff.add: lambda s, by: staff.add(s, "Nina", ["picker"], "", None, by, NOW),
    staff.change: lambda s, by: staff.change(s, 1, "Rosa R", ["picker"], "", by, NOW),
    staff.come_back: lambda s, by: staff.come_back(s, 1, by, NOW),
    staff.give_badge: lambda s, by: staff.give_badge(s, 1, "", by, NOW),
    staff.give_pin: lambda s, by: staff.give_pin(s, 1, None, by, NOW),
    staff.leave: lambda s, by: staff.leave(s, 1, by, NOW),
    staff_tokens.make: lambda s, by: staff_tokens.make(s, 1, "Shop", by, NOW),
    staff_tokens.revoke: lambda s, by: staff_tokens.revoke(s, 1, by, NOW),
    webhooks.add: lambda s, by: webhooks.add(s, "https://shop.example", by, NOW),
    webhooks.remove: lambda s, by: webhooks.remove(s, 1, by, NOW),
    webhooks.send_again: lambda s, by: webhooks.send_again(s, 1, by, NOW),
    webhooks.switch: lambda s, by: webhooks.switch(s, 1, by, active=False),
    webhooks.test: lambda s, by: webhooks.test(s, 1, by, NOW),
}
"""Every use case that changes something, called in somebody's name."""

READS: dict[Callable[..., Any], Call] = {
    audited.after: lambda s, by: audited.after(s, by, 0, 10),
    audited.newest: lambda s, by: audited.newest(s, audited.Wanted(), by),
    discrepancies.one_shown: lambda s, by: discrepancies.one_shown(s, 1, by, WORKFLOWS, SETTLERS),
    discrepancies.shown: lambda s, by: discrepancies.shown(s, by, WORKFLOWS),
    discrepancies_desk.page: lambda s, by: discrepancies_desk.page(s, WantedDiscrepancies(), by, WORKFLOWS, limit=10),
    discrepancies_desk.total: lambda s, by: discrepancies_desk.total(s, WantedDiscrepancies(), by, WORKFLOWS),
    discrepancies_desk.chosen: lambda s, by: discrepancies_desk.chosen(s, [1], by, WORKFLOWS),
    searching.search: lambda s, by: searching.search(s, "mug", WORKFLOWS, by, kinds=()),
    asking.where: lambda s, by: asking.where(s, "LAMP", WORKFLOWS, by),
    history.item_page: lambda s, by: history.item_page(s, "LAMP", WORKFLOWS, by, now=NOW, days=30),
    history.movements: lambda s, by: history.movements(s, WORKFLOWS, by),
    history.scan_page: lambda s, by: history.scan_page(s, 1, WORKFLOWS, by),
    items.preview: lambda s, by: items.preview(s, "LAMP", "MUG-B", by, WORKFLOWS),
    items.record: lambda s, by: items.record(s, "LAMP", by),
    order_office.order: lambda s, by: order_office.order(s, "SO-1", by, WORKFLOWS, NOW),
    order_office.orders: lambda s, by: order_office.orders(s, by, WORKFLOWS, NOW),
    orders.listed: lambda s, by: orders.listed(s, by),
    reorder.demand: lambda s, by: reorder.demand(s, by, WORKFLOWS),
    reorder.listed: lambda s, by: reorder.listed(s, reorder.Wanted(), by, WORKFLOWS, NOW.date()),
    reorder.page: lambda s, by: reorder.page(s, reorder.Wanted(), by, WORKFLOWS, NOW.date()),
    orders.one: lambda s, by: orders.one(s, "web", "SO-1", by),
    programs.stock: lambda s, by: programs.stock(s, WORKFLOWS, by, sku=None, place=None),
    programs.task: lambda s, by: programs.task(s, WORKFLOWS, "PO-1001", by),
    programs.tasks: lambda s, by: programs.tasks(s, WORKFLOWS, by, kind=None, state=None),
    programs_returns.graded: lambda s, by: programs_returns.graded(s, by, 0, 10),
    programs_returns.one: lambda s, by: programs_returns.one(s, "RMA-1", by, NOW, 14),
    mapping.draft: lambda s, by: mapping.draft(s, "a-key", by, NOW),
    records.page: lambda s, by: records.page(s, KINDS["items"], "", 10, by),
    records.listed: lambda s, by: records.listed(s, KINDS["items"], "", 10, by),
    records.one: lambda s, by: records.one(s, KINDS["items"], {"sku": "LAMP"}, 0, by),
    sessions.everybody: lambda s, by: sessions.everybody(s, by, NOW),
    sessions.of_person: lambda s, by: sessions.of_person(s, 2, by, NOW),
    signals.at_home: lambda s, by: signals.at_home(s, by),
    signals.one: lambda s, by: signals.one(s, 1, by),
    signals.page: lambda s, by: signals.page(s, by, state=None),
    signals.shown: lambda s, by: signals.shown(s, by),
    staff.everybody: lambda s, by: staff.everybody(s, by),
    staff.person: lambda s, by: staff.person(s, 1, by),
    staff_tokens.listed: lambda s, by: staff_tokens.listed(s, by),
}
"""What pages and programs both read."""

ELSEWHERE: set[Callable[..., Any]] = {
    sessions.begin_by_badge,  # nobody is signed in yet
    guesses.count_taken,  # counts against who named a code
    beginning.set_up,  # nobody is there yet; asks for the one-time code
    sessions.confirm,  # each does so for oneself
    record_scan,  # has a test of its own
    guesses.count_taken,  # after a use case that is in the table
    audit.note,  # what a page notes that only shows or takes out something
    programs.record,  # asks for a token; below, as an address of the API
}


@pytest.fixture
def warehouse(sqlite_database: Database) -> Warehouse:
    found = fill(sqlite_database)
    found.add_return("RMA-1", [("MUG-B", 2)], "SO-1")
    found.scan(MUG, by="Theo", task="RMA-1", id=SCAN_ID)
    return found


NORA = OperatorView(1, "Nora", frozenset())


@pytest.mark.parametrize("use_case", USE_CASES | READS, ids=lambda each: f"{each.__module__}.{each.__name__}")
def test_a_use_case_refuses_who_has_no_right(warehouse: Warehouse, use_case: Callable[..., Any]) -> None:
    with pytest.raises(NotAllowed, match=r"^Nora may not "):
        warehouse.database.transact((USE_CASES | READS)[use_case], NORA)


def test_a_scan_is_refused_to_who_has_no_right(warehouse: Warehouse) -> None:
    with pytest.raises(NotAllowed, match=r"^Nora may not scan receipts\."):
        warehouse.database.transact(record_scan, warehouse.request(MUG), NOW, WORKFLOWS, by=NORA)


def test_every_use_case_that_a_view_calls_is_in_the_table() -> None:
    named = {use_case for path in sorted(SCANNER.rglob("views.py")) for use_case in called_by(path)}
    assert named - USE_CASES.keys() == ELSEWHERE


def called_by(path: Path) -> Iterator[Callable[..., Any]]:
    """What a module hands to `transact`, to `limits.record`, or to a helper of its own that hands it on."""
    text = path.read_text(encoding="utf-8")
    module = importlib.import_module(".".join(path.relative_to(SCANNER.parent).with_suffix("").parts))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"transact", "limits.record", "_done"}:
            yield from (found for each in node.args if (found := use_case_named(each, module.__dict__)))


def use_case_named(argument: ast.expr, names: dict[str, Any]) -> Callable[..., Any] | None:
    """The function that an argument names, where its first parameter is the session."""
    if not isinstance(argument, ast.Name | ast.Attribute):
        return None
    owner, _, name = ast.unparse(argument).rpartition(".")
    if owner and not inspect.ismodule(names.get(owner)):
        return None
    found = getattr(names[owner], name) if owner else names.get(name)
    return found if inspect.isfunction(found) and next(iter(inspect.signature(found).parameters), "") == "session" else None


def jpeg() -> tuple[BytesIO, str]:
    file = BytesIO()
    Image.new("RGB", (40, 30), "firebrick").save(file, "JPEG")
    file.seek(0)
    return file, "damage.jpg"


def file_of(text: bytes) -> tuple[BytesIO, str]:
    return BytesIO(text), "file.csv"


FORMS: dict[str, Callable[[], dict[str, Any]]] = {
    "/carts": lambda: {"orders": "6"},
    "/counting/C-000001/finish": dict,
    "/counting/start": lambda: {"section": "A-01"},
    "/data/bring": lambda: {"file": file_of(b"sku\nLAMP\n")},
    "/data/bring/a-key": dict,
    "/data/bring/a-key/drop": dict,
    "/data/imports/1/cancel": dict,
    "/data/items": lambda: {"file": file_of(b"sku\nLAMP\n")},
    "/discrepancies/1/assign": lambda: {"owner": "Vera"},
    "/discrepancies/1/count-again": dict,
    "/discrepancies/1/move": lambda: {"other": "2"},
    "/discrepancies/settle": lambda: {"chosen": "1", "cause": "theft"},
    "/discrepancies/1/settle": lambda: {"cause": "theft"},
    "/drift/2026-10/close": dict,
    "/drift/accounts": lambda: {"inventory": "1400"},
    "/drift/rate": lambda: {"rate": "1.5"},
    "/signals/1/assign": lambda: {"owner": "Sam"},
    "/signals/1/close": lambda: {"found": "1"},
    "/evidence": lambda: {"id": str(PHOTO_ID), "scan": str(SCAN_ID), "photo": jpeg()},
    "/items/LAMP/bring-back": dict,
    "/items/LAMP/merge": lambda: {"into": "MUG-B"},
    "/items/LAMP/rename": lambda: {"sku": "LAMP-2", "name": "Lamp"},
    "/items/LAMP/retire": dict,
    "/labels/print": lambda: {"group": "items", "code": "LAMP"},
    "/labels/printers": lambda: PRINTER.facts(),
    "/labels/printers/1": lambda: PRINTER.facts(),
    "/labels/printers/1/remove": dict,
    "/open": lambda: {"code": "PO-1001"},
    "/orders/office/SO-1/choice": lambda: {"choice": "wait"},
    "/people/1": lambda: {"name": "Rosa"},
    "/people/1/badge": dict,
    "/people/1/come-back": dict,
    "/people/1/leave": dict,
    "/people/1/pin": dict,
    "/people/2/sessions/end": dict,
    "/people/new": lambda: {"name": "Nina"},
    "/people/tokens": lambda: {"operator": "1", "name": "Shop"},
    "/people/tokens/1/revoke": dict,
    "/photos": lambda: {"task": "PO-1001", "photo": jpeg()},
    "/plan/classes": lambda: {"period_days": "90", "cut_a": "80", "cut_b": "95"},
    "/plan/owner": lambda: {"section": "A-01", "owner": "Olga"},
    "/plan/pin": lambda: {"sku": "LAMP", "abc_class": "A"},
    "/plan/places": lambda: {"location": "A-01-1", "section": "A-02"},
    "/plan/policy": lambda: {"approval": "250", "seconds_a_line": "15"},
    "/plan/policy/A": lambda: {
        "every_days": "5", "tolerance_units": "1", "tolerance_percent": "0.5", "tolerance_value": "12.50",
    },
    "/plan/start": lambda: {"section": "A-01"},
    "/orders/SHOP-1001/finish": dict,
    "/receiving/PO-1001/finish": dict,
    "/records/items/edit": lambda: {"sku": "LAMP", "name": "Lamp"},
    "/records/locations/generate": dict,
    "/records/items/new": lambda: {"sku": "NEW"},
    "/return-reasons": lambda: {"code": "MOTH", "name": "Eaten by moths"},
    "/return-reasons/DOA/active": dict,
    "/return-reasons/DOA/delete": dict,
    "/return-reasons/DOA/name": lambda: {"name": "Broken"},
    "/returns/RMA-1/finish": dict,
    "/returns/unannounced": dict,
    "/scans": lambda: api_scan(source="wedge"),
    "/service/RMA-1/assign": dict,
    "/service/RMA-1/handle": dict,
    "/service/RMA-1/match": lambda: {"order": "SO-1"},
    "/service/RMA-1/note": lambda: {"note": "Called."},
    "/service/RMA-1/settle": lambda: {"discrepancy": "1", "cause": "unknown"},
    "/service/RMA-1/take-up": dict,
    "/service/RMA-1/unmatch": dict,
    "/service/announce": lambda: {"sku": "LAMP", "expected": "1", "reason": ""},
    "/service/announce/file": lambda: {"file": file_of(b"sku\nLAMP\n")},
    f"/sessions/{SESSION}/end": dict,
    "/tasks/PO-1001/link": lambda: {"seq": "1", "sku": "LAMP", "units": "1"},
    "/tasks/PO-1001/dismiss": lambda: {"seq": "1", "reason": "misread"},
    "/tasks/PO-1001/photo": lambda: {"photo": jpeg()},
    "/webhooks": lambda: {"url": "https://shop.example"},
    "/webhooks/1/remove": dict,
    "/webhooks/1/switch": dict,
    "/webhooks/1/test": dict,
    "/webhooks/deliveries/1/again": dict,
    "/set-up/items": lambda: {"code": "4006381333931", "name": "Pen"},
    "/set-up/sample": dict,
    "/set-up/sample/empty": dict,
    "/set-up/steps/dismiss": dict,
    "/settings/packing": lambda: {"value": "no"},
}  # fmt: skip
"""Every address that takes a form, with one that is filled in as it should be."""

BODIES: dict[str, Callable[[], dict[str, Any]]] = {
    "/items/LAMP/merge": lambda: {"into": "MUG-B"},
    "/items/LAMP/rename": lambda: {"sku": "LAMP-2"},
    "/items/LAMP/retire": dict,
    "/scans": api_scan,
    "/signals/1/close": lambda: {"found": True},
    "/shipments": lambda: {"channel": "web", "reference": "SO-1", "lines": [{"sku": "LAMP", "units": 1}]},
    "/tasks": lambda: {"kind": "count", "section": "A-01"},
    "/tasks/PO-1001/finish": dict,
}
"""The same of the API."""

FOR_EVERYBODY = {"/set-up", "/sign-in", "/sign-out", "/lock", "/confirm"}
ANSWERS_ONE_BY_ONE = {"/scans/batch", "/api/v1/scans/batch"}
TAKES_A_PHOTO = {"/api/v1/decode"}


@pytest.fixture
def nora(app: Flask) -> Device:
    """Somebody with a badge and no role."""
    row = {"badge": "BADGE-NORA", "name": "Nora", "roles": "", "active": True}
    app.extensions["database"].transact(lambda session: session.execute(insert(Operator).values(row)))
    goods = app.extensions["warehouse"]
    goods.add_return("RMA-1", [("MUG-B", 2)], "SO-1")
    goods.scan(MUG, by="Theo", task="RMA-1", id=SCAN_ID)
    device = Device(app)
    device.post("/sign-in", badge="BADGE-NORA")
    return device


@pytest.mark.parametrize("path", FORMS)
def test_a_form_is_refused_to_who_has_no_right(nora: Device, path: str) -> None:
    answer = nora.post(path, **FORMS[path]())
    assert answer.status_code == 403 and "Nora may not " in answer.text


@pytest.mark.parametrize("path", BODIES)
def test_a_program_is_refused_that_has_no_right(app: Flask, nora: Device, path: str) -> None:
    answer = Program(app, "Nora").post(path, BODIES[path]())
    assert answer.status_code == 403 and answer.json["error"]["message"].startswith("Nora may not ")


def test_a_photo_to_read_and_each_scan_of_a_batch_are_refused_too(app: Flask, nora: Device) -> None:
    program = Program(app, "Nora")
    assert program.client.post("/api/v1/decode", data={"photo": jpeg()}, headers=program.headers).status_code == 403
    batch = program.post("/scans/batch", {"scans": [api_scan()]})
    assert [each["status"] for each in batch.json["results"]] == [403]


def test_every_address_that_takes_a_form_is_in_the_table(app: Flask) -> None:
    known = {*FORMS, *(f"/api/v1{path}" for path in BODIES), *FOR_EVERYBODY, *ANSWERS_ONE_BY_ONE, *TAKES_A_PHOTO}
    adapter = app.url_map.bind("")
    named = {adapter.match(path, method="POST")[0] for path in known}
    assert {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())} == named
