"""What a form has for a record, how its text becomes a file, and what of a refused file stands at which field."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from scanner.data.imports.report import ImportProblem
from scanner.errors import BadRequest, Conflict

Cells = dict[str, str]
"""A record as a file would have it, by column."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the file as a field of a form. `takes_code`: a scan fills it; `choices`: what it may be, with words.

    `offers`: the kind of records whose names are offered while somebody types; anything else is taken as well.
    """

    name: str
    title: str
    help: str = ""
    type: str = "text"
    choices: tuple[tuple[str, str], ...] = ()
    takes_code: bool = False
    offers: str = ""


class NotTaken(BadRequest):
    """The file of the record was refused. `wrong`: what stands at which field; `told_taken`: codes said to mean something."""

    def __init__(self, problems: Sequence[ImportProblem], told_taken: int = 0) -> None:
        self.wrong = {each.column: in_words(each) for each in reversed(problems)}
        column = problems[0].column
        super().__init__(self.wrong[column], column)
        self.told_taken = told_taken


def in_words(problem: ImportProblem) -> str:
    """What was expected and what came, without the line: there is one."""
    return f"Expected {problem.expected}, got {problem.got}."


def as_file(rows: Sequence[Mapping[str, str]]) -> bytes:
    """A file of these rows, all with the same columns."""
    text = StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(name for row in rows for name in row)), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def version_of(cells: Mapping[str, str]) -> str:
    """Another one whenever the record says something else."""
    return hashlib.sha256(json.dumps(dict(cells), sort_keys=True).encode()).hexdigest()[:16]


def demand_same(cells: Mapping[str, str], version: str, named: str) -> None:
    """Raise Conflict where somebody else changed the record since the form was shown."""
    if version and version != version_of(cells):
        raise Conflict(f"Somebody else changed {named} meanwhile. Nothing was saved: look at it as it is now.", "version")


def cell(value: object) -> str:
    """A value as a file and a form have it. Raises BadRequest for what no cell can be."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return ""
    if isinstance(value, dict | list):
        raise BadRequest("Expected a text or a number in each field.")
    return str(value)
