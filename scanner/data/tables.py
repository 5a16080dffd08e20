"""When a warehouse was restored from a backup, and what files were brought in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary
from sqlmodel import Field, SQLModel

from scanner.db.columns import identity, moment, ref
from scanner.db.types import Sequence


class Restoration(SQLModel, table=True):
    """A restore from a backup. Devices that see an unknown mark send again what they sent in the last 24 hours."""

    id: int | None = identity()
    mark: str = Field(unique=True, max_length=32)
    at: datetime = moment()


class FileImport(SQLModel, table=True):
    """A file that is or was brought in. From the stage `bringing` on nothing stops it: all of it comes in.

    `done` of `total` rows are through the stage. `outcome` is JSON: what is worth a look, or what is wrong.
    """

    __tablename__ = "file_import"
    id: int | None = identity()
    kind: str = Field(max_length=24)
    name: str = Field(default="", max_length=200)  # of the file
    operator_id: int | None = ref("operator.id", null=True)  # None: a command
    started_at: datetime = moment()
    ended_at: datetime | None = moment(null=True)
    stage: str = Field(max_length=12)
    total: int = 0
    done: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    cancel: bool = False  # somebody asked for it
    outcome: str = "{}"
    digest: str = Field(default="", max_length=64)  # SHA-256 of the file, in hex

    __table_args__ = (
        CheckConstraint(
            "stage IN ('waiting', 'reading', 'checking', 'keeping', 'bringing', 'done', 'refused', 'cancelled', 'failed')",
            name="stage",
        ),
    )


class ImportSlice(SQLModel, table=True):
    """Checked rows of a file that are not in yet. It is deleted in the transaction that takes them in."""

    __tablename__ = "import_slice"
    import_id: int = Field(foreign_key="file_import.id", primary_key=True, sa_type=Sequence)
    number: int = Field(primary_key=True)
    rows: int
    content: bytes = Field(sa_type=LargeBinary)
