"""Code 39 in its other uses: one spelling, whichever engine read it."""

import pytest
import zxingcpp
from hypothesis import assume, given
from hypothesis import strategies as st

from scanner.decoding.code39 import as_printed, characters_of, spellings

PRINTED = {
    "PART 12-B": ("PART 12-B", "Code 39"),
    "3PRM8N": ("A123456788", "Code 32"),
    "-27580899": ("-27580899", "Pharmazentralnummer"),
    "-27580898": ("-27580898", "Code 39"),  # its check digit is wrong
    "+A+B+CDEF/A": ("abcDEF!", "Code 39 Extended"),
    "10/2": ("10/2", "Code 39"),  # a stroke without a letter is a stroke
    "100001": ("100001", "Code 39"),  # six digits are some shop's number, though a Code 32 may look like it
    "3PRM8P": ("3PRM8P", "Code 39"),  # no Code 32: its check digit is wrong
    "APRM8N": ("APRM8N", "Code 39"),  # Code 32 has no vowels
}


@pytest.mark.parametrize("characters", PRINTED)
def test_a_code_39_is_given_as_it_stands_below_its_bars(characters):
    assert as_printed(characters) == PRINTED[characters]


@pytest.mark.parametrize("characters", ["3PRM8N", "-27580899", "+A+B+CDEF/A", "PART 12-B"])
def test_its_characters_are_found_again(characters):
    assert characters_of(*as_printed(characters)) == characters


@pytest.mark.parametrize(
    ("text", "symbology", "also"),
    [
        ("A123456788", "Code 32", ["123456788", "3PRM8N"]),  # without its letter; as a scanner sends it that knows no Code 32
        ("-27580899", "Pharmazentralnummer", ["27580899"]),
        ("ab", "Code 39 Extended", ["+A+B"]),
        ("PART 12-B", "Code 39", []),
    ],
)
def test_a_catalogue_may_write_it_otherwise(text, symbology, also):
    assert list(spellings(text, symbology)) == [text, *also]


@given(st.text("0123456789BCDFGHJKLMNPQRSTUVWXYZ", min_size=6, max_size=6) | st.text("0AZ-. $/+%", min_size=1, max_size=8))
def test_both_engines_show_the_same(characters):
    assume(not _ends_with_check_character(characters))  # zxing-cpp takes it for no part of full ASCII, as if all labels had one
    theirs = _seen_by_zxing(characters)
    ours = as_printed(characters)
    assert theirs is None or theirs == ours or (theirs[1] == "Code 32" and characters.isdigit())


def _ends_with_check_character(characters: str) -> bool:
    """ISO/IEC 16388, annex A: the sum of all others modulo 43."""
    ordered = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"
    *others, last = map(ordered.index, characters)
    return bool(others) and sum(others) % 43 == last


def _seen_by_zxing(characters: str) -> tuple[str, str] | None:
    drawn = zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(characters, zxingcpp.BarcodeFormat.Code39), scale=2)
    found = zxingcpp.read_barcodes(
        drawn, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.Code39), text_mode=zxingcpp.TextMode.Plain
    )
    return (found[0].text, str(found[0].format)) if found else None
