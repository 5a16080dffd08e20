"""Runs a migration that is to come, for a test that kills it: `next_migration.py URL FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from scanner.db.engine import Database
from scanner.db.migrations import migrate

NEXT = """
import time
from pathlib import Path
import sqlalchemy as sa
from alembic import op

revision, down_revision = "next", "{head}"


def upgrade():
    op.add_column("scan", sa.Column("shift", sa.String(8), nullable=False, server_default="day"))
    op.create_index("ix_scan_shift", "scan", ["shift"])
    (Path(__file__).parent.parent / "halfway").touch()
    if (Path(__file__).parent.parent / "slow").exists():
        time.sleep(30)
    op.execute("{then}")
"""


def write_migration(folder: Path, head: str, then: str = "UPDATE line SET scanned = scanned + 0") -> Path:
    """A migration behind `head` that changes the largest table; it dawdles half-way while a file called slow is there."""
    versions = folder / "versions"
    versions.mkdir()
    (versions / "next.py").write_text(NEXT.format(head=head, then=then))
    return versions


if __name__ == "__main__":
    migrate(Database(sys.argv[1]), "next", Path(sys.argv[2]))
