"""When a backup is due, which are kept, and what is said."""

from __future__ import annotations

import time as clock
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.data.nightly.folder import at_of
from scanner.data.nightly.rules import AHEAD, DAYS, WEEKS, Failed, Kept, State, is_due, planned_before, to_drop

THREE = time(3)
NOON = datetime(2026, 11, 27, 12, 0).astimezone()


def kept(at: datetime) -> Kept:
    return Kept(at, f"{at:%Y%m%dT%H%M%S}", 1_000_000)


def ago(**more: float) -> datetime:
    return NOON - timedelta(**more)


DUE = {
    "a night was missed": (State(THREE, kept(ago(hours=20)), since=ago(days=9)), True),
    "this night's is there": (State(THREE, kept(ago(hours=8)), since=ago(days=9)), False),
    "made by hand this morning": (State(THREE, kept(ago(hours=1)), since=ago(days=9)), False),
    "a new warehouse of today": (State(THREE, since=ago(hours=2)), False),
    "a warehouse of yesterday without one": (State(THREE, since=ago(hours=20)), True),
    "nobody knows since when": (State(THREE), True),
    "switched off": (State(None, since=ago(days=9)), False),
    "pg_dump is missing": (State(THREE, since=ago(days=9), tool="pg_dump"), False),
    "the newest is dated next year": (State(THREE, kept(ago(days=-365)), since=ago(days=9)), True),
    "the same, and this night's is there": (
        State(THREE, kept(ago(days=-365)), since=ago(days=9), earlier=(kept(ago(hours=8)),)),
        False,
    ),
    "it began next year": (State(THREE, since=ago(days=-365)), True),
    "failed next year": (State(THREE, kept(ago(days=3)), Failed(ago(days=-365), "full"), ago(days=9)), True),
    "the clock drifted by some minutes": (State(THREE, kept(ago(minutes=-20)), since=ago(days=9)), False),
    "failed a minute ago": (State(THREE, kept(ago(days=3)), Failed(ago(minutes=1), "full"), ago(days=9)), False),
    "failed two hours ago": (State(THREE, kept(ago(days=3)), Failed(ago(hours=2), "full"), ago(days=9)), True),
}


@pytest.mark.parametrize(("state", "due"), DUE.values(), ids=DUE)
def test_one_is_due_where_none_was_made_since_the_last_planned_time(state, due):
    assert is_due(state, NOON) is due


WARNS = {
    "fresh": (State(THREE, kept(ago(hours=8)), since=ago(days=9)), False, "verified"),
    "old": (State(THREE, kept(ago(hours=49)), since=ago(days=9)), True, "48 hours"),
    "none, and new": (State(THREE, since=ago(hours=2)), False, "The first is made at 03:00"),
    "none, and not new": (State(THREE, since=ago(days=3)), True, "no backup yet"),
    "failed": (
        State(THREE, kept(ago(hours=30)), Failed(ago(hours=9), "the disk is full"), ago(days=9)),
        True,
        "the disk is full",
    ),
    "dated ahead": (State(THREE, kept(ago(days=-365)), since=ago(hours=9)), True, "clock of this machine is or was wrong"),
    "dated ahead, and one of this night": (
        State(THREE, kept(ago(days=-365)), since=ago(days=9), earlier=(kept(ago(hours=8)),)),
        True,
        f"Last good backup: {ago(hours=8):%Y-%m-%d %H:%M}",
    ),
    "off": (State(None, since=ago(days=9)), False, "switched off"),
    "PostgreSQL's operator": (State(THREE, since=ago(days=9), tool="pg_dump"), False, "whoever runs PostgreSQL"),
}


@pytest.mark.parametrize(("state", "warns", "words"), WARNS.values(), ids=WARNS)
def test_it_is_said_and_warned_of(state, warns, words):
    assert state.warns(NOON) is warns
    assert words in state.words(NOON)


