"""Statements that PostgreSQL gets several at a time: in their order, all or none, and never on what is out of date."""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import psycopg
import pytest
from sqlalchemy import bindparam, column, insert, select, table, text, update
from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.codes.reading import parse_code
from scanner.db import postgres, wire
from scanner.db.engine import Busy, Database, Uncertain, repeatable
from scanner.db.sql import Prepared, run
from scanner.db.wire import LostAtCommit, Wire
from tests.conftest import new_database
from tests.support.postgres import cluster, drop_database
from tests.support.warehouse import MUG, fill

pytestmark = pytest.mark.postgres

_note = table("note", column("n"), column("said"))
ADD = Prepared(insert(_note), ["n", "said"])
READ = Prepared(select(_note.c.n, _note.c.said).where(_note.c.n == bindparam("number")))
HOLD = Prepared(select(_note.c.n).where(_note.c.n == bindparam("number")).with_for_update())
SAY = Prepared(update(_note).where(_note.c.n == bindparam("number")).values(said=bindparam("words")))


@pytest.fixture
def notes(tmp_path) -> Iterator[Database]:
    """A database of PostgreSQL with a table of notes."""
    database = new_database("postgresql", tmp_path)
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE note (n INTEGER PRIMARY KEY, said TEXT NOT NULL)"))
    yield database
    database.dispose()
    drop_database(database.url)


def said(database: Database) -> dict[int, str]:
    with database.read() as session:
        return {row.n: row.said for row in run(session, text("SELECT n, said FROM note"))}


def add(session: Session, number: int, words: str = "x") -> None:
    ADD.later(session, n=number, said=words)


def test_what_waits_is_written_with_the_commit(notes):
    notes.transact(add, 1)
    assert said(notes) == {1: "x"}


def test_what_waits_is_seen_by_a_statement_of_sqlalchemy(notes):
    def count(session: Session) -> int:
        add(session, 1)
        return int(run(session, text("SELECT count(*) FROM note")).scalar_one())

    assert notes.transact(count) == 1


def test_one_that_fails_undoes_those_before_and_after_it(notes):
    def three(session: Session) -> None:
        add(session, 1)
        ADD.later(session, n=2, said=None)
        add(session, 3)

    with pytest.raises(psycopg.errors.NotNullViolation):
        notes.transact(three)
    assert said(notes) == {}
    notes.transact(add, 4)
    assert said(notes) == {4: "x"}


def test_an_error_that_somebody_keeps_silent_about_is_not_taken_for_a_commit(notes):
    def silent(session: Session) -> None:
        add(session, 1)
        ADD.later(session, n=1, said="y")
        with pytest.raises(psycopg.errors.UniqueViolation):
            READ.rows(session, number=1)

    with pytest.raises(psycopg.errors.Error):
        notes.transact(silent)
    assert said(notes) == {}


def test_what_the_work_raises_undoes_what_waits(notes):
    def give_up(session: Session) -> None:
        add(session, 1)
        raise ValueError

    with pytest.raises(ValueError):
        notes.transact(give_up)
    notes.transact(add, 2)
    assert said(notes) == {2: "x"}


def test_what_is_read_ahead_behind_a_lock_is_as_the_lock_found_it(notes):
    """The read waits with the lock for another transaction, and sees what that one wrote."""
    notes.transact(add, 1, "before")
    held, go = threading.Event(), threading.Event()

    def write(session: Session) -> None:
        HOLD.row(session, number=1)
        held.set()
        go.wait(10)
        SAY.later(session, number=1, words="after")

    def read(session: Session) -> str:
        HOLD.ahead(session, number=1)
        READ.ahead(session, number=1)
        HOLD.row(session, number=1)
        row = READ.row(session, number=1)
        return str(row.said)  # type: ignore[union-attr]

    writer = threading.Thread(target=notes.transact, args=(write,))
    writer.start()
    held.wait(10)
    threading.Timer(0.2, go.set).start()
    assert notes.transact(read) == "after"
    writer.join()


