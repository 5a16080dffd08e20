"""Whatever fails, no line of the log has a badge, a PIN, a token, a code, a path or anything else that somebody sent.

Each failure is really made, with secrets in all places where it can carry any. The same failures through Python's own formatter
show that the test would see them.
"""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from pebble import ProcessExpired
from pydantic import BaseModel, ValidationError
from sqlalchemy import insert, select, text

from scanner import logs
from scanner.db.engine import Busy, sqlite
from scanner.db.sql import run
from scanner.logs.lines import JsonLines, TextLines
from scanner.people.tables import Operator
from scanner.scans import views
from scanner.webhooks import sender as webhooks
from tests.people.test_pages import Device, token_of

BADGE, PIN, TOKEN, CODE, NAME = "BADGE-Zq7Xvilo", "7391548", "5ec4e7" * 8, "ZYX-CODE-81726", "Quirina Zabel"
SECRETS = (BADGE, PIN, TOKEN, CODE, NAME)
ALL = " ".join(SECRETS)


class Log:
    """What was said, as text."""

    def __init__(self, formatter: logging.Formatter) -> None:
        self._stream = io.StringIO()
        self.handler = logging.StreamHandler(self._stream)
        self.handler.setFormatter(formatter)

    @property
    def text(self) -> str:
        return self._stream.getvalue()


@pytest.fixture(params=[TextLines, JsonLines])
def log(request) -> Iterator[Log]:
    yield from said_through(request.param())


@pytest.fixture
def plain_log() -> Iterator[Log]:
    """The log as Python has it."""
    yield from said_through(logging.Formatter())


def said_through(formatter: logging.Formatter) -> Iterator[Log]:
    made = Log(formatter)
    root, requests = logging.getLogger(), logging.getLogger(logs.ACCESS)
    before = threading.excepthook, sys.excepthook, warnings.showwarning, requests.handlers, requests.disabled
    logs.set_up(access=True)
    kept = root.handlers[:]
    root.handlers, requests.handlers = [made.handler], [made.handler]
    yield made
    for handler in kept:
        handler.close()
    root.handlers = []
    threading.excepthook, sys.excepthook, warnings.showwarning, requests.handlers, requests.disabled = before


