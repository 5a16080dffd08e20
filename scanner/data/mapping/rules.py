"""Which of their columns feeds which of ours: guessed by name and by what the cells look like. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from scanner.codes.numbers import is_gtin
from scanner.data.imports.cells import Column
from scanner.data.mapping.words import OF_FILE, plain, words_for

SAID, MEANT, LIKELY, LOOKS = 3.0, 2.0, 1.0, 0.5
"""How much a column counts that has our name, another word for it, such a word in its name, or cells of that kind."""
FITS = 0.8
"""Of the cells of a column, how many must look like one kind of value."""
_SHELF = re.compile(r"[A-Za-z]{1,3}[-. ]?[0-9]{1,3}[-. ][0-9A-Za-z]{1,3}(?:[-. ][0-9A-Za-z]{1,3})?")
_COUNT = re.compile(r"[0-9]{1,6}")
_DAY = re.compile(r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{4}")
_SKU = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{1,39}")
DAY_FIRST, MONTH_FIRST = "day", "month"
ORDERS = (DAY_FIRST, MONTH_FIRST)
"""What stands first in a date such as 1/12/2026."""
Columns = Sequence[Column]
Kinds = Mapping[str, Columns]
"""The kinds of files, each with its columns."""


@dataclass(frozen=True, slots=True)
class Source:
    """What feeds a column: one of theirs, by its place from 0, or the same text on every row.

    `order`: of its dates, where no cell tells it: one of `ORDERS`.
    """

    at: int | None = None
    fixed: str = ""
    order: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file is to come in as. `sources`: by our column; one that nothing feeds is left out."""

    kind: str
    sources: Mapping[str, Source] = field(default_factory=dict)

    def missing(self, columns: Columns) -> tuple[str, ...]:
        """Columns of ours that are needed, and that nothing feeds."""
        fed = {name for name, source in self.sources.items() if source != Source()}
        return tuple(column.name for column in columns if column.required and column.name not in fed)

    def unused(self, names: Sequence[str]) -> tuple[str, ...]:
        """Their columns that feed nothing."""
        used = {source.at for source in self.sources.values()}
        return tuple(name for at, name in enumerate(names) if at not in used)


@dataclass(frozen=True, slots=True)
class Guess:
    """A plan, and how likely it is."""

    plan: Plan
    score: float


def is_known(name: str, kinds: Kinds) -> bool:
    """Whether a header has a name that means one of our columns."""
    said = plain(name)
    return any(said in words_for(kind, column.name) for kind, columns in kinds.items() for column in columns)


def best_guess(kinds: Kinds, header: Sequence[str], rows: Iterable[Sequence[str]], filename: str = "") -> Plan:
    """What a file most likely is."""
    cells = _cells_of(header, rows)
    guesses = [_guess(kind, columns, header, cells) for kind, columns in kinds.items()]
    named = {guess.plan.kind: _named_so(filename, guess.plan.kind) for guess in guesses}
    return max(guesses, key=lambda guess: guess.score + named[guess.plan.kind]).plan


def guess(kind: str, columns: Columns, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Plan:
    """What feeds the columns of one kind of file."""
    return _guess(kind, columns, header, _cells_of(header, rows)).plan


def _guess(kind: str, columns: Columns, header: Sequence[str], cells: list[list[str]]) -> Guess:
    strengths = {
        (column.name, at): strength
        for column in columns
        for at, name in enumerate(header)
        if (strength := _by_name(kind, column.name, name))
    }
    fed: dict[str, Source] = {}
    score = 0.0
    for (column, at), (weight, _) in sorted(strengths.items(), key=lambda each: each[1], reverse=True):
        if column not in fed and Source(at) not in fed.values():
            fed[column] = Source(at)
            score += weight
    for column, at in _by_looks(kind, columns, fed, cells):
        fed[column] = Source(at)
        score += LOOKS
    missing = sum(column.required and column.name not in fed for column in columns)
    in_order = {column.name: fed[column.name] for column in columns if column.name in fed}
    return Guess(Plan(kind, in_order), score - MEANT * missing)


def _by_name(kind: str, column: str, name: str) -> tuple[float, float] | None:
    """How surely a header means a column: the weight, and what settles between two of the same weight."""
    said, words = plain(name), words_for(kind, column)
    if not said:
        return None
    if said == words[0]:
        return SAID, 0.0
    if said in words:
        return MEANT, -words.index(said)
    among = [word for word in words if len(word) > 3 and re.search(rf"\b{word}\b", said)]
    return (LIKELY, len(max(among, key=len)) - len(said)) if among else None


def _by_looks(kind: str, columns: Columns, fed: Mapping[str, Source], cells: list[list[str]]) -> Iterator[tuple[str, int]]:
    """Columns that no name feeds, and the one of theirs whose cells alone look like it."""
    free = [at for at in range(len(cells)) if Source(at) not in fed.values() and cells[at]]
    for column in columns:
        looks = _LOOKS.get((kind, column.name)) or _LOOKS.get(("", column.name))
        if column.name in fed or looks is None or not (column.required or column.name == "barcode"):
            continue
        alike = [at for at in free if sum(map(looks, cells[at])) >= FITS * len(cells[at])]
        if column.name in ("sku", "code", "reference"):
            alike = [at for at in alike if column.name == "reference" or len(set(cells[at])) == len(cells[at])][:1]
        if len(alike) == 1:
            free.remove(alike[0])
            yield column.name, alike[0]


def _is_code(cell: str) -> bool:
    return _SKU.fullmatch(cell) is not None and not is_gtin(cell)


def _matches(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda cell: pattern.fullmatch(cell) is not None


_LOOKS: dict[tuple[str, str], Callable[[str], bool]] = {
    ("", "barcode"): is_gtin,
    ("barcodes", "code"): is_gtin,
    ("locations", "code"): _matches(_SHELF),
    ("", "location"): _matches(_SHELF),
    ("", "units"): _matches(_COUNT),
    ("", "expected"): _matches(_COUNT),
    ("", "ordered"): _matches(_COUNT),
    ("", "due_on"): _matches(_DAY),
    ("", "sku"): _is_code,
}


def _cells_of(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[list[str]]:
    """By their column, the cells with something in them."""
    by_column: list[list[str]] = [[] for _ in header]
    for row in rows:
        for at, cell in enumerate(row[: len(header)]):
            if cell.strip():
                by_column[at].append(cell.strip().lstrip("'"))
    return by_column


def _named_so(filename: str, kind: str) -> float:
    said = f" {plain(filename.rpartition('.')[0])} "
    return MEANT if any(f" {word} " in said for word in OF_FILE.get(kind, ())) else 0.0
