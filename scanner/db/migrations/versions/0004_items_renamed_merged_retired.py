"""Items that have another SKU now, were merged into another, or are retired; and what was changed about items."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "old_sku",
        sa.Column("sku", sa.String(64), nullable=False),
        sa.Column("item_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_old_sku_item_id")),
        sa.PrimaryKeyConstraint("sku", name=op.f("pk_old_sku")),
    )
    op.create_index("ix_old_sku_item_id", "old_sku", ["item_id"])
    op.create_table(
        "merged_item",
        sa.Column("item_id", NUMBER, nullable=False),
        sa.Column("into_id", NUMBER, nullable=False),
        sa.CheckConstraint("item_id <> into_id", name=op.f("ck_merged_item_itself")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_merged_item_item_id")),
        sa.ForeignKeyConstraint(["into_id"], ["item.id"], name=op.f("fk_merged_item_into_id")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_merged_item")),
    )
    op.create_index("ix_merged_item_into_id", "merged_item", ["into_id"])
    op.create_table(
        "retired_item",
        sa.Column("item_id", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_retired_item_item_id")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_retired_item")),
    )
    op.create_table(
        "item_change",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("item_id", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("operator_id", NUMBER, nullable=False),
        sa.Column("action", sa.String(12), nullable=False),
        sa.Column("before", sa.String(400), nullable=False),
        sa.Column("after", sa.String(400), nullable=False),
        sa.Column("detail", sa.String(1000), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_change_item_id")),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_item_change_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_change")),
    )
    op.create_index("ix_item_change_item_id", "item_change", ["item_id"])
    refuse_changes()


def refuse_changes() -> None:
    """What was changed about an item stays on record."""
    if op.get_bind().dialect.name == "sqlite":
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER item_change_no_{action.lower()} BEFORE {action} ON item_change "
                "BEGIN SELECT RAISE(ABORT, 'item_change is append-only'); END"
            )
        return
    op.execute(
        "CREATE TRIGGER item_change_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON item_change "
        "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
    )
