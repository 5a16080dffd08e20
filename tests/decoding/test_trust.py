"""A wrong read books the wrong goods: what is weak waits for a second witness, or for a person."""

import pytest

from scanner.decoding import read_photo
from scanner.decoding.engines import Sighting
from scanner.decoding.trust import Claims
from tests.support.samples import sample

BOX = ((0, 0), (100, 0), (100, 40), (0, 40))
THIN = ((0, 0), (100, 0), (100, 2), (0, 2))


def claims(*sightings: tuple, accept=None, corners=THIN) -> Claims:
    found = Claims(accept)
    for symbology, text, engine, rung in sightings:
        lines = 20 if engine == "zbar" else None
        found.add(Sighting(text=text, symbology=symbology, corners=corners, aim="", engine=engine, lines=lines), corners, rung)
    return found


EAN, UPC = ("EAN-13", "4006381333931"), ("UPC-A", "012345678905")
TRUSTED = {
    "Reed-Solomon corrects a Data Matrix": [("Data Matrix", "X", "zxing", "glance")],
    "both engines on the picture as it is": [(*EAN, "zxing", "glance"), (*EAN, "zbar", "second opinion")],
    "both engines twice each": [(*EAN, engine, f"~{rung}") for engine in ("zxing", "zbar") for rung in "ab"],
    "the grey profile's word": [(*EAN, "zxing", "glance"), (*EAN, "profile", "confirmed")],
    "Code 128 seen twice": [("Code 128", "LOC-1", "zxing", "glance"), ("Code 128", "LOC-1", "zbar", "ZBar")],
    "an ITF-14 with its check digit": [("ITF", "15012345678907", "zxing", "glance"), ("ITF", "15012345678907", "zbar", "Z")],
}
GUESSES = {
    "one engine, one look": [(*EAN, "zxing", "glance")],
    "one engine, the same thin line four times": [(*EAN, "zxing", rung) for rung in ("glance", "~a", "~b", "~c")],
    "both engines on a changed picture alone": [(*EAN, "zxing", "~sharpened"), (*EAN, "zbar", "~sharpened")],
    "a Code 39 read by one": [("Code 39", "TEXT", "zxing", "glance"), ("Code 39", "TEXT", "zxing", "any way round")],
    "a Code 39 of one letter": [("Code 39", "T", "zxing", "glance"), ("Code 39", "T", "zbar", "ZBar")],
    "a fragment of an ITF": [("ITF", "5361", "zxing", "glance"), ("ITF", "5361", "zbar", "ZBar")],
}


@pytest.mark.parametrize("case", TRUSTED)
def test_a_reading_is_trusted_by(case):
    assert [reading.trusted for reading in claims(*TRUSTED[case]).readings()] == [True]


@pytest.mark.parametrize("case", GUESSES)
def test_a_reading_is_a_guess_from(case):
    assert [reading.trusted for reading in claims(*GUESSES[case]).readings()] == [False]


def test_a_zbar_read_of_few_lines_is_no_witness():
    found = claims((*EAN, "zxing", "glance"))
    found.add(Sighting(text=EAN[1], symbology=EAN[0], corners=BOX, aim="", engine="zbar", lines=2), BOX, "ZBar")
    assert not found.is_settled()


def test_one_engine_is_believed_that_sees_the_same_along_most_of_the_bars_again_and_again():
    looks = [(*EAN, "zxing", rung) for rung in ("glance", "any way round", "~half the size")]
    assert claims(*looks, corners=BOX).is_settled()


def test_a_code_that_is_known_here_is_trusted_at_the_first_look():
    known = {"4006381333931"}
    assert claims((*EAN, "zxing", "glance"), accept=known.__contains__).is_settled()


@pytest.mark.parametrize("spelling", ["012345678905", "0012345678905", "00012345678905"])
def test_a_gtin_is_known_in_any_of_its_lengths(spelling):
    assert claims((*UPC, "zxing", "glance"), accept={spelling}.__contains__).is_settled()


def test_a_upc_read_as_twelve_and_as_thirteen_digits_is_one_claim():
    found = claims((*UPC, "zxing", "glance"), ("EAN-13", "0012345678905", "zbar", "ZBar"))
    assert [reading.text for reading in found.readings()] == ["012345678905"]


def test_the_profile_alone_is_not_believed_against_both_engines():
    other = ("EAN-13", "6780031014989")
    found = claims((*EAN, "zxing", "~a"), (*EAN, "zbar", "~a"), (*other, "profile", "blurred bars"))
    assert [found.is_contradicted(claim) for claim in found.seen.values()] == [False, True]


def test_the_price_row_of_a_japanese_book_does_not_end_the_search():
    row = ("EAN-13", "1920081045006")
    assert not claims((*row, "zxing", "glance"), (*row, "zbar", "ZBar")).is_settled()


def test_the_price_row_of_a_book_whose_number_was_missed_is_a_guess():
    row = ("EAN-13", "1920081045006")
    assert [one.trusted for one in claims((*row, "zxing", "glance"), (*row, "zbar", "ZBar")).readings()] == [False]


def test_what_is_known_comes_before_what_is_merely_sure():
    link = ("QR Code", "https://example.org", "zxing", "glance")
    found = claims(link, (*EAN, "zxing", "glance"), accept={EAN[1]}.__contains__)
    assert [reading.text for reading in found.readings()] == [EAN[1], "https://example.org"]


def test_strangers_in_the_catalogue_are_never_read_into_a_blurred_photo():
    strangers = {f"87103985{number:04d}" for number in range(10_000)} - {"871039850000"}
    readings = read_photo(sample("ean13/out-of-focus.webp"), lambda text: text[:-1] in strangers)
    assert [reading.text for reading in readings if reading.trusted] == ["8710398500007"]


def test_a_spent_budget_gives_the_best_there_is_at_once():
    assert read_photo(sample("ean13/upright.webp"), budget_ms=0) == []
