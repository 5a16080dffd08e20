"""Suppliers as a file."""

from __future__ import annotations

from io import BytesIO

import pytest

from scanner.data.exports import export_csv
from scanner.data.imports import ImportRefused, import_csv
from tests.support.warehouse import NOW, Warehouse

FILE = b'name,contact,email,phone,address,note\r\nAcme,Ann,ann@acme.example,+44 1,"1 Mill Lane, Leeds",slow\r\nBolt,,,,,\r\n'


def bring(warehouse: Warehouse, file: bytes) -> tuple[int, int, int]:
    done = warehouse.database.transact(import_csv, "suppliers", BytesIO(file), None, NOW)
    return done.added, done.changed, done.unchanged


def test_a_file_goes_in_comes_out_the_same_and_twice_changes_nothing(warehouse: Warehouse) -> None:
    assert bring(warehouse, FILE) == (2, 0, 0) and bring(warehouse, FILE) == (0, 0, 2)
    with warehouse.database.read() as session:
        out = "".join(export_csv(session, "suppliers"))
    assert out.encode() == FILE.replace(b"+44 1", b"'+44 1")
    assert bring(warehouse, out.encode()) == (0, 0, 2)


def test_a_blank_leaves_what_is_there(warehouse: Warehouse) -> None:
    bring(warehouse, FILE)
    assert bring(warehouse, b"name,note\nAcme,quick\nBolt,\n") == (0, 1, 1)


@pytest.mark.parametrize("file", [b"name,email\nAcme,at acme\n", b"name\nAcme\nAcme\n", b"contact\nAnn\n"])
def test_what_is_wrong_is_refused(warehouse: Warehouse, file: bytes) -> None:
    with pytest.raises(ImportRefused):
        bring(warehouse, file)
