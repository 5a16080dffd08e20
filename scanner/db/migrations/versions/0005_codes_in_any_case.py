"""Indexes to find codes whatever the case of their letters: Caps Lock swaps them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

CODES = (("barcode", "code"), ("item", "sku"), ("location", "code"))


def upgrade() -> None:
    for table, column in CODES:
        op.create_index(f"ix_{table}_{column}_lower", table, [sa.text(f"lower({column})")])
