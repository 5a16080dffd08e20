"""Receipts in the order of their numbers, so that a page of them reads no others."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_index("ix_task_kind_reference", "task", ["kind", "reference"])