@pytest.mark.parametrize("by_sqlalchemy", [False, True])
def test_whatever_is_written_makes_void_what_was_read_ahead(notes, by_sqlalchemy):
    notes.transact(add, 1, "before")

    def read_and_write(session: Session) -> str:
        READ.ahead(session, number=1)
        HOLD.row(session, number=1)
        if by_sqlalchemy:
            run(session, text("UPDATE note SET said = 'after'"))
        else:
            SAY.later(session, number=1, words="after")
        row = READ.row(session, number=1)
        return str(row.said)  # type: ignore[union-attr]

    assert notes.transact(read_and_write) == "after"


def test_more_than_a_socket_takes_at_once_goes_through(notes):
    def much(session: Session) -> None:
        for number in range(300):
            add(session, number, "x" * 100_000)

    notes.transact(much)
    assert len(said(notes)) == 300


def test_text_that_cannot_be_stored_is_refused_and_not_cut_short(notes):
    with pytest.raises(psycopg.DataError):
        notes.transact(add, 1, "a\0b")
    assert said(notes) == {}


def test_values_come_back_as_what_they_are(notes):
    found = notes.transact(lambda session: session.info["wire"].ask("SELECT 1, true, NULL, 'ä', 1.5", [], reads=True))
    assert found == [(1, True, None, "ä", pytest.approx(1.5))]


def test_a_table_that_was_changed_meanwhile_is_read_all_the_same(notes):
    notes.transact(add, 1)
    whole = "SELECT * FROM note"

    def ask(session: Session) -> int:
        return len(session.info["wire"].ask(whole, [], reads=True)[0])

    assert notes.transact(ask) == 2
    with notes.engine.begin() as connection:
        connection.execute(text("ALTER TABLE note ADD COLUMN more TEXT"))
    assert notes.transact(ask) == 3


def test_statements_that_the_server_forgot_are_prepared_anew(notes):
    notes.transact(add, 1)
    with pytest.raises(ZeroDivisionError):
        notes.transact(lambda session: run(session, text("DEALLOCATE ALL")) and 1 / 0)
    notes.transact(add, 2)
    assert said(notes) == {1: "x", 2: "x"}


def test_connections_that_a_restart_closed_are_noticed_before_they_are_used(notes):
    notes.transact(add, 1)
    said(notes)
    server = cluster()
    assert server is not None
    server.restart()
    tries = []

    def once(session: Session) -> None:
        tries.append(1)
        add(session, 2)

    assert said(notes) == {1: "x"}
    notes.transact(once)
    assert len(tries) == 1
    assert said(notes) == {1: "x", 2: "x"}


def terminate_others(database: Database) -> None:
    with database.read() as session:
        run(session, text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                          "AND pid <> pg_backend_pid()"))  # fmt: skip


def test_a_connection_that_is_lost_before_the_commit_is_tried_again(notes):
    tries = []

    def lose_the_first(session: Session) -> None:
        tries.append(1)
        READ.rows(session, number=1)
        if len(tries) == 1:
            terminate_others(notes)
            time.sleep(0.1)
            READ.rows(session, number=2)  # on a connection that is gone
        add(session, 1)

    notes.transact(lose_the_first)
    assert (len(tries), said(notes)) == (2, {1: "x"})


@pytest.fixture
def answer_lost(monkeypatch) -> list[int]:
    """The first commit is done, and its answer never comes."""
    real, lost = Wire.commit, []

    def commit(self: Wire) -> None:
        real(self)
        if not lost:
            lost.append(1)
            raise LostAtCommit("the server closed the connection")

    monkeypatch.setattr(Wire, "commit", commit)
    return lost


def test_what_was_lost_at_the_commit_is_tried_again_where_that_records_it_once(notes, answer_lost):
    @repeatable()
    def add_once(session: Session) -> str:
        if READ.row(session, number=1):
            return "replayed"
        add(session, 1)
        return "new"

    assert notes.transact(add_once) == "replayed"
    assert said(notes) == {1: "x"}


