"""What is sent of a file of any shape, and answered."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ConfigDict, Field

from scanner.data.mapping.rules import ORDERS, Source
from scanner.web.answers import SavedAnswer
from scanner.web.contract import Answer, Body
from scanner.web.field_types import Words

FIXED = "="
"""What a form says of a column that has the same text on every row; the text is under the column's name and `.fixed`."""


class FileToLookAt(Body):
    """A file, where it is sent as JSON."""

    name: Words = Field("file.csv", description="What it is called.")
    content: Words = Field("", description="All of it, as text.")


class PlanToUse(Body):
    """What a file is to come in as. Left out, it is what the file seems to be. A form says `<kind>.<column>` for each column."""

    model_config = ConfigDict(frozen=True, extra="allow")

    kind: Words = Field("", description="The kind of file.")
    do: Words = Field("", description="`look` shows what would come in.")
    columns: dict[str, str | int] = Field({}, description="By our column, the name of theirs or its place from 0.")
    fixed: dict[str, str] = Field({}, description="By our column, what stands on every row.")

    dates: dict[str, str] = Field({}, description="By our column, what stands first in its dates: `day` or `month`.")

    def of_form(self, names: list[str], width: int) -> Mapping[str, Source] | None:
        """What a form says of these columns; None where it says nothing of this kind of file."""
        said = self.model_extra or {}
        if not any(f"{self.kind}.{name}" in said for name in names):
            return None
        found = {}
        for name in names:
            choice = str(said.get(f"{self.kind}.{name}", ""))
            if choice == FIXED:
                found[name] = Source(fixed=str(said.get(f"{self.kind}.{name}.fixed", ""))[:400])
            elif choice.isascii() and choice.isdigit() and len(choice) < 6 and int(choice) < width:
                order = str(said.get(f"{self.kind}.{name}.order", ""))
                found[name] = Source(int(choice), order=order if order in ORDERS else "")
        return found


class ProblemAnswer(Answer):
    """What is wrong in one cell of their file."""

    line: int
    column: str
    expected: str
    got: str


class LookAnswer(SavedAnswer):
    """What a file seems to be, and what it would bring in."""

    draft: str
    kind: str
    header: tuple[str, ...]
    columns: dict[str, str]
    fixed: dict[str, str] = Field(default_factory=dict)
    missing: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    asked: dict[str, str] = Field({}, description="By our column, a date that can be two days: say in `dates` which.")
    rows: int
    bad: int = 0
    problems: tuple[ProblemAnswer, ...] = ()
    left_out: int = 0
    left: tuple[str, ...] = ()


class BroughtAnswer(SavedAnswer):
    """What came in."""

    kind: str
    rows: int
    added: int
    changed: int
    unchanged: int
    notes: tuple[str, ...] = ()
