"""Every use case that needs a right of supervisors alone notes what it changed; so does what commands change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest

from scanner.audit.rules import Action
from scanner.beginning import naming
from scanner.beginning import service as beginning
from scanner.beginning.sample import service as sample
from scanner.counting import service as counting
from scanner.counting.plan import classes as abc_classes
from scanner.counting.plan import policy
from scanner.counting.variances import decisions
from scanner.data import imports, store
from scanner.data.audit import service as audited
from scanner.data.audit.service import Audited, Wanted
from scanner.data.imports import jobs
from scanner.data.imports import service as imports_service
from scanner.data.imports.catalogue import Items
from scanner.data.imports.small import Upload
from scanner.data.mapping import service as mapping
from scanner.data.records import service as records
from scanner.data.records.kinds import KINDS
from scanner.discrepancies import service as discrepancies
from scanner.discrepancies.desk import service as discrepancies_desk
from scanner.discrepancies.rules import Cause
from scanner.drift.signals import service as signals
from scanner.errors import NotAllowed
from scanner.house import service as house
from scanner.house import store as house_store
from scanner.items import service as items
from scanner.labels.printers import service as printers
from scanner.orders.intake import service as orders
from scanner.orders.office import service as order_office
from scanner.orders.scanned import Choice
from scanner.people import tokens
from scanner.people.rules import ADMINISTRATIVE, OperatorView, Role
from scanner.people.sessions import service as sessions
from scanner.people.sessions.service import NewSession
from scanner.people.sign_in import nothing_is_a_label
from scanner.reasons import service as reasons
from scanner.returns import service as returns
from scanner.returns.office import announce
from scanner.staff import service as staff
from scanner.staff.tokens import service as staff_tokens
from scanner.webhooks import service as webhooks
from scanner.workflows import IMPORTS, SETTLERS, WORKFLOWS
from tests.people.test_rights import CLASS_RULE, CUTS, PEN, PRINTER, STARTED, USE_CASES
from tests.support import shop
from tests.support.counting_floor import Floor
from tests.support.patterns import open_signal
from tests.support.warehouse import LAMP, MUG, NOW, Warehouse, finish_task

URL = "https://shop.example/hook"
Way = Callable[["Ground"], object]


class Ground:
    """The small warehouse with Sam, who changes things; `do` is one use case in a transaction of its own."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse, self.sam = warehouse, warehouse.operators["Sam"]

    @property
    def rosa(self) -> int:
        """The id of Rosa, to whom things are done."""
        return self.warehouse.operators["Rosa"].id

    def do(self, use_case: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return self.warehouse.database.transact(use_case, *args, **kwargs)

    def bring(self, kind: str, file: bytes, *, name: str = "") -> object:
        """Sam brings a file in."""
        upload = Upload(kind=kind, stream=BytesIO(file), name=name, operator_id=self.sam.id)
        return imports_service.take_upload(self.warehouse.database, upload, imports.all_kinds(IMPORTS), self.sam, NOW)

    def over(self) -> int:
        """The number of a discrepancy: one mug more than ordered."""
        self.warehouse.scan(MUG, quantity=25, confirm=True)
        return self._newest()

    def _newest(self) -> int:
        with self.warehouse.database.read() as session:
            return max(row.id for row in discrepancies.discrepancies(session))

    def variances(self, *places: tuple[str, int]) -> list[int]:
        """Numbers of variances of mugs at shelves, counted by Carla and again by Cem."""
        floor = Floor(self.warehouse)
        for shelf in ("A-01-1", "A-01-2", "A-01-3"):
            floor.put(shelf, "MUG-B", 50)
        floor.approval(1)
        task = floor.start("Carla")
        for shelf, found in places:
            floor.scan(shelf, task, "Carla")
            floor.scan(MUG, task, "Carla", quantity=found)
        for shelf in {"A-01-1", "A-01-2", "A-01-3"} - {shelf for shelf, _ in places}:
            floor.scan(shelf, task, "Carla")
            floor.scan(MUG, task, "Carla", quantity=50)
        floor.finish(task, "Carla")
        again = f"{task}-R1"
        for shelf, found in places:
            floor.scan(shelf, again, "Cem")
            floor.scan(MUG, again, "Cem", quantity=found)
        floor.finish(again, "Cem")
        with self.warehouse.database.read() as session:
            return sorted(row.id for row in discrepancies.discrepancies(session) if row.kind == "variance")

    def hook(self) -> int:
        return self.do(webhooks.add, URL, self.sam, NOW).id

    def moved(self) -> None:
        self.warehouse.scan(MUG, quantity=24)
        self.warehouse.scan(MUG, task="PICKS", by="Theo", location="DOCK", quantity=5)

    def changes(self) -> list[Audited]:
        with self.warehouse.database.read() as session:
            return list(reversed(audited.newest(session, Wanted(), self.sam, limit=500)))


def taken_back(ground: Ground) -> object:
    ground.do(items.retire, "LAMP", ground.sam, NOW)
    return ground.do(items.bring_back, "LAMP", ground.sam, NOW)


def moved_misplaced(ground: Ground) -> object:
    one, other = ground.variances(("A-01-1", 40), ("A-01-2", 60))
    return ground.do(decisions.move_misplaced, one, other, ground.sam, NOW)


def cancelled(ground: Ground) -> object:
    waiting = {"kind": "items", "name": "i.csv", "operator_id": ground.sam.id, "stage": "waiting"}
    return ground.do(imports_service.cancel, ground.do(jobs.add, now=NOW, **waiting), ground.sam)


def on_a_device(ground: Ground) -> str:
    """Rosa, signed in on a device; gives the digest of that session."""
    new = NewSession(secret="of Rosa", replaces="", device="handheld-1", address="", browser="")
    ground.do(sessions.begin_by_badge, "BADGE-ROSA", "", new, NOW, nothing_is_a_label)
    return tokens.digest("of Rosa")


def message_again(ground: Ground) -> object:
    ground.do(webhooks.test, ground.hook(), ground.sam, NOW)
    return ground.do(webhooks.send_again, 1, ground.sam, NOW)


def draft_dropped(on: Ground) -> Any:
    key = mapping.keep(on.warehouse.database, "x.csv", b"a,b\n1,2\n", on.sam, NOW)
    return on.do(mapping.drop, key, on.sam, NOW)


def printer_changed(ground: Ground) -> object:
    added = ground.do(printers.add, PRINTER, ground.sam, NOW)
    return ground.do(printers.change, added, replace(PRINTER, dpi=300), ground.sam, NOW)


def printer_removed(ground: Ground) -> object:
    return ground.do(printers.remove, ground.do(printers.add, PRINTER, ground.sam, NOW), ground.sam, NOW)


def record_put(ground: Ground) -> object:
    sent = records.check(ground.warehouse.database, KINDS["items"], Items, {"sku": "NEW", "name": "New"}, ground.sam)
    return ground.do(records.put, KINDS["items"], Items, sent, 0, ground.sam, NOW)


def sample_emptied(ground: Ground) -> object:
    ground.do(house_store.keep, sample.MARK, "0")
    return ground.do(sample.empty, "", ground.sam, NOW)


def sample_filled(ground: Ground) -> object:
    sample_emptied(ground)
    return ground.do(sample.fill, sample.Sample(lambda _session, _now: None, ()), (), ground.sam, NOW)


def decided(ground: Ground) -> object:
    ground.do(orders.put, shop.order(shop.line("1", "LAMP", 1)), ground.sam, NOW)
    return ground.do(order_office.choose, "SO-1", Choice.SPLIT, ground.sam, NOW)


WAYS: dict[Callable[..., Any], tuple[Action, Way]] = {
    abc_classes.apply: (
        Action.CLASSES_APPLIED,
        lambda on: (on.moved(), on.do(abc_classes.apply, on.sam, NOW, **CUTS | {"cut_a_bp": 7000})),
    ),
    abc_classes.pin: (Action.CLASS_PINNED, lambda on: on.do(abc_classes.pin, "LAMP", "A", on.sam)),
    counting.come_to_planned: (Action.TASK_STARTED, lambda on: on.do(counting.come_to_planned, "A-01", on.sam, NOW)),
    decisions.count_again: (
        Action.COUNT_AGAIN,
        lambda on: on.do(decisions.count_again, *on.variances(("A-01-1", 40)), on.sam, NOW),
    ),
    decisions.move_misplaced: (Action.VARIANCE_MOVED, moved_misplaced),
    decisions.settle: (
        Action.VARIANCE_SETTLED,
        lambda on: on.do(decisions.settle, *on.variances(("A-01-1", 40)), Cause.THEFT, on.sam, NOW),
    ),
    discrepancies.assign: (
        Action.DISCREPANCY_ASSIGNED,
        lambda on: on.do(discrepancies.assign, on.over(), owner="Vera", operator=on.sam, note="", now=NOW),
    ),
    discrepancies.settle: (
        Action.DISCREPANCY_SETTLED,
        lambda on: on.do(discrepancies.settle, on.over(), cause="theft", note="", operator=on.sam, now=NOW, settlers=SETTLERS),
    ),
    discrepancies_desk.settle_many: (
        Action.DISCREPANCY_SETTLED,
        lambda on: on.do(
            discrepancies_desk.settle_many,
            [on.over()],
            cause="theft",
            note="",
            operator=on.sam,
            now=NOW,
            settlers=SETTLERS,
            workflows=WORKFLOWS,
        ),
    ),
    signals.assign: (
        Action.SIGNAL_ASSIGNED,
        lambda on: on.do(signals.assign, open_signal(on.warehouse), owner="Sam", operator=on.sam, now=NOW),
    ),
    signals.close: (
        Action.SIGNAL_CLOSED,
        lambda on: on.do(signals.close, open_signal(on.warehouse), has_found=True, note="Seen.", operator=on.sam, now=NOW),
    ),
    imports_service.cancel: (Action.FILE_CANCELLED, cancelled),
    items.bring_back: (Action.ITEM_BROUGHT_BACK, taken_back),
    items.merge: (Action.ITEM_MERGED, lambda on: on.do(items.merge, "TEE-M", "LAMP", on.sam, NOW, WORKFLOWS)),
    items.rename: (Action.ITEM_RENAMED, lambda on: on.do(items.rename, "LAMP", "LAMP-2", "", on.sam, NOW)),
    items.retire: (Action.ITEM_RETIRED, lambda on: on.do(items.retire, "LAMP", on.sam, NOW)),
    order_office.choose: (Action.ORDER_DECIDED, decided),
    policy.change_class: (Action.RULE_CHANGED, lambda on: on.do(policy.change_class, "A", on.sam, **CLASS_RULE)),
    policy.change_limits: (
        Action.LIMITS_CHANGED,
        lambda on: on.do(policy.change_limits, on.sam, approval_value_e4=1, seconds_a_line=9),
    ),
    policy.put_in_section: (Action.SECTION_SET, lambda on: on.do(policy.put_in_section, "A-01-1", "A-02", on.sam)),
    policy.set_owner: (Action.OWNER_SET, lambda on: on.do(policy.set_owner, "A-01", "Olga", on.sam)),
    mapping.drop: (Action.FILE_CANCELLED, draft_dropped),
    naming.make: (Action.FILE_IN, lambda on: on.do(naming.make, PEN, on.sam, NOW)),
    sample.fill: (Action.SAMPLE_FILLED, sample_filled),
    sample.empty: (Action.SAMPLE_EMPTIED, sample_emptied),
    beginning.dismiss: (Action.SETTING_CHANGED, lambda on: on.do(beginning.dismiss, on.sam)),
    house.change: (Action.SETTING_CHANGED, lambda on: on.do(house.change, "packing", "no", on.sam, STARTED)),
    printers.add: (Action.PRINTER_ADDED, lambda on: on.do(printers.add, PRINTER, on.sam, NOW)),
    printers.change: (Action.PRINTER_CHANGED, printer_changed),
    printers.remove: (Action.PRINTER_REMOVED, printer_removed),
    records.add: (
        Action.RECORD_ADDED,
        lambda on: on.do(records.add, KINDS["items"], Items, {"sku": "NEW", "name": "New"}, on.sam, NOW),
    ),
    records.change: (
        Action.RECORD_CHANGED,
        lambda on: on.do(records.change, KINDS["items"], Items, {"sku": "LAMP", "name": "Lamp"}, 0, "", on.sam, NOW),
    ),
    records.put: (Action.RECORD_ADDED, record_put),
    reasons.add: (Action.REASON_ADDED, lambda on: on.do(reasons.add, "MOTH", "Eaten by moths", on.sam)),
    reasons.delete: (Action.REASON_DELETED, lambda on: on.do(reasons.delete, "DOA", on.sam)),
    reasons.rename: (Action.REASON_CHANGED, lambda on: on.do(reasons.rename, "DOA", "Broken at once", on.sam)),
    reasons.switch: (Action.REASON_CHANGED, lambda on: on.do(reasons.switch, "DOA", on.sam, active=False)),
    sessions.end_one: (Action.SESSIONS_ENDED, lambda on: on.do(sessions.end_one, on_a_device(on), on.sam)),
    sessions.end_others: (
        Action.SESSIONS_ENDED,
        lambda on: (on_a_device(on), on.do(sessions.end_others, on.warehouse.operators["Rosa"].id, on.sam, "")),
    ),
    staff.add: (Action.PERSON_ADDED, lambda on: on.do(staff.add, "Nina", ["picker"], "", None, on.sam, NOW)),
    staff.change: (Action.PERSON_CHANGED, lambda on: on.do(staff.change, on.rosa, "Rosa R", ["picker"], "", on.sam, NOW)),
    staff.come_back: (
        Action.PERSON_CHANGED,
        lambda on: (on.do(staff.leave, on.rosa, on.sam, NOW), on.do(staff.come_back, on.rosa, on.sam, NOW)),
    ),
    staff.give_badge: (Action.PERSON_CHANGED, lambda on: on.do(staff.give_badge, on.rosa, "", on.sam, NOW)),
    staff.give_pin: (Action.PERSON_CHANGED, lambda on: on.do(staff.give_pin, on.rosa, "hash", on.sam, NOW)),
    staff.leave: (Action.PERSON_CHANGED, lambda on: on.do(staff.leave, on.rosa, on.sam, NOW)),
    staff_tokens.make: (Action.TOKEN_MADE, lambda on: on.do(staff_tokens.make, on.rosa, "Shop", on.sam, NOW)),
    staff_tokens.revoke: (
        Action.TOKENS_REVOKED,
        lambda on: on.do(staff_tokens.revoke, on.do(staff_tokens.make, on.rosa, "Shop", on.sam, NOW).id, on.sam, NOW),
    ),
    webhooks.add: (Action.WEBHOOK_ADDED, lambda on: on.hook()),
    webhooks.remove: (Action.WEBHOOK_REMOVED, lambda on: on.do(webhooks.remove, on.hook(), on.sam, NOW)),
    webhooks.send_again: (Action.MESSAGE_AGAIN, message_again),
    webhooks.switch: (Action.WEBHOOK_SWITCHED, lambda on: on.do(webhooks.switch, on.hook(), on.sam, active=False)),
    webhooks.test: (Action.WEBHOOK_TESTED, lambda on: on.do(webhooks.test, on.hook(), on.sam, NOW)),
}
"""Each administrative use case, what it notes last, and a way to have it done once."""


@pytest.fixture
def ground(warehouse: Warehouse) -> Ground:
    return Ground(warehouse)


def test_every_use_case_that_needs_a_right_of_supervisors_alone_is_in_the_table(warehouse: Warehouse) -> None:
    everybody_else = OperatorView(1, "Alex", frozenset(Role) - {Role.SUPERVISOR})
    refused = set()
    for use_case, call in USE_CASES.items():
        try:
            warehouse.database.transact(call, everybody_else)
        except NotAllowed as no:
            if any(f"may not {right}." in no.message for right in ADMINISTRATIVE):
                refused.add(use_case)
        except Exception:
            continue
    assert refused == WAYS.keys()


@pytest.mark.parametrize("use_case", WAYS, ids=lambda each: f"{each.__module__}.{each.__name__}")
def test_a_use_case_notes_what_it_changed(ground: Ground, use_case: Callable[..., Any]) -> None:
    action, way = WAYS[use_case]
    way(ground)
    last = ground.changes()[-1]
    assert (last.action, last.who, last.operator, last.via) == (action.value, "Sam", ground.sam.id, "page")


def test_who_ends_sessions_of_their_own_is_in_no_audit(ground: Ground) -> None:
    digest = on_a_device(ground)
    ground.do(sessions.end_one, digest, ground.warehouse.operators["Rosa"])
    assert ground.changes() == []


def test_the_table_of_ways_sees_a_use_case_that_notes_nothing(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken variant: without its note, the test above would fail."""
    monkeypatch.setattr("scanner.audit.service.note", lambda *_, **__: None)
    WAYS[policy.set_owner][1](ground)
    assert ground.changes() == []


@pytest.mark.parametrize(
    ("use_case", "before", "after"),
    [
        (policy.set_owner, {"owner": ""}, {"owner": "Olga"}),
        (policy.put_in_section, {"section": "A-01"}, {"section": "A-02"}),
        (policy.change_limits, None, {"approval": "0.0001", "seconds_a_line": 9}),
        (reasons.switch, {"active": True}, {"active": False}),
        (house.change, {"value": "yes"}, {"value": "no"}),
        (webhooks.add, {}, {"active": True, "secret": "changed"}),
        (webhooks.switch, {"active": True}, {"active": False}),
        (abc_classes.pin, {"abc_class": "C", "abc_pinned": False}, {"abc_class": "A", "abc_pinned": True}),
        (signals.assign, {"owner": "supervisor"}, {"owner": "Sam"}),
        (signals.close, {"state": "open"}, {"state": "closed", "found": True, "note": "Seen."}),
        (discrepancies.settle, {"state": "open"}, {"state": "settled", "cause": "theft"}),
        (records.change, {"name": "Desk lamp"}, {"name": "Lamp"}),
        (staff.change, {"name": "Rosa", "roles": "receiver"}, {"name": "Rosa R", "roles": "picker"}),
        (staff.give_badge, {}, {"badge": "changed"}),
        (staff.give_pin, {}, {"pin": "changed"}),
        (staff.leave, {"active": True}, {"active": False}),
        (items.rename, {"is": "LAMP · Desk lamp"}, {"is": "LAMP-2 · Desk lamp"}),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_before_and_after_have_only_what_changed(
    ground: Ground, use_case: Callable[..., Any], before: dict[str, Any] | None, after: dict[str, Any]
) -> None:
    WAYS[use_case][1](ground)
    last = ground.changes()[-1]
    assert last.after == after and (before is None or last.before == before)


@pytest.mark.parametrize(
    "use_case", [policy.set_owner, policy.change_class, abc_classes.pin, reasons.switch, items.retire, records.change]
)
def test_the_same_again_changes_nothing_and_is_not_noted(ground: Ground, use_case: Callable[..., Any]) -> None:
    WAYS[use_case][1](ground)
    once = ground.changes()
    WAYS[use_case][1](ground)
    assert ground.changes() == once


def test_what_was_not_done_is_not_noted(ground: Ground) -> None:
    def fails(session: Any) -> None:
        policy.set_owner(session, "A-01", "Olga", ground.sam)
        raise ValueError

    with pytest.raises(ValueError):
        ground.do(fails)
    assert ground.changes() == []


class TestAFile:
    def test_is_noted_with_its_name_its_hash_and_its_numbers(self, ground: Ground) -> None:
        file = b"sku,name\nLAMP,Lamp\nNEW,New\n"
        ground.bring("items", file, name="april.csv")
        (only,) = ground.changes()
        assert (only.kind, only.subject) == ("file", "items")
        numbers = {"rows": 2, "added": 1, "changed": 1, "unchanged": 0}
        assert only.after == {"file": "april.csv", "sha256": sha256(file).hexdigest(), **numbers}

    def test_that_is_refused_is_not_noted(self, ground: Ground) -> None:
        with pytest.raises(imports.ImportRefused):
            ground.bring("items", b"sku,unit_cost\nLAMP,cheap\n")
        assert ground.changes() == []

    def test_of_returns_by_customer_service_is_noted_too(self, ground: Ground) -> None:
        file = BytesIO(b"reference,order,customer,sku,expected,reason\nRMA-7,SO-7,Jo,LAMP,1,\n")
        announce.announce_file(ground.warehouse.database, file, "r.csv", ground.warehouse.operators["Vera"], NOW)
        (only,) = ground.changes()
        assert (only.who, only.action, only.subject, only.after["file"]) == ("Vera", "file brought in", "returns", "r.csv")


class TestPeople:
    def bring(self, ground: Ground, rows: str) -> list[Audited]:
        before = len(ground.changes())
        ground.bring("operators", f"badge,name,roles,pin,active\n{rows}\n".encode())
        return ground.changes()[before:]

    def test_who_is_new_is_noted_without_badge_and_pin(self, ground: Ground) -> None:
        file, person = self.bring(ground, "SECRET-BADGE-7,Nils,receiver,8642,yes")
        assert (file.action, person.action, person.subject) == ("file brought in", "person added", "Nils")
        assert person.after == {"name": "Nils", "roles": "receiver", "pin": "changed", "active": True}

    def test_what_changed_of_somebody_is_noted(self, ground: Ground) -> None:
        _, person = self.bring(ground, "BADGE-ROSA,Rosa,receiver;counter,,yes")
        assert (person.action, person.before, person.after) == (
            "person changed", {"roles": "receiver"}, {"roles": "receiver;counter"},
        )  # fmt: skip
        _, person = self.bring(ground, "BADGE-ROSA,Rosa,receiver;counter,8642,no")
        assert (person.before, person.after) == ({"active": True}, {"active": False, "pin": "changed"})

    def test_a_badge_is_not_noted_as_a_name(self, ground: Ground) -> None:
        """An earlier version took people without a name, and gave them their badge for one."""
        self.bring(ground, "SECRET-BADGE-8,Nils,receiver,,yes")
        named = store.operator.update().where(store.operator.c.badge == "SECRET-BADGE-8").values(name="SECRET-BADGE-8")
        ground.do(lambda session: session.execute(named))
        self.bring(ground, "SECRET-BADGE-8,,counter,,yes")
        assert ground.changes()[-1].action == "person changed"
        assert "SECRET" not in str(ground.changes())

    def test_who_is_as_before_is_not_noted(self, ground: Ground) -> None:
        self.bring(ground, "BADGE-NILS,Nils,receiver,8642,yes")
        (file,) = self.bring(ground, "BADGE-NILS,Nils,receiver,8642,yes")
        assert file.after["unchanged"] == 1


class TestATask:
    def test_that_a_supervisor_finishes_is_noted(self, ground: Ground) -> None:
        ground.do(finish_task, "PO-1001", ground.sam, "handheld-1", NOW, confirm=True)
        (only,) = ground.changes()
        assert (only.action, only.subject, only.via, only.after["kind"]) == ("task finished", "PO-1001", "page", "receiving")

    def test_that_a_program_finishes_for_one_names_its_token(self, ground: Ground) -> None:
        ground.do(finish_task, "PO-1001", ground.sam, "api-0123456789ab", NOW, confirm=True)
        assert [each.via for each in ground.changes()] == ["API token 0123456789ab"]

    def test_that_the_floor_finishes_is_in_the_record_alone(self, ground: Ground) -> None:
        ground.do(finish_task, "PO-1001", ground.warehouse.operators["Rosa"], "handheld-1", NOW, confirm=True)
        assert ground.changes() == []

    def test_that_a_supervisor_starts_is_noted(self, ground: Ground) -> None:
        reference = ground.do(counting.start, "A-01", ground.sam, NOW)
        assert [(each.action, each.subject) for each in ground.changes()] == [("task started", reference)]
        ground.do(counting.start, "A-01", ground.sam, NOW)  # goes on with the one that is open
        assert len(ground.changes()) == 1

    def test_without_paper_that_a_supervisor_starts_is_noted(self, ground: Ground) -> None:
        reference = ground.do(returns.start_unannounced, ground.sam, NOW)
        assert [(each.action, each.subject) for each in ground.changes()] == [("task started", reference)]

    def test_that_a_counter_starts_is_in_the_record_alone(self, ground: Ground) -> None:
        ground.do(counting.start, "A-01", ground.warehouse.operators["Carla"], NOW)
        assert ground.changes() == []


class TestTokens:
    def test_making_is_noted_by_what_it_is_known_by(self, ground: Ground) -> None:
        token = ground.do(tokens.create_token, "BADGE-VERA", NOW)
        (only,) = ground.changes()
        assert (only.action, only.subject, only.operator) == ("token made", "Vera", None)
        assert only.who.startswith("the machine (") and only.via == "command token"
        assert only.after == {"token": "changed", "known by": tokens.digest(token)[:12]}

    def test_revoking_is_noted_with_how_many(self, ground: Ground) -> None:
        ground.do(tokens.create_token, "Vera", NOW)
        ground.do(tokens.revoke_tokens, "Vera", NOW)
        assert (ground.changes()[-1].action, ground.changes()[-1].after) == ("tokens revoked", {"tokens revoked": 1})


def test_nothing_that_is_secret_is_ever_written(ground: Ground) -> None:
    hook = ground.do(webhooks.add, f"{URL}/HIDDEN-PATH?token=HIDDEN-KEY", ground.sam, NOW)
    secret = hook.secret
    ground.do(webhooks.switch, hook.id, ground.sam, active=False)
    ground.do(webhooks.test, hook.id, ground.sam, NOW)
    ground.do(webhooks.remove, hook.id, ground.sam, NOW)
    assert {each.subject for each in ground.changes()} == {f"{hook.id}: https://shop.example"}
    token = ground.do(tokens.create_token, "BADGE-SAM", NOW)
    ground.bring("operators", b"badge,name,roles,pin\nBADGE-ROSA,Rosa,receiver,97531\nHIDDEN-1,Ada,counter,86420\n")
    said = str(ground.changes())
    for word in (secret, token, tokens.digest(token), "BADGE-", "HIDDEN-", "97531", "86420", "scrypt"):
        assert word not in said


def test_the_floors_work_is_not_noted(ground: Ground) -> None:
    ground.warehouse.scan(LAMP)
    ground.do(returns.start_unannounced, ground.warehouse.operators["Theo"], NOW)
    with pytest.raises(NotAllowed):
        ground.do(webhooks.add, URL, ground.warehouse.operators["Rosa"], NOW)
    assert ground.changes() == []
