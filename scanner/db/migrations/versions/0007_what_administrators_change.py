"""Addresses of other systems can be removed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("webhook", sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
