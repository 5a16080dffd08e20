"""The one-time code, what the first person gives, and the steps of the first hour."""

from __future__ import annotations

import pytest

from scanner.beginning import rules
from scanner.beginning.rules import There
from scanner.errors import BadRequest


def test_a_code_has_no_letter_that_is_read_as_another():
    codes = [rules.code_of("key", str(number)) for number in range(500)]
    assert all(len(code) == 8 for code in codes) and not set("".join(codes)) & set("01ILO")
    assert set("".join(codes)) == set(rules.ALPHABET)


def test_the_same_key_and_nonce_give_the_same_code_and_no_other_does():
    code = rules.code_of("key", "nonce")
    assert code == rules.code_of("key", "nonce")
    assert len({code, rules.code_of("key", "other"), rules.code_of("other", "nonce")}) == 3


@pytest.mark.parametrize("typed", ["ABCD-2345", "abcd 2345", " ABCD2345 ", "ab-cd-23-45"])
def test_a_code_is_taken_as_people_type_it(typed):
    assert rules.is_code(typed, "ABCD2345")


@pytest.mark.parametrize("typed", ["", "ABCD-2346", "ABCD-234", "ABCD-23455", "ABCD-234\N{FULLWIDTH DIGIT FIVE}", "x" * 10_000])
def test_any_other_is_not(typed):
    assert not rules.is_code(typed, "ABCD2345")


def test_it_is_shown_in_two_groups():
    assert rules.in_groups("ABCD2345") == "ABCD-2345"


def test_what_the_first_person_types_has_no_blanks_around_it():
    assert rules.owner_of(" Ada ", " 2468 ", " CARD-1 ") == rules.Owner("Ada", "2468", "CARD-1")


@pytest.mark.parametrize(("name", "pin", "badge", "field"), [
    ("", "2468", "", "name"),
    ("x" * 121, "2468", "", "name"),
    ("A\x00da", "2468", "", "name"),
    ("Ada", "", "", "pin"),
    ("Ada", "123", "", "pin"),
    ("Ada", "12a4", "", "pin"),
    ("Ada", "1" * 13, "", "pin"),
    ("Ada", "2468", "x" * 129, "badge"),
    ("Ada", "2468", "a\x1db", "badge"),
    ("Ada", "2468", "ADA", "badge"),
])  # fmt: skip
def test_what_cannot_be_is_said_at_its_field(name, pin, badge, field):
    with pytest.raises(BadRequest, match=r"^Expected") as refused:
        rules.owner_of(name, pin, badge)
    assert refused.value.field == field


def test_each_step_is_done_by_what_is_there():
    for step in rules.STEPS:
        done = [each.step.key for each in rules.standing(There(**{step.key: True})) if each.done]
        assert done == [step.key]


@pytest.mark.parametrize(("there", "next_one"), [
    ([], "ITEM-0001"),
    (["ITEM-0001", "ITEM-0009", "ITEM-X", "ITEM-"], "ITEM-0010"),
    (["ITEM-9999"], "ITEM-10000"),
])  # fmt: skip
def test_the_next_number_is_one_more_than_the_highest(there, next_one):
    assert rules.next_number(there) == next_one


def test_what_is_left_is_counted():
    assert rules.left(There()) == 5
    assert rules.left(There(items=True, shelves=True, stock=True, people=True, work=True)) == 0
