"""What a payload says, by the GS1 General Specifications; each row says why it is there."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.codes.commands import Command
from scanner.codes.numbers import check_digit, expand_upce, has_check_digit
from scanner.codes.reading import barcode_key, clean, parse_code
from scanner.errors import BadRequest
from scanner.words import shortened


@pytest.mark.parametrize(
    ("raw", "key", "why"),
    [
        ("4006381333931", "04006381333931", "EAN-13"),
        ("012345678905", "00012345678905", "UPC-A"),
        ("96385074", "00000096385074", "EAN-8"),
        ("04252614", "00042100005264", "UPC-E, which is no EAN-8"),
        ("14006381333938", "14006381333938", "ITF-14 of a case"),
        ("]E04006381333931", "04006381333931", "with its symbology identifier"),
        ("  4006381333931\r", "04006381333931", "with white space round it"),
        ("LAMP-7", "LAMP-7", "a shop's own code"),
        ("00395011015300000011", "395011015300000011", "SSCC without identifier"),
        ("(01)09506000134352(10)A", "09506000134352", "brackets, as a person types it"),
        ("]C10109506000134352", "09506000134352", "GS1-128"),
        ("]d20109506000134352", "09506000134352", "GS1 DataMatrix"),
        ("\x1d0109506000134352", "09506000134352", "FNC1 sent as GS in front"),
    ],
)
def test_a_payload_is_looked_up_by(raw, key, why):
    assert parse_code(raw).key == key, why


def test_an_element_string_gives_lot_expiry_and_serial():
    code = parse_code("]C1010950600013435217261231" + "10LOT-7\x1d21SN1")
    assert (code.gtin, code.lot, code.expiry, code.serial) == ("09506000134352", "LOT-7", date(2026, 12, 31), "SN1")


def test_a_day_of_00_is_the_last_of_the_month():
    assert parse_code("]C1010950600013435217260200").expiry == date(2026, 2, 28)


@pytest.mark.parametrize("ai", ["30", "37"])
def test_a_count_multiplies(ai):
    assert parse_code(f"]C10209506000134352{ai}12").count == 12


def test_eight_digits_that_can_be_both_are_asked_for_as_gtin_8_first():
    assert parse_code("01234565").keys == ("00000001234565", "00012345000065", "01234565")


def test_a_wrong_check_digit_is_named_and_the_code_kept():
    code = parse_code("4006381333932")
    assert (code.key, code.gtin) == ("4006381333932", None)
    assert code.problem == "the check digit is 2, expected 1: scan it again"


def test_a_marked_element_string_with_a_wrong_check_digit_is_named():
    assert "check digit" in (parse_code("]C10109506000134353").problem or "")


def test_a_bare_gtin_is_no_element_string():
    assert parse_code("4006381333931").count is None, "AI 400 would fit"


@pytest.mark.parametrize("raw", ["CMD-UNDO", "cmd-undo", " CMD-UNDO\n"])
def test_a_command_is_known_in_either_case(raw):
    assert parse_code(raw).command is Command.UNDO


@pytest.mark.parametrize("raw", ["", " \t\r\n", "\x1d", "\x1d \x1d", "x" * 513, "a\x00b", "a\x07b", "a\x7fb", "\ud800", "a\nb"])
def test_what_is_no_code_is_refused(raw):
    with pytest.raises(BadRequest):
        clean(raw)


@given(st.text(min_size=1, max_size=600))
def test_any_text_is_parsed_or_refused(text):
    try:
        code = parse_code(text)
    except BadRequest:
        return
    assert code.key
    assert code.keys[0] == code.key


@given(st.text("0123456789", min_size=7, max_size=13))
def test_one_wrong_digit_is_always_seen(body):
    right = body + check_digit(body)
    assert has_check_digit(right)
    place, digit = len(right) // 2, int(right[len(right) // 2])
    assert not has_check_digit(right[:place] + str((digit + 1) % 10) + right[place + 1 :])


@given(st.sampled_from([8, 12, 13, 14]), st.data())
def test_every_spelling_of_a_gtin_has_one_key(length, data):
    body = data.draw(st.text("123456789", min_size=length - 1, max_size=length - 1))
    gtin = body + check_digit(body)
    assert barcode_key(gtin) == barcode_key(gtin.zfill(14)) == parse_code(gtin).key == parse_code("]C101" + gtin.zfill(14)).key


@pytest.mark.parametrize(
    ("upce", "upca"),
    [("04252614", "042100005264"), ("01234133", "012300000413"), ("01234543", "012340000053"), ("01234558", "012345000058")],
)
def test_upc_e_expands_by_its_last_digit(upce, upca):
    assert expand_upce(upce)[:11] == upca[:11]


@pytest.mark.parametrize("spelling", ["395011015300000011", "00395011015300000011", "(00)395011015300000011"])
def test_a_cartons_number_is_one_in_every_spelling(spelling):
    code = parse_code(spelling)
    assert (code.sscc, code.key) == ("395011015300000011", "395011015300000011")


def test_eighteen_digits_with_another_check_digit_are_a_plain_code():
    assert parse_code("395011015300000012").sscc is None


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("(01)09501234500003(30)12A", "expected up to 8 digits"),
        ("(01)09501234500003(11)2604", "expected 6 digits"),
    ],
)
def test_what_cannot_be_read_is_said_in_words_and_not_in_those_of_the_standard(label: str, words: str) -> None:
    assert [each.why for each in parse_code(label).unreadable] == [words]


def test_a_code_in_a_message_is_the_one_on_the_label() -> None:
    assert shortened("09501234500003") == "9501234500003"
    assert shortened("19501234500000") == "19501234500000", "a case has all its digits"