@pytest.fixture
def berlin(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    clock.tzset()
    yield
    monkeypatch.undo()
    clock.tzset()


NIGHTS = {
    "a day as any": (datetime(2026, 11, 27, 11, tzinfo=UTC), datetime(2026, 11, 27, 2, tzinfo=UTC)),
    "just before": (datetime(2026, 11, 27, 1, 59, tzinfo=UTC), datetime(2026, 11, 26, 2, tzinfo=UTC)),
    "just then": (datetime(2026, 11, 27, 2, tzinfo=UTC), datetime(2026, 11, 27, 2, tzinfo=UTC)),
    "clocks went forward: 3 is 1 in UTC": (datetime(2026, 3, 29, 12, tzinfo=UTC), datetime(2026, 3, 29, 1, tzinfo=UTC)),
    "clocks went back": (datetime(2026, 10, 25, 12, tzinfo=UTC), datetime(2026, 10, 25, 2, tzinfo=UTC)),
}


@pytest.mark.parametrize(("now", "planned"), NIGHTS.values(), ids=NIGHTS)
def test_the_night_is_that_of_the_house(berlin, now, planned):
    assert planned_before(now, THREE) == planned


def test_after_a_year_of_nights_seven_days_and_five_weeks_are_left():
    nights = [kept(NOON - timedelta(days=day)) for day in range(365)]
    left = set(nights) - to_drop(nights, NOON)
    assert set(nights[:DAYS]) <= left
    assert len({night.at.isocalendar()[:2] for night in left}) >= WEEKS
    assert len(left) <= DAYS + WEEKS
    assert min(left).at > NOON - timedelta(weeks=WEEKS + 1)


@given(st.sets(st.integers(0, 24 * 400), max_size=60))
def test_whatever_was_made_the_newest_stays_and_dropping_goes_on_to_nothing_more(hours):
    made = [kept(NOON - timedelta(hours=hour)) for hour in hours]
    left = set(made) - to_drop(made, NOON)
    assert not made or max(made) in left
    assert to_drop(left, NOON) == set()
    assert len(left) <= DAYS + WEEKS


def test_one_that_is_dated_ahead_goes_once_the_others_have_their_days_and_weeks():
    ahead = kept(ago(days=-365))
    nights = [kept(ago(days=day)) for day in range(40)]
    assert ahead not in to_drop([ahead, *nights[:6]], NOON)
    assert ahead in to_drop([ahead, *nights], NOON)


@given(st.sets(st.integers(-24 * 400, 24 * 400), max_size=60))
def test_those_that_are_dated_ahead_drop_no_other(hours):
    made = {kept(ago(hours=hour)) for hour in hours}
    later = {one for one in made if one.at > NOON + AHEAD}
    come = made - later
    assert to_drop(made, NOON) - later == to_drop(made - later, NOON)
    assert come == set() or max(come) not in to_drop(made, NOON)
    assert len(made - to_drop(made, NOON)) <= 2 * (DAYS + WEEKS)


SPELLS = st.lists(st.tuples(st.integers(1, 60), st.integers(-24 * 500, 24 * 500) | st.just(0)), max_size=6)
"""For so many hours the clock is off by so many."""


def look(made: list[Kept], now: datetime) -> list[Kept]:
    """What is there after a look of the scheduler."""
    state = State(THREE, made[-1] if made else None, since=ago(days=100), earlier=tuple(made[:-1]))
    if not is_due(state, now):
        return made
    made = [*made, kept(now)]
    return sorted(set(made) - to_drop(made, now))


@given(SPELLS, st.booleans())
def test_whatever_the_clock_did_one_is_made_within_a_day_of_the_right_time(spells, established):
    made = sorted(kept(ago(days=day)) for day in range(1, 8 if established else 1))
    true = NOON
    for hours, off in spells:
        for _ in range(hours):
            true += timedelta(hours=1)
            before = set(made)
            made = look(made, true + timedelta(hours=off))
            assert len(before - set(made)) <= DAYS + WEEKS
            assert len(made) >= min(len(before), DAYS)
    began, honest = true, set[Kept]()
    for _ in range(25):
        true += timedelta(hours=1)
        before = set(made)
        made = look(made, true)
        honest |= set(made) - before
    dated_so = any(began - timedelta(days=1) < one.at <= true for one in made)  # by chance; nobody can tell it from a right one
    assert honest or dated_so


def test_a_server_that_was_off_for_a_year_loses_none_of_the_old_ones_for_that():
    old = [kept(NOON - timedelta(days=365 + day)) for day in range(5)]
    assert to_drop([*old, kept(NOON)], NOON) == set()


@pytest.mark.parametrize(("text", "at"), [("03:00", THREE), ("3", THREE), ("23:45", time(23, 45)), ("off", None)])
def test_a_time_is_read(text, at):
    assert at_of(text) == at


@pytest.mark.parametrize("text", ["", "noon", "24", "3:75", "-1"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValueError, match="SCANNER_BACKUP_AT"):
        at_of(text)
