"""Sessions that the server can end, and wrong tries as levels that sink, in place of a row for each.

Devices on which somebody signed in before are devices of the house. Wrong tries of the last minutes are forgotten.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "device_session",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("operator_id", NUMBER, nullable=False),
        sa.Column("device", sa.String(64), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("browser", sa.String(200), nullable=False),
        sa.Column("began_at", TIME, nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("locked_at", TIME, nullable=True),
        sa.Column("confirmed_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_device_session_operator_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_device_session")),
    )
    op.create_index(op.f("ix_device_session_operator_id"), "device_session", ["operator_id"])
    op.create_index(op.f("ix_device_session_device"), "device_session", ["device"])
    op.create_table(
        "wrong_tries",
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("level", sa.Float(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("owed", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_wrong_tries")),
    )
    op.add_column("sign_in", sa.Column("of_house", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.drop_table("sign_in_failure")
