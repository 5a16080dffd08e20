"""Nothing of a PIN or a badge is shown or kept of a people file that is refused, wherever it stands in the row."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask

from scanner.cli import main
from scanner.data.imports.people import Operators
from scanner.data.imports.report import NOT_SHOWN, ImportProgress, ImportRefused
from scanner.data.imports.writes import Rehearsal
from tests.data.imports.conftest import NOON
from tests.people.test_pages import Device, token_of

HEADER = "badge,name,roles,pin,active"
BAD = [
    ("SECRET-7,Nils,receiver,97531O,yes", "a letter in the PIN"),
    ("SECRET-7,Nils,receiver,9753100000000000,yes", "a PIN too long"),
    ("SECRET-7,Nils,receiver,'97531\x07,yes", "a control character in the PIN"),
    ("SECRET-7,Nils,97531,receiver,yes", "the PIN among the roles"),
    ("SECRET-7,Nils,receiver,,97531", "the PIN in the column behind"),
    ("SECRET-7,Kern, Ada,receiver,97531,yes", "a name with a comma moves all cells"),
    ("SECRET-7\x07,Nils,receiver,,yes", "a control character in the badge"),
    ("CMD-SECRET-7,Nils,receiver,,yes", "the badge is a command"),
    (f"SECRET-7{'7' * 130},Nils,receiver,,yes", "the badge is too long"),
    ("SECRET-7,Nils,receiver,,yes\nSECRET-7,Nils,receiver,,yes", "the badge twice"),
    ("*SECRET-7*,Nils,receiver,,yes", "the badge with the asterisks of Code 39"),
]


@pytest.mark.parametrize("rows", [rows for rows, _ in BAD], ids=[why for _, why in BAD])
def test_no_problem_tells_what_came(bring_in, rows: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        bring_in("operators", f"{HEADER}\n{rows}\n")
    said = str([*map(str, refused.value.problems)])
    assert "line " in said and "SECRET" not in said and "97531" not in said


def test_a_file_without_header_tells_nothing_of_its_first_row(bring_in) -> None:
    with pytest.raises(ImportRefused) as refused:
        bring_in("operators", "SECRET-7,Nils,receiver,97531,yes\n")
    assert str(refused.value.problems[0]) == f"line 1, column badge: expected this column in the header, got {NOT_SHOWN}"


def test_a_badge_that_is_the_label_of_something_is_not_told(bring_in) -> None:
    bring_in("locations", "code\nDOCK-SECRET\n")
    with pytest.raises(ImportRefused) as refused:
        bring_in("operators", "badge,name\nDOCK-SECRET,Nils\n")
    assert "SECRET" not in str(refused.value.problems)


def test_a_column_and_what_was_expected_are_still_told(bring_in) -> None:
    with pytest.raises(ImportRefused) as refused:
        bring_in("operators", f"{HEADER}\nSECRET-7,Nils,boss,12,yes\n")
    roles, pin = map(str, refused.value.problems)
    assert roles.endswith("got 'boss'")
    assert pin.startswith("line 2, column pin: expected a PIN of 4 to 12 digits") and pin.endswith(NOT_SHOWN)


def test_what_the_database_says_of_a_row_is_not_kept_either(database) -> None:
    progress = ImportProgress()
    with database.read() as session:
        Operators(Rehearsal(session), progress, None, NOON)
    progress.problem(2, "badge", "what the database takes", "Key (badge)=(SECRET-7) exists")
    assert progress.problems[0].got == NOT_SHOWN


def test_the_terminal_does_not_show_it(tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "people.csv"
    file.write_text(f"{HEADER}\nSECRET-7,Nils,receiver,97531O,yes\n*SECRET-8*,Ada,receiver,,yes\n")
    assert main(["import", "--database", f"sqlite:///{tmp_path}/w.db", "operators", str(file)]) == 1
    said = "".join(capsys.readouterr())
    assert "column pin" in said and "column badge" in said and not re.search("SECRET|97531", said)


@pytest.fixture
def sam(app: Flask) -> Device:
    device = Device(app)
    device.post("/sign-in", badge="BADGE-SAM")
    device.post("/confirm", badge="BADGE-SAM")
    return device


@pytest.mark.parametrize("headers", [{}, {"Accept": "application/json"}], ids=["page", "JSON"])
def test_the_answer_to_a_small_file_does_not_show_it(sam: Device, headers: dict[str, str]) -> None:
    sent = {"file": upload("SECRET-7,Nils,receiver,97531O,yes"), "csrf_token": token_of(sam.get("/sign-in"))}
    answer = sam.client.post("/data/operators", data=sent, headers=headers)
    assert answer.status_code == 400 and "PIN of 4 to 12" in answer.text and not re.search("SECRET|97531", answer.text)


@pytest.mark.slow
def test_a_large_file_is_shown_to_who_gave_the_pin_again_and_keeps_nothing(app: Flask, sam: Device) -> None:
    people = "".join(f"\nMANY-{at},Person {at},receiver,," for at in range(3_000))
    place = sam.post("/data/operators", file=upload(f"SECRET-7,Nils,receiver,97531O,yes{people}")).location
    page = until(lambda: sam.get(place).text, "Nothing was brought in")
    assert "PIN of 4 to 12" in page and "97531" not in page
    with app.extensions["database"].read() as session:
        kept = str(session.connection().exec_driver_sql("SELECT outcome FROM file_import").all())
    assert "PIN of 4 to 12" in kept and "97531" not in kept
    other = Device(app)
    other.post("/sign-in", badge="BADGE-SAM")
    assert other.get(place).location == f"/confirm?next={place}"
    told = other.get(place, headers={"HX-Request": "true"})
    assert told.status_code == 403 and told.headers["HX-Redirect"].startswith("/confirm")


def upload(rows: str) -> tuple[BytesIO, str]:
    return BytesIO(f"{HEADER}\n{rows}\n".encode()), "people.csv"


def until(look: Callable[[], str], words: str) -> str:
    end = time.monotonic() + 60
    while words not in (text := look()) and time.monotonic() < end:
        time.sleep(0.2)
    return text
