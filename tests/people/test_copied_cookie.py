"""A copy of a device's cookies, taken while somebody worked, and used after that is over: on every address that there is."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from scanner.data import store
from scanner.people import tokens
from scanner.people.sessions import service as sessions
from tests.people.test_pages import SCAN, Device, an_hour_ago, later, token_of, waited
from tests.people.test_rights import FORMS
from tests.support.program import scan as some_scan
from tests.support.warehouse import MUG, NOW

__all__ = ["later"]
COOKIES = ("scanner", "page", "device")
OPEN_TO_ALL = {
    "auth.sign_in", "auth.locked", "beginning.set_up", "health.healthz", "watch.readyz", "watch.metrics",
    "labels.barcode", "labels.set_up", "labels.set_up_sheet", "pages.worker", "pages.manifest",
    "opening.opened_before", "static", "api.describe",
}  # fmt: skip
"""What strangers may have. Each tells nothing of the warehouse."""
SAMPLES = {
    "reference": "PO-1001", "kind": "items", "seq": 1, "sku": "LAMP", "code": "A-01", "digest": "0" * 64, "operator_id": 1,
    "token_id": 1, "photo_id": "00000000-0000-0000-0000-000000000002", "discrepancy_id": 1, "signal_id": 1, "key": "packing",
    "webhook_id": 1, "delivery_id": 1, "month": "2026-10",
}  # fmt: skip
TELLS = ("Mug", "Desk lamp", "MUG-B", "LAMP", "Acme", "BADGE-", "A-01-1", "of 24")
"""Words of the warehouse, which no answer to a copy may have."""


def paths(app: Flask) -> Iterator[tuple[str, str]]:
    """Every address that a browser may open, with its endpoint."""
    adapter = app.url_map.bind("")
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.rule.startswith(("/static", "/api/")):
            yield rule.endpoint, adapter.build(rule.endpoint, arguments(rule))


def arguments(rule: Rule) -> dict[str, Any]:
    return {name: SAMPLES.get(name, 1) for name in rule.arguments}


class Copy:
    """The cookies of a device, and the token of a page that it showed."""

    def __init__(self, app: Flask, device: Device) -> None:
        self.token = token_of(device.get("/sign-in"))
        self.client: FlaskClient = app.test_client()
        for name in COOKIES:
            self.client.set_cookie(name, device.cookie(name) or "")

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, headers=headers)

    def post(self, path: str, **fields: Any) -> TestResponse:
        return self.client.post(path, data={"csrf_token": self.token, **fields})

    def post_json(self, path: str, body: object, **headers: str) -> TestResponse:
        return self.client.post(path, json=body, headers={"X-CSRFToken": self.token, **headers})

    def name(self) -> str | None:
        """Who the copy is, where it can open a page."""
        page = self.get("/sessions")
        return page.text.split('data-name="')[1].split('"')[0] if page.status_code == 200 else None


def sign_out(app: Flask, device: Device) -> None:
    device.post("/sign-out")


def lock(app: Flask, device: Device) -> None:
    device.post("/lock")


def hand_over(app: Flask, device: Device) -> None:
    device.post("/sign-in", badge="BADGE-ROSA")


def same_badge_again(app: Flask, device: Device) -> None:
    device.post("/sign-in", badge="BADGE-SAM")


def leave(app: Flask, device: Device) -> None:
    gone = store.operator.update().where(store.operator.c.name == "Sam").values(active=False)
    app.extensions["database"].transact(lambda session: session.execute(gone))


def end_from_the_list(app: Flask, device: Device) -> None:
    other = Device(app)
    other.post("/sign-in", badge="BADGE-SAM")
    other.post(f"/people/{app.extensions['warehouse'].operators['Sam'].id}/sessions/end")


ENDS: dict[str, Callable[[Flask, Device], None]] = {
    "sign-out": sign_out, "lock": lock, "hand-over": hand_over, "same badge": same_badge_again, "leaving": leave,
    "the list": end_from_the_list,
}  # fmt: skip


@pytest.fixture
def desk(app: Flask) -> Device:
    """Sam, who may see everything, and who showed the badge again."""
    device = Device(app)
    device.post("/sign-in", badge="BADGE-SAM")
    device.post("/confirm", badge="BADGE-SAM")
    return device


def told(answer: TestResponse) -> set[str]:
    """The words of the warehouse in an answer and its headers, but for those that were asked with."""
    everything = answer.text + str(answer.headers)
    return {word for word in TELLS if word in everything and word not in answer.request.path}


def what_it_reads(app: Flask, copy: Copy) -> dict[str, TestResponse]:
    """What a copy can open, of all addresses that are not everybody's: as a page, a fragment, and JSON."""
    found = {}
    for path in (path for endpoint, path in paths(app) if endpoint not in OPEN_TO_ALL):
        for headers in ({}, {"HX-Request": "true"}, {"Accept": "application/json"}):
            answer = copy.get(path, **headers)
            if answer.status_code not in (302, 401) or told(answer):
                found[f"{path} {headers}"] = answer
    return found


