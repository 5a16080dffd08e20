"""One look a second tells every page of a process; a scan whose commit was late is told anyway."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from scanner.db.engine import Busy
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


@pytest.mark.parametrize("who", ["the one who stayed", "somebody new"])
def test_who_stayed_through_a_stall_is_told_that_something_was_missed(
    record: Record, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:  # fmt: skip
    ticker, at = started(record)
    record.scans.append(Seen(2, TASK, HERS))
    monkeypatch.setattr(service, "FORGOTTEN_SECONDS", -1.0)
    new = ticker.begin(TASK) if who == "somebody new" else None
    monkeypatch.setattr(service, "FORGOTTEN_SECONDS", 10.0 if new else -1.0)
    if new:
        assert ticker.heard(TASK, new, but=MINE) == (new, False), "the new page asks for all that is there"
    at, changed = ticker.heard(TASK, at, but=MINE)
    assert changed
    monkeypatch.setattr(service, "FORGOTTEN_SECONDS", 10.0)
    assert ticker.heard(TASK, at, but=MINE) == (at, False)


def test_after_a_failed_look_not_all_that_was_ever_scanned_is_read(record: Record) -> None:
    record.scans += [Seen(seq, TASK, HERS) for seq in range(2, 1000)]
    wanted: list[int] = []

    def after(seq: int) -> list[Seen]:
        wanted.append(seq)
        if len(wanted) == 1:
            raise Busy("busy")
        return record.after(seq)

    ticker = Ticker(record.newest, after, record.shapes)
    ticker.heard(TASK, ticker.begin(TASK), but=MINE)
    assert len(wanted) == 2 and min(wanted) == 999 - service.OVERLAP


def test_streams_that_open_on_a_slow_database_do_not_wait_for_each_other(record: Record) -> None:
    together = Barrier(8)

    def newest() -> int:
        together.wait(30)  # all eight read at the same time, or none gets on
        return record.newest()

    ticker = Ticker(newest, record.after, record.shapes)
    with ThreadPoolExecutor(8) as pool:
        begun = list(pool.map(lambda _: ticker.begin(TASK), range(8)))
    assert len(set(begun)) == 1
    record.scans.append(Seen(2, TASK, HERS))
    assert ticker.heard(TASK, begun[0], but=MINE)[1]


def test_what_changes_on_a_task_that_somebody_opened_during_a_look_is_told(record: Record) -> None:
    ticker, at = started(record)
    opened: list[int] = []

    def shapes(task_ids: Collection[int]) -> dict[int, Shape]:
        found = Record.shapes(record, task_ids)
        if not opened:
            opened.append(0)
            opened[0] = ticker.begin(OTHER)  # while the look reads
        return found

    ticker._shapes_of = shapes
    ticker.heard(TASK, at, but=MINE)
    record.wanted[OTHER] = Shape("finished", 1, 1)
    assert ticker.heard(OTHER, opened[0], but=MINE)[1]
