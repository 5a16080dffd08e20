"""Every name that an engine can give is in the table; engines that name the same bars differently agree."""

import pytest
import zxingcpp

from scanner.decoding.symbologies import ALL, KIND_OF, KINDS, LINEAR, MATRIX, RARE_LINEAR, Rule, family, rule_of

NEVER_READ = {"NONE", "PARTIAL", "COMPOSITE", "SQCODE"}  # of ZBar's: states of its own, and symbols that it does not decode
LEFT_ALONE = {"EAN2", "EAN5", "ISBN10", "ISBN13", "UPCA", "PDF417"}  # off, or given as EAN-13; ZBar only finds a PDF417


@pytest.mark.parametrize("format", list(zxingcpp.barcode_formats_list(zxingcpp.BarcodeFormat.All)), ids=str)
def test_every_name_of_zxing_cpp_has_a_kind_and_a_rule_of_trust(format):
    assert str(format) in KIND_OF
    assert isinstance(rule_of(str(format)), Rule)


def test_every_symbology_that_zxing_cpp_reads_is_looked_for():
    wanted = {format for name in ALL for format in KINDS[name].formats}
    readable = zxingcpp.barcode_formats_list(zxingcpp.BarcodeFormat.AllReadable)
    assert {str(one) for one in readable if one.symbology not in {each.symbology for each in wanted}} == set()


def test_every_name_of_zbar_is_taken_or_left_for_a_reason():
    pyzbar = pytest.importorskip("pyzbar.pyzbar", reason="libzbar is not there", exc_type=ImportError)
    taken = {name for kind in KINDS.values() for name in kind.zbar}
    assert taken | NEVER_READ | LEFT_ALONE == {symbol.name for symbol in pyzbar.ZBarSymbol}


def test_every_kind_is_looked_for_once():
    assert sorted(ALL) == sorted({*LINEAR, *RARE_LINEAR, *MATRIX})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Pharmazentralnummer", "Code 39"),  # ZBar knows the bars alone
        ("Code 32", "Code 39"),
        ("Code 39 Extended", "Code 39"),
        ("ITF-14", "ITF"),
        ("DataBar Stacked Omni", "DataBar"),
        ("UPC-A", "EAN-13"),  # the same number, with a nought in front
        ("UPC-E", "UPC-A"),
    ],
)
def test_names_of_the_same_bars_are_one_family(one, other):
    assert family(one) == family(other)


@pytest.mark.parametrize(("one", "other"), [("Micro QR Code", "QR Code"), ("Code 93", "Code 39"), ("DataBar", "EAN-13")])
def test_other_bars_are_another_family(one, other):
    assert family(one) != family(other)
