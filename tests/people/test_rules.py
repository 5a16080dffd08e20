import pytest

from scanner.errors import NotAllowed
from scanner.people.rules import RIGHTS, OperatorView, Right, Role, join_roles, parse_roles


def person(*roles: str) -> OperatorView:
    return OperatorView(1, "Rosa", frozenset(roles))


def test_a_receiver_may_scan_receipts():
    assert person("receiver").may(Right.RECEIVE)


@pytest.mark.parametrize(
    ("role", "right"),
    [
        ("receiver", Right.RETURN),
        ("receiver", Right.COUNT),
        ("receiver", Right.ANNOUNCE_RETURNS),
        ("receiver", Right.SETTLE),
        ("receiver", Right.START_COUNTS),
        ("receiver", Right.SEE_PROGRESS),
        ("receiver", Right.IMPORT),
        ("receiver", Right.EXPORT),
        ("receiver", Right.SEE_BADGES),  # each is its owner's key
        ("counter", Right.SEE_BADGES),
        ("returns", Right.RECEIVE),
        ("counter", Right.RECEIVE),
        ("counter", Right.LINK_CODES),
        ("counter", Right.SEE_STOCK),  # a count is blind
        ("counter", Right.SEE_DISCREPANCIES),  # they name what should be there, too
        ("service", Right.RECEIVE),
        ("service", Right.PRINT_LABELS),
        ("service", Right.MOVE),
        ("service", Right.PICK),
        ("picker", Right.RECEIVE),
        ("picker", Right.RETURN),
        ("picker", Right.COUNT),
        ("picker", Right.START_COUNTS),
        ("picker", Right.TAKE_ORDERS),
        ("picker", Right.DECIDE_SHORT),
        ("", Right.SEE_TASKS),
        ("janitor", Right.SEE_TASKS),
    ],
)
def test_a_role_has_no_more_rights_than_its_job_needs(role, right):
    assert not person(role).may(right)


@pytest.mark.parametrize("right", [Right.MOVE, Right.PICK, Right.SEE_STOCK, Right.SEE_ORDERS, Right.SEE_TASKS])
def test_a_picker_moves_and_picks_and_sees_stock_and_orders(right):
    assert person("picker").may(right)


@pytest.mark.parametrize("role", ["receiver", "returns", "counter", "picker"])
def test_whoever_works_the_floor_moves_and_picks(role):
    assert person(role).may(Right.MOVE) and person(role).may(Right.PICK)


def test_who_lacks_a_right_is_told_which():
    with pytest.raises(NotAllowed, match=r"Rosa may not link codes to items\."):
        person("counter").demand(Right.LINK_CODES)


def test_every_right_is_refused_to_somebody():
    assert all(not person(role).may(right) for right in Right for role in [""])
    for right in set(Right) - {Right.SEE_TASKS, Right.SEE_ORDERS}:  # what is to be done, and for whom, is no secret
        assert any(not person(role).may(right) for role in Role), right


def test_a_supervisor_may_everything():
    assert all(person("supervisor").may(right) for right in Right)


def test_two_roles_add_up():
    both = person("counter", "receiver")
    assert both.may(Right.COUNT) and both.may(Right.RECEIVE)


def test_every_role_has_its_rights():
    assert set(RIGHTS) == set(Role)


def test_roles_are_written_in_one_order_whatever_came():
    assert join_roles(parse_roles(" Supervisor;receiver ; ")) == "receiver;supervisor"


def test_an_unknown_role_is_named():
    with pytest.raises(ValueError, match="got boss"):
        parse_roles("receiver;boss")
