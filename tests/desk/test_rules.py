"""What is next for a person."""

import pytest

from scanner.desk.rules import Facts, Worth, is_told_all, next_for
from scanner.people.rules import OperatorView

ALL = Facts(
    receipts=5, receipts_due=3, receipts_late=1, returns=2, on_bench=4, counts_due=21, to_put_away=1, orders=9, orders_late=2,
    pickable=7, mine=Worth(number=1), off=Worth(number=24),
)  # fmt: skip


def words(facts, *roles):
    return [each.words for each in next_for(facts, OperatorView(1, "Rosa", frozenset(roles)))]


@pytest.mark.parametrize(
    ("roles", "told"),
    [
        (
            ("receiver",),
            ["1 receipt late", "2 orders late", "2 receipts due today", "1 item to put away", "7 orders to pick",
             "1 discrepancy of yours to settle"],
        ),
        (("counter",), ["2 orders late", "21 sections to count", "1 item to put away", "7 orders to pick"]),
        (("service",), ["2 orders late", "1 discrepancy of yours to settle"]),
        ((), []),
    ],
)  # fmt: skip
def test_each_role_is_told_what_it_can_do_and_what_is_late_first(roles, told):
    assert words(ALL, *roles) == told


def test_units_on_the_bench_come_before_returns_that_have_not_come():
    assert "4 units on the bench to grade" in words(ALL, "returns")
    assert words(Facts(returns=2), "returns") == ["2 returns open"]


def test_nothing_waits_for_nobody():
    assert words(Facts(), "supervisor") == []


def test_only_supervisors_are_told_all():
    assert [is_told_all(OperatorView(1, "Sam", frozenset({role}))) for role in ("supervisor", "receiver")] == [True, False]