@pytest.mark.slow
def test_before_that_the_copy_opens_nearly_everything(app: Flask, desk: Device) -> None:
    """Else the tests below would prove nothing."""
    opened = [path for path, answer in what_it_reads(app, Copy(app, desk)).items() if answer.status_code == 200]
    assert len(opened) > 60


@pytest.mark.slow
@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_a_copy_opens_no_page_afterwards(app: Flask, desk: Device, end: Callable[[Flask, Device], None]) -> None:
    copy = Copy(app, desk)
    end(app, desk)
    assert what_it_reads(app, copy) == {}


@pytest.mark.slow
@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_a_copy_changes_nothing_afterwards(app: Flask, desk: Device, end: Callable[[Flask, Device], None]) -> None:
    copy = Copy(app, desk)
    end(app, desk)
    for path, fields in FORMS.items():
        if path not in ("/scans", "/evidence"):
            answers = (copy.post(path, **fields()), copy.post_json(path, {}), copy.post_json(path, {}, **{"HX-Request": "true"}))
            assert {answer.status_code for answer in answers} == {401}, path


@pytest.mark.parametrize("end", [end for name, end in ENDS.items() if name != "lock"], ids=[n for n in ENDS if n != "lock"])
def test_a_copy_scans_nothing_afterwards(app: Flask, desk: Device, end: Callable[[Flask, Device], None]) -> None:
    copy = Copy(app, desk)
    end(app, desk)
    for answer in scans_of(copy):
        assert answer.status_code == 401 and not told(answer)
    assert app.extensions["warehouse"].lines() == [("MUG-B", 0), ("LAMP", 0), ("TEE-M", 0)]


def scans_of(copy: Copy) -> list[TestResponse]:
    """A scan in every form in which pages send it."""
    one = [some_scan(MUG, source="wedge") for _ in range(4)]
    return [
        copy.post("/scans", **one[0]),
        copy.post_json("/scans", one[1]),
        copy.post_json("/scans", one[2], **{"HX-Request": "true"}),
        copy.post_json("/scans/batch", {"scans": [one[3]], "page": "PO-1001"}),
    ]


def test_a_locked_device_has_its_scans_taken_and_learns_nothing_by_it(app: Flask, desk: Device) -> None:
    copy = Copy(app, desk)
    lock(app, desk)
    answers = scans_of(copy)
    assert [answer.status_code for answer in answers] == [303, 200, 200, 200]
    assert answers[0].location == "/lock" and not any(told(answer) for answer in answers)
    assert answers[3].json["html"] == "" and "Scan a badge to see" in answers[3].json["results"][0]["message"]
    assert app.extensions["warehouse"].lines()[0] == ("MUG-B", 4)


