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
STACKED = ("DataBar Stacked", "0109501101530003")
TRUSTED = {
    "Reed-Solomon corrects a Data Matrix": [("Data Matrix", "X", "zxing", "glance")],
    "both engines on the picture as it is": [(*EAN, "zxing", "glance"), (*EAN, "zbar", "second opinion")],
    "both engines twice each": [(*EAN, engine, f"~{rung}") for engine in ("zxing", "zbar") for rung in "ab"],
    "the grey profile's word": [(*EAN, "zxing", "glance"), (*EAN, "profile", "confirmed")],
    "Code 128 seen twice": [("Code 128", "LOC-1", "zxing", "glance"), ("Code 128", "LOC-1", "zbar", "ZBar")],
    "an ITF-14 with its check digit": [("ITF", "15012345678907", "zxing", "glance"), ("ITF", "15012345678907", "zbar", "Z")],
    "a DataBar that both engines read": [(*STACKED, "zxing", "rare kinds"), ("DataBar", STACKED[1], "zbar", "second opinion")],
    "a DataBar that is read again enlarged": [(*STACKED, "zxing", rung) for rung in ("rare kinds", "second opinion")],
    "an expanded DataBar seen twice": [
        ("DataBar Expanded", STACKED[1], "zxing", rung) for rung in ("rare kinds", "any way round")
    ],
    "a Micro QR seen twice": [("Micro QR Code", "AB12", "zxing", rung) for rung in ("rare kinds", "second opinion")],
    "an rMQR, which Reed-Solomon corrects": [("rMQR Code", "AB12", "zxing", "rare kinds")],
    "a PZN in which ZBar sees a Code 39": [
        ("Pharmazentralnummer", "-27580899", engine, "glance") for engine in ("zxing", "zbar")
    ],
}
GUESSES = {
    "one engine, one look": [(*EAN, "zxing", "glance")],
    "one engine, the same thin line four times": [(*EAN, "zxing", rung) for rung in ("glance", "~a", "~b", "~c")],
    "both engines on a changed picture alone": [(*EAN, "zxing", "~sharpened"), (*EAN, "zbar", "~sharpened")],
    "a Code 39 read by one": [("Code 39", "TEXT", "zxing", "glance"), ("Code 39", "TEXT", "zxing", "any way round")],
    "a Code 39 of one letter": [("Code 39", "T", "zxing", "glance"), ("Code 39", "T", "zbar", "ZBar")],
    "a DataBar read once": [(*STACKED, "zxing", "rare kinds")],
    "a DataBar read again in nearly the same picture": [(*STACKED, "zxing", rung) for rung in ("rare kinds", "any way round")],
    "a Micro QR read once: the smallest only detect errors": [("Micro QR Code", "12", "zxing", "rare kinds")],
    "an Aztec rune read once: it holds eight bits": [("Aztec Rune", "025", "zxing", "glance")],
    "the edge of a film, which has one parity bit": [("DX Film Edge", "79-2", "zxing", rung) for rung in ("a", "b", "c")],
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


TALL, A_FEW_LINES = ((0, 0), (300, 0), (300, 200), (0, 200)), ((5, 90), (295, 90), (295, 96), (5, 96))
ELSEWHERE = ((0, 300), (300, 300), (300, 306), (0, 306))


def in_the_same_bars(few_lines: tuple, accept=None) -> Claims:
    """Another number that both engines read, in a few lines of the bars or elsewhere, and one that is read along them all."""
    found = claims(("EAN-13", "9074932437075", "zxing", "glance"), accept=accept, corners=few_lines)
    found.add(_seen("9074932437075", few_lines, engine="zbar", lines=6), few_lines, "second opinion")
    found.add(_seen(EAN[1], TALL, engine="zxing"), TALL, "any way round")
    return found


def _seen(text: str, corners: tuple, *, engine: str, lines: int | None = None) -> Sighting:
    return Sighting(text=text, symbology="EAN-13", corners=corners, aim="", engine=engine, lines=lines)


def test_a_box_of_a_few_lines_does_not_outvote_one_that_fills_the_same_bars():
    assert [one.trusted for one in in_the_same_bars(A_FEW_LINES).readings()] == [False, False]


def test_a_few_lines_are_not_believed_against_the_bars_even_if_their_number_is_known_here():
    found = in_the_same_bars(A_FEW_LINES, accept={"9074932437075"}.__contains__)
    assert [one.trusted for one in found.readings()] == [False, False]


def test_a_box_of_a_few_lines_elsewhere_is_another_label():
    assert [one.text for one in in_the_same_bars(ELSEWHERE).readings() if one.trusted] == ["9074932437075"]


def test_zbar_s_box_counts_no_taller_than_the_lines_that_agreed():
    found = claims(("EAN-13", "9074932437075", "zxing", "glance"), corners=A_FEW_LINES)
    found.add(_seen("9074932437075", TALL, engine="zbar", lines=6), TALL, "second opinion")
    found.add(_seen(EAN[1], TALL, engine="zxing"), TALL, "any way round")
    assert not found.is_settled()


def test_a_zbar_box_over_several_labels_of_one_text_takes_no_trust_from_those_between():
    found = claims(("EAN-13", "9074932437075", "zxing", "glance"), corners=A_FEW_LINES)
    found.add(_seen("9074932437075", A_FEW_LINES, engine="zbar", lines=6), A_FEW_LINES, "second opinion")
    found.add(_seen(EAN[1], TALL, engine="zbar", lines=60), TALL, "ZBar")
    assert [one.text for one in found.readings() if one.trusted] == ["9074932437075"]


@pytest.mark.parametrize("spelling", ["A123456788", "123456788", "3PRM8N"])
def test_a_code_32_is_given_in_the_spelling_that_is_known_here(spelling):
    found = claims(("Code 32", "A123456788", "zxing", "glance"), accept={spelling}.__contains__)
    assert [(one.text, one.trusted) for one in found.readings()] == [(spelling, True)]


@pytest.mark.parametrize("spelling", ["0109501101530003", "09501101530003", "9501101530003"])
def test_a_databar_is_known_by_its_gtin(spelling):
    assert claims((*STACKED, "zxing", "rare kinds"), accept={spelling}.__contains__).is_settled()


GRAINY = [
    ("Code 39", "PART 12-B", "zxing", rung) for rung in ("any way round", "second opinion", "~combed above", "~combed below")
]


def test_bars_that_zbar_cannot_read_are_believed_once_seen_four_times_and_once_along_most_of_them():
    found = claims(*GRAINY)
    assert not found.is_settled()
    found.add(Sighting(text="PART 12-B", symbology="Code 39", corners=BOX, aim="", engine="zxing"), BOX, "any way round")
    assert found.is_settled()


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
