"""A migration that has landed is never changed: somebody's warehouse has run it as it was."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from scanner.db import migrations

VERSIONS = Path(migrations.__file__).parent / "versions"
LANDED = {
    "0001_the_first_schema.py": "ee46c23d2d8a9f65b22fbabf61afadb8227c7427299f172230825c67cda83ee6",
    "0002_what_a_scan_writes.py": "1f9b0c907c67813da83d2ba81b163902c2d8a51764cfe906267290783c4f0d17",
    "0003_what_waits_for_an_answer.py": "e89c451c5fa2ae00fe0aa66d5d2f64893e70bb4cc2b51348234bd30fe84d451e",
    "0004_items_renamed_merged_retired.py": "d2cf1304d53066e5c9ff563505ca82e2439664061a24535d02846e64cfe66b80",
    "0005_codes_in_any_case.py": "0c1478d30b534349bc66eb52e81ad14805a1754d5d55fa1d99ed8b047ceaf37f",
    "0006_sessions_on_the_server.py": "33a80d444898db4b53d7e442ceb675188cd1cafb880ad9739cff343fa4464da4",
    "0007_what_administrators_change.py": "b875fb1be31ad5c85098824a167f6fc25bfb2bd9c1a63c3b98ade472c8f3b206",
    "0008_files_brought_in.py": "131ce48549902f7135fe4b639cea5ae718e12a4960dfe1711e7c6060be536e11",
    "0009_goods_move_and_orders.py": "ca683b237e5e9a85d31a220e5a7bb846b41d1820bb0400d954d21e44f09e6351",
    "0010_the_shop_sets_itself_up.py": "fb6bbb927fab923e35dfc2bb6b13652d950e1ad640189a707f6e13acd34fdd11",
    "0011_receipts_in_pages.py": "f485184c2b74e45492f6fd568d80c0b9f3c340724e563f9c233fe63e85817375",
    "0012_what_goods_cost.py": "d64c3f56edb697d8512b2c302533ba68ef72559c59402bf1088dfcd3caa7de68",
    "0013_drift_is_steered.py": "6ac5a37c3f3d2f5af367ea31afb5c752a9f6fcb957c7c7b9e757a2dd2ffed0fd",
}
"""The SHA-256 of each. A row is added once its migration has landed, and stays as it is from then on."""


def sha256(migration: Path) -> str:
    """The SHA-256 of a file's text, whatever ends its lines."""
    return hashlib.sha256(migration.read_text(encoding="utf-8").encode()).hexdigest()


@pytest.mark.parametrize("name", LANDED)
def test_a_landed_migration_is_as_it_landed(name: str) -> None:
    frozen = f"{name} has landed, and warehouses have run it: put it back as it was, and write a new migration instead."
    assert (VERSIONS / name).is_file(), frozen
    assert sha256(VERSIONS / name) == LANDED[name], frozen


def test_only_the_newest_migration_may_still_be_changed() -> None:
    *older, newest = sorted(VERSIONS.glob("*.py"))
    lacking = {path.name: sha256(path) for path in older if path.name not in LANDED}
    assert not lacking, f"{newest.name} comes after these: they have landed, so add their rows to LANDED."


def test_line_ends_are_no_change(tmp_path: Path) -> None:
    one, other = tmp_path / "one.py", tmp_path / "other.py"
    one.write_bytes(b"a = 1\nb = 2\n")
    other.write_bytes(b"a = 1\r\nb = 2\r\n")
    assert sha256(one) == sha256(other)
