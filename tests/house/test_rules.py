"""What each of the shop's settings may be, and what of it holds."""

from __future__ import annotations

from decimal import Decimal

import pytest

from scanner.errors import BadRequest
from scanner.house import rules

GOOD = [
    ("house_name", " Acme, Leeds ", "Acme, Leeds"),
    ("house_name", "", ""),
    ("currency", "usd", "USD"),
    ("currency", "", ""),
    ("packing", "no", False),
    ("packing", "On", True),
    ("return_days", " 21 ", 21),
    ("idle_lock_minutes", "1", 1),
    ("ask_again_above", " 250 ", Decimal("250.00")),
    ("ask_again_above", "0", Decimal("0.00")),
    ("ask_again_above", "1.000,50", Decimal("1000.50")),
    ("ask_again_above", "1,000.50", Decimal("1000.50")),
    ("backup_at", "23:15", "23:15"),
    ("backup_at", "off", "off"),
    ("digest_at", "6:30", "6:30"),
    ("digest_to", "sam@shop.example,a@b", "sam@shop.example, a@b"),
    ("digest_to", "", ""),
    ("gs_character", "{GS}", "{GS}"),
    ("gs_character", "", ""),
]
BAD = [
    ("house_name", "x" * 61),
    ("house_name", "two\nlines"),
    ("currency", "$"),
    ("packing", "perhaps"),
    ("packing", ""),
    ("return_days", ""),
    ("return_days", "0"),
    ("return_days", "-3"),
    ("return_days", "3651"),
    ("idle_lock_minutes", "ten"),
    ("ask_again_above", ""),
    ("ask_again_above", "much"),
    ("ask_again_above", "1.000"),
    ("backup_at", ""),
    ("backup_at", "25:00"),
    ("digest_at", ""),
    ("digest_to", "sam"),
    ("digest_to", "a@b\nBcc: c@d"),
    ("gs_character", "G"),
]


@pytest.mark.parametrize(("key", "text", "meant"), GOOD)
def test_a_good_value_is_understood(key, text, meant):
    assert rules.understood(key, text) == meant


@pytest.mark.parametrize(("key", "text"), BAD)
def test_a_bad_value_is_refused_in_a_sentence_that_names_the_setting(key, text):
    with pytest.raises(BadRequest) as refused:
        rules.understood(key, text)
    assert refused.value.message.startswith(f"{rules.setting(key).title}: expected ") and "got" in refused.value.message
    assert refused.value.field == key


def test_every_setting_can_be_read_and_shown_as_text():
    for each in rules.SHOP_SETTINGS:
        texts = [text for key, text, _ in GOOD if key == each.key]
        assert texts
        for text in texts:
            kept = rules.as_text(rules.understood(each.key, text))
            assert rules.understood(each.key, kept) == rules.understood(each.key, text)


def test_one_that_does_not_exist_is_refused():
    with pytest.raises(BadRequest, match=r"^Expected one of house_name, .*, got 'secret_key'\.$"):
        rules.setting("secret_key")


def test_what_the_environment_says_wins():
    chosen = {"return_days": "30", "packing": "no"}
    assert rules.values_of(chosen, frozenset({"packing"})) == {"return_days": 30}


def test_what_is_not_understood_any_more_is_left_out():
    assert rules.values_of({"return_days": "many", "colour": "green", "packing": "no"}, frozenset()) == {"packing": False}