def test_a_locked_device_cannot_tell_a_right_code_from_a_wrong_one(app: Flask, desk: Device) -> None:
    lock(app, desk)
    known, unknown = (desk.send(code=code).json for code in (MUG, "NOBODY-KNOWS-THIS"))
    assert {**known, "id": ""} == {**unknown, "id": ""}


ODD_SCANS: dict[str, dict[str, Any]] = {
    "known": {}, "unknown code": {"code": "NOBODY-KNOWS-THIS"}, "badge": {"code": "BADGE-ROSA"}, "command": {"code": "CMD-UNDO"},
    "no task": {"task": "PO-9"}, "a task of others": {"task": "PICK"}, "known place": {"location": "A-01-1"},
    "no place": {"location": "ZZ"}, "no person": {"operator": 999_999}, "grade of nothing": {"disposition": "A"},
    "label of another task": {"code": "PO-1002"}, "a label too long": {"code": "9" * 500},
}  # fmt: skip
"""What a scan may hit on or miss, each of which has an answer of its own on a device that is not locked."""


@pytest.mark.parametrize("odd", ODD_SCANS.values(), ids=ODD_SCANS)
def test_a_locked_device_has_one_answer_to_all_that_can_be_a_scan(app: Flask, desk: Device, odd: dict[str, Any]) -> None:
    copy = Copy(app, desk)
    lock(app, desk)
    for send in (scan_alone, scan_as_fragment, scan_in_batch, scan_as_form):
        assert send(copy, {**some_scan(), **odd}) == send(copy, some_scan())


def test_a_locked_device_has_the_same_answer_for_a_reused_id_and_for_many_tries(app: Flask, desk: Device) -> None:
    """A conflict would tell that the first code was no badge, and a wait that the codes before were unknown."""
    copy = Copy(app, desk)
    lock(app, desk)
    first = some_scan()
    answers = [scan_alone(copy, first), scan_alone(copy, {**first, "code": "ANOTHER"})]
    answers += [scan_alone(copy, some_scan(f"WRONG-{n}")) for n in range(40)]
    assert all(answer == answers[0] for answer in answers)


def scan_alone(copy: Copy, scan: dict[str, Any]) -> tuple[int, str]:
    return said_of(copy.post_json("/scans", scan), scan)


def scan_as_fragment(copy: Copy, scan: dict[str, Any]) -> tuple[int, str]:
    return said_of(copy.post_json("/scans", scan, **{"HX-Request": "true"}), scan)


def scan_in_batch(copy: Copy, scan: dict[str, Any]) -> tuple[int, str]:
    return said_of(copy.post_json("/scans/batch", {"scans": [scan], "page": scan["task"]}), scan)


def scan_as_form(copy: Copy, scan: dict[str, Any]) -> tuple[int, str]:
    return said_of(copy.post("/scans", **scan), scan)


def said_of(answer: TestResponse, scan: dict[str, Any]) -> tuple[int, str]:
    """Status, words and what the page hears, but for the names that the scan itself brought."""
    everything = f"{answer.text}{answer.headers.get('HX-Trigger')}{answer.location}"
    return answer.status_code, everything.replace(scan["id"], "ID").replace(scan["task"], "TASK")


def test_once_unlocked_the_device_is_told_what_came_of_its_scans(app: Flask, desk: Device) -> None:
    lock(app, desk)
    taken, lost = some_scan(MUG), some_scan(MUG, task="PO-9")
    assert [desk.send(**each).status_code for each in (taken, lost)] == [200, 200]
    desk.post("/sign-in", badge="BADGE-SAM")
    again = desk.send(**taken)
    assert (again.json["outcome"], again.json["replayed"]) == ("accepted", True)
    assert desk.send(**lost).status_code == 404


