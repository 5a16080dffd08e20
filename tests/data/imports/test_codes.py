"""Which cells are taken for a code, as what, and which are refused with what to do."""

import pytest

from scanner.data import imports
from scanner.data.imports.codes import bare, doubt, lost_zero, no_barcode, no_code
from scanner.data.imports.report import NOT_SHOWN, ImportProgress
from scanner.data.imports.writes import Rehearsal, Writes
from scanner.scans import meanings
from scanner.workflows import IMPORTS
from tests.data.imports.conftest import NOON
from tests.support.said import problems

EAN, UPC = "4006381333931", "036000291452"
GTIN_CODES = "code,sku\n"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("'5901234123457", "5901234123457"),  # what a spreadsheet puts before text, and shops before barcodes
        ("''MUG", "MUG"),
        ('="036000291452"', "036000291452"),  # how programs keep a spreadsheet from taking zeros
        ('= "036000291452"', "036000291452"),
        ('"036000291452"', "036000291452"),
        ("\u201c036000291452\u201d", "036000291452"),  # quotes of a word processor
        ("'=A1", "=A1"),  # an export's guard
        ("\u200e4006381333931\u200f", EAN),  # direction marks, copied out of a web page
        ("4006381\u200b333931", EAN),
        ("\ufeff4006381333931", EAN),
        ("4006381333931\u00a0", EAN),
        ("A\u201101\u20101", "A-01-1"),  # hyphens at which no line breaks
        ("MUG\u00adB", "MUGB"),  # a soft hyphen is seen at the end of a line only
        ("\u202aMUG-B\u202c", "MUG-B"),
        ("\uff14\uff10\uff10\uff16\uff13\uff18\uff11\uff13\uff13\uff13\uff19\uff13\uff11", EAN),  # full-width digits
        ("\uff2d\uff35\uff27\uff0d\uff22", "MUG-B"),
        ("O'Neil-7", "O'Neil-7"),
        ('5" PIPE', '5" PIPE'),
    ],
)
def test_marks_and_unseen_characters_are_taken_off(cell, text):
    assert bare(cell) == text


@pytest.mark.parametrize("cell", ["=A1&B1", "=VLOOKUP(A2;B:C;2;0)", '=TEXT(A1,"0")', "=4006381333931"])
def test_a_formula_that_nobody_worked_out_is_refused(cell):
    with pytest.raises(ValueError, match="not a formula"):
        bare(cell)


NO_CODES = [
    ("N/A", "where there is none"), ("n/a", "where there is none"), ("none", "where there is none"), ("-", "where there is none"),
    ("TBD", "where there is none"), ("null", "where there is none"), ("NaN", "where there is none"),  # pandas
    ("Does not apply", "where there is none"), ("Nicht zutreffend", "where there is none"),  # feeds of marketplaces
    ("Non applicable", "where there is none"), ("No aplicable", "where there is none"), ("不适用", "where there is none"),
    ("(null)", "where there is none"), ("<NA>", "where there is none"), ("not applicable.", "where there is none"),
    ("TBD!", "where there is none"), ("No barcode yet", "where there is none"), ("***", "where there is none"),
    ("#N/A", "error of a formula"), ("#REF!", "error of a formula"), ("#VALUE!", "error of a formula"),
    ("#NAME?", "error of a formula"), ("#DIV/0!", "error of a formula"), ("#SPILL!", "error of a formula"),
    ("#NV", "error of a formula"), ("#BEZUG!", "error of a formula"), ("#WERT!", "error of a formula"),  # German
    ("#VALEUR!", "error of a formula"), ("#¡REF!", "error of a formula"), ("#RIF!", "error of a formula"),
    ("ERR:502", "error of a formula"), ("Fehler:502", "error of a formula"),  # LibreOffice
    ("########", "error of a formula"),  # a column that was too narrow
    ("Total", "row of totals"), ("Gesamtsumme", "row of totals"),
    ("CMD-UNDO", "not a command"), ("cmd-qty-12", "not a command"), ("CMD-DAMAGED-DOA", "not a command"),
    ("CMD-LINE-7", "not a command"),
    ("A–01–1", "plain hyphens"), ("A−1", "plain hyphens"),  # a word processor's dash, a typographer's minus
    ("А-01-B", "only looks like a Latin letter"),  # its first letter is Cyrillic
    ("K\ufffdSE-1", "character that was lost"), ("٤٠٠٦", "digits 0 to 9"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), NO_CODES)
