"""What holds for the whole house, suppliers, names of API tokens."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "house_fact",
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("value", sa.String(400), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_house_fact")),
    )
    op.add_column("api_token", sa.Column("name", sa.String(80), nullable=False, server_default=""))
    op.add_column("api_token", sa.Column("seen_at", TIME, nullable=True))
