"""Any renaming and reordering of columns, in any dialect, that is mapped back gives what the plain file gives."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.data.imports import all_kinds
from scanner.data.imports.report import ImportProgress
from scanner.data.imports.sheet import open_sheet
from scanner.data.mapping.ours import as_ours
from scanner.data.mapping.rules import Plan, Source
from scanner.data.mapping.theirs import open_theirs
from scanner.workflows import IMPORTS

KINDS = {kind: importer.columns for kind, importer in all_kinds(IMPORTS).items()}
CELLS = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            "3,50",
            "1.234,5",
            "12",
            "2026-11-30",
            "yes",
            "A-01-1",
            "'036000291452",
            '="0042"',
            "#N/A",
            "A",
            "a;b",
            "a,b",
            'say "hi"',
            "two\nlines",
            "shelf",
            "Größe",
            "4006381333931",
        ]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=12),
)


def written(rows: list[list[str]], separator: str, end: str) -> bytes:
    out = StringIO(newline="")
    csv.writer(out, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    return out.getvalue().encode()


def read(data: bytes, kind: str) -> tuple[Any, ...]:
    progress = ImportProgress()
    with open_sheet(BytesIO(data), KINDS[kind], progress) as sheet:
        rows = list(sheet.rows)
    return rows, progress.bad, progress.rows, progress.problems


@pytest.mark.slow
@given(st.data())
def test_a_file_that_is_mapped_back_gives_what_the_plain_file_gives(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(KINDS)))
    names = [column.name for column in KINDS[kind]]
    cells = data.draw(st.lists(st.lists(CELLS, min_size=len(names), max_size=len(names)), min_size=1, max_size=6))
    order = data.draw(st.permutations(range(len(names))))
    separator, end = data.draw(st.sampled_from(",;\t|")), data.draw(st.sampled_from(["\n", "\r\n"]))
    theirs = [[f"Spalte {at} {separator}" for at in order], *([row[at] for at in order] for row in cells)]
    if not any(cell.strip() for row in cells for cell in row):
        return
    opened = open_theirs(written(theirs, separator, end))
    plan = Plan(kind, {name: Source(order.index(at)) for at, name in enumerate(names)})
    ours = as_ours(opened, plan, KINDS[kind])
    assert ours.bad == 0
    assert read(ours.content, kind) == read(written([names, *cells], ",", end), kind)
