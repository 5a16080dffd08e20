"""Bytes are read where it is certain which characters they are, and else refused with what to save as."""

import pytest

from scanner.data.imports.encoding import Unreadable, encoding_of
from tests.support.said import done, problems

WEST = (
    "sku,name\nMUG-B,Käse für Zoë\nCUP,Crème brûlée d’été\nSET,¿Qué? ½ l, 5 m², 20 °C, 3 €, »groß«\n"
    "NR,Nº 5 – œuvre\nTEE,Smørrebrød på Ås\n"
)


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),  # without its mark: a NUL in every other place
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("cp1252", "cp1252"),
    ],
)
def test_a_text_is_read_as_it_was_written(encoding, name):
    assert encoding_of(WEST.encode(encoding)) == name
    assert WEST.encode(encoding).decode(name) == WEST


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Käse", "mac-roman"), ("Müller", "mac-roman"), ("Größe", "mac-roman"), ("José", "mac-roman"), ("María", "mac-roman"),
        ("España", "mac-roman"), ("Ärzte", "mac-roman"),
        ("Käse", "cp850"), ("Müller", "cp437"), ("café", "cp850"), ("Größe", "cp850"),
        ("Łódź", "cp1250"), ("żółty", "cp1250"), ("Kraków, część", "cp1250"), ("Braşov", "cp1250"),
        ("řeka, město", "iso8859-2"), ("hűtő", "cp1250"), ("erdő, kör", "iso8859-2"),
        ("Çarşı ışık", "cp1254"), ("Москва", "cp1251"), ("Москва", "koi8-r"), ("Αθήνα", "cp1253"), ("שלום", "cp1255"),
        ("日本語", "shift-jis"), ("中文", "gbk"), ("中文", "big5"), ("한국어", "euc-kr"),
    ],
)  # fmt: skip
def test_another_alphabet_is_not_read_as_windows_1252(text, encoding):
    with pytest.raises(Unreadable, match="surely Windows-1252"):
        encoding_of(f"sku,name\nA,{text} rest\n".encode(encoding))


def test_utf8_with_a_byte_of_something_else_is_not_read_as_windows_1252():
    with pytest.raises(Unreadable):
        encoding_of("sku,name\nA,Käse\nB,".encode() + b"K\xe4se\n")


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_the_line_is_named_where_a_file_cannot_be_read(bring_in, ends):
    data = ends.join(["sku,name", "A,a", "B,M"]).encode() + b"\x9fhle"
    assert problems(bring_in, "items", data) == [
        "line 3, column (all): expected a CSV file in UTF-8 (in the spreadsheet: save as “CSV UTF-8”), "
        "got letters that are neither UTF-8 nor surely Windows-1252"
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_a_file_is_taken_in_any_dress(bring_in, dump, encoding, separator, ends):
    lines = [["sku", "name", "unit_cost"], ["MUG-B", '"Käse, 5 €; ""neu"" | Müller"', "3.50"], ["LAMP", "Lampe", ""]]
    text = ends.join(separator.join(cells) for cells in lines) + ends
    assert done(bring_in("items", text, encoding)) == (2, 2, 0, 0)
    assert 'MUG-B,"Käse, 5 €; ""neu"" | Müller",3.50,' in dump("items")


@pytest.mark.parametrize(
    ("data", "noun"),
    [
        (b"PK\x03\x04\x14\x00\x06\x00" + b"\x00" * 18 + b"[Content_Types].xml", "an Excel workbook"),
        (b"PK\x03\x04" + b"\x00" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "an OpenDocument file"),
        (b"PK\x03\x04" + b"\x00" * 40, "a ZIP file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel workbook of the old kind"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a picture"),
        (b"\x1f\x8b\x08", "a packed file"),
        (b"<html><table><tr><td>sku</td></tr></table>", "a web page or XML"),  # what some shops call .xls
        (b'{"sku": "A"}', "JSON"),
        (b'[{"sku": "A"}]', "JSON"),
    ],
)
def test_a_file_that_is_no_csv_is_called_by_its_name(bring_in, data, noun):
    assert problems(bring_in, "items", data)[0].endswith(f"(in the spreadsheet: save as “CSV UTF-8”), got {noun}")
