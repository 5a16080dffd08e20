"""One look a second tells every page of a process; a scan whose commit was late is told anyway."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from scanner.scans.live import service
from scanner.scans.live.service import Ticker
from scanner.scans.live.store import Seen, Shape

TASK, OTHER, MINE, HERS = 1, 2, "mine", "hers"


class Record:
    """Scans that are committed, and how often somebody looked."""

    def __init__(self) -> None:
        self.scans = [Seen(1, TASK, HERS)]
        self.looks = 0
        self.wanted = {TASK: Shape("open", 33, 3), OTHER: Shape("open", 1, 1)}

    def newest(self) -> int:
        return max(seen.seq for seen in self.scans)

    def after(self, seq: int) -> list[Seen]:
        self.looks += 1
        return [seen for seen in self.scans if seen.seq > seq]

    def shapes(self, task_ids: Collection[int]) -> dict[int, Shape]:
        return {each: self.wanted[each] for each in task_ids}


@pytest.fixture
def record(monkeypatch: pytest.MonkeyPatch) -> Record:
    monkeypatch.setattr(service, "LOOK_SECONDS", 0.0)
    return Record()


def started(record: Record) -> tuple[Ticker, int]:
    ticker = Ticker(record.newest, record.after, record.shapes)
    at, changed = ticker.heard(TASK, ticker.begin(TASK), but=MINE)
    assert not changed, "what was there before is on the page"
    return ticker, at


def test_a_scan_of_another_device_is_told_once(record: Record) -> None:
    ticker, at = started(record)
    record.scans.append(Seen(2, TASK, HERS))
    at, changed = ticker.heard(TASK, at, but=MINE)
    assert changed
    assert ticker.heard(TASK, at, but=MINE) == (at, False)


@pytest.mark.parametrize("seen", [Seen(2, TASK, MINE), Seen(2, OTHER, HERS)], ids=["my own", "another task"])
def test_my_own_scans_and_those_of_other_tasks_are_not_told(record: Record, seen: Seen) -> None:
    ticker, at = started(record)
    record.scans.append(seen)
    assert not ticker.heard(TASK, at, but=MINE)[1]


def test_a_scan_whose_number_is_older_than_one_already_seen_is_told(record: Record) -> None:
    ticker, at = started(record)
    record.scans.append(Seen(4, OTHER, HERS))
    at, _ = ticker.heard(TASK, at, but=MINE)
    record.scans.append(Seen(3, TASK, HERS))
    assert ticker.heard(TASK, at, but=MINE)[1]


@pytest.mark.parametrize("what", ["a scan", "no scan"])
def test_what_changes_between_the_first_answer_and_the_first_look_is_told(record: Record, what: str) -> None:
    ticker = Ticker(record.newest, record.after, record.shapes)
    at = ticker.begin(TASK)
    if what == "a scan":
        record.scans.append(Seen(2, TASK, HERS))
    else:
        record.wanted[TASK] = Shape("finished", 33, 3)
    assert ticker.heard(TASK, at, but=MINE)[1]


def test_what_changes_without_a_scan_is_told_once(record: Record) -> None:
    """As when a shop cancels an order, or wants more of it."""
    ticker, at = started(record)
    record.wanted[TASK] = Shape("finished", 33, 3)
    at, changed = ticker.heard(TASK, at, but=MINE)
    assert changed
    assert ticker.heard(TASK, at, but=MINE) == (at, False)
    record.wanted[OTHER] = Shape("finished", 1, 1)
    assert not ticker.heard(TASK, at, but=MINE)[1], "nobody listens to that task"


def test_a_task_that_nobody_listens_to_any_more_is_not_read(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    ticker, at = started(record)
    ticker.heard(OTHER, at, but=MINE)
    monkeypatch.setattr(service, "FORGOTTEN_SECONDS", -1.0)
    del record.wanted[OTHER]
    del record.wanted[TASK]
    ticker.heard(TASK, at, but=MINE)


def test_fifty_pages_cost_one_look_a_second(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "LOOK_SECONDS", 3600.0)
    ticker = Ticker(record.newest, record.after, record.shapes)
    for _ in range(50):
        ticker.heard(TASK, 0, but=MINE)
    assert record.looks == 1
