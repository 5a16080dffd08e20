"""What whole labels say: GS1 with what cannot be read, its separators, envelopes, HIBC, Digital Links. Each row says why."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.codes.hibc import check_character, read_hibc
from scanner.codes.numbers import check_digit, expand_upce, upce_of
from scanner.codes.reading import Code, barcode_key, parse_code
from scanner.codes.typed import shown, storable, stored
from scanner.errors import BadRequest

GTIN = "09501101530003"
MUG = f"01{GTIN}"


def said(code: Code) -> dict[str, Any]:
    """What a code says beside its keys, without what it does not."""
    names = ("gtin", "sscc", "lot", "expiry", "serial", "count", "of_last")
    return {name: value for name in names if (value := getattr(code, name))}


UNREADABLE = [
    (f"]C1{MUG}8008260431\x1d10L1", "8008", {"lot": "L1"}, "31 April, and a time cut short"),
    (f"{MUG}8008260431122010L1", "8008", {}, "without an identifier, and the rest runs on"),
    (f"]C1{MUG}17260431" + "10L1", "17", {"lot": "L1"}, "31 April as the expiry"),
    (f"]C1{MUG}17269931", "17", {}, "month 99"),
    (f"]C1{MUG}30AB\x1d10L1", "30", {"lot": "L1"}, "letters in a count"),
    (f"]C1{MUG}3700", "37", {}, "a count of nothing"),
    (f"]C1{MUG}8511X\x1d10L1", "", {"lot": "L1"}, "an identifier that GS1 has not"),
    (f"]C1{MUG}17261", "17", {}, "cut off"),
    (f"]C1{MUG}10" + "L" * 21, "10", {}, "a lot of 21 characters"),
    (f"({MUG[:2]}){GTIN}(17)260431(10)L1", "17", {"lot": "L1"}, "typed with brackets"),
    ("]C1010950110153000410L1", "01", {"lot": "L1"}, "the check digit of the item's number itself"),
]


@pytest.mark.parametrize(("raw", "ai", "rest", "why"), UNREADABLE)
def test_an_element_that_cannot_be_read_is_named_and_the_rest_stands(raw, ai, rest, why):
    code = parse_code(raw)
    assert [each.ai for each in code.unreadable] == [ai], why
    assert said(code) == ({"gtin": GTIN} if ai != "01" else {}) | rest, why


SEPARATORS = [
    "<GS>",
    "{GS}",
    "[GS]",
    "(GS)",
    "|",
    "^]",
    "\u241d",
    "\\x1d",
    "\\u001d",
    "~d029",
    "@",
    "#",
    "&#29;",
    "<FNC1>",
    "%1D",
    "^",
]


@pytest.mark.parametrize("spelled", SEPARATORS)
def test_a_separator_is_heard_in_every_spelling(spelled):
    code = parse_code(f"{MUG}10LOT-1{spelled}21SN1")
    assert said(code) == {"gtin": GTIN, "lot": "LOT-1", "serial": "SN1"} and not code.unreadable


@pytest.mark.parametrize("spelled", ["<GS>", "|", "{GS}", "\u241d"])
def test_what_no_separator_makes_sense_of_is_in_no_lot_and_says_that_it_is_not_set(spelled):
    code = parse_code(f"{MUG}10LOT-1{spelled}ZZ")
    assert code.gtin == GTIN and spelled not in (code.lot or "")
    assert "separator" in code.unreadable[0].why


PARTS = [
    (
        "[)>\x1e06\x1d1PABC-1\x1dQ50\x1d1TL1\x1dS7\x1d4LDE\x1e\x04",
        {"count": 50, "lot": "L1", "serial": "7"},
        "as the standard says",
    ),
    ("[)>\u241e06\u241d1PABC-1\u241dQ50\u241e\u2404", {"count": 50}, "with pictures of the control characters"),
    ("[)>{RS}06{GS}1PABC-1{GS}Q50{RS}{EOT}", {"count": 50}, "with their names"),
    ("[)>\x1e06\x1d1PABC-1\x1dQ50", {"count": 50}, "without its end"),
    ("[)>06\x1d1PABC-1\x1dQ50\x04", {"count": 50}, "without its RS"),
    ("[)>\x1e06\x1d9D2410\x1d1PABC-1\x1d14D20271231\x1e\x04", {"expiry": date(2027, 12, 31)}, "dates"),
    ("[)>\x1e12\x1dPNO ABC-1\x1dQTY 50\x1dSER 7\x1e\x04", {"count": 50, "serial": "7"}, "format 12 of aviation"),
    (f"[)>\x1e05\x1d{MUG}10L1\x1e\x04", {"gtin": GTIN, "lot": "L1"}, "format 05, of GS1"),
]


@pytest.mark.parametrize(("raw", "says", "why"), PARTS)
def test_the_label_of_a_maker_of_parts_is_read(raw, says, why):
    code = parse_code(raw)
    assert said(code) == says and not code.unreadable, why
    assert code.keys[0] == ("ABC-1" if "gtin" not in says else GTIN), why


def test_both_the_suppliers_and_the_customers_number_are_looked_up():
    assert parse_code("[)>\x1e06\x1dPC-9\x1d1PABC-1\x1e\x04").keys[:2] == ("ABC-1", "C-9")


@pytest.mark.parametrize("field", ["Q5.5", "Q", "Q0", "Q5PC", "14D20270230", "?"])
def test_a_field_that_cannot_be_read_is_named_and_the_item_found(field):
    code = parse_code(f"[)>\x1e06\x1d1PABC-1\x1d{field}\x1e\x04")
    assert code.keys[0] == "ABC-1" and len(code.unreadable) == 1


@pytest.mark.parametrize("field", ["1PLA\x04MP", "1P", "1P\x7f"])
def test_an_item_that_cannot_be_read_is_not_the_item_before(field):
    code = parse_code(f"[)>\x1e06\x1d{field}\x1dQ2\x1e\x04")
    assert len(code.unreadable) == 1 and not code.of_last


PRIMARY = "+A123BJC5D6E71"
SECONDARY = [
    ("$$0926L7", {"lot": "L7", "expiry": date(2026, 9, 30)}, "month and year"),
    ("$$2093026L7", {"lot": "L7", "expiry": date(2026, 9, 30)}, "month, day, year"),
    ("$$3260930L7", {"lot": "L7", "expiry": date(2026, 9, 30)}, "year, month, day"),
    ("$$526273L7", {"lot": "L7", "expiry": date(2026, 9, 30)}, "day of the year"),
    ("$$7L7", {"lot": "L7"}, "no date"),
    ("$$+3260930S7", {"serial": "S7", "expiry": date(2026, 9, 30)}, "a serial in place of the lot"),
    ("$L7", {"lot": "L7"}, "a lot alone"),
    ("$+S7", {"serial": "S7"}, "a serial alone"),
    ("$$8243260930L7", {"lot": "L7", "expiry": date(2026, 9, 30), "count": 24}, "a quantity of two digits"),
    ("$$9001003260930L7", {"lot": "L7", "expiry": date(2026, 9, 30), "count": 100}, "a quantity of five digits"),
    ("26273L7", {"lot": "L7", "expiry": date(2026, 9, 30)}, "day of the year without a flag"),
]


@pytest.mark.parametrize(("secondary", "says", "why"), SECONDARY)
def test_a_label_of_hibc_is_read_joined_and_apart(secondary, says, why):
    joined = f"{PRIMARY}/{secondary}"
    code = parse_code(joined + check_character(joined))
    assert said(code) == says and code.keys[0] == PRIMARY + check_character(PRIMARY), why
    alone = f"+{secondary}G"
    assert said(parse_code(alone + check_character(alone))) == says | {"of_last": True}, why


def test_a_wrong_check_character_makes_it_a_plain_code():
    assert read_hibc(PRIMARY + "%") is None
    assert parse_code(PRIMARY + "%").keys == (PRIMARY + "%",)


LINKS = [
    (
        f"https://example.com/01/{GTIN}/10/L1/21/S1?17=271231",
        {"lot": "L1", "serial": "S1", "expiry": date(2027, 12, 31)},
        "path and query",
    ),
    (f"http://id.gs1.org/01/{GTIN}", {}, "the domain of GS1"),
    (f"https://shop.example/some/where/gtin/{GTIN[1:]}/lot/A%2FB", {"lot": "A/B"}, "short names, a prefix, an EAN of 13"),
    (f"HTTPS://EXAMPLE.COM/01/{GTIN}?utm=x&10=L1", {"lot": "L1"}, "in capitals, with a shop's own field"),
]


@pytest.mark.parametrize(("url", "says", "why"), LINKS)
def test_a_digital_link_is_read_of_any_domain(url, says, why):
    code = parse_code(url)
    assert said(code) == {"gtin": GTIN} | says and not code.unreadable, why


def test_an_address_that_is_no_digital_link_is_a_code_like_any_other():
    assert parse_code("https://shop.example/products/12").keys == ("https://shop.example/products/12",)


def test_of_a_compressed_link_the_gtin_is_read_and_it_is_said_what_it_is():
    import base64

    data = b"\x01" + (int(GTIN) << 1).to_bytes(6, "big") + b"\x10"
    code = parse_code(f"https://id.gs1.org/{base64.urlsafe_b64encode(data).decode().rstrip('=')}")
    assert code.gtin == GTIN and "compressed" in code.problem


OF_LAST = ["]C11727123110L1", "(17)271231(10)L1", "(10)L1", "1727123110L1", "\x1d10L1", "[)>\x1e06\x1d1TL1\x1e\x04"]


@pytest.mark.parametrize("raw", OF_LAST)
def test_a_label_without_an_item_belongs_to_the_item_before(raw):
    code = parse_code(raw)
    assert code.of_last and code.lot == "L1" and code.gtin is None


SPELLINGS = [
    ("042100005264", "04252614", "a UPC-A and its UPC-E"),
    ("4006381333931", "4 006381 333931", "digits as printed under the bars"),
    ("9783161484100", "978-3-16-148410-0", "an ISBN with its hyphens"),
    ("9783161484100", "316148410X", "an ISBN-10"),
    ("9783161484100", "3-16-148410-X", "an ISBN-10 with its hyphens"),
    ("9783161484100", "978316148410051299", "a book with its price behind it"),
    ("9783161484100", "9783161484100 51299", "the same with a blank"),
    ("4006381333931", "400638133393112", "a paper with its week behind it"),
    ("4006381333931", "\x1d4006381333931", "FNC1 before a bare EAN"),
    ("4006381333931", "]C14006381333931", "the identifier of GS1-128 before it"),
    ("96385074", "]E496385074", "EAN-8"),
    (GTIN, f"(01){GTIN[1:]}", "an EAN of 13 in brackets, as people type it"),
    ("A012345676", "0CSSBD", "Code 32 and the Code 39 that carries it"),
    ("-01234562", "PZN - 01234562", "a Pharmazentralnummer as printed"),
]


@pytest.mark.parametrize(("one", "other", "why"), SPELLINGS)
def test_spellings_of_one_number_meet(one, other, why):
    assert barcode_key(one) in parse_code(other).keys, why
    if len(other) < 15 or not other.isdigit():  # bare digits of that length may as well be of the shop's own
        assert parse_code(one).key == parse_code(other).key, why


@given(st.text("0123456789", min_size=6, max_size=6), st.sampled_from("01"))
def test_every_upc_e_meets_its_upc_a_whichever_the_catalogue_has(body, system):
    short = system + body
    upca = expand_upce(short + "0")[:11]
    check = check_digit(upca)
    upce = short + check
    if upce_of(upca + check) == upce:
        assert set(parse_code(upca + check).keys) & {upce, upce.zfill(14)}, "an old row that has the UPC-E as it is"
    assert barcode_key(upca + check) in parse_code(upce).keys


@pytest.mark.parametrize("text", ["12345678", "ABC 12-3", "10 20 30", "1-2-3", "+LAMP", "[LAMP]", "http", "17-ABC"])
def test_a_plain_code_stays_what_it_is(text):
    assert parse_code(text).keys == (text,) and not parse_code(text).of_last


def test_a_shops_code_that_begins_like_an_item_is_looked_up_as_it_is_first():
    code = parse_code(f"{MUG}-RED")
    assert code.keys == (f"{MUG}-RED", GTIN) and code.gtin is None
    assert code.unreadable, "held, where the catalogue has the item alone"


@pytest.mark.parametrize("raw", [f"17260231{MUG}", f"10LOT\x1d{MUG}", f"11260115{MUG}10L"])
def test_an_item_behind_other_elements_is_found_without_an_identifier(raw):
    assert parse_code(raw).gtin == GTIN


TWICE = [f"(01){GTIN}(01)09501101530010", f"(02){GTIN}(37)2(37)3", "[)>\x1e06\x1d1PA\x1dQ2\x1dQ3\x1e\x04"]


@pytest.mark.parametrize("raw", TWICE)
def test_what_is_said_twice_and_not_alike_is_named(raw):
    assert "said twice" in parse_code(raw).unreadable[0].why


MARKS = st.sampled_from(
    ["\x1d", "\x1e", "\x04", "\x02", "\x00", "\ud800", "<GS>", "(", ")", "]C1", "01", "10", "30", "[)>", "+", "/"]
)


@given(st.lists(st.one_of(MARKS, st.text(max_size=8), st.sampled_from([MUG, GTIN, "17261231", PRIMARY])), min_size=1, max_size=8))
def test_whatever_is_typed_is_read_stored_and_shown(parts):
    text = "".join(parts)
    try:
        code = parse_code(text)
    except BadRequest:
        assert not text.replace("\x1d", "").strip()
        return
    assert code.key and all(code.keys)
    stored(text).encode()
    assert "\0" not in storable(text) and not any(ord(each) < 32 for each in shown(text))
