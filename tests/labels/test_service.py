"""Which groups of labels are for whom, and which labels of them are chosen."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from scanner.catalogue.tables import Location
from scanner.errors import BadRequest, NotFound
from scanner.labels.rules import MOST_LABELS, Chosen
from scanner.labels.service import BADGES, EVERYTHING, all_groups, all_of, groups_for, labels_of
from scanner.people.rules import OperatorView
from scanner.workflows import WORKFLOWS
from tests.support.warehouse import LAMP, MUG, MUG_CASE, Warehouse, announce_carton

RECEIVER, SUPERVISOR = (OperatorView(1, "Somebody", frozenset({role})) for role in ("receiver", "supervisor"))
SHELVES = [f"B-{bay:02}-{level}" for bay in (1, 2, 3) for level in (1, 2, 10)]


@pytest.mark.parametrize(
    ("operator", "trial", "sees"),
    [
        (RECEIVER, False, False),
        (SUPERVISOR, False, True),
        (None, False, False),
        (None, True, True),  # there is no other way to a first badge
    ],
)
def test_badges_are_for_supervisors_and_in_a_trial_for_everybody(operator, trial, sees):
    groups = groups_for(operator, WORKFLOWS, trial=trial)
    assert (BADGES in groups) is sees
    assert set(groups) >= set(all_groups(WORKFLOWS)) - {BADGES}


@pytest.fixture
def shelved(warehouse: Warehouse) -> Warehouse:
    rows = [{"code": code, "name": f"Rack {code}", "kind": "shelf", "section": "B"} for code in SHELVES]
    warehouse.database.transact(lambda session: session.execute(insert(Location.__table__), rows))
    task = warehouse.add_receipt("PO-2", [("LAMP", 6)])
    announce_carton(warehouse, task, [("LAMP", 6)])
    return warehouse


def chosen(warehouse: Warehouse, group: str, code: str = "", choice: Chosen = EVERYTHING) -> list[str]:
    with warehouse.database.read() as session:
        return [label.code for label in all_of(session, group, WORKFLOWS, code, choice)]


def total(warehouse: Warehouse, group: str, choice: Chosen = EVERYTHING) -> int:
    with warehouse.database.read() as session:
        return labels_of(session, group, WORKFLOWS, chosen=choice).total


def test_a_range_of_places_is_in_the_order_of_people_and_has_both_ends(shelved):
    found = chosen(shelved, "locations", choice=Chosen(first="B-01-2", last="B-02-10"))
    assert found == ["B-01-2", "B-01-10", "B-02-1", "B-02-2", "B-02-10"]


def test_a_range_of_items_goes_by_sku_and_has_all_their_barcodes(shelved):
    assert chosen(shelved, "items", choice=Chosen(first="LAMP", last="MUG-B")) == [LAMP, MUG, MUG_CASE]


@pytest.mark.parametrize(
    ("group", "words", "found"),
    [
        ("locations", "rack b-03", ["B-03-1", "B-03-10", "B-03-2"]),
        ("locations", "%", []),  # no wildcard
        ("items", "blue", [MUG, MUG_CASE]),
        ("items", "lamp", [LAMP]),
        ("items", MUG, [MUG, MUG_CASE][:1]),
        ("orders", "po-2", ["PO-2"]),
        ("badges", "rosa", ["BADGE-ROSA"]),
        ("badges", "BADGE-", []),  # a badge is a key: nobody finds one by its beginning
        ("commands", "times 24", ["CMD-QTY-24"]),
        ("totes", "tote-7", ["TOTE-7"]),
        ("cartons", "po-2", ["(00)395011015300000011"]),
    ],
)
def test_what_is_looked_for_is_in_code_or_name_in_every_group(shelved, group, words, found):
    with shelved.database.read() as session:
        page = labels_of(session, group, WORKFLOWS, chosen=Chosen(words))
    codes = [label.code for label in page.labels]
    assert (set(found) <= set(codes) if group == "items" and words == MUG else codes == found) and page.total == len(codes)


@pytest.mark.parametrize("group", all_groups(WORKFLOWS))
def test_every_group_can_be_searched_and_ranged(shelved, group):
    every = total(shelved, group)
    assert total(shelved, group, Chosen(first="\x00")) <= every
    assert total(shelved, group, Chosen(first="0", last="zzzz")) == every
    assert total(shelved, group, Chosen("no such words")) == 0


@pytest.mark.parametrize(
    ("group", "code", "found"),
    [
        ("locations", "B-01-1", ["B-01-1"]),
        ("orders", "PO-2", ["PO-2"]),
        ("commands", "CMD-DONE", ["CMD-DONE"]),
        ("totes", "TOTE-3", ["TOTE-3"]),
        ("totes", "TOTE-RED", ["TOTE-RED"]),  # on no sheet, and a tote anyway
        ("items", "MUG-B", [MUG, MUG_CASE]),
        ("items", "TEE-M", ["TEE-M"]),
        ("cartons", "395011015300000011", ["(00)395011015300000011"]),
    ],
)
def test_one_label_is_chosen_by_its_code(shelved, group, code, found):
    assert chosen(shelved, group, code) == found


@pytest.mark.parametrize("group", ["locations", "items", "orders", "totes", "commands", "cartons", "grades"])
def test_a_code_that_no_label_has_is_said(shelved, group):
    with pytest.raises(NotFound, match=f"There is no label of NOWHERE among the {group}"):
        chosen(shelved, group, "NOWHERE")


def test_a_range_that_has_none_is_said(shelved):
    with pytest.raises(NotFound, match="None of the locations is chosen by that"):
        chosen(shelved, "locations", choice=Chosen(first="X", last="Z"))


def test_a_range_that_runs_backwards_is_refused(shelved):
    with pytest.raises(BadRequest, match="got B-03-1 to B-01-1: swap them"):
        chosen(shelved, "locations", choice=Chosen(first="B-03-1", last="B-01-1"))


def test_more_than_is_printed_at_once_is_refused(warehouse):
    warehouse.add_items([f"I-{number:04}" for number in range(MOST_LABELS)])
    with pytest.raises(BadRequest, match="at most 2,000 labels at once, got 2,00"):
        chosen(warehouse, "items")
    assert len(chosen(warehouse, "items", choice=Chosen(first="I-0001", last="I-0100"))) == 100


def test_a_page_says_how_many_there_are_on_all_of_them(warehouse):
    warehouse.add_items([f"I-{number:04}" for number in range(100)])
    with warehouse.database.read() as session:
        page = labels_of(session, "items", WORKFLOWS, chosen=Chosen("I-"))
        last = labels_of(session, "items", WORKFLOWS, 3, chosen=Chosen("I-"))
    assert (len(page.labels), page.more, page.total) == (48, True, 100)
    assert (len(last.labels), last.more, last.total) == (4, False, 100)
