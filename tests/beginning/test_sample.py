"""The sample warehouse: it fills an empty one and goes again, on both databases, while others work."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, insert, select, text
from sqlmodel import SQLModel

import scanner.tables  # noqa: F401 - what is emptied is every table
from scanner import demo
from scanner.audit import service as audit
from scanner.audit.rules import SAMPLE, Action
from scanner.audit.tables import Audit
from scanner.beginning import service as beginning
from scanner.beginning.rules import Owner
from scanner.beginning.sample import service
from scanner.data.copying import rows_in
from scanner.db.sql import run
from scanner.errors import Conflict
from scanner.house import store as house
from scanner.people import store as people
from scanner.people import tokens
from scanner.people.sessions import service as sessions
from scanner.people.sessions.service import NewSession
from scanner.people.tables import ApiToken, Operator
from scanner.reasons.tables import ReturnReason
from scanner.scans.verify import verify
from tests.support.warehouse import MUG, Warehouse

KEY = "for tests"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
STANDING = ("moves", "picking")
PHONE = NewSession(secret="secret", replaces="", device="phone", address="192.0.2.7", browser="")


def begin(database, badge="CARD-1", name="Ada"):
    code = database.transact(beginning.one_time_code, KEY)
    return database.transact(beginning.set_up, code, Owner(name, "2468", badge), PHONE, KEY, NOON).operator


def digest(database) -> str:
    with database.read() as session:
        return sessions.live(session, "secret", NOON).digest


def fill(database, by, sample=demo.SAMPLE):
    database.transact(service.fill, sample, STANDING, by, NOON)


def empty(database, by):
    database.transact(service.empty, digest(database), by, NOON)


def rows(database) -> dict[str, int]:
    with database.read() as session:
        return {name: count for name, count in rows_in(session).items() if count}


def numbers(database, which, *names) -> dict[str, int]:
    """By table, the highest or the lowest of the numbers that it gave."""
    keys = {name: SQLModel.metadata.tables[name].autoincrement_column for name in names}
    with database.read() as session:
        return {name: session.execute(select(which(key))).scalar() for name, key in keys.items()}


def fill_anew(database) -> dict[str, int]:
    """A person, an item, a task with a line and a scan of it, as a shop makes them: by table, the lowest of their numbers."""
    ada = {"badge": "NEW", "name": "New", "roles": "receiver", "active": True}
    new = database.transact(lambda session: run(session, insert(Operator.__table__).returning(Operator.id), ada).scalar_one())
    again = Warehouse(database)
    again.add_items(["MUG-B"])
    again.add_receipt("PO-1001", [("MUG-B", 3)])
    with database.read() as session:
        again.operators["New"] = people.person(session, new)
    again.scan("MUG-B", by="New")
    return {"operator": new} | numbers(database, func.min, "item", "task", "line", "scan", "movement")


def small(session, now) -> None:
    """A sample of one person and one item."""
    session.execute(text("INSERT INTO operator (badge, name, roles, active) VALUES ('BADGE-PIA', 'Pia', 'picker', true)"))
    session.execute(
        text("INSERT INTO location (code, name, kind, section, position) VALUES ('A-01-1', 'A shelf', 'shelf', '', 0)")
    )


SMALL = service.Sample(small, ("BADGE-PIA",))


class TestFilling:
    @pytest.mark.slow
    def test_brings_the_goods_and_people_of_the_demo_and_says_so_on_record(self, database):
        ada = begin(database)
        fill(database, ada)
        there = rows(database)
        assert (there["item"], there["operator"]) == (453, 8)
        with database.read() as session:
            assert service.is_here(session) and verify(session) == [] and audit.broken(session) == []
            assert audit.last(session, Action.SAMPLE_FILLED, *SAMPLE).who == "Ada"

    @pytest.mark.slow
    def test_gives_its_people_badges_that_no_printed_label_has_and_no_pin(self, sqlite_database):
        fill(sqlite_database, begin(sqlite_database))
        with sqlite_database.read() as session:
            found = session.execute(select(Operator.__table__)).all()
            assert not any(people.find_badge(session, badge) for badge in demo.BADGES)
        others = [row for row in found if row.name != "Ada"]
        assert len(others) == 7 and all(row.badge.startswith("B-") and row.pin_hash is None for row in others)

    @pytest.mark.slow
    @pytest.mark.parametrize("name", ["Sam", "Rosa"])
    def test_takes_a_supervisor_who_is_called_as_one_of_its_people(self, sqlite_database, name):
        fill(sqlite_database, begin(sqlite_database, name=name))
        assert rows(sqlite_database)["operator"] == 8

    def test_is_refused_where_somebody_has_one_of_its_badges(self, sqlite_database):
        ada = begin(sqlite_database, "BADGE-SAM")
        with pytest.raises(Conflict, match="BADGE-SAM"):
            fill(sqlite_database, ada)

    def test_is_refused_a_second_time(self, sqlite_database):
        ada = begin(sqlite_database)
        fill(sqlite_database, ada, SMALL)
        with pytest.raises(Conflict, match="here already"):
            fill(sqlite_database, ada, SMALL)

    def test_is_refused_where_the_shop_has_something(self, warehouse):
        with pytest.raises(Conflict, match="without goods"):
            fill(warehouse.database, warehouse.operators["Sam"])
        with warehouse.database.read() as session:
            assert not service.may_come(session, STANDING)

    def test_twice_at_once_is_done_once(self, database):
        ada, told = begin(database), []

        def one():
            try:
                fill(database, ada, SMALL)
                told.append("filled")
            except Conflict as problem:
                told.append(problem.message)

        threads = [threading.Thread(target=one) for _ in range(3)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert sorted(told) == sorted(["filled", service.HERE_ALREADY, service.HERE_ALREADY])


class TestEmptying:
    def test_gives_no_number_again_that_was_given_before(self, kept_app, warehouse):
        """A page or a device may still have one, of a person, a task, a scan, a discrepancy, an import or anything else."""
        database, ada = warehouse.database, warehouse.operators["Sam"]
        database.transact(house.keep, service.MARK, "0")
        warehouse.scan(MUG)
        before = numbers(database, func.max, "operator", "item", "task", "line", "scan", "movement")
        for _ in range(2):
            database.transact(service.empty, "x", ada, NOON)
            database.transact(house.keep, service.MARK, "0")
        again = fill_anew(database)
        assert all(again[name] > before[name] for name in before), (before, again)
        with database.read() as session:
            assert verify(session) == [] and audit.broken(session) == []

    def test_leaves_the_tables_of_sqlite_as_they_are_but_for_their_numbers(self, sqlite_database):
        def made():
            with sqlite_database.read() as session:
                found = run(session, text("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name"))
                return {row.name: row.sql and " ".join(row.sql.replace(" AUTOINCREMENT", "").split()) for row in found}

        ada, before = begin(sqlite_database), made()
        fill(sqlite_database, ada, SMALL)
        empty(sqlite_database, ada)
        assert made() == before
        with sqlite_database.read() as session:
            assert run(session, text("PRAGMA foreign_key_check")).all() == []
            assert run(session, text("PRAGMA integrity_check")).scalar_one() == "ok"

    @pytest.mark.slow
    def test_leaves_what_a_new_database_has_and_who_asks(self, database):
        ada = begin(database)
        before = rows(database)
        database.transact(house.keep, "house_name", "North")
        fill(database, ada)
        empty(database, ada)
        after = rows(database)
        assert after.pop("house_fact") == 1
        for named in ("audit", "operator"):  # the audit stays, and whom it names
            assert after.pop(named) > before.pop(named)
        assert after == before
        with database.read() as session:
            assert house.facts(session) == {"house_name": "North"} and sessions.live(session, "secret", NOON).operator == ada
            assert verify(session) == [] and audit.broken(session) == []
            assert audit.last(session, Action.SAMPLE_EMPTIED, *SAMPLE).who == "Ada"
            assert people.has_supervisor(session)

    def test_leaves_no_place_counted(self, database):
        ada = begin(database)
        fill(database, ada, SMALL)
        database.transact(
            lambda session: run(session, text("UPDATE location SET counted_at = CURRENT_TIMESTAMP WHERE code = 'DOCK'"))
        )
        empty(database, ada)
        with database.read() as session:
            assert run(session, text("SELECT count(counted_at) FROM location")).scalar_one() == 0

    def test_leaves_the_record_guarded(self, database):
        ada = begin(database)
        fill(database, ada, SMALL)
        empty(database, ada)
        with pytest.raises(Exception, match="append-only"):
            database.transact(lambda session: run(session, text("DELETE FROM audit")))

    def test_leaves_people_who_were_there_before_and_none_who_came_since(self, sqlite_database):
        ada = begin(sqlite_database)
        add = "INSERT INTO operator (badge, name, roles, active) VALUES ('{}', '{}', 'picker', true)"
        sqlite_database.transact(lambda session: run(session, text(add.format("CARD-2", "Bo"))))
        fill(sqlite_database, ada, SMALL)
        sqlite_database.transact(lambda session: run(session, text(add.format("CARD-3", "Cy"))))
        empty(sqlite_database, ada)
        with sqlite_database.read() as session:
            assert sorted(row.name for row in run(session, select(Operator.__table__))) == ["Ada", "Bo"]

    @pytest.mark.slow
    def test_leaves_what_the_shop_chose_before_it(self, database):
        ada = begin(database)
        made = database.transact(tokens.make, ada.id, "till", NOON)
        database.transact(lambda session: run(session, insert(ReturnReason.__table__), {"code": "OWN", "name": "Our own"}))
        database.transact(lambda session: run(session, text("UPDATE count_class SET every_days = 77 WHERE abc_class = 'A'")))
        fill(database, ada)
        database.transact(tokens.make, ada.id, "made in the sample", NOON)
        empty(database, ada)
        with database.read() as session:
            assert [row.id for row in run(session, select(ApiToken.__table__))] == [made.id]
            assert "OWN" in run(session, text("SELECT code FROM return_reason")).scalars().all()
            assert run(session, text("SELECT every_days FROM count_class WHERE abc_class = 'A'")).scalar_one() == 77

    def test_leaves_the_whole_audit_and_whom_it_names(self, database):
        ada = begin(database)
        fill(database, ada, SMALL)
        with database.read() as session:
            pia = people.find_badge(session, "BADGE-PIA").operator
        database.transact(audit.note, pia, Action.SETTING_CHANGED, "setting", "x", after={"value": "y"})
        with database.read() as session:
            before = run(session, select(Audit.__table__).order_by(Audit.__table__.c.seq)).all()
        empty(database, ada)
        with database.read() as session:
            after = run(session, select(Audit.__table__).order_by(Audit.__table__.c.seq)).all()
            left = {row.name: row for row in run(session, select(Operator.__table__))}
            assert after[:-1] == before and after[-1].action == Action.SAMPLE_EMPTIED
            assert audit.broken(session) == [] and people.find_badge(session, "BADGE-PIA") is None
        assert left.keys() == {"Ada", "Pia"} and left["Ada"].active and not left["Pia"].active
        fill(database, ada, SMALL)  # her badge is free again

    def test_may_be_filled_and_emptied_again(self, database):
        ada = begin(database)
        for _ in range(2):
            fill(database, ada, SMALL)
            empty(database, ada)
        assert rows(database)["audit"] == 5

    def test_is_refused_where_the_mark_is_not_there(self, warehouse):
        before, sam = rows(warehouse.database), warehouse.operators["Sam"]
        with pytest.raises(Conflict, match="no sample here"):
            warehouse.database.transact(service.empty, "x", sam, NOON)
        assert rows(warehouse.database) == before
