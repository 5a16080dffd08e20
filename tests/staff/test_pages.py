"""The pages of people and tokens: as a form, for htmx, and for programs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from scanner.people.tokens import COMMAND_LINE
from scanner.staff import store
from tests.people.test_pages import Device, token_of
from tests.support.program import Program


class Desk(Device):
    """Sam at a desk, who gave the badge again."""

    def __init__(self, app: Flask, name: str = "Sam") -> None:
        super().__init__(app)
        self.app = app
        self.post("/sign-in", badge=f"BADGE-{name.upper()}")
        self.post("/confirm", badge=f"BADGE-{name.upper()}")

    def id_of(self, name: str) -> int:
        return int(self.app.extensions["warehouse"].operators[name].id)

    def by_htmx(self, path: str, **fields: Any) -> Any:
        token = token_of(self.get("/sign-in"))
        return self.client.post(path, data=fields, headers={"X-CSRFToken": token, "HX-Request": "true"})

    def by_json(self, path: str, **fields: Any) -> Any:
        token = token_of(self.get("/sign-in"))
        return self.client.post(path, json=fields, headers={"X-CSRFToken": token})


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk(app)


@pytest.mark.parametrize("path", ["/people/new", "/people/1", "/people/tokens"])
def test_the_badge_is_asked_for_again_before_any_of_it(app: Flask, path: str) -> None:
    device = Device(app)
    device.post("/sign-in", badge="BADGE-SAM")
    assert device.get(path).location.startswith("/confirm")
    answer = device.post(path, name="X")
    assert answer.status_code == 403 and "Your own badge again" in answer.text and 'value="X"' in answer.text


LATE = {
    "/people/new": {"name": "Nina", "roles": "picker", "badge": "CARD-9"},
    "/people/1": {"name": "Rosa R", "roles": "picker"},
    "/people/1/badge": {"badge": "CARD-9"},
    "/people/1/pin": {"pin": "8642"},
    "/people/tokens": {"name": "Web shop", "operator": "1"},
}


@pytest.mark.parametrize("path", LATE)
def test_a_form_that_was_open_for_too_long_comes_back_as_it_was_typed(app: Flask, path: str) -> None:
    device, said = Device(app), LATE[path]
    device.post("/sign-in", badge="BADGE-SAM")
    late = device.post(path, **said)
    assert late.status_code == 403 and "This page was open for a while." in late.text and "8642" not in late.text
    if "name" in said:
        assert f'value="{said["name"]}"' in late.text
    if "badge" in said:
        assert 'value="CARD-9"' in late.text
    wrong = device.post(path, **said, again="BADGE-ROSA")
    assert wrong.status_code == 403 and "Your own badge again" in wrong.text
    done = device.post(path, **said, again="BADGE-SAM")
    assert done.status_code in (201, 303) and "/confirm" not in (done.location or "")


def test_by_htmx_and_json_the_badge_is_asked_for_as_before(app: Flask) -> None:
    desk = Desk.__new__(Desk)
    Device.__init__(desk, app)
    desk.app = app
    desk.post("/sign-in", badge="BADGE-SAM")
    assert "/confirm" in desk.by_htmx("/people/new", name="Nina", again="BADGE-SAM").headers["HX-Redirect"]
    assert desk.by_json("/people/new", name="Nina").json["error"]["code"] == "confirm_first"


def test_somebody_is_added_by_a_form_and_the_page_leads_to_the_label(desk: Desk) -> None:
    answer = desk.post("/people/new", name="Nina Ng", roles=["picker", "receiver"], pin="4321")
    page = desk.get(answer.location).text
    assert answer.status_code == 303 and "Nina Ng is added. Print the badge below." in page
    assert "/labels?group=badges&amp;q=Nina+Ng" in page
    assert re.findall(r'value="(\w+)" checked', page) == ["receiver", "picker"]
    assert "receiver, picker" in desk.get("/people").text.replace(";", ", ")


def test_somebody_is_added_by_htmx_and_by_a_program(desk: Desk) -> None:
    assert desk.by_htmx("/people/new", name="Nina", roles="picker").headers["HX-Redirect"].startswith("/people/")
    answer = desk.by_json("/people/new", name="Nils", roles=["picker"])
    assert answer.status_code == 201 and answer.json["badge"].startswith("B-") and answer.json["message"] == "Nils is added."
    assert Device(desk.app).post("/sign-in", badge=answer.json["badge"]).status_code == 303


def test_what_was_typed_stays_where_it_is_not_taken_and_the_pin_does_not(desk: Desk) -> None:
    answer = desk.post("/people/new", name="Nina", roles=["picker"], badge="LAMP", pin="4321")
    assert answer.status_code == 409 and "LAMP means something else already." in answer.text
    assert 'value="Nina"' in answer.text and 'value="picker" checked' in answer.text and "4321" not in answer.text
    assert desk.by_json("/people/new", name="Nina", roles=["picker"], badge="LAMP").json["error"]["field"] == "badge"
    assert desk.by_htmx("/people/new", name="Nina", pin="12").status_code == 400
    assert desk.by_json("/people/new", name="").json["error"]["field"] == "name"


def test_nobody_is_left_without_a_role(desk: Desk) -> None:
    answer = desk.post("/people/new", name="Nina")
    assert answer.status_code == 400 and 'id="bad-roles">Choose at least one role.' in answer.text
    assert 'value="Nina"' in answer.text
    rosa = f"/people/{desk.id_of('Rosa')}"
    assert desk.by_json(rosa, name="Rosa").json["error"]["field"] == "roles"


def test_a_second_person_of_one_name_is_asked_about_and_can_be_told_apart(desk: Desk) -> None:
    asked = desk.post("/people/new", name="rosa", roles=["picker"])
    assert asked.status_code == 409 and "Somebody else here is called rosa." in asked.text and 'name="same_name"' in asked.text
    assert "<span>person " not in desk.get("/people").text
    made = desk.post("/people/new", name="rosa", roles=["picker"], same_name="1")
    assert made.status_code == 303
    page = desk.get("/people").text
    assert f"<span>person {desk.id_of('Rosa')}</span>" in page and f"<span>person {made.location.rsplit('/')[-1]}</span>" in page
    nina = desk.by_json("/people/new", name="Nina", roles=["picker"]).json["id"]
    assert desk.by_json(f"/people/{nina}", name="Rosa", roles=["picker"]).json["error"]["field"] == "same_name"
    assert desk.by_json(f"/people/{nina}", name="Rosa", roles=["picker"], same_name=True).status_code == 200
    assert desk.by_json(f"/people/{nina}", name="Rosa", roles=["counter"]).status_code == 200


def test_who_has_no_role_is_told_whom_to_ask_and_can_sign_out(desk: Desk) -> None:
    desk.app.extensions["warehouse"].database.transact(store.change, desk.id_of("Rosa"), {"roles": ""})
    rosa = Device(desk.app)
    answer = rosa.get(rosa.post("/sign-in", badge="BADGE-ROSA").location)
    assert answer.status_code == 403 and "Rosa has no role yet: ask your supervisor for a role." in answer.text
    assert 'action="/sign-out"' in answer.text and '<a class="button" href="/">Home' not in answer.text


def test_too_many_taken_codes_have_to_wait(desk: Desk) -> None:
    answers = [desk.by_json("/people/new", name=f"N{n}", roles=["picker"], badge="LAMP").status_code for n in range(40)]
    assert answers[0] == 409 and answers[-1] == 429


def test_a_page_that_is_out_of_date_changes_nothing(desk: Desk) -> None:
    rosa = f"/people/{desk.id_of('Rosa')}"
    version = re.search(r'name="version" value="(\w+)"', desk.get(rosa).text)
    assert version
    assert desk.post(rosa, name="Rosa Ruiz", roles=["receiver"], version=version[1]).status_code == 303
    late = desk.post(rosa, name="Rose", roles=["picker"], version=version[1])
    assert late.status_code == 409 and "Somebody else changed Rosa Ruiz meanwhile" in late.text
    told = desk.client.get(rosa, headers={"Accept": "application/json"}).json
    assert (told["name"], told["roles"]) == ("Rosa Ruiz", ["receiver"])
    assert desk.by_json(rosa, name="Rosa", roles=["counter"], version=told["version"]).status_code == 200
    assert desk.by_htmx(rosa, name="Rosa", roles="picker").headers["HX-Redirect"] == rosa


def test_badge_pin_gone_and_back_each_as_form_htmx_and_json(desk: Desk) -> None:
    rosa = f"/people/{desk.id_of('Rosa')}"
    assert desk.post(f"{rosa}/badge", badge="CARD-1").location == rosa
    assert desk.by_htmx(f"{rosa}/badge").headers["HX-Redirect"] == rosa
    made = desk.by_json(f"{rosa}/badge").json["badge"]
    assert desk.post(f"{rosa}/pin", pin="2468").status_code == 303
    assert desk.by_htmx(f"{rosa}/pin", pin="x").status_code == 400
    assert "enter your PIN" in Device(desk.app).post("/sign-in", badge=made).text
    assert desk.by_json(f"{rosa}/pin", pin="").status_code == 200
    assert Device(desk.app).post("/sign-in", badge=made).status_code == 303
    assert desk.post(f"{rosa}/leave").status_code == 303
    assert ">gone<" in desk.get("/people").text and "is gone: the badge signs nobody in" in desk.get(rosa).text
    assert desk.by_htmx(f"{rosa}/come-back").headers["HX-Redirect"] == rosa
    assert desk.by_json(f"{rosa}/leave").json["id"] == desk.id_of("Rosa")
    assert desk.post(f"{rosa}/come-back").status_code == 303


def test_the_only_supervisor_is_told_why_they_stay(desk: Desk) -> None:
    answer = desk.post(f"/people/{desk.id_of('Sam')}/leave")
    assert answer.status_code == 409 and "Sam is the only supervisor. Make somebody else supervisor first." in answer.text


def test_who_changes_their_own_key_signs_in_again(desk: Desk) -> None:
    answer = desk.post(f"/people/{desk.id_of('Sam')}/badge", badge="CARD-SAM")
    assert answer.status_code == 303 and desk.get(answer.location).location.startswith("/sign-in")


def test_a_token_is_shown_once_works_and_is_seen(desk: Desk) -> None:
    answer = desk.post("/people/tokens", operator=str(desk.id_of("Rosa")), name="Web shop")
    assert (answer.status_code, answer.location) == (303, "/people/tokens")  # so that a reload makes no other
    token = re.search(r"\b[0-9a-f]{48}\b", desk.get("/people/tokens").text)
    assert token
    page = desk.get("/people/tokens").text
    assert token[0] not in page and "Web shop" in page and "not used yet" in page
    assert desk.client.get("/api/v1/tasks", headers={"Authorization": f"Bearer {token[0]}"}).status_code == 200
    assert "last seen about" in desk.get("/people/tokens").text


def test_a_token_is_made_and_revoked_by_a_program_and_by_htmx(desk: Desk) -> None:
    made = desk.by_json("/people/tokens", operator=desk.id_of("Rosa"), name="Till")
    assert made.status_code == 201 and len(made.json["token"]) == 48
    told = desk.client.get("/people/tokens", headers={"Accept": "application/json"}).json
    assert [(each["operator"], each["name"]) for each in told] == [("Rosa", "Till")]
    assert desk.by_json(f"/people/tokens/{made.json['id']}/revoke").json["message"] == "Till of Rosa is void from now on."
    assert desk.by_json("/people/tokens", operator=desk.id_of("Rosa"), name="").status_code == 400
    assert desk.post("/people/tokens", operator="99999", name="Till").status_code == 404
    again = desk.by_json("/people/tokens", operator=desk.id_of("Rosa"), name="Till").json["id"]
    assert desk.by_htmx(f"/people/tokens/{again}/revoke").headers["HX-Redirect"] == "/people/tokens"
    assert desk.post(f"/people/tokens/{again}/revoke").status_code == 404


def test_a_token_of_the_command_is_called_so(desk: Desk) -> None:
    Program(desk.app, "Rosa")
    assert COMMAND_LINE in desk.get("/people/tokens").text


def test_a_token_in_use_is_noted_once_in_ten_minutes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[str] = []
    monkeypatch.setattr("scanner.api.seen.transact", lambda _do, token, _now: noted.append(token))
    program = Program(desk.app, "Rosa")
    for _ in range(3):
        program.get("/tasks")
    assert len(noted) == 1
    desk.client.get("/api/v1/tasks", headers={"Authorization": "Bearer none"})
    assert len(noted) == 1