def test_what_can_be_no_code_is_refused(text, words):
    assert words in no_code(text)


DOUBTED = [
    ("4.00638E+12", "every digit"), ("4,00638E+12", "every digit"), ("4.01E12", "every digit"), ("4e+12", "every digit"),
    ("1.00E-05", "every digit"),
    ("0", "not zero"), ("00000000", "not zero"), ("0.0", "not zero"), ("0000000000000", "not zero"),
    ("10023.0", "not as a number"), ("10023,00", "not as a number"), ("4006381333930.0", "not as a number"),
    ("4,006,381,333,931", "not as a number"), ("4.006.381.333.931", "not as a number"), ("4'006'381'333'931", "not as a number"),
    ("95011010000000000", "keeps fifteen"), ("123456789012345000", "keeps fifteen"),
    ("4006381333931 / 4006381333948", "one code in a cell"), ("4006381333931;4006381333948", "one code in a cell"),
    ("4006381333931,4006381333948", "one code in a cell"), ("4006381333931|4006381333948", "one code in a cell"),
    ("4006381333931 4006381333948", "one code in a cell"), ("4006381333931\n4006381333948", "one code in a cell"),
    ("4006381333931 and 4006381333948", "one code in a cell"), ("40123455/36000291452", "one code in a cell"),
    ("PO-1001; PO-1002", "one code in a cell"), ("PO-1001, PO-1002", "one code in a cell"),
    ("MUG-1\tMUG-2", "one code in a cell"),
    ("*MUG-B*", "without asterisks"),  # for a font of Code 39
    ("4006381333931;", "without ';'"), ("MUG-B,", "without ','"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), DOUBTED)
def test_what_a_program_has_spoilt_is_refused(text, words):
    assert words in doubt(text)


@pytest.mark.parametrize(
    "text",
    [
        "MUG-B", "E12", "12E5", "1E-05", "A-01-1", "10.5", "1.2.3", "1.001.002", "M6x1.0", "M6 X 20", "1,5MM", "A/B", "A;B",
        "0-1", "007", "100", "123456789012345", "1234567890123450", "ISO 9001/2015", EAN, UPC, "095011010000000018", "#1001",
        "R&D-7", "K-ä-1", "SO 5107", "4 006381 333931", "Nana", "Sum-1", "CMDR-1", "https://example.org/01/1",
    ],
)  # fmt: skip
def test_a_code_of_a_shop_may_look_like_anything_else(text):
    assert bare(text) == text and no_code(text) is None and doubt(text) is None


@pytest.mark.parametrize(
    ("digits", "full"),
    [
        ("36000291452", UPC),  # UPC-A has 12 digits
        ("9800895007", "009800895007"),  # two zeros in front
        ("306406152", "0306406152"),  # an ISBN of a book in English
        ("123456780", None),
        ("3598215088", None),  # ten digits that are an ISBN
        ("4252614", "04252614"),  # UPC-E of number system 0
        ("0123457", None),  # a spreadsheet takes all zeros
        ("1234568", None),  # neither a GTIN-8 nor a UPC-E
        ("95011010000000018", "095011010000000018"),  # an SSCC
        ("36000291453", None),
        ("123456", None),
        (UPC, None),
        ("MUG-B", None),
    ],
)
def test_a_lost_zero_is_found_by_the_check_digit(digits, full):
    assert lost_zero(digits) == full


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("36000291452", "a code with its zeros: 036000291452"),
        ("4006381333930", "1 for the last digit"),  # a slip in typing
        ("12345678", "0 for the last digit"),
        ("036000291453", "2 for the last digit"),
        ("EAN 4006381333931", "the number alone: 4006381333931"),
        ("ISBN: 978-0-306-40615-7", "the number alone: 978-0-306-40615-7"),
        ("4006381333931 (case)", "the number alone: 4006381333931"),
        ("<GS>010950110153000310A", "not the whole label"),
        ("-4006381333931", "the number alone: 4006381333931"),
        ("(4006381333931)", "the number alone: 4006381333931"),
        ("4E12", "every digit"),  # 13 digits, all but one of them lost
    ],
)
def test_a_retail_code_with_a_fault_is_no_barcode(text, words):
    assert words in no_barcode(text) and "say yes in a column “own”" in no_barcode(text)


