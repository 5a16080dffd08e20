"""One line a kind of failure a minute."""

import logging

import pytest

from scanner.logs.seldom import MOST_KINDS, Seldom


class Kept(logging.Handler):
    def __init__(self):
        super().__init__()
        self.said = []

    def emit(self, record):
        self.said.append((record.msg, getattr(record, "suppressed", 0)))


@pytest.fixture
def clock():
    return [0.0]


@pytest.fixture
def kept():
    return Kept()


@pytest.fixture
def log(kept, clock):
    """A logger through which one line a kind a minute goes."""
    made = logging.Logger("scanner.x")
    made.addHandler(Seldom([kept], clock=lambda: clock[0]))
    return made


def test_the_same_failure_is_told_once_a_minute_with_how_often_it_came(log, kept, clock):
    for _ in range(1000):
        log.error("The database refused")
    assert kept.said == [("The database refused", 0)]
    clock[0] = 61
    log.error("The database refused")
    assert kept.said[1:] == [("The database refused", 999), ("The database refused", 0)]


def test_another_failure_is_told_at_once(log, kept):
    log.error("The disk is full")
    log.error("The database refused")
    log.warning("The database refused")
    assert [said for said, _ in kept.said] == ["The disk is full", "The database refused", "The database refused"]


def test_an_error_that_is_raised_elsewhere_is_another_failure(log, kept):
    for work in (lambda: {}["a"], lambda: {}["a"], lambda: int("a")):
        try:
            work()
        except (KeyError, ValueError):
            log.exception("A request failed")
    assert len(kept.said) == 2, "both lambdas of one line are one place"


def test_numbers_make_no_other_kind(log, kept):
    for port in range(9):
        log.error(f"port {port} cannot be had")
    assert len(kept.said) == 1


def test_what_was_left_out_is_told_by_the_next_line_of_any_kind_and_at_the_end(log, kept, clock):
    log.error("The disk is full")
    log.error("The disk is full")
    clock[0] = 61
    log.error("Something else")
    log.error("Something else")
    log.handlers[0].close()
    assert kept.said == [("The disk is full", 0), ("The disk is full", 1), ("Something else", 0), ("Something else", 1)]


def test_endless_kinds_take_no_endless_memory(log, kept):
    for number in range(MOST_KINDS * 2):
        log.error("x" * number)
    assert len(log.handlers[0]._kinds) <= MOST_KINDS
