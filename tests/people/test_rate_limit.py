"""A badge that is scanned hands over; so whoever is signed in must not try codes without end to find one."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import update

from scanner.db.sql import run, table_of
from scanner.people.guesses import rules
from scanner.people.tables import WrongTries
from tests.people.test_pages import Device, token_of
from tests.support.program import Program
from tests.support.warehouse import MUG


class Scanning(Device):
    """Somebody at a scan page."""

    def try_code(self, code):
        return self.send(code=code, id=str(uuid4()))


class SendingAll(Scanning):
    """The same, with a full outbox."""

    def try_code(self, code):
        headers = {"X-CSRFToken": token_of(self.client.get("/sign-in"))}
        scan = {"id": str(uuid4()), "task": "PO-1001", "code": code, "source": "wedge", "scanned_at": "2026-11-23T09:30:00Z"}
        self.answer = self.client.post("/scans/batch", json={"scans": [scan], "page": "PO-1001"}, headers=headers).json
        return Status(self.answer["results"][0]["status"])


class Status:
    """An answer of a batch."""

    def __init__(self, status_code):
        self.status_code = status_code


class Opening(Device):
    """Somebody at the home page."""

    def try_code(self, code):
        return self.post("/open", code=code)


class Sending(Program):
    """A program."""

    def try_code(self, code):
        return self.scan(code)


class Asking(Program):
    """A program that asks what codes are."""

    def try_code(self, code):
        return self.get("/where", code=code)


@pytest.fixture(params=[Scanning, SendingAll, Opening, Sending, Asking])
def guesser(request, app):
    if issubclass(request.param, Program):
        return request.param(app, "Rosa")
    made = request.param(app)
    made.post("/sign-in", badge="BADGE-ROSA")
    return made


def guess_often(app, guesser):
    """As many codes that nobody knows as one may try, but one."""
    database, rosa = app.extensions["database"], app.extensions["warehouse"].operators["Rosa"].id
    guesser.try_code("NOBODY-KNOWS-THIS")

    tries = table_of(WrongTries)

    def miss(session):
        run(session, update(tries).where(tries.c.owed).values(level=float(rules.CODES.free - 1), at=datetime.now(UTC)))
        return session.connection().exec_driver_sql("SELECT key FROM wrong_tries WHERE owed").scalar_one()

    assert database.transact(miss).startswith(("codes:api-", f"codes:person-{rosa}"))


def test_a_badge_and_a_code_that_nobody_knows_are_refused_alike_after_too_many_tries(app, guesser):
    guess_often(app, guesser)
    assert guesser.try_code("BADGE-AAA").status_code == 200
    assert {guesser.try_code(code).status_code for code in ("BADGE-AAB", "BADGE-SAM")} == {429}


def test_goods_are_taken_all_the_same(app):
    rosa = Scanning(app)
    rosa.post("/sign-in", badge="BADGE-ROSA")
    guess_often(app, rosa)
    rosa.try_code("BADGE-AAA")
    assert rosa.try_code(MUG).status_code == 200


def test_a_code_that_was_refused_is_in_the_record_once_and_gets_its_answer_after_the_wait(app):
    rosa, database = Scanning(app), app.extensions["database"]
    rosa.post("/sign-in", badge="BADGE-ROSA")
    guess_often(app, rosa)
    rosa.try_code("BADGE-AAA")
    sent = str(uuid4())
    assert rosa.send(code="NEW-GOODS", id=sent).status_code == 429
    database.transact(lambda session: session.connection().exec_driver_sql("DELETE FROM wrong_tries"))
    again = rosa.send(code="NEW-GOODS", id=sent)
    assert (again.status_code, again.json["replayed"]) == (200, True)


def test_one_who_tried_too_often_is_no_hindrance_to_signing_in(app):
    rosa = Scanning(app)
    rosa.post("/sign-in", badge="BADGE-ROSA")
    guess_often(app, rosa)
    for code in ("BADGE-AAA", "BADGE-AAB"):
        rosa.try_code(code)
    assert rosa.post("/sign-in", badge="BADGE-SAM").status_code == 303