@pytest.mark.parametrize("text", [EAN, UPC, "40123455", "04252614", "14006381333938", "12345", "MUG", "12E5", "(01)123"])
def test_a_sound_one_is_a_barcode(text):
    assert no_barcode(text) is None


COLUMNS_WITH_CODES = [
    ("items", "sku\n{}\n", "sku"),
    ("barcodes", "code,sku\n{},MUG-B\n", "code"),
    ("barcodes", "code,sku\nX-1,{}\n", "sku"),
    ("kits", "kit_sku,sku\n{},MUG-B\n", "kit_sku"),
    ("locations", "code\n{}\n", "code"),
    ("locations", "code,section\nB-01-1,{}\n", "section"),
    ("sections", "code,owner\n{},Olga\n", "code"),
    ("stock", "location,sku,units\n{},MUG-B,1\n", "location"),
    ("receipts", "reference,sku,expected\n{},MUG-B,1\n", "reference"),
    ("receipts", "reference,sku,expected,asn\nPO-1,MUG-B,1,{}\n", "asn"),
    ("receipts", "reference,sku,expected,sscc\nPO-1,MUG-B,1,{}\n", "sscc"),
    ("returns", "reference,sku\n{},MUG-B\n", "reference"),
    ("returns", "reference,sku,order\nRMA-1,MUG-B,{}\n", "order"),
    ("operators", "badge\n{}\n", "badge"),
]


@pytest.mark.parametrize(("kind", "text", "column"), COLUMNS_WITH_CODES)
@pytest.mark.parametrize("cell", ["4.00638E+12", "0", "N/A", "#N/A", "CMD-UNDO", "CMD-SCRAP", "10023.0", "=A1", "K\ufffd-1"])
def test_every_column_with_a_code_refuses_them(catalog, kind, text, column, cell):
    found = problems(catalog, kind, text.format(cell))
    assert len(found) == 1 and found[0].startswith(f"line 2, column {column}: expected ") and is_told(kind, cell, found[0])


def is_told(kind, cell, problem):
    """Whether a problem says what came; of a badge it never does."""
    return problem.endswith(f"got {NOT_SHOWN}" if kind == "operators" else f"got {cell!r}")


def test_an_optional_code_may_be_blank(catalog):
    assert catalog("receipts", "reference,sku,expected,asn,sscc\nPO-1,MUG-B,1,,\n").added == 1


class TestBarcodesAsTheyAreWritten:
    @pytest.mark.parametrize(
        ("cell", "printed"),
        [
            ("'5901234123457", "5901234123457"),
            ('"=""036000291452"""', UPC),
            ("4006381333931.0", EAN),  # a float's spelling: the check digit tells that no digit is lost
            ('"4006381333931,00"', EAN),
            ("4 006381 333931", EAN),  # as it is printed
            ("0 36000 29145 2", UPC),
            ("\u200b4006381333931", EAN),
            ("978-0-306-40615-7", "9780306406157"),
            ("04252614", "04252614"),  # a UPC-E
        ],
    )
    def test_are_taken(self, catalog, dump, cell, printed):
        catalog("barcodes", f"code,sku\n{cell},MUG-B\n")
        assert dump("barcodes").startswith("code,sku,units\n") and not problems_of(catalog, printed)

    @pytest.mark.parametrize("cell", ["36000291452", "4006381333930", "12345678", "4E12", "4006381333931 / 4006381333948"])
    def test_that_are_doubtful_are_taken_as_numbers_of_our_own(self, catalog, dump, cell):
        assert "own" in problems(catalog, "barcodes", f"code,sku\n{cell},MUG-B\n")[0] or "/" in cell
        catalog("barcodes", f"code,sku,own\n{cell},MUG-B,yes\n")
        assert dump("barcodes") == f"code,sku,units,own\n{cell},MUG-B,1,yes\n"
        assert catalog("barcodes", dump("barcodes")).unchanged == 1

    @pytest.mark.parametrize("cell", ["N/A", "CMD-DONE", "(01)04006381333931"])
    def test_that_can_never_scan_are_not_taken_as_our_own_either(self, catalog, cell):
        assert problems(catalog, "barcodes", f"code,sku,own\n{cell},MUG-B,yes\n")