def test_what_was_lost_at_the_commit_is_else_said_to_be_unknown_and_not_done_twice(notes, answer_lost):
    numbers = iter((1, 2))
    with pytest.raises(Uncertain, match="Look whether it was recorded"):
        notes.transact(lambda session: add(session, next(numbers)))
    assert said(notes) == {1: "x"}


def test_a_connection_that_is_lost_while_it_commits_is_told_as_that(notes):
    with notes.engine.begin() as connection:
        connection.execute(text("CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS "
                                "'BEGIN PERFORM pg_sleep(60); RETURN NULL; END'"))  # fmt: skip
        connection.execute(text("CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON note DEFERRABLE INITIALLY DEFERRED "
                                "FOR EACH ROW EXECUTE FUNCTION dawdle()"))  # fmt: skip
    threading.Timer(0.5, terminate_others, [notes]).start()
    started = time.monotonic()
    with pytest.raises(Uncertain, match="Look whether it was recorded"):
        notes.transact(add, 1)
    assert time.monotonic() - started < 30
    assert said(notes) == {}


def test_who_finds_no_room_is_told_that_it_is_busy(notes, monkeypatch):
    monkeypatch.setattr(notes._writers, "_patience", 0.2)
    go, holding = threading.Event(), threading.Barrier(postgres.MOST_WRITERS + 1)

    def hold(_session: Session) -> None:
        holding.wait(10)
        go.wait(10)

    threads = [threading.Thread(target=notes.transact, args=(hold,)) for _ in range(postgres.MOST_WRITERS)]
    for thread in threads:
        thread.start()
    holding.wait(10)
    with pytest.raises(Busy):
        notes.transact(add, 1)
    go.set()
    for thread in threads:
        thread.join()
    notes.transact(add, 2)
    assert said(notes) == {2: "x"}


class Numb:
    """Between the app and its server. `fall_silent` keeps all that is said on the connections of now, and closes none of them."""

    def __init__(self, server: str) -> None:
        self.folder = tempfile.mkdtemp(prefix="numb-")  # the address of a socket is short
        self._server, self._silent = f"{server}/.s.PGSQL.5432", threading.Event()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(f"{self.folder}/.s.PGSQL.5432")
        self._listener.listen()
        self._open = [self._listener]
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def fall_silent(self) -> None:
        """Those who come from now on are heard."""
        self._silent.set()
        self._silent = threading.Event()

    def close(self) -> None:
        """End all connections."""
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for each in self._open:
            each.close()
        shutil.rmtree(self.folder)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                self._open += [client, server]
                server.connect(self._server)
                for one, other in ((client, server), (server, client)):
                    self._threads.append(threading.Thread(target=self._pass_on, args=(one, other, self._silent)))
                    self._threads[-1].start()

    def _pass_on(self, one: socket.socket, other: socket.socket, silent: threading.Event) -> None:
        with suppress(OSError):
            while said := one.recv(65_536):
                if silent.is_set():
                    return
                other.sendall(said)
            other.shutdown(socket.SHUT_WR)


@pytest.fixture
def numb(notes, monkeypatch) -> Iterator[tuple[Database, Numb]]:
    """The database behind a line that may fall silent, and little patience."""
    monkeypatch.setattr(wire, "LONGEST_ANSWER", 3)
    line = Numb(str(notes.url.query["host"]))
    database = Database(notes.url.set(query={"host": line.folder}).render_as_string(hide_password=False))
    yield database, line
    database.dispose()
    line.close()


def test_a_server_that_falls_silent_is_given_up_and_the_work_done_on_another_connection(numb):
    database, line = numb
    database.transact(add, 1)
    line.fall_silent()
    database.transact(add_seen, 2)
    assert said(database) == {1: "x", 2: "x"}


def add_seen(session: Session, number: int) -> None:
    READ.row(session, number=number)
    add(session, number)


def test_a_server_that_falls_silent_at_the_commit_leaves_nobody_waiting_and_nobody_sure(numb):
    database, line = numb

    def work(session: Session) -> None:
        add_seen(session, 1)
        line.fall_silent()

    with pytest.raises(Uncertain, match="Look whether it was recorded"):
        database.transact(work)
    database.transact(add, 2)
    assert said(database)[2] == "x"


