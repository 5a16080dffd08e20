"""How long one waits after wrong tries: as a table, for whoever guesses in any rhythm, and for an honest floor."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.people.guesses import rules
from scanner.people.guesses.rules import ADDRESS, ALL, CODES, DEVICE, PIN, TAKEN, Debt, Limit, Tries, after_failure, seconds_left

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DAY = 24 * 3600
NAMED = {"DEVICE": DEVICE, "ADDRESS": ADDRESS, "ALL": ALL, "PIN": PIN, "TAKEN": TAKEN, "CODES": CODES}


def after(limit: Limit | Debt, tries: int) -> Tries:
    """What is kept after so many wrong tries at once."""
    kept = Tries(0, NOON)
    for _ in range(tries):
        kept = after_failure(limit, kept, NOON)
    return kept


@pytest.mark.parametrize(
    ("limit", "tries", "wait"),
    [
        (DEVICE, 10, 0),  # product labels scanned at a locked device
        (DEVICE, 11, 1),
        (DEVICE, 12, 2),
        (DEVICE, 14, 8),
        (DEVICE, 17, 60),
        (DEVICE, 200, 60),  # never longer
        (ADDRESS, 20, 0),  # all new devices of a shop behind one address
        (ADDRESS, 21, 1),
        (ADDRESS, 1000, 60),
        (ALL, 60, 0),
        (ALL, 61, 1),
        (ALL, 10_000, 10),
        (PIN, 5, 0),  # a slip of the finger
        (PIN, 6, 30),
        (PIN, 9, 240),
        (PIN, 500, 3600),
        (CODES, 500, 0),  # a delivery whose labels nobody knows
        (CODES, 501, 10),
        (CODES, 600, 1000),  # sent within the wait, and recorded anyway
    ],
)
def test_the_wait_after_so_many_wrong_tries_at_once(limit: Limit | Debt, tries: int, wait: int) -> None:
    assert seconds_left(limit, after(limit, tries), NOON) == wait


@pytest.mark.parametrize("limit", NAMED.values(), ids=NAMED)
def test_a_wait_passes_and_tries_are_forgotten(limit: Limit | Debt) -> None:
    kept = after(limit, limit.free + 3)
    waited = NOON + timedelta(seconds=seconds_left(limit, kept, NOON))
    assert seconds_left(limit, kept, waited) == 0
    long_after = NOON + timedelta(seconds=limit.forget * (limit.free + 3))
    assert after_failure(limit, kept, long_after).level == 1


@pytest.mark.parametrize("limit", NAMED.values(), ids=NAMED)
@pytest.mark.parametrize("hours", [-24 * 365, -2, 24 * 365])
def test_a_clock_that_is_set_makes_nobody_wait_for_hours(limit: Limit | Debt, hours: int) -> None:
    kept = after(limit, limit.free + 2)
    then = NOON + timedelta(hours=hours)
    assert seconds_left(limit, kept, then) == 0
    assert seconds_left(limit, after_failure(limit, kept, then), then) <= limit.wait_at(limit.free + 3)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "Wait 1 second, then"),
        (60, "Wait 60 seconds, then"),
        (900, "Wait 900 seconds (15 minutes), then"),
    ],
)
def test_the_wait_is_told_in_seconds(seconds: int, words: str) -> None:
    assert words in rules.words(seconds)


def guesses_a_day(limit: Limit | Debt, pauses: list[float] | None = None) -> int:
    """How many tries one gets within a day: at once whenever one may, or after a pause out of the list, in turn."""
    kept, now, tries = Tries(0, NOON), 0.0, 0
    while now < DAY:
        at = NOON + timedelta(seconds=now)
        if (left := seconds_left(limit, kept, at)) > 0:
            now += max(left, 1e-6)  # a shorter wait is lost where times are kept in microseconds
            continue
        kept, tries = after_failure(limit, kept, at), tries + 1
        now += pauses[tries % len(pauses)] if pauses else 0
    return tries


def told(name: str) -> int:
    """What the docstring says of a limit."""
    line = next(line for line in (rules.__doc__ or "").splitlines() if line.startswith(f"| {name} |"))
    return int(line.split("|")[3].replace(",", ""))


@pytest.mark.parametrize("name", NAMED)
def test_the_docstring_says_how_many_tries_there_are_a_day(name: str) -> None:
    assert guesses_a_day(NAMED[name]) == told(name)


@pytest.mark.slow
@given(st.sampled_from(list(NAMED)), st.lists(st.floats(0.5, 4000), min_size=1, max_size=6))
def test_no_rhythm_gets_more_tries_than_trying_at_once(name: str, pauses: list[float]) -> None:
    assert guesses_a_day(NAMED[name], pauses) <= told(name) + NAMED[name].free


def test_the_odds_are_as_the_docstring_says() -> None:
    text = " ".join((rules.__doc__ or "").split())
    strangers, one_pin, codes = (told(name) for name in ("ALL", "PIN", "CODES"))
    assert f"{strangers * 50 / 1e8:.2%}".replace("%", " %") in text
    assert f"{one_pin / 1e4:.2%}".replace("%", " %") in text
    assert f"{11 * one_pin / 1e4:.1%}".replace("%", " %") in text
    assert f"{codes * 50 / 1e8:.2%}".replace("%", " %") in text


@pytest.mark.parametrize("seed", range(5))
def test_an_honest_floor_of_fifty_behind_one_address_never_waits(seed: int) -> None:
    """50 people share 25 devices, hand over 40 times a shift each, mis-scan 2 %, and start on new devices within five minutes."""
    chance = random.Random(seed)
    house: set[int] = set()
    kept: dict[str, Tries] = {}
    waits = Counter[int]()
    first = [(chance.uniform(0, 300), device) for device in range(25)]
    later = [(chance.uniform(300, 8 * 3600), chance.randrange(25)) for _ in range(50 * 40)]
    for second, device in sorted(first + later):
        now = NOON + timedelta(seconds=second)
        limits = {f"device {device}": DEVICE} | ({} if device in house else {"address": ADDRESS, "all": ALL})
        waits[round(max(seconds_left(limit, kept.get(key, Tries(0, now)), now) for key, limit in limits.items()))] += 1
        while chance.random() < 0.02:
            for key, limit in limits.items():
                kept[key] = after_failure(limit, kept.get(key, Tries(0, now)), now)
        house.add(device)
    assert set(waits) == {0}
