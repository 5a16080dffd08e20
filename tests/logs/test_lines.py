"""How lines look, and what they tell of an error."""

import json
import logging
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import IntegrityError

from scanner.db.engine import sqlite
from scanner.logs.described import described, places
from scanner.logs.lines import JsonLines, TextLines, about

ROOT = Path(__file__).parents[2]


def record(message, *args, name="scanner.x", error=None, **fields):
    made = logging.getLogger(name).makeRecord(name, logging.ERROR, "x.py", 1, message, args, None, extra=fields)
    made.exc_info = (type(error), error, error.__traceback__) if error else None
    return made


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (sqlite.OperationalError("database is locked"), "OperationalError: database is locked"),
        (sqlite.IntegrityError("UNIQUE constraint failed: scan.id"), "IntegrityError: UNIQUE constraint failed: scan.id"),
        (sqlite.OperationalError('near "ROSA": syntax error'), "OperationalError: near …"),
        (psycopg.OperationalError("connection refused"), "OperationalError: connection refused"),
        (psycopg.OperationalError('server at "10.0.0.1"\nrefused'), 'OperationalError: server at "10.0.0.1" refused'),
        (psycopg.errors.DeadlockDetected("deadlock detected\nDETAIL: Process 1"), "DeadlockDetected: 40P01 deadlock detected…"),
        (IntegrityError("INSERT", {"a": "ROSA"}, sqlite.IntegrityError("x failed")), "IntegrityError: x failed"),
        (OSError(28, "what it says", "/var/ROSA"), "OSError: No space left on device"),
        (KeyError("ROSA"), "KeyError"),
    ],
)
def test_an_error_is_told_without_its_values(error, words):
    assert described(error) == words


def test_the_places_of_an_error_and_its_cause_are_told_in_their_order():
    def fail():
        try:
            {}["ROSA"]
        except KeyError as error:
            raise ValueError("ROSA") from error

    with pytest.raises(ValueError) as caught:
        fail()
    told = list(places(caught.value))
    assert [line for line in told if line in ("KeyError", "ValueError")] == ["KeyError", "ValueError"]
    assert any(line.startswith("tests/logs/test_lines.py:") and line.endswith('{}["ROSA"]') for line in told)


def test_a_line_of_json_has_its_fields_and_those_of_the_request():
    before = about.set({"request": "ab12", "route": "/tasks/<ref:reference>"})
    line = json.loads(JsonLines().format(record("The disk is full: %d of %d", 1, 2, check="disk", badge="ROSA")))
    about.reset(before)
    assert (line["message"], line["level"], line["request"], line["check"]) == (
        "The disk is full: 1 of 2",
        "error",
        "ab12",
        "disk",
    )
    assert "ROSA" not in str(line)


def test_a_line_of_text_has_an_error_below_it():
    line = TextLines().format(record("It failed", error=OSError(28, "")))
    assert line.splitlines()[1:] == ["    OSError: No space left on device"]


def test_nothing_that_is_said_can_make_a_second_line():
    assert "\n" not in JsonLines().format(record("a\nb", name="scanner.x"))
    assert "\n" not in TextLines().format(record("%s", "a\nb"))


def test_a_thread_and_a_library_talk_through_the_same_log():
    program = """
import threading, warnings
from scanner import logs
logs.set_up(json=True)
thread = threading.Thread(target=lambda: dict()[1]); thread.start(); thread.join()
warnings.warn("ROSA")
{}["ROSA"]
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["message"] for line in lines] == [
        "A thread ended by an error",
        "A library warned: UserWarning",
        "A thread ended by an error",
    ]
    assert done.returncode == 1 and "ROSA" not in lines[1]["message"] + str(lines[0]["error"])