def in_scan(work: Callable[[Any], Any]) -> Callable[..., None]:
    """Have a scan run this work in its transaction."""

    def fail(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(views, "record_scan", lambda session, *_, **__: work(session))
        app.testing = False
        desk = signed_in(app)
        token = token_of(desk.get("/sign-in"))
        answer = desk.client.post("/scans", json=a_scan(), headers={"X-CSRFToken": token})
        assert answer.status_code in (400, 500, 503)
        assert not any(secret in answer.text for secret in SECRETS)

    return fail


def a_scan() -> dict[str, Any]:
    return {
        "id": "0b5a2a5e-7b0c-4c5b-9f2e-0d6f5a3c1e77", "task": "PO-1001", "code": CODE, "source": "wedge",
        "scanned_at": "2026-11-23T09:30:00+00:00",
    }  # fmt: skip


def signed_in(app: Any) -> Device:
    desk = Device(app)
    desk.post("/sign-in", badge="BADGE-SAM")
    return desk


def raising(error: BaseException, cause: BaseException | None = None) -> Callable[[Any], Any]:
    def work(_session: Any) -> None:
        raise error from cause

    return work


def twice_the_same_badge(session: Any) -> None:
    row = {"badge": BADGE, "name": NAME, "roles": TOKEN, "active": True, "pin_hash": PIN}
    run(session, insert(Operator.__table__), [row, row])


def too_long_for_its_column(session: Any) -> None:
    run(session, text("SELECT :value ->> 1 + nothing.here"), {"value": ALL})


def noted(error: Exception) -> Exception:
    error.add_note(ALL)
    return error


def invalid() -> Exception:
    class Form(BaseModel):
        pin: int

    with pytest.raises(ValidationError) as caught:
        Form.model_validate({"pin": ALL})
    return caught.value


def not_json() -> Exception:
    with pytest.raises(ValueError) as caught:
        json.loads(ALL)
    return caught.value


def in_postgres(message: str) -> Exception:
    return psycopg.errors.UniqueViolation(message)


def bad_addresses(app: Any, _patch: Any) -> None:
    client = app.test_client()
    headers = {"X-Request-ID": TOKEN, "Authorization": f"Bearer {TOKEN}", "User-Agent": BADGE, "Cookie": f"scanner={PIN}"}
    for path in (f"/{BADGE}", f"/tasks/{CODE}/scans?code={BADGE}", f"/items/{NAME}", f"/api/v1/tasks/{CODE}"):
        assert client.get(path, headers=headers).status_code in (302, 401, 404)
    assert client.open("/sign-in", method=BADGE).status_code == 405
    assert client.post("/api/v1/scans", data=ALL, headers=headers).status_code == 401


def a_broken_decoder(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    app.testing = False
    failing = SimpleNamespace(result=raising_now(ProcessExpired(ALL)))
    monkeypatch.setattr(app.extensions["decoder"], "_workers", lambda: SimpleNamespace(schedule=lambda *_, **__: failing))
    desk = signed_in(app)
    desk.post("/tasks/PO-1001/photo", photo=(io.BytesIO(ALL.encode()), f"{BADGE}.jpg"))


def raising_now(error: BaseException) -> Callable[..., Any]:
    def fail(*_: Any, **__: Any) -> Any:
        raise error

    return fail


def a_webhook_that_fails(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sender = webhooks.Sender(app.extensions["database"])
    monkeypatch.setattr(sender, "_send_next", raising_now(RuntimeError(f"https://{BADGE}:{PIN}@example.org/{TOKEN}")))
    sender._talking[1] = threading.current_thread()
    sender._empty(1)


def a_thread_that_dies(_app: Any, _patch: Any) -> None:
    thread = threading.Thread(target=raising_now(RuntimeError(ALL)))
    thread.start()
    thread.join()


def a_library_that_talks(_app: Any, _patch: Any) -> None:
    talkative = logging.getLogger("urllib3.connectionpool")
    talkative.warning("Retrying %s after connection broken by '%r': %s", ALL, ValueError(ALL), {"pin": PIN})
    talkative.warning(f"could not use {BADGE!r}")
    talkative.error("%(token)s", {"token": TOKEN})
    talkative.error("%d tries", ALL)
    warnings.showwarning(UserWarning(ALL), UserWarning, "/somewhere/library.py", 7)


FAILURES = {
    "a row that is there already": in_scan(twice_the_same_badge),
    "a statement that is none": in_scan(too_long_for_its_column),
    "a key that is missing": in_scan(raising(KeyError(BADGE))),
    "a value that is wrong": in_scan(raising(ValueError(f"no such PIN: {PIN}"))),
    "an error with its cause": in_scan(raising(RuntimeError(NAME), KeyError(TOKEN))),
    "an error with a note": in_scan(raising(noted(TypeError(ALL)))),
    "several errors": in_scan(raising(ExceptionGroup(BADGE, [ValueError(PIN), OSError(5, "x", TOKEN)]))),
    "a file that is named as a badge": in_scan(raising(FileNotFoundError(2, NAME, BADGE))),
    "a form that is not valid": in_scan(raising(invalid())),
    "text that is no JSON": in_scan(raising(not_json())),
    "text that is no UTF-8": in_scan(raising(UnicodeDecodeError("utf-8", ALL.encode(), 0, 1, NAME))),
    "a row that PostgreSQL names": in_scan(
        raising(in_postgres(f'duplicate key value violates "operator_badge"\nDETAIL:  Key (badge)=({BADGE}) already exists.'))
    ),
    "a value that PostgreSQL quotes": in_scan(raising(psycopg.InternalError(f'invalid input syntax: "{PIN}"{BADGE}"'))),
    "a locked database": in_scan(raising(Busy("The database is busy."), sqlite.OperationalError("database is locked"))),
    "a broken disk": in_scan(raising(sqlite.OperationalError(f'disk I/O error near "{CODE}"'))),
    "addresses and bodies": bad_addresses,
    "a decoder": a_broken_decoder,
    "a webhook": a_webhook_that_fails,
    "a thread": a_thread_that_dies,
    "a library": a_library_that_talks,
}
SILENT = {"a decoder", "addresses and bodies"}
"""These are foreseen: the answer says what was wrong, and there is no failure of the server to tell."""
HARMLESS = {"a row that is there already", "a statement that is none", "text that is no JSON", "a locked database"}
"""The message of these errors has no value in it, since the engines hide their parameters. What it hangs on has."""


@pytest.mark.parametrize("name", FAILURES)
def test_no_secret_is_in_the_log_whatever_fails(app, log, monkeypatch, name):
    FAILURES[name](app, monkeypatch)
    assert not [secret for secret in SECRETS if secret in log.text], log.text
    lines = [line for line in log.text.splitlines() if " scanner.access: " not in line and '"scanner.access"' not in line]
    assert bool(lines) is (name not in SILENT), "a failure is told, anyway"


@pytest.mark.parametrize("name", sorted(FAILURES.keys() - SILENT - HARMLESS))
def test_python_s_own_log_would_have_told(app, plain_log, monkeypatch, name):
    FAILURES[name](app, monkeypatch)
    assert [secret for secret in SECRETS if secret in plain_log.text]


@pytest.mark.postgres
def test_what_postgres_says_of_a_row_has_no_value_in_it(warehouse, log):
    with pytest.raises(Exception) as caught:
        warehouse.database.transact(twice_the_same_badge)
    logging.getLogger("scanner.x").error("It failed: %s", caught.value, exc_info=caught.value)
    assert "UNIQUE" in log.text.upper()
    assert not [secret for secret in SECRETS if secret in log.text]


def test_errors_of_the_database_name_what_was_done_but_no_parameter(warehouse):
    with pytest.raises(Exception) as caught:
        warehouse.database.transact(lambda session: run(session, select(text(":badge || nothing")), {"badge": BADGE}))
    assert BADGE not in str(caught.value)
