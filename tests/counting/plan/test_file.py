"""The counting plan as a file."""

from __future__ import annotations

import csv
from io import StringIO

from flask import Flask

from tests.web.test_pages import Person


def test_the_plan_comes_as_a_file_for_who_plans(app: Flask) -> None:
    answer = Person(app, "Sam").get("/plan/sections.csv")
    (row,) = csv.DictReader(StringIO(answer.text))
    assert answer.mimetype == "text/csv"
    assert (row["code"], row["due"], row["places"], row["last_count"]) == ("A-01", "yes", "2", "")
    assert Person(app, "Carla").get("/plan/sections.csv").status_code == 403
