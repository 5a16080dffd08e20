"""Files that are brought in, and those of their rows that wait for their turn."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STAGES = "'waiting', 'reading', 'checking', 'keeping', 'bringing', 'done', 'refused', 'cancelled', 'failed'"


def upgrade() -> None:
    op.create_table(
        "file_import",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("operator_id", NUMBER, nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stage", sa.String(12), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("cancel", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.CheckConstraint(f"stage IN ({STAGES})", name=op.f("ck_file_import_stage")),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_file_import_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_import")),
    )
    op.create_table(
        "import_slice",
        sa.Column("import_id", NUMBER, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["file_import.id"], name=op.f("fk_import_slice_import_id")),
        sa.PrimaryKeyConstraint("import_id", "number", name=op.f("pk_import_slice")),
    )
