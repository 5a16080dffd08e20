"""A file is small while one transaction, and a person who waits for the answer, have time for it."""

import zlib
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO

import pytest

from scanner.data.imports import ImportRefused, all_kinds, jobs, people
from scanner.data.imports.importer import SMALL_ROWS
from scanner.data.imports.people import SMALL_PINS
from scanner.data.imports.service import bring_in_here
from scanner.data.imports.small import Upload, read_small
from scanner.people.sign_in import sign_in
from scanner.workflows import IMPORTS

pytestmark = pytest.mark.slow

KINDS = all_kinds(IMPORTS)


def items(rows):
    return "sku\n" + "".join(f"S{at}\n" for at in range(rows))


def team(rows, pins, name="Person"):
    return "badge,name,pin\n" + "".join(f"B-{at},{name} {at},{2468 + at if at < pins else ''}\n" for at in range(rows))


def bring_in(database, kind, text):
    upload = Upload(kind=kind, stream=BytesIO(text.encode()), name=f"{kind}.csv", operator_id=None)
    return bring_in_here(database, upload, KINDS)


@pytest.mark.parametrize(
    ("kind", "text", "small", "why"),
    [
        ("items", items(SMALL_ROWS), True, "as many rows as one transaction takes in"),
        ("items", items(SMALL_ROWS + 1), False, "a row more, of few bytes"),
        ("items", "sku,name\n" + f"S,{'x' * 100}\n" * 640, False, "more bytes than 64 kB"),
        ("items", "sku,name\n" + "S,x,too many\n" * 3_000, True, "no row is sound: nothing of it is written"),
        ("items", "", True, "nothing at all"),
        ("operators", team(SMALL_PINS, SMALL_PINS), True, "as many PINs as somebody waits for"),
        ("operators", team(SMALL_PINS + 1, SMALL_PINS + 1), False, "a PIN more"),
        ("operators", team(SMALL_ROWS, SMALL_PINS), True, "most have no PIN"),
    ],
)
def test_a_small_file_has_few_bytes_rows_and_pins(kind, text, small, why):
    stream = BytesIO(text.encode())
    assert (read_small(KINDS[kind], stream) is not None) == small, why
    assert stream.tell() == 0


def test_a_file_of_many_short_rows_comes_in_by_slices(database, monkeypatch):
    slices = []
    monkeypatch.setattr(jobs, "add_slices", lambda *given, real=jobs.add_slices: slices.append(given) or real(*given))
    assert bring_in(database, "items", items(3_000)).added == 3_000
    assert slices


@pytest.fixture
def hashed(database, monkeypatch):
    """The PINs that were hashed, and what was open meanwhile."""
    found, is_open = [], []

    def noted(real):
        @contextmanager
        def opened(*arguments):
            is_open.append(1)
            try:
                with real(*arguments) as session:
                    yield session
            finally:
                is_open.pop()

        return opened

    def transact(use_case, *arguments, real=database.transact, **more):
        is_open.append(1)
        try:
            return real(use_case, *arguments, **more)
        finally:
            is_open.pop()

    monkeypatch.setattr(type(database), "read", noted(type(database).read))
    monkeypatch.setattr(type(database), "transact", lambda _, *arguments, **more: transact(*arguments, **more))
    monkeypatch.setattr(
        people,
        "same_or_new_hash",
        lambda *given, real=people.same_or_new_hash: found.append((*given, len(is_open))) or real(*given),
    )
    return found


@pytest.mark.parametrize("pins", [3, SMALL_PINS + 10])
def test_pins_are_hashed_outside_of_any_transaction_and_once(database, hashed, pins):
    report = bring_in(database, "operators", team(pins, pins))
    assert report.added == pins and len(hashed) == pins
    assert {is_open for *_, is_open in hashed} == {0}
    assert database.transact(sign_in, "B-2", "2470", device="d", address="a", now=datetime.now(UTC)).operator


def test_pins_that_are_the_same_keep_their_hash(database, hashed, rows):
    bring_in(database, "operators", team(60, 60))
    before = rows(people.store.operator.select().with_only_columns(people.store.operator.c.pin_hash))
    assert bring_in(database, "operators", team(60, 60)).unchanged == 60
    assert rows(people.store.operator.select().with_only_columns(people.store.operator.c.pin_hash)) == before


def test_a_file_that_is_wrong_has_no_pin_hashed(database, hashed):
    for count in (3, 60):
        with pytest.raises(ImportRefused):
            bring_in(database, "operators", team(count, count) + ",Nobody,1234\n")
    assert hashed == []


def test_no_slice_holds_a_pin(database, monkeypatch):
    kept = []
    monkeypatch.setattr(
        jobs,
        "add_slices",
        lambda *given, real=jobs.add_slices: kept.extend(zlib.decompress(s.content) for s in given[2]) or real(*given),
    )
    bring_in(database, "operators", "badge,name,pin\n" + "".join(f"B-{at},N {at},13579{at:03}\n" for at in range(60)))
    assert kept and b"scrypt" in b"".join(kept) and b"13579" not in b"".join(kept)