def test_a_locked_device_is_not_told_why_a_photo_is_refused(app: Flask, desk: Device) -> None:
    """It keeps the photo: 401 is no word on it."""
    lock(app, desk)
    for operator in ("", "999999"):
        file = {"photo": (io.BytesIO(a_photo()), "photo.jpg"), "id": str(uuid4()), "scan": str(uuid4()), "operator": operator}
        assert desk.post("/evidence", **file).status_code == 401


def a_photo() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "JPEG")
    return file.getvalue()


def test_a_copy_from_before_an_idle_lock_is_locked_too(app: Flask, desk: Device, later: Callable[..., None]) -> None:
    copy = Copy(app, desk)
    later(minutes=11)
    assert copy.get("/receiving").location == "/lock?next=/receiving"


def test_a_copy_does_not_bring_the_person_before_back(app: Flask, desk: Device) -> None:
    copy = Copy(app, desk)
    hand_over(app, desk)
    for name in COOKIES:
        desk.client.set_cookie(name, copy.client.get_cookie(name).value)  # as a slow answer would
    assert desk.get("/").location.startswith("/sign-in")


def test_signing_out_with_a_copy_signs_the_device_out(app: Flask, desk: Device) -> None:
    Copy(app, desk).post("/sign-out")
    assert desk.get("/").location.startswith("/sign-in")


def test_a_copy_of_somebody_elses_session_survives_what_is_not_about_it(app: Flask, desk: Device) -> None:
    copy, other = Copy(app, desk), Device(app)
    other.post("/sign-in", badge="BADGE-ROSA")
    other.post("/sign-out")
    assert copy.name() == "Sam"


@pytest.mark.slow
def test_a_server_that_ended_sessions_in_the_cookie_alone_would_be_seen(
    app: Flask, desk: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fault that was: signing out only took the cookie away from the device that asked."""
    monkeypatch.setattr(sessions, "end", lambda session, digest: None)
    monkeypatch.setattr(sessions, "lock", lambda session, digest, now: None)
    copy = Copy(app, desk)
    lock(app, desk)
    assert copy.name() == "Sam"
    sign_out(app, desk)
    assert desk.get("/").status_code == 302
    assert len(what_it_reads(app, copy)) > 60
    assert "BADGE-ROSA" in copy.get("/data/operators.csv").text


def test_a_tokens_life_is_over_when_it_is_revoked_or_its_person_leaves(app: Flask) -> None:
    database = app.extensions["database"]
    token = database.transact(tokens.create_token, "Sam", NOW)

    def statuses(token: str) -> set[int]:
        headers, client = {"Authorization": f"Bearer {token}"}, app.test_client()
        reads = [client.get(path, headers=headers) for path in ("/api/v1/tasks", "/api/v1/stock", "/api/v1/movements")]
        return {each.status_code for each in [*reads, client.post("/api/v1/scans", json=some_scan(), headers=headers)]}

    assert statuses(token) == {200}
    database.transact(tokens.revoke_tokens, "Sam", NOW)
    assert statuses(token) == {401}
    token = database.transact(tokens.create_token, "Sam", NOW)
    leave(app, Device(app))
    assert statuses(token) == {401}


def test_unsent_scans_of_a_person_who_left_meanwhile_still_come_in(app: Flask, desk: Device) -> None:
    """Sam scanned offline and was then dismissed; Rosa takes the device over, and it sends what it has."""
    sam = app.extensions["warehouse"].operators["Sam"]
    an_hour_ago(app)
    leave(app, desk)
    assert desk.send(operator=sam.id, **waited(minutes=10)).status_code == 401  # kept on the device until somebody signs in
    desk.post("/sign-in", badge="BADGE-ROSA")
    assert desk.send(operator=sam.id, **waited(minutes=10)).status_code == 200
    assert desk.send(operator=sam.id).status_code == 403  # made after he left
    with app.extensions["database"].read() as session:
        sent_by = session.connection().exec_driver_sql("SELECT operator_id FROM scan").scalars().all()
    assert sent_by == [sam.id] and SCAN["task"] == "PO-1001"
