"""Who may give which role, and what a badge or a PIN may be: without a database."""

from __future__ import annotations

import itertools

import pytest

from scanner.errors import BadRequest, Conflict, NotAllowed
from scanner.people.rules import OperatorView
from scanner.staff import rules
from scanner.staff.rules import Kept

SAM = OperatorView(1, "Sam", frozenset({"supervisor"}))
ROSA = OperatorView(2, "Rosa", frozenset({"receiver"}))
KEPT = Kept(1, "BADGE-SAM", "Sam", "supervisor", None, True)


def test_a_supervisor_gives_any_role_and_they_are_kept_in_one_order() -> None:
    assert rules.checked_roles(["supervisor", "receiver"], SAM) == "receiver;supervisor"
    assert rules.checked_roles([], SAM) == ""


@pytest.mark.parametrize("role", ["supervisor", "returns", "counter"])
def test_nobody_gives_more_than_they_may_do(role: str) -> None:
    with pytest.raises(NotAllowed, match=rf"^Rosa may not make anybody {role}: that is more than Rosa may do\."):
        rules.checked_roles([role], ROSA)


def test_an_unknown_role_is_named() -> None:
    with pytest.raises(BadRequest, match="got 'boss'"):
        rules.checked_roles(["boss"], SAM)


@pytest.mark.parametrize("pin", ["123", "1234567890123", "12a4", "١٢٣٤", ""])
def test_what_is_no_pin_is_refused_and_not_repeated(pin: str) -> None:
    with pytest.raises(BadRequest) as refused:
        rules.checked_pin(pin)
    assert refused.value.message == "Expected a PIN of 4 to 12 digits." and refused.value.field == "pin"


def test_a_made_badge_has_letters_that_are_not_taken_for_others() -> None:
    letters = itertools.cycle("AB")
    assert rules.made_badge(lambda _: next(letters)) == "B-ABABABABABAB"
    assert not set(rules.LETTERS) & set("0O1ILU")


def test_a_change_of_somebody_else_is_not_written_over() -> None:
    rules.demand_same(KEPT, KEPT.version)
    rules.demand_same(KEPT, "")  # a program that names no version
    with pytest.raises(Conflict, match="Somebody else changed Sam meanwhile"):
        rules.demand_same(KEPT._replace(roles="picker"), KEPT.version)


def test_the_version_tells_nothing_of_badge_and_pin() -> None:
    assert KEPT._replace(badge="B", pin_hash="x").version == KEPT.version


@pytest.mark.parametrize("after", [KEPT._replace(active=False), KEPT._replace(roles="picker")])
def test_the_last_supervisor_stays(after: Kept) -> None:
    with pytest.raises(Conflict, match="Sam is the only supervisor"):
        rules.demand_supervisor_left(KEPT, after, others=0)
    rules.demand_supervisor_left(KEPT, after, others=1)


def test_a_new_name_alone_ends_no_session() -> None:
    assert not rules.ends_sessions(KEPT, KEPT._replace(name="Samuel"))
    changes = ({"badge": "B"}, {"roles": ""}, {"pin_hash": "x"}, {"active": False})
    assert all(rules.ends_sessions(KEPT, KEPT._replace(**change)) for change in changes)
