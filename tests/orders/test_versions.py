"""Versions of an order: in whatever order they arrive, the newest stands."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import BadRequest, Conflict
from scanner.orders.intake import rules
from scanner.orders.intake.rules import GivenLine, Part, StoredOrder, Version, fit
from scanner.orders.intake.taking import UNHEARD_OF
from scanner.scans.picked import picked_for_orders
from tests.support.shop import Shop, line, lines_of, order

STORED = StoredOrder(
    version=Version(5), placed_at=None, due_at=None, customer="Jo Ng", cancelled=False, shipped=False,
    lines={"1": GivenLine("1", "LAMP", 2), "2": GivenLine("2", "MUG-B", 3)},
)  # fmt: skip


@pytest.fixture
def shop(warehouse):
    return Shop(warehouse)


def versions():
    """Versions of one order, each with a number of its own."""
    names, units = st.sampled_from(["1", "2", "3"]), st.integers(1, 5)
    lines = st.dictionaries(names, units, min_size=1).map(lambda found: tuple(line(n, "LAMP", u) for n, u in found.items()))
    one = st.tuples(lines, st.booleans())
    return st.lists(one, min_size=1, max_size=5).map(
        lambda found: [order(*lines, version=n, cancelled=cancelled) for n, (lines, cancelled) in enumerate(found, 1)]
    )


def after(deliveries):
    found = UNHEARD_OF
    for each in deliveries:
        if change := rules.change(found, each):
            found = change.order
    return found


def wanted(stored):
    return {name: each.wanted for name, each in stored.lines.items() if each.wanted}


@given(versions().flatmap(lambda found: st.tuples(st.just(found), st.lists(st.sampled_from(found)), st.permutations(found))))
def test_any_order_of_deliveries_ends_at_the_newest(made):
    found, again, shuffled = made
    newest = found[-1]
    ended = after([*shuffled, *again])
    assert (ended.version, ended.cancelled) == (newest.version, newest.cancelled)
    assert wanted(ended) == {each.name: each.wanted for each in newest.lines}


@pytest.mark.parametrize("version", [5, 4, 0])
def test_the_same_or_an_older_version_changes_nothing(version):
    assert rules.change(STORED, order(line("1", "LAMP", 9), version=version)) is None


def test_a_line_that_is_gone_is_cancelled_in_full():
    change = rules.change(STORED, order(line("1", "LAMP", 2), version=6))
    assert change.changed == (GivenLine("2", "MUG-B", 3, 3),)


def test_a_part_of_an_order_leaves_its_other_lines():
    change = rules.change(STORED, order(line("1", "LAMP", 4), version=6, whole=False))
    assert change.changed == (GivenLine("1", "LAMP", 4),)


def test_a_shipped_order_takes_the_same_content():
    shipped = replace(STORED, shipped=True)
    same = order(line("a", "MUG-B", 3), line("b", "LAMP", 2), version=6)
    assert rules.change(shipped, same).order.lines == STORED.lines
    with pytest.raises(Conflict, match="SO-1 is shipped"):
        rules.change(shipped, order(line("1", "LAMP", 2), version=6))


def test_versions_of_two_kinds_cannot_be_compared():
    with pytest.raises(BadRequest, match="a whole number, as the stored one is, got a time"):
        rules.change(STORED, replace(order(line("1", "LAMP", 2)), version=Version.at(datetime(2026, 1, 1, tzinfo=UTC))))


@given(st.datetimes(min_value=datetime(1901, 1, 1), max_value=datetime(9998, 1, 1)))
def test_a_time_is_said_back_as_it_came(moment):
    moment = moment.replace(tzinfo=UTC)
    assert datetime.fromisoformat(Version.at(moment).said) == moment
    assert Version.at(moment).number < Version.at(moment + timedelta(microseconds=1)).number


FITS = [
    ("the first time", [], {7: 1}, 3, ((), (), ((7, 1, 3),))),
    ("more of it", [Part(1, 7, 1, 3)], {7: 1}, 5, (((1, 1, 5),), (), ())),
    ("a kit", [], {7: 2, 8: 1}, 3, ((), (), ((7, 2, 6), (8, 1, 3)))),
    ("another item", [Part(1, 7, 1, 3)], {9: 1}, 3, ((), (1,), ((9, 1, 3),))),
    ("two lines of an item that was merged", [Part(1, 7, 1, 3), Part(2, 7, 1, 3)], {7: 1}, 3, (((1, 1, 3),), (2,), ())),
]


@pytest.mark.parametrize(("there", "contents", "units", "wanted"), [row[1:] for row in FITS], ids=[row[0] for row in FITS])
def test_the_lines_of_the_task_are_fitted(there, contents, units, wanted):
    found = fit(there, contents, units)
    assert (found.kept, found.dropped, found.new) == wanted


def test_a_newer_version_changes_what_is_picked(shop):
    shop.put(order(line("1", "LAMP", 2), line("2", "MUG-B", 3)))
    shop.put(order(line("1", "LAMP", 4), line("3", "TEE-M", 1), version=2))
    assert lines_of(shop.order()) == [("LAMP", 4, 0, 0, 0, 0), ("MUG-B", 3, 3, 0, 0, 0), ("TEE-M", 1, 0, 0, 0, 0)]
    assert shop.rows("SELECT expected FROM line JOIN task ON task.id = task_id WHERE reference = 'SO-1' ORDER BY position") == [
        (4,), (0,), (1,),
    ]  # fmt: skip


def test_what_was_picked_beyond_a_newer_version_is_free(shop):
    shop.put(order(line("1", "LAMP", 5)))
    shop.pick("LAMP", 4)
    shop.put(order(line("1", "LAMP", 1), version=2))
    with shop.database.read() as session:
        assert picked_for_orders(session) == {shop.warehouse.items["LAMP"]: 1}


def test_a_cancelled_order_gives_back_what_was_picked(shop):
    shop.put(order(line("1", "LAMP", 5)))
    shop.pick("LAMP", 4)
    view = shop.put(order(line("1", "LAMP", 5), version=2, cancelled=True))
    assert view.state == "cancelled"
    assert shop.rows("SELECT state FROM task WHERE reference = 'SO-1'") == [("finished",)]
    with shop.database.read() as session:
        assert picked_for_orders(session) == {}


def test_an_older_version_does_not_revive_a_cancelled_order(shop):
    shop.put(order(line("1", "LAMP", 5), version=3, cancelled=True))
    assert shop.put(order(line("1", "LAMP", 5), version=2)).state == "cancelled"


def test_a_newer_version_that_is_not_cancelled_opens_the_order_again(shop):
    shop.put(order(line("1", "LAMP", 5), version=1, cancelled=True))
    assert shop.put(order(line("1", "LAMP", 5), version=2)).state == "open"
    assert shop.rows("SELECT state, finished_at FROM task WHERE reference = 'SO-1'") == [("open", None)]


def test_a_line_that_becomes_another_item_leaves_what_was_picked_free(shop):
    shop.put(order(line("1", "LAMP", 2)))
    shop.pick("LAMP", 1)
    shop.put(order(line("1", "TEE-M", 2), version=2))
    with shop.database.read() as session:
        assert not any(picked_for_orders(session).values())
    assert lines_of(shop.order()) == [("TEE-M", 2, 0, 0, 0, 0)]


def test_a_line_that_becomes_unknown_is_not_picked_any_more(shop):
    shop.put(order(line("1", "LAMP", 2)))
    shop.put(order(line("1", "X-9", 2), version=2))
    assert shop.rows("SELECT expected FROM line JOIN task ON task.id = task_id WHERE reference = 'SO-1'") == [(0,)]
