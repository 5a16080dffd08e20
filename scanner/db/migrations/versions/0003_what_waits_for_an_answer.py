"""Held scans with the answer to them, and unknown codes that were dismissed.

Scans that were held before stay as they were: under the old rule, what nobody said yes to had been put aside.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ANSWERED = sa.text("answered_by IS NOT NULL")


CONFIRMS = sa.text("confirms IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "held",
        sa.Column("scan_seq", NUMBER, nullable=False),
        sa.Column("task_id", NUMBER, nullable=False),
        sa.Column("operator_id", NUMBER, nullable=False),
        sa.Column("device", sa.String(64), nullable=False),
        sa.Column("item_id", NUMBER, nullable=True),
        sa.Column("doubt", sa.String(12), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(8), nullable=True),
        sa.Column("answered_by", NUMBER, nullable=True),
        sa.CheckConstraint("answer IN ('taken', 'left', 'aside')", name=op.f("ck_held_answer")),
        sa.CheckConstraint("units > 0", name=op.f("ck_held_units")),
        sa.ForeignKeyConstraint(["scan_seq"], ["scan.seq"], name=op.f("fk_held_scan_seq")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_held_task_id")),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_held_operator_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_held_item_id")),
        sa.ForeignKeyConstraint(["answered_by"], ["scan.seq"], name=op.f("fk_held_answered_by")),
        sa.PrimaryKeyConstraint("scan_seq", name=op.f("pk_held")),
    )
    op.create_index("ix_held_task_id_item_id", "held", ["task_id", "item_id"])
    op.create_index("ix_held_answered_by", "held", ["answered_by"], sqlite_where=ANSWERED, postgresql_where=ANSWERED)
    # A yes can be taken back and said again, so two scans may confirm the same one.
    op.drop_index("uq_scan_confirms", "scan")
    op.create_index("ix_scan_confirms", "scan", ["confirms"], sqlite_where=CONFIRMS, postgresql_where=CONFIRMS)
    op.create_table(
        "dismissal",
        sa.Column("scan_seq", NUMBER, nullable=False),
        sa.Column("operator_id", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["scan_seq"], ["scan.seq"], name=op.f("fk_dismissal_scan_seq")),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_dismissal_operator_id")),
        sa.PrimaryKeyConstraint("scan_seq", name=op.f("pk_dismissal")),
    )
