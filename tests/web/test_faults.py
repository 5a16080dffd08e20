"""What passes by itself is told to come again; what never will is a fault with a number, and holds up nobody else."""

from __future__ import annotations

import errno
import logging
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import MultipleResultsFound
from sqlalchemy.exc import TimeoutError as PoolIsEmpty

from scanner.api import views as api
from scanner.db.engine import DRIVER_ERRORS, Busy, sqlite
from scanner.db.passing import passes
from scanner.db.sql import run
from scanner.people import tokens
from scanner.scans import programs
from scanner.web.errors import as_answer
from scanner.web.requests import HEADER
from tests.support.warehouse import LAMP, MUG, NOW


def of_state(state: str, kind: type[psycopg.Error] = psycopg.OperationalError) -> psycopg.Error:
    error = kind("refused")
    error.sqlstate = state
    return error


@pytest.mark.parametrize(
    ("error", "status", "why"),
    [
        (Busy("busy"), 503, "its turn never came"),
        (PoolIsEmpty(), 503, "all connections were in use"),
        (psycopg.OperationalError("server closed the connection"), 503, "the server went away"),
        (of_state("40P01"), 503, "a deadlock"),
        (of_state("53100"), 503, "a full disk"),
        (of_state("57P01"), 503, "the server is shut down"),
        (of_state("25006"), 503, "a standby that takes over in a moment"),
        (of_state("21000", psycopg.errors.CardinalityViolation), 500, "two rows where one was thought of"),
        (of_state("42P01", psycopg.errors.UndefinedTable), 500, "a table that is not there"),
        (of_state("23514", psycopg.errors.CheckViolation), 500, "what the table never takes"),
        (of_state("22003", psycopg.errors.NumericValueOutOfRange), 400, "a value that fits no column"),
        (MultipleResultsFound(), 500, "two rows where one was thought of"),
        (KeyError("bench"), 500, "a plain bug"),
        (OSError(errno.ENOSPC, "full"), 503, "a full disk of temporary files"),
        (OSError(errno.EMFILE, "files"), 503, "too many open files"),
        (PermissionError(errno.EACCES, "no right"), 500, "a right that somebody has to give"),
        (OverflowError(), 400, "a number too large"),
    ],
)  # fmt: skip
def test_only_what_passes_is_told_to_try_again(app, error, status, why):
    with app.test_request_context("/api/v1/scans"):
        assert as_answer(error)[0] == status, why


@pytest.mark.parametrize("statement", ["SELECT nothing FROM nowhere", "SELEKT 1", "INSERT INTO task (reference) VALUES ('PO-1')"])
def test_a_statement_that_is_wrong_never_passes(database, statement):
    with pytest.raises(DRIVER_ERRORS) as refused:
        database.transact(lambda session: run(session, text(statement)))
    assert not passes(refused.value)


def test_a_file_that_cannot_be_opened_passes():
    with pytest.raises(sqlite.Error) as refused:
        sqlite.connect("/nowhere/at/all")
    assert passes(refused.value)


class Bug(Exception):
    """Nobody thought of this."""


@pytest.fixture
def failing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The program fails on every scan of a lamp."""
    real = programs.record_scan

    def record(session: Any, scan: Any, *more: Any, **named: Any) -> Any:
        if scan.code == LAMP:
            raise Bug
        return real(session, scan, *more, **named)

    for module in (programs, api):
        monkeypatch.setattr(module, "record_scan", record)
    app.testing = False  # as when it is served
    yield app
    app.testing = True


def body(code: str) -> dict[str, Any]:
    return {"id": str(uuid4()), "task": "PO-1001", "code": code, "source": "api", "scanned_at": "2026-11-23T09:30:00Z"}


def test_a_scan_on_which_the_program_fails_is_said_to_be_one_and_is_in_the_log(failing, caplog):
    token = failing.extensions["warehouse"].database.transact(tokens.create_token, "Rosa", NOW)
    with caplog.at_level(logging.ERROR):
        answer = failing.test_client().post("/api/v1/scans", json=body(LAMP), headers={"Authorization": f"Bearer {token}"})
    error = answer.json["error"]
    assert (answer.status_code, error["code"]) == (500, "fault") and "try again" not in error["message"]
    number = error["message"].split("number ")[1].split(":")[0]
    assert number == answer.headers[HEADER]  # each line of the log has it (tests/logs)
    assert any(record.exc_info for record in caplog.records)


def test_of_a_batch_it_fails_alone_and_the_rest_waits_in_its_order(failing):
    token = failing.extensions["warehouse"].database.transact(tokens.create_token, "Rosa", NOW)
    scans = [body(MUG), body(LAMP), body(MUG)]
    answer = failing.test_client().post(
        "/api/v1/scans/batch", json={"scans": scans}, headers={"Authorization": f"Bearer {token}"}
    )
    results = answer.json["results"]
    assert [each["status"] for each in results] == [200, 500, 503]
    assert [each["error"]["code"] for each in results[1:]] == ["fault", "not_recorded"]
