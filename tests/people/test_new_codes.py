"""A new code that is taken is refused in one way, whatever has it: it may be somebody's badge. Who tries many has to wait."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from flask import Flask

from scanner.people import tokens
from tests.support.warehouse import NOW
from tests.web.test_pages import Person

HEAD = {"returns": "reference,sku,order\r\n", "items": "sku,name\r\n"}
ROW = {"returns": "{},LAMP,\r\n", "items": "{},x\r\n"}
TOKEN = re.compile(r'(?<=name="csrf-token" content=")[^"]+|(?<=name="csrf_token" value=")[^"]+')


def answer_to_file(person: Person, path: str, kind: str, codes: list[str]) -> str:
    """What is answered to a file that gives these codes a meaning, with a last row that nothing can be made of.

    The token of the page's forms is left out: it is another one each second.
    """
    rows = HEAD[kind] + "".join(ROW[kind].format(code) for code in codes) + ROW[kind].format("CMD-UNDO")
    answer = person.post(path, file=(BytesIO(rows.encode()), "file.csv"))
    return f"{answer.status_code} {TOKEN.sub('', answer.text)}"


@pytest.mark.parametrize(
    ("name", "path", "kind", "other"),
    [("Vera", "/service/announce/file", "returns", "A-01-1"), ("Sam", "/data/items", "items", "A-01-1")],
)
def test_a_file_is_told_of_a_badge_as_of_any_other_code_that_is_taken(
    app: Flask, name: str, path: str, kind: str, other: str
) -> None:
    person = Person(app, name)
    of_badge = answer_to_file(person, path, kind, ["BADGE-ROSA"])
    of_other = answer_to_file(person, path, kind, [other])
    assert "means something else already" in of_badge
    assert of_badge.replace("BADGE-ROSA", "CODE") == of_other.replace(other, "CODE")
    assert "somebody" not in of_badge


def test_a_program_is_told_of_a_badge_as_of_any_other_code_that_is_taken(app: Flask) -> None:
    token = app.extensions["database"].transact(tokens.create_token, "Vera", NOW)
    told = set()
    for code in ("BADGE-ROSA", "A-01-1", "MUG-B"):
        wanted = {"kind": "return", "reference": code, "lines": [{"sku": "LAMP"}]}
        answer = app.test_client().post("/api/v1/tasks", json=wanted, headers={"Authorization": f"Bearer {token}"})
        told.add((answer.status_code, answer.text.replace(code, "CODE")))
    assert len(told) == 1 and "badge" not in told.pop()[1]


def test_who_tries_many_has_to_wait_whichever_way(app: Flask) -> None:
    vera = Person(app, "Vera")
    guesses = [f"BADGE-{number}" for number in range(400)] + ["BADGE-ROSA", "BADGE-SAM", "BADGE-CARLA", "BADGE-THEO", "A-01-1"]
    first, *_ = told = [answer_to_file(vera, "/service/announce/file", "returns", guesses) for _ in range(5)]
    assert first.count("means something else already") == 5
    assert told[-1].startswith("429") and "BADGE" not in told[-1]
    token = app.extensions["database"].transact(tokens.create_token, "Vera", NOW)
    wanted = {"kind": "return", "reference": "BADGE-SAM", "lines": [{"sku": "LAMP"}]}
    answer = app.test_client().post("/api/v1/tasks", json=wanted, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0


def test_a_file_with_more_codes_than_are_told_names_ten_of_them(app: Flask) -> None:
    sam = Person(app, "Sam")
    codes = [f"Z-{number}" for number in range(30)]
    file = BytesIO(("code\r\n" + "\r\n".join(codes)).encode())
    assert "30 new" in sam.post("/data/locations", file=(file, "file.csv")).text
    said = answer_to_file(sam, "/data/items", "items", codes)
    assert said.count("means something else already") == 10
    assert "31 problems" in said
