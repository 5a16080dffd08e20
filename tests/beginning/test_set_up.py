"""The first supervisor of a shop: on both databases, by a form, by htmx, by JSON; and who tries to become that one."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from html import unescape
from io import BytesIO

import pytest
from flask import render_template
from sqlalchemy import delete, insert, select, update

from scanner.audit.tables import Audit
from scanner.beginning import rules, service
from scanner.beginning.rules import Owner
from scanner.data.imports import import_csv
from scanner.db.engine import Database
from scanner.errors import BadRequest, Conflict, TooMany
from scanner.house import store as house
from scanner.people import sign_in
from scanner.people import store as people
from scanner.people.sessions import service as sessions
from scanner.people.sessions.service import NewSession
from scanner.people.tables import Operator, SignIn
from scanner.server import _set_up_notes
from scanner.settings import Settings
from tests.people.test_pages import Device, token_of
from tests.support.kept import empty_warehouse

KEY = "for tests"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ADA = Owner("Ada", "2468", "CARD-1")


def phone(number: int = 1, address: str = "192.0.2.7") -> NewSession:
    return NewSession(secret=f"secret-{number}", replaces="", device=f"phone-{number}", address=address, browser="")


def code_of(database) -> str:
    return database.transact(service.one_time_code, KEY)


def set_up(database, code, owner=ADA, new=None, now=NOON):
    return database.transact(service.set_up, code, owner, new or phone(), KEY, now)


def leave(database, name: str) -> None:
    gone = update(Operator.__table__).where(Operator.__table__.c.name == name).values(active=False)
    database.transact(lambda session: session.execute(gone))


def fact(database) -> str | None:
    with database.read() as session:
        return house.fact(session, service.NONCE)


class TestTheCode:
    def test_is_the_same_again_and_not_kept(self, database):
        code = code_of(database)
        assert code == code_of(database) and code not in (fact(database) or "")

    def test_of_a_shop_with_a_supervisor_is_none(self, warehouse):
        assert code_of(warehouse.database) is None and fact(warehouse.database) is None

    def test_is_there_again_once_the_last_supervisor_has_left_and_is_another(self, database):
        first = code_of(database)
        set_up(database, first)
        leave(database, "Ada")
        assert code_of(database) not in (None, first)

    @pytest.mark.parametrize("way", ["file", "role", "back", "statement"])
    def test_is_worth_nothing_once_a_supervisor_is_there_whichever_way(self, database, way):
        comes = {
            "file": "badge,name,roles\nSAM-1,Sam,supervisor;picker\n",
            "role": "badge,name,roles\nROSA-1,Rosa,supervisor\n",
            "back": "badge,name,active\nOLD-1,Olga,yes\n",
        }
        there = [("ROSA-1", "Rosa", "picker", True), ("OLD-1", "Olga", "supervisor", False)]
        rows = [dict(zip(("badge", "name", "roles", "active"), row, strict=True)) for row in there]
        database.transact(lambda session: session.execute(insert(Operator.__table__), rows))
        code = code_of(database)
        if way == "statement":
            own = {"badge": "SAM-1", "name": "Sam", "roles": "supervisor", "active": True}
            database.transact(lambda session: session.execute(insert(Operator.__table__), own))
        else:
            database.transact(import_csv, "operators", BytesIO(comes[way].encode()), None, NOON)
        assert fact(database) is None
        with database.read() as session:
            assert people.has_supervisor(session)
        for name in ("Sam", "Rosa", "Olga"):
            leave(database, name)
        assert set_up(database, code).operator is None

    def test_stays_while_others_come(self, database):
        code = code_of(database)
        database.transact(import_csv, "operators", BytesIO(b"badge,name,roles\nROSA-1,Rosa,picker\n"), None, NOON)
        assert code_of(database) == code

    def test_is_told_by_the_server_with_its_address(self):
        settings = Settings("sqlite://", secret_key=KEY, public_url="http://192.0.2.1:8000")
        [words] = _set_up_notes(settings, "ABCD2345")
        assert "http://192.0.2.1:8000/set-up" in words and "ABCD-2345" in words
        assert _set_up_notes(settings, None) == []


class TestTheFirstPerson:
    def test_is_the_supervisor_and_signed_in(self, database):
        begun = set_up(database, code_of(database))
        assert begun.operator and begun.operator.roles == {"supervisor"} and not begun.made
        with database.read() as session:
            live = sessions.live(session, "secret-1", NOON)
            assert live and live.operator == begun.operator and live.confirmed_at == NOON
            assert people.is_of_house(session, "phone-1")

    def test_signs_in_by_that_badge_and_pin_afterwards(self, database):
        set_up(database, code_of(database))
        again = database.transact(sign_in.sign_in, "CARD-1", "2468", device="other", address="x", now=NOON)
        assert again.operator and again.operator.name == "Ada"

    def test_gets_a_badge_where_none_is_given(self, database):
        begun = set_up(database, code_of(database), Owner("Ada", "2468"))
        with database.read() as session:
            badge = people.key_of(session, begun.operator.id).badge
        assert begun.made and re.fullmatch("B[2-9A-HJKMNP-Z]{11}", badge)

    def test_is_on_record_by_the_hand_of_the_machine_and_without_a_secret(self, database):
        set_up(database, code_of(database))
        with database.read() as session:
            [row] = session.execute(select(Audit.__table__)).all()
        assert (row.who, row.operator_id, row.action, row.subject) == ("set-up", None, "person added", "Ada")
        assert "CARD-1" not in row.after and "2468" not in row.after

    def test_is_one_of_two_who_try_at_once(self, database):
        code = code_of(database)

        def one(number: int) -> str:
            try:
                return set_up(database, code, Owner(f"Ada {number}", "2468", f"CARD-{number}"), phone(number)).message
            except Conflict as problem:
                return problem.message

        with ThreadPoolExecutor(4) as pool:
            told = sorted(pool.map(one, range(4)))
        assert [words.startswith("Welcome") for words in told].count(True) == 1 and told.count(service.TAKEN) == 3
        with database.read() as session:
            assert len(session.execute(select(Operator.__table__)).all()) == 1

    @pytest.mark.parametrize(
        "badge", ["A-01-1", "LAMP", "9501101530003", "PO-1001", "badge-rosa", "Rosa", "CMD-DONE", "CMD-QTY-5"]
    )
    def test_has_no_badge_that_means_something_else(self, warehouse, badge):
        leave(warehouse.database, "Sam")
        code = code_of(warehouse.database)
        with pytest.raises(BadRequest) as refused:
            set_up(warehouse.database, code, Owner("Ada", "2468", badge))
        assert refused.value.field == "badge"
        assert set_up(warehouse.database, code).operator

    def test_has_no_name_that_is_a_badge(self, warehouse):
        leave(warehouse.database, "Sam")
        with pytest.raises(BadRequest) as refused:
            set_up(warehouse.database, code_of(warehouse.database), Owner("badge-rosa", "2468"))
        assert refused.value.field == "name"


class TestWhoGuesses:
    def test_is_told_that_it_is_not_the_code(self, database):
        code_of(database)
        begun = set_up(database, "WRNG-2345")
        assert (begun.operator, begun.message) == (None, service.NOT_THE_CODE)

    def test_hears_the_same_whether_the_badge_is_known(self, warehouse):
        leave(warehouse.database, "Sam")
        code_of(warehouse.database)
        told = {set_up(warehouse.database, "WRNG-2345", Owner("Ada", "2468", each)).message for each in ("BADGE-ROSA", "NEW-1")}
        assert told == {service.NOT_THE_CODE}

    def test_waits_after_some_tries_from_one_device(self, database):
        code = code_of(database)
        for _ in range(11):
            set_up(database, "WRNG-2345")
        with pytest.raises(TooMany):
            set_up(database, code)
        assert set_up(database, code, now=NOON + timedelta(minutes=2)).operator

    def test_waits_after_some_tries_from_many_devices_at_one_address(self, database):
        code_of(database)
        with pytest.raises(TooMany):
            for number in range(22):
                set_up(database, "WRNG-2345", new=phone(number))

    def test_waits_after_many_tries_from_everywhere(self, database):
        code_of(database)
        with pytest.raises(TooMany):
            for number in range(62):
                set_up(database, "WRNG-2345", new=phone(number, f"192.0.2.{number}"))

    def test_has_nothing_to_guess_where_no_code_was_ever_shown(self, database):
        assert set_up(database, rules.code_of(KEY, "")).operator is None

    def test_is_told_where_a_supervisor_is_there(self, warehouse):
        with pytest.raises(Conflict, match="has a supervisor by now"):
            set_up(warehouse.database, "WRNG-2345")


@pytest.fixture
def empty(app):
    """The app on a warehouse in which there is nothing."""
    app.extensions["database"].transact(lambda session: session.execute(delete(SignIn.__table__)))
    empty_warehouse()
    app.extensions["chosen"].read_again()
    return app


@pytest.fixture
def page(empty):
    return empty.test_client()


def on_home(app, device: Device) -> str:
    """What the include for the home page shows to who is signed in on a device."""
    with app.test_request_context("/", headers={"Cookie": f"scanner={device.cookie('scanner')}"}):
        return render_template("beginning/_checklist.html")


def token(page) -> str:
    return re.search(r'name="csrf-token" content="([^"]+)"', page.get("/set-up").text)[1]


def filled(app, **more) -> dict[str, str]:
    code = app.extensions["database"].transact(service.one_time_code, app.config["SECRET_KEY"])
    return {"code": rules.in_groups(code).lower(), "name": "Ada", "pin": "2468", "badge": "CARD-1"} | more


class TestThePage:
    @pytest.mark.parametrize("path", ["/", "/sign-in"])
    def test_is_where_everybody_is_led_who_cannot_sign_in(self, page, path):
        assert page.get(path, follow_redirects=True).request.path == "/set-up"

    def test_is_named_where_there_are_people_and_no_supervisor(self, app, client):
        assert 'href="/set-up"' not in client.get("/sign-in").text
        leave(app.extensions["database"], "Sam")
        assert 'href="/set-up"' in client.get("/sign-in").text

    def test_leads_to_signing_in_where_there_is_a_supervisor(self, client):
        answer = client.get("/set-up", follow_redirects=True)
        assert answer.request.path == "/sign-in" and "has a supervisor by now" in answer.text

    def test_holds_nobody_up_where_there_is_a_supervisor(self, app, client, monkeypatch):
        headers = {"X-CSRFToken": token_of(client.get("/sign-in"))}
        monkeypatch.setattr(Database, "transact", None)
        told = client.post("/set-up", json={"code": "WRNG-2345", "name": "Eve", "pin": "2468"}, headers=headers)
        assert (told.status_code, told.json["error"]["message"]) == (409, service.TAKEN)

    def test_takes_a_form(self, empty, page):
        answer = page.post("/set-up", data={"csrf_token": token(page), **filled(empty)})
        assert (answer.status_code, answer.location) == (303, "/set-up/steps")
        assert "What you sell" in page.get("/set-up/steps").text

    def test_takes_it_by_htmx(self, empty, page):
        headers = {"X-CSRFToken": token(page), "HX-Request": "true"}
        answer = page.post("/set-up", data=filled(empty), headers=headers)
        assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, "/set-up/steps")

    def test_takes_it_as_json(self, empty, page):
        answer = page.post("/set-up", json=filled(empty), headers={"X-CSRFToken": token(page)})
        assert (answer.status_code, answer.json) == (200, {"message": "Welcome, Ada."})
        told = page.get("/set-up/steps", headers={"Accept": "application/json"}).json
        assert told[0] == {"key": "items", "title": "What you sell", "done": False}

    @pytest.mark.parametrize(("more", "status", "words"), [
        ({"code": ""}, 400, "Expected the code that stands where the server was started."),
        ({"code": "WRNG-2345"}, 403, service.NOT_THE_CODE),
        ({"name": " "}, 400, "Expected your name"),
        ({"pin": "12"}, 400, "Expected a PIN of 4 to 12 digits."),
        ({"badge": "CMD-DONE"}, 400, "This code is not a badge"),
    ])  # fmt: skip
    def test_says_at_the_field_what_is_wrong_and_keeps_the_rest(self, empty, page, more, status, words):
        answer = page.post("/set-up", data={"csrf_token": token(page), **filled(empty, **more)})
        field = next(iter(more))
        assert answer.status_code == status and words in unescape(answer.text) and f'id="wrong-{field}"' in answer.text
        assert field == "name" or 'value="Ada"' in answer.text
        assert "2468" not in answer.text
        told = page.post("/set-up", json=filled(empty, **more), headers={"X-CSRFToken": token(page)})
        assert (told.status_code, told.json["error"]["field"]) == (status, field)

    def test_says_how_long_to_wait(self, empty, page):
        wrong = {"csrf_token": token(page), **filled(empty, code="WRNG-2345")}
        answers = [page.post("/set-up", data=wrong) for _ in range(12)]
        assert answers[-1].status_code == 429 and int(answers[-1].headers["Retry-After"]) > 0
        assert "Too many wrong tries." in answers[-1].text

    def test_shows_a_badge_that_was_made_without_asking_for_the_pin_again(self, empty, page):
        page.post("/set-up", data={"csrf_token": token(page), **filled(empty, badge="")})
        assert "A badge was made for you." in page.get("/set-up/steps").text
        labels = page.get("/labels?group=badges")
        assert labels.status_code == 200 and "Ada" in labels.text


class TestTheSteps:
    def test_are_a_list_for_the_home_page_until_a_supervisor_takes_it_away(self, app):
        sam = Device(app)
        sam.post("/sign-in", badge="BADGE-SAM")
        assert "First steps: 4 of 5 done" in on_home(app, sam) and "Count" in on_home(app, sam)
        assert sam.post("/set-up/steps/dismiss").location == "/"
        assert "First steps" not in on_home(app, sam)
        assert "What is there" in sam.get("/set-up/steps").text
        assert "/set-up/steps" in sam.get("/settings").text

    @pytest.mark.parametrize("badge", ["BADGE-ROSA", "BADGE-CARLA"])
    def test_are_for_supervisors(self, app, badge):
        rosa = Device(app)
        rosa.post("/sign-in", badge=badge)
        assert "First steps" not in on_home(app, rosa)
        assert rosa.get("/set-up/steps").status_code == 403

    @pytest.mark.parametrize("how", ["htmx", "json"])
    def test_are_taken_away_by_htmx_and_json_too(self, app, how):
        sam = Device(app)
        sam.post("/sign-in", badge="BADGE-SAM")
        headers = {"X-CSRFToken": token_of(sam.get("/set-up/steps"))}
        if how == "json":
            assert "gone from the home page" in sam.client.post("/set-up/steps/dismiss", json={}, headers=headers).json["message"]
        else:
            answer = sam.client.post("/set-up/steps/dismiss", headers=headers | {"HX-Request": "true"})
            assert answer.headers["HX-Redirect"] == "/"
        assert "First steps" not in on_home(app, sam)

    def test_are_done_as_things_come(self, warehouse):
        with warehouse.database.read() as session:
            done = [each.step.key for each in service.steps(session, warehouse.operators["Sam"]) if each.done]
        assert done == ["items", "shelves", "people", "work"]

    def test_are_no_more_on_the_home_page_once_they_are_dismissed_and_that_is_on_record(self, warehouse):
        with warehouse.database.read() as session:
            assert service.is_shown(session)
        for _ in range(2):
            warehouse.database.transact(service.dismiss, warehouse.operators["Sam"])
        with warehouse.database.read() as session:
            assert not service.is_shown(session)
            assert len(session.execute(select(Audit.__table__)).all()) == 1