def test_what_several_plan_to_read_is_read_once(notes):
    with notes.engine.begin() as connection:
        connection.execute(text("CREATE SEQUENCE runs"))
    read = "SELECT nextval('runs')"

    def ask(session: Session) -> list[int]:
        line = session.info["wire"]
        for _ in range(3):
            line.read_ahead(read, [])
        line.planned = True
        line.read_ahead(read, [])  # by one of the three, when its turn comes
        return [line.ask(read, [], reads=True)[0][0] for _ in range(4)]

    assert notes.transact(ask) == [1, 1, 1, 2]


def test_one_who_changes_what_several_planned_to_read_changes_it_for_those_after(notes):
    notes.transact(add, 1, "before")

    def change(session: Session) -> list[str]:
        for _ in range(3):
            READ.ahead(session, number=1)
        found = [READ.row(session, number=1)]
        READ.amend(session, lambda row: row._replace(said="amended"))
        found.append(READ.row(session, number=1))
        SAY.later(session, number=1, words="after")
        found.append(READ.row(session, number=1))
        return [row.said for row in found if row]

    assert notes.transact(change) == ["before", "amended", "after"]


def test_a_read_that_waits_is_void_too_when_something_is_written_after_it(notes):
    notes.transact(add, 1, "before")

    def change(session: Session) -> str:
        READ.ahead(session, number=1)
        SAY.later(session, number=1, words="after")
        row = READ.row(session, number=1)
        return str(row.said)  # type: ignore[union-attr]

    assert notes.transact(change) == "after"


def test_what_is_added_to_a_row_is_added_once_and_before_what_is_asked_next(notes):
    with notes.engine.begin() as connection:
        connection.execute(text("CREATE TABLE sum (id INTEGER PRIMARY KEY, units INTEGER, times INTEGER)"))
        connection.execute(text("INSERT INTO sum VALUES (1, 0, 0), (2, 0, 0)"))
    more = "UPDATE sum SET units = units + $2, times = times + 1 WHERE id = $1"
    rows = "SELECT id, units, times FROM sum ORDER BY id"

    def ask(session: Session) -> list[object]:
        for number, units in ((2, 5), (1, 1), (2, 2), (1, -1)):
            session.info["wire"].add_soon(more, (number,), units)
        return list(session.info["wire"].ask(rows, [], reads=True))

    assert notes.transact(ask) == [(1, 0, 0), (2, 7, 1)]
    with pytest.raises(ValueError):
        notes.transact(lambda session: session.info["wire"].add_soon(more, (1,), 1) or int("x"))
    assert notes.transact(lambda session: session.info["wire"].ask(rows, [], reads=True)) == [(1, 0, 0), (2, 7, 1)]


def test_a_code_that_gets_another_item_before_the_first_is_held_is_read_anew(tmp_path, monkeypatch):
    """Two scans of one transaction have read it ahead. The second may not take what was read before the first held the item."""
    database = new_database("postgresql", tmp_path)
    fill(database)
    keys = parse_code(MUG).keys
    hold = catalogue._HOLD_ITEM

    class HeldTooLate:
        def __getattr__(self, name: str) -> object:
            return getattr(hold, name)

        def rows(self, session: Session, **item: int) -> list[object]:
            monkeypatch.setattr(catalogue, "_HOLD_ITEM", hold)
            with database.engine.begin() as connection:
                lamp = text("UPDATE barcode SET item_id = (SELECT id FROM item WHERE sku = 'LAMP') WHERE code = :code")
                connection.execute(lamp, {"code": keys[0]})
            return hold.rows(session, **item)

    def look(session: Session) -> str:
        for _ in range(2):
            catalogue.content_ahead(session, keys)
        found = catalogue.held_content(session, keys)
        return found.sku if found else ""

    monkeypatch.setattr(catalogue, "_HOLD_ITEM", HeldTooLate())
    assert database.transact(look) == "LAMP"
    database.dispose()
    drop_database(database.url)
