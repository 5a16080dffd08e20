"""Writes that share a commit: each has its own fate, but for the commit itself."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete, event, false, text, update

from scanner.db.engine import DRIVER_ERRORS, Database
from scanner.db.sql import run
from scanner.discrepancies.tables import DiscrepancyEvent
from scanner.scans.tables import Movement, Scan, Tally

WRITERS = 12


@pytest.fixture
def notes(database: Database) -> Database:
    """A database with a table of notes."""
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE note (n INTEGER PRIMARY KEY)"))
    return database


def write(session, number: int) -> int:
    run(session, text("INSERT INTO note VALUES (:n)"), {"n": number})
    return number


def written(database: Database) -> list[int]:
    with database.read() as session:
        return list(run(session, text("SELECT n FROM note ORDER BY n")).scalars())


def all_at_once(database: Database, work) -> list[object]:
    """Have writers queue up behind one that takes its time, so that they are committed together."""
    go = threading.Event()

    def slow(session) -> None:
        go.wait(10)

    def one(number: int) -> object:
        try:
            return database.transact(work, number)
        except (ValueError, *DRIVER_ERRORS) as error:
            return error

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        first = pool.submit(database.transact, slow)
        answers = [pool.submit(one, number) for number in range(WRITERS)]
        while database.is_sqlite and len(database._group._waiting) < WRITERS:
            pass
        go.set()
        first.result(10)
        return [answer.result(10) for answer in answers]


def test_what_waits_together_is_all_written(notes):
    assert all_at_once(notes, write) == list(range(WRITERS))
    assert written(notes) == list(range(WRITERS))


def test_one_that_fails_takes_only_its_own_back(notes):
    def write_or_fail(session, number: int) -> int:
        write(session, number)
        if number % 3 == 0:
            raise ValueError(number)
        return number

    answers = all_at_once(notes, write_or_fail)
    assert [isinstance(answer, ValueError) for answer in answers] == [number % 3 == 0 for number in range(WRITERS)]
    assert written(notes) == [number for number in range(WRITERS) if number % 3]


def test_what_fails_after_an_ORM_write_is_taken_back_too(notes):
    from scanner.catalogue.tables import Item

    def add(session, number: int) -> None:
        session.add(Item(sku=f"SKU-{number}", name="x"))
        session.flush()
        if number == 1:
            raise ValueError(number)

    all_at_once(notes, add)
    with notes.read() as session:
        skus = set(run(session, text("SELECT sku FROM item")).scalars())
    assert skus == {f"SKU-{number}" for number in range(WRITERS) if number != 1}


def test_nobody_is_told_of_a_commit_that_failed(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'small.db'}")
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE parent (n INTEGER PRIMARY KEY)"))
        connection.execute(text("CREATE TABLE note (n INTEGER REFERENCES parent (n) DEFERRABLE INITIALLY DEFERRED)"))
    answers = all_at_once(database, write)  # the broken reference shows at the commit alone
    assert all(isinstance(answer, DRIVER_ERRORS) for answer in answers)
    assert written(database) == []
    database.dispose()


def test_a_writers_turn_goes_on_after_one_that_failed_to_begin(notes):
    broken = []

    @event.listens_for(notes.engine, "begin")
    def refuse_once(_connection) -> None:
        if not broken:
            broken.append(True)
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        notes.transact(write, 1)
    assert notes.transact(write, 2) == 2
    assert written(notes) == [2]


@pytest.mark.parametrize("change", [update, delete])
@pytest.mark.parametrize("table", [Scan, Tally, Movement, DiscrepancyEvent])
def test_the_applications_own_session_changes_nothing_that_is_recorded(database, change, table):
    with pytest.raises(AssertionError, match="append-only"):
        database.transact(lambda session: run(session, change(table.__table__).where(false())))
