"""What came of an import: what changed, or every problem in the file."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, field

from scanner.errors import BadRequest

MOST_LISTED = 200
"""Problems that are listed; of the others only the number is kept."""
NOT_SHOWN = "something else, which is not shown"
"""In place of what came, where that may be a key."""

MOST_TAKEN = 10
"""Codes that mean something else already, of which it is said in one file that they do: any of them may be somebody's badge."""
NOTHING_ELSE = "a code that means nothing else yet"
APART = "a code that differs from the others by more than capitals and small letters: Caps Lock swaps them"


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """What is wrong in one cell. `line` counts the lines of the file from 1; the header is line 1."""

    line: int
    column: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: expected {self.expected}, got {self.got}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What a file changed, in rows."""

    kind: str
    rows: int
    added: int
    changed: int
    unchanged: int
    ignored: tuple[str, ...] = ()  # columns of the file that its kind does not know
    notes: tuple[str, ...] = ()  # what was taken, and is worth a look
    added_of: tuple[tuple[str, int], ...] = ()  # how many of what, where a row adds more than one thing


class ImportRefused(BadRequest):
    """Nothing was imported. `problems` are the first of `total`; `told_taken` of them say of a code that it is taken."""

    def __init__(self, kind: str, problems: tuple[ImportProblem, ...], total: int, told_taken: int = 0) -> None:
        super().__init__(f"Nothing was imported: {total} {'problem' if total == 1 else 'problems'} in the {kind} file.")
        self.kind, self.problems, self.total, self.told_taken = kind, problems, total, told_taken


@dataclass(slots=True, kw_only=True)
class ImportProgress:
    """What an import has met so far. `problems` are those of the first lines, in their order.

    Of what came in a column of `secrets` nothing is kept. In such a file nothing with a digit in it is kept of another column
    either: a PIN or a badge may stand in the wrong one.
    """

    rows: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: int = 0
    told_taken: int = 0
    problems: list[ImportProblem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    added_of: dict[str, int] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()

    def hide(self, columns: Iterable[str]) -> None:
        """Keep nothing of what comes in these columns."""
        self.secrets |= frozenset(columns)

    def note(self, line: int, column: str, words: str) -> None:
        """Note what is taken and is worth a look, in words."""
        if len(self.notes) < MOST_LISTED:
            self.notes.append(f"line {line}, column {column}: {words}")

    def problem(self, line: int, column: str, expected: str, got: object) -> None:
        """Note what is wrong in a cell, or in the file (line 1)."""
        self.bad += 1
        if len(self.problems) < MOST_LISTED or line < self.problems[-1].line:
            insort(
                self.problems, ImportProblem(line, column, expected, self._shown(column, got)), key=lambda problem: problem.line
            )
            del self.problems[MOST_LISTED:]

    def _shown(self, column: str, got: object) -> str:
        if not self.secrets or got in (None, "") or isinstance(got, InWords):
            return _shown(got)
        return NOT_SHOWN if column in self.secrets or any(map(str.isdigit, str(got))) else _shown(got)

    def taken(self, line: int, column: str, code: str, expected: str = NOTHING_ELSE) -> None:
        """Note a code that means something else already; of the first few it is said which they are."""
        if self.told_taken < MOST_TAKEN:
            self.told_taken += 1
            got = code if column in self.secrets else InWords(f"{code!r}, which means something else already")
            self.problem(line, column, expected, got)
        else:
            self.bad += 1


class InWords(str):
    """What came, in words of ours: shown without quotes."""

    __slots__ = ()


def _shown(got: object) -> str:
    if isinstance(got, InWords):
        return str(got)
    if got is None or got == "":
        return "nothing"
    text = repr(got) if isinstance(got, str) else str(got)
    return text if len(text) <= 80 else text[:77] + "…"
