"""Threads that share a commit, when the one who does it for all runs into trouble."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from scanner.db.group_commit import GroupCommit

OTHERS = 3


def test_trouble_while_tidying_up_is_told_to_everybody_and_stops_nobody_after():
    first_is_in, go = threading.Event(), threading.Event()
    batches = []

    def run(jobs):
        batches.append(len(jobs))
        if len(batches) == 1:
            first_is_in.set()
            go.wait(10)
        for job in jobs:
            job.result = job.work(None)
        if len(batches) == 2:
            raise OSError("the connection would not close")

    group = GroupCommit(run, patience=10)

    def do(number):
        try:
            return group.do(lambda _: number)
        except OSError:
            return "told"

    with ThreadPoolExecutor(OTHERS + 1) as pool:
        first = pool.submit(do, 0)
        first_is_in.wait(10)
        others = [pool.submit(do, number) for number in range(1, OTHERS + 1)]
        while len(group._waiting) < OTHERS:
            pass
        go.set()
        assert first.result(10) == 0
        assert [other.result(10) for other in others] == ["told"] * OTHERS
    assert batches == [1, OTHERS]
    assert do(7) == 7


def test_an_error_of_ones_own_is_not_hidden_by_trouble_afterwards():
    def run(jobs):
        for job in jobs:
            job.error = ValueError("of its own")
        raise OSError("the connection would not close")

    with pytest.raises(ValueError, match="of its own"):
        GroupCommit(run, patience=10).do(lambda _: None)
