"""Retail numbers in their several spellings."""

import pytest

from scanner.codes.numbers import check_digit, expand_upce, has_check_digit
from scanner.decoding.gtins import compress_upca, key, spellings

SHORT_AND_LONG = {
    "01234505": "012000003455",  # ends in 0 to 2: it stands before four noughts
    "01234531": "012300000451",  # ends in 3
    "01234543": "012340000053",  # ends in 4
    "01234565": "012345000065",  # ends in 5 to 9
}


@pytest.mark.parametrize(("short", "long"), SHORT_AND_LONG.items())
def test_a_upc_e_stands_for_a_upc_a(short, long):
    assert expand_upce(short)[:-1] == long[:-1]


@pytest.mark.parametrize("short", ["01234565", "04210007", "14567892"])
def test_a_upc_e_is_found_again_from_its_upc_a(short):
    assert expand_upce(compress_upca(expand_upce(short))) == expand_upce(short)


def test_most_upc_a_have_no_upc_e():
    assert compress_upca("036000291452") == ""


@pytest.mark.parametrize("number", ["4006381333931", "96385074", "012345678905", "15012345678907", "395011015300000011"])
def test_check_digits_of_every_length(number):
    assert check_digit(number[:-1]) == number[-1]
    assert has_check_digit(number)
    assert not has_check_digit(number[:-1] + str((int(number[-1]) + 1) % 10))


def test_a_gtin_is_spelled_itself_first_then_longer_and_shorter():
    assert list(spellings("012345678905", "UPC-A")) == ["012345678905", "0012345678905", "00012345678905"]


def test_other_payloads_have_one_spelling():
    assert list(spellings("LOC-A-01", "Code 128")) == ["LOC-A-01"]


def test_one_key_for_all_spellings_of_a_gtin():
    assert key("012345678905", "UPC-A") == key("0012345678905", "EAN-13") == "00012345678905"
