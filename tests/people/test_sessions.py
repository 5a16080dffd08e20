"""Sessions in the database: begun, noted, locked, ended; by whom; and what a clock that is set does to them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from scanner.data import imports
from scanner.db.engine import Database
from scanner.db.sql import run, table_of
from scanner.errors import NotAllowed, NotFound
from scanner.people.rules import OperatorView
from scanner.people.sessions import rules, service
from scanner.people.sessions.rules import LiveSession
from scanner.people.sessions.service import NewSession
from scanner.people.sign_in import nothing_is_a_label
from scanner.people.tables import DeviceSession
from tests.support.warehouse import Warehouse

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ROSA = OperatorView(1, "Rosa", frozenset({"receiver"}))


def session_of(**times: datetime | None) -> LiveSession:
    began, seen = times.pop("began_at", NOON), times.pop("seen_at", NOON)
    assert began and seen
    more = {"locked_at": None, "confirmed_at": None} | times
    return LiveSession(digest="0" * 64, operator=ROSA, has_pin=False, began_at=began, seen_at=seen, **more)


@pytest.mark.parametrize(
    ("age", "over"),
    [
        (timedelta(), False),
        (timedelta(days=13, hours=23), False),
        (timedelta(days=14, seconds=1), True),
        (timedelta(hours=-2), False),  # the clock was set back
        (timedelta(days=-400), True),  # it began under a clock that was a year ahead: it does not live for that year
    ],
)
def test_a_session_is_over_after_a_fortnight_whatever_the_clock_did(age: timedelta, over: bool) -> None:
    assert rules.is_over(session_of(began_at=NOON - age), NOON) is over


@pytest.mark.parametrize(
    ("idle", "locked"),
    [
        (timedelta(minutes=9, seconds=59), False),
        (timedelta(minutes=10, seconds=1), True),
        (timedelta(minutes=-5), False),  # a clock that is put right by a little disturbs nobody
        (timedelta(hours=-2), True),  # one that is set back by more locks, and does not keep the device open for two hours
    ],
)
def test_a_device_locks_after_idle_minutes_whatever_the_clock_did(idle: timedelta, locked: bool) -> None:
    assert rules.is_locked(session_of(seen_at=NOON - idle), NOON, 10) is locked


@pytest.mark.parametrize(
    ("ago", "confirmed"),
    [
        (timedelta(minutes=4, seconds=59), True),
        (timedelta(minutes=5, seconds=1), False),
        (timedelta(hours=-2), False),
        (None, False),
    ],
)
def test_a_pin_given_again_holds_for_five_minutes(ago: timedelta | None, confirmed: bool) -> None:
    assert rules.is_confirmed(session_of(confirmed_at=None if ago is None else NOON - ago), NOON) is confirmed


@pytest.mark.parametrize(("ago", "noted"), [(59, False), (60, True), (-59, False), (-60, True)])
def test_activity_is_written_once_a_minute(ago: int, noted: bool) -> None:
    assert rules.is_to_be_noted(session_of(seen_at=NOON - timedelta(seconds=ago)), NOON) is noted


@pytest.mark.parametrize(
    ("browser", "name"),
    [
        ("Mozilla/5.0 (Linux; Android 13; TC52) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox on Linux"),
        ("curl/8.5", "A device of another kind"),
        ("<script>", "A device of another kind"),
    ],
)
def test_a_device_is_called_by_its_browser(browser: str, name: str) -> None:
    assert rules.device_name(browser) == name


def sign_in(database: Database, badge: str, secret: str, device: str = "handheld-1", after: timedelta = timedelta(), **more: str):
    new = NewSession(
        secret=secret, replaces=more.get("replaces", ""), device=device, address=more.get("address", "10.0.0.7"),
        browser=more.get("browser", "Firefox"),
    )  # fmt: skip
    return database.transact(service.begin_by_badge, badge, "", new, NOON + after, nothing_is_a_label)


def who(database: Database, secret: str, after: timedelta = timedelta()) -> str | None:
    with database.read() as session:
        found = service.live(session, secret, NOON + after)
    return found.operator.name if found else None


def rows(database: Database) -> list[DeviceSession]:
    with database.read() as session:
        return list(run(session, select(table_of(DeviceSession))))


@pytest.fixture
def held(warehouse: Warehouse) -> Database:
    """Rosa on a handheld and a phone, Sam on a desk."""
    database = warehouse.database
    sign_in(database, "BADGE-ROSA", "rosa-1")
    sign_in(database, "BADGE-ROSA", "rosa-2", "phone-1")
    sign_in(database, "BADGE-SAM", "sam-1", "desk-1")
    return database


def by(warehouse: Warehouse, name: str) -> OperatorView:
    return warehouse.operators[name]


def digest(secret: str) -> str:
    return service.digest(secret)


def test_a_session_is_found_by_what_the_cookie_holds_alone(held: Database) -> None:
    assert [who(held, secret) for secret in ("rosa-1", "rosa-2", "sam-1")] == ["Rosa", "Rosa", "Sam"]
    assert [who(held, guess) for guess in ("", "rosa", "0" * 64, digest("rosa-1"), "é\x00", "\ud800")] == [None] * 6


def test_the_database_does_not_know_what_the_cookie_holds(held: Database) -> None:
    assert "rosa-1" not in repr(rows(held))


def test_what_was_written_is_read_back_with_its_zone(held: Database) -> None:
    held.transact(service.lock, digest("rosa-1"), NOON + timedelta(seconds=1))
    held.transact(service.note_seen, digest("rosa-1"), "10.0.0.9", NOON + timedelta(microseconds=7))
    with held.read() as session:
        found = service.live(session, "rosa-1", NOON)
    assert found is not None
    assert (found.began_at, found.seen_at) == (NOON, NOON + timedelta(microseconds=7))
    assert (found.locked_at, found.confirmed_at) == (NOON + timedelta(seconds=1), None)


def test_a_hand_over_ends_every_session_of_the_device_and_what_the_cookie_held(held: Database) -> None:
    sign_in(held, "BADGE-CARLA", "carla-1", "handheld-1", replaces="sam-1")
    assert [who(held, secret) for secret in ("rosa-1", "rosa-2", "sam-1", "carla-1")] == [None, "Rosa", None, "Carla"]


def test_a_wrong_badge_ends_nothing(held: Database) -> None:
    assert sign_in(held, "BADGE-NOBODY", "nobody-1").operator is None
    assert who(held, "rosa-1") == "Rosa" and who(held, "nobody-1") is None


def test_the_same_person_again_gets_another_session(held: Database) -> None:
    sign_in(held, "BADGE-ROSA", "rosa-3")
    assert (who(held, "rosa-1"), who(held, "rosa-3")) == (None, "Rosa")


def test_a_sign_in_that_hung_and_comes_after_its_repetition_ends_no_session_of_the_same_person(held: Database) -> None:
    """The page was loaded anew meanwhile, and sent the badge again. Both know the cookie of the person before."""
    sign_in(held, "BADGE-SAM", "repeated", replaces="rosa-1")
    sign_in(held, "BADGE-SAM", "hung", replaces="rosa-1")
    assert [who(held, secret) for secret in ("rosa-1", "repeated", "hung")] == [None, "Sam", "Sam"]
    sign_in(held, "BADGE-CARLA", "carla-1", replaces="hung")
    assert [who(held, secret) for secret in ("repeated", "hung", "carla-1")] == [None, None, "Carla"]


def test_a_session_that_is_ended_stays_so(held: Database) -> None:
    held.transact(service.end, digest("rosa-1"))
    held.transact(service.note_seen, digest("rosa-1"), "10.0.0.7", NOON)
    held.transact(service.lock, digest("rosa-1"), NOON)
    assert who(held, "rosa-1") is None


def test_a_clock_a_month_ahead_for_an_hour_ends_no_session(held: Database) -> None:
    sign_in(held, "BADGE-THEO", "theo-1", "bench-1", after=timedelta(days=30))
    assert who(held, "rosa-1", timedelta(days=30)) is None
    assert who(held, "rosa-1", timedelta(hours=1)) == "Rosa"
    assert who(held, "theo-1", timedelta(hours=1)) is None


def test_sessions_that_nobody_uses_are_forgotten(held: Database) -> None:
    sign_in(held, "BADGE-THEO", "theo-1", "bench-1", after=timedelta(days=61))
    assert len(rows(held)) == 1


def test_everybody_ends_their_own_and_a_supervisor_everybodys(held: Database, warehouse: Warehouse) -> None:
    with pytest.raises(NotAllowed, match="Rosa may not see where others are signed in"):
        held.transact(service.end_one, digest("sam-1"), by(warehouse, "Rosa"))
    held.transact(service.end_one, digest("rosa-2"), by(warehouse, "Rosa"))
    held.transact(service.end_one, digest("rosa-1"), by(warehouse, "Sam"))
    assert [who(held, secret) for secret in ("rosa-1", "rosa-2", "sam-1")] == [None, None, "Sam"]
    with pytest.raises(NotFound):
        held.transact(service.end_one, digest("rosa-1"), by(warehouse, "Sam"))


def test_all_others_are_ended_at_once(held: Database, warehouse: Warehouse) -> None:
    rosa = by(warehouse, "Rosa")
    assert held.transact(service.end_others, rosa.id, rosa, digest("rosa-1")) == 1
    assert (who(held, "rosa-1"), who(held, "rosa-2")) == ("Rosa", None)
    with pytest.raises(NotAllowed):
        held.transact(service.end_others, by(warehouse, "Sam").id, rosa, "")
    assert held.transact(service.end_others, rosa.id, by(warehouse, "Sam"), digest("sam-1")) == 1


def test_the_list_says_device_place_and_times(held: Database, warehouse: Warehouse) -> None:
    rosa = by(warehouse, "Rosa")
    held.transact(service.note_seen, digest("rosa-2"), "10.0.0.9", NOON + timedelta(minutes=5))
    with held.read() as session:
        _, found = service.of_person(session, rosa.id, rosa, NOON)
        people = {row.name: row.sessions for row in service.everybody(session, by(warehouse, "Sam"), NOON)}
    assert [(row.address, row.seen_at) for row in found] == [
        ("10.0.0.9", NOON + timedelta(minutes=5)),
        ("10.0.0.7", NOON),
    ]
    assert people == {"Rosa": 2, "Sam": 1, "Theo": 0, "Carla": 0, "Vera": 0, "Pia": 0, "Fay": 0}


@pytest.mark.parametrize(
    ("file", "ended"),
    [
        ("badge,active\nBADGE-ROSA,no\n", True),
        ("badge,pin\nBADGE-ROSA,1357\n", True),
        ("badge,roles\nBADGE-ROSA,receiver;supervisor\n", True),  # a copy of the cookie must not come into more rights
        ("badge,roles\nBADGE-ROSA,receiver\n", False),  # as it was
        ("badge,name\nBADGE-ROSA,Rosa M.\n", False),
        ("badge,name,roles\nBADGE-NEW,Noor,receiver\n", False),
    ],
)
def test_an_import_that_changes_who_somebody_is_ends_their_sessions(held: Database, file: str, ended: bool) -> None:
    held.transact(imports.import_csv, "operators", BytesIO(file.encode()), None, NOON)
    held.transact(imports.import_csv, "operators", BytesIO(b"badge,active\nBADGE-ROSA,yes\n"), None, NOON)
    assert [who(held, secret) is None for secret in ("rosa-1", "rosa-2", "sam-1")] == [ended, ended, False]


def test_a_session_is_read_with_one_statement_that_finds_it_by_an_index(held: Database) -> None:
    seen: list[str] = []
    if held.is_sqlite:
        with held.read() as session:
            driver = session.connection().connection.driver_connection
            driver.set_trace_callback(seen.append)
            service.live(session, "rosa-1", NOON)
            driver.set_trace_callback(None)
            plan = driver.execute(f"EXPLAIN QUERY PLAN {seen[0]}").fetchall()
        assert len(seen) == 1
        assert all("SEARCH" in str(step[-1]) for step in plan), plan


def test_a_person_has_so_many_sessions_and_the_longest_unused_ends_first(warehouse: Warehouse) -> None:
    database = warehouse.database
    sign_in(database, "BADGE-SAM", "sam", "desk-1")
    for number in range(rules.MOST + 5):
        sign_in(database, "BADGE-ROSA", f"rosa-{number}", f"phone-{number}", timedelta(seconds=number))
    after = timedelta(minutes=2)
    assert [n for n in range(rules.MOST + 5) if not who(database, f"rosa-{n}", after)] == [0, 1, 2, 3, 4]
    assert who(database, "sam", after) == "Sam"


def test_a_session_that_is_used_stays_whenever_it_began(warehouse: Warehouse) -> None:
    database = warehouse.database
    for number in range(rules.MOST):
        sign_in(database, "BADGE-ROSA", f"rosa-{number}", f"phone-{number}", timedelta(seconds=number))
    database.transact(service.note_seen, digest("rosa-0"), "10.0.0.7", NOON + timedelta(minutes=1))
    sign_in(database, "BADGE-ROSA", "new", "phone-new", timedelta(minutes=2))
    assert [n for n in range(rules.MOST) if not who(database, f"rosa-{n}", timedelta(minutes=2))] == [1]


def test_the_thousands_of_before_are_ended_by_one_sign_in(warehouse: Warehouse) -> None:
    database, rosa = warehouse.database, warehouse.operators["Rosa"].id
    place = {"operator_id": rosa, "address": "", "browser": "", "began_at": NOON, "seen_at": NOON}
    database.transact(
        lambda session: session.add_all(DeviceSession(digest=f"{n:064}", device=f"d-{n}", **place) for n in range(1_200))
    )
    sign_in(database, "BADGE-ROSA", "new", "phone-new")
    assert len(rows(database)) == rules.MOST and who(database, "new") == "Rosa"


@pytest.mark.parametrize("hours", [-48, 0, 48])
def test_who_signs_in_is_not_signed_out_by_it_whatever_the_clock_did(warehouse: Warehouse, hours: int) -> None:
    database = warehouse.database
    for number in range(rules.MOST):
        sign_in(database, "BADGE-ROSA", f"rosa-{number}", f"phone-{number}", timedelta(seconds=number))
    for number in range(3):
        at = timedelta(hours=hours, minutes=number + 1)
        sign_in(database, "BADGE-ROSA", f"new-{number}", f"phone-new-{number}", at)
        assert all(who(database, f"new-{n}", at) for n in range(number + 1))
    assert len(rows(database)) == rules.MOST