def problems_of(catalog, code):
    """What is wrong with a file that says the same of the code in its plain spelling: nothing where it is there already."""
    return [] if catalog("barcodes", f"code,sku\n{code},MUG-B\n").unchanged == 1 else ["not there"]


class TestOneCodeMeansOneThing:
    def test_in_any_of_its_lengths(self, catalog):
        catalog("barcodes", f"code,sku\n{UPC},MUG-B\n")
        for kind, text in (
            ("items", "sku\n0036000291452\n"),
            ("locations", f"code\n{UPC}\n"),
            ("receipts", "reference,sku,expected\n00036000291452,MUG-B,1\n"),
        ):
            assert "which means something else already" in problems(catalog, kind, text)[0]

    def test_a_barcode_may_be_the_sku_of_its_own_item_in_any_length(self, catalog):
        catalog("items", f"sku\n{UPC}\n")
        assert catalog("barcodes", f"code,sku\n0{UPC},{UPC}\n").added == 1
        assert catalog("items", f"sku\n{UPC}\n").unchanged == 1

    def test_two_items_have_not_one_gtin_for_a_sku(self, catalog):
        assert "again, first on line 2" in problems(catalog, "items", f"sku\n{UPC}\n0{UPC}\n")[0]
        catalog("items", f"sku\n{UPC}\n")
        for zeros in ("0", "00"):
            assert f"the item {UPC}" in problems(catalog, "items", f"sku\n{zeros}{UPC}\n")[0]

    def test_a_barcode_is_not_the_sku_of_another_item(self, catalog):
        catalog("items", f"sku\n{UPC}\n")
        assert "means something else already" in problems(catalog, "barcodes", f"code,sku\n0{UPC},MUG-B\n")[0]

    def test_a_barcode_is_no_announced_carton(self, catalog):
        catalog("receipts", "reference,sku,expected,sscc\nPO-1,MUG-B,1,095011010000000018\n")
        assert "means something else already" in problems(catalog, "barcodes", "code,sku\n095011010000000018,MUG-B\n")[0]


class TestANote:
    def test_says_that_an_item_is_there_with_zeros_in_front(self, catalog):
        catalog("items", "sku\n00123\n")
        assert "is it 00123" in catalog("items", "sku\n123\n").notes[0]

    def test_says_that_a_new_sku_may_have_lost_its_zero(self, catalog):
        assert catalog("items", "sku\n36000291452\n").notes == (
            "line 2, column sku: 36000291452 is taken as it stands; is it 036000291452, with its zero lost?",
        )
        assert catalog("items", "sku\n36000291452\n").notes == ()  # it is there already


def test_an_item_that_is_named_without_its_zeros_is_found_out(catalog):
    catalog("items", "sku\n00123\n")
    assert problems(catalog, "stock", "location,sku,units\nA-01-1,123,1\n") == [
        "line 2, column sku: expected an item that is here: there is none with this SKU "
        "(is it 00123, with its zeros lost?), got '123'"
    ]


def test_a_gtin_in_brackets_is_told_to_stand_alone(catalog):
    assert "(4006381333931 is its GTIN)" in problems(catalog, "barcodes", f"code,sku\n(01)0{EAN},MUG-B\n")[0]


def test_an_sscc_that_lost_its_zero_is_named(catalog):
    text = "reference,sku,expected,sscc\nPO-1,MUG-B,1,95011010000000018\n"
    assert "with the zero that was lost it is 095011010000000018" in problems(catalog, "receipts", text)[0]


@pytest.mark.parametrize("sscc", ["'095011010000000018", '"=""095011010000000018"""', "0 9501101 000000001 8"])
def test_an_sscc_is_read_in_its_usual_spellings(catalog, rows, sscc):
    assert catalog("receipts", f"reference,sku,expected,sscc\nPO-1,MUG-B,1,{sscc}\n").added == 1


@pytest.mark.parametrize("kind", imports.all_kinds(IMPORTS))
def test_a_file_of_any_kind_holds_the_codes_before_it_reads_what_is_there(database, monkeypatch, kind):
    held = []
    monkeypatch.setattr(meanings, "hold_codes", held.append)
    importer = imports.all_kinds(IMPORTS)[kind]
    database.transact(lambda session: importer(Writes(session), ImportProgress(), None, NOON))
    assert held
    held.clear()
    with database.read() as session:
        importer(Rehearsal(session), ImportProgress(), None, NOON)
    assert not held
