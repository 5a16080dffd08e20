"""Carts, the place of picked goods, damage found on shelves, and orders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    add_place_of_picked_goods()
    add_tables_of_moves()
    add_tables_of_orders()


def add_place_of_picked_goods() -> None:
    """A warehouse may have the code for something else, or the code of the cart of a person who comes later."""
    connection = op.get_bind()
    location = sa.table("location", *(sa.column(name) for name in ("code", "name", "kind", "section", "position")))
    taken = set(connection.execute(sa.select(sa.func.upper(location.c.code))).scalars())
    barcodes = sa.table("barcode", sa.column("code"))
    taken |= set(connection.execute(sa.select(sa.func.upper(barcodes.c.code))).scalars())
    code = next(code for code in ("PACKING", *(f"PACKING-{number}" for number in range(2, len(taken) + 3))) if code not in taken)
    op.bulk_insert(location, [{"code": code, "name": "Picked, not shipped", "kind": "packing", "section": "", "position": 0}])


def add_tables_of_moves() -> None:
    assumed = sa.text("source = 'assumed'")
    op.create_index("ix_scan_assumed", "scan", ["task_id"], sqlite_where=assumed, postgresql_where=assumed)
    op.create_table(
        "hand_cart",
        sa.Column("operator_id", NUMBER, nullable=False),
        sa.Column("location_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_hand_cart_operator_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_hand_cart_location_id")),
        sa.PrimaryKeyConstraint("operator_id", name=op.f("pk_hand_cart")),
        sa.UniqueConstraint("location_id", name=op.f("uq_hand_cart_location_id")),
    )
    op.create_table(
        "graded_move",
        sa.Column("scan_seq", NUMBER, nullable=False),
        sa.Column("disposition", sa.String(16), nullable=False),
        sa.Column("reason_id", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(["scan_seq"], ["scan.seq"], name=op.f("fk_graded_move_scan_seq")),
        sa.ForeignKeyConstraint(["reason_id"], ["return_reason.id"], name=op.f("fk_graded_move_reason_id")),
        sa.PrimaryKeyConstraint("scan_seq", name=op.f("pk_graded_move")),
    )


def add_tables_of_orders() -> None:
    op.create_table(
        "shop_order",
        sa.Column("task_id", NUMBER, nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("reference", sa.String(64), nullable=False),
        sa.Column("placed_at", TIME, nullable=True),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("version_is_time", sa.Boolean(), nullable=False),
        sa.Column("cancelled_at", TIME, nullable=True),
        sa.Column("shipped_at", TIME, nullable=True),
        sa.Column("choice", sa.String(8), nullable=False),
        sa.Column("assumed", sa.Boolean(), nullable=False),
        sa.Column("rest_of", NUMBER, nullable=True),
        sa.CheckConstraint("choice IN ('', 'wait', 'split')", name=op.f("ck_shop_order_choice")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_shop_order_task_id")),
        sa.ForeignKeyConstraint(["rest_of"], ["task.id"], name=op.f("fk_shop_order_rest_of")),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_shop_order")),
    )
    whole, rest = sa.text("rest_of IS NULL"), sa.text("rest_of IS NOT NULL")
    of_shop = ["channel", "reference"]
    op.create_index("ix_shop_order_of_shop", "shop_order", of_shop, unique=True, sqlite_where=whole, postgresql_where=whole)
    op.create_index("ix_shop_order_rest_of", "shop_order", ["rest_of"], sqlite_where=rest, postgresql_where=rest)
    op.create_table(
        "order_line",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("task_id", NUMBER, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("sku", sa.String(64), nullable=False),
        sa.Column("item_id", NUMBER, nullable=True),
        sa.Column("ordered", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Integer(), nullable=False),
        sa.CheckConstraint("ordered >= 0 AND cancelled >= 0 AND cancelled <= ordered", name=op.f("ck_order_line_units")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_order_line_task_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_order_line_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
        sa.UniqueConstraint("task_id", "name", name=op.f("uq_order_line_task_id_name")),
    )
    some = sa.text("item_id IS NOT NULL")
    op.create_index("ix_order_line_item_id", "order_line", ["item_id"], sqlite_where=some, postgresql_where=some)
    none = sa.text("item_id IS NULL")
    op.create_index("ix_order_line_unknown", "order_line", ["sku"], sqlite_where=none, postgresql_where=none)
    op.create_table(
        "order_part",
        sa.Column("line_id", NUMBER, nullable=False),
        sa.Column("order_line_id", NUMBER, nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.CheckConstraint("units > 0", name=op.f("ck_order_part_units")),
        sa.ForeignKeyConstraint(["line_id"], ["line.id"], name=op.f("fk_order_part_line_id")),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name=op.f("fk_order_part_order_line_id")),
        sa.PrimaryKeyConstraint("line_id", name=op.f("pk_order_part")),
    )
    op.create_index("ix_order_part_order_line_id", "order_part", ["order_line_id"])
    for table, more in (
        ("packed", ()),
        ("short_pick", (sa.Column("location_id", NUMBER, nullable=True), sa.Column("why", sa.String(16), nullable=False))),
    ):
        place = [sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f(f"fk_{table}_location_id"))] if more else []
        op.create_table(
            table,
            sa.Column("scan_seq", NUMBER, nullable=False),
            sa.Column("line_id", NUMBER, nullable=False),
            *more[:1],
            sa.Column("units", sa.Integer(), nullable=False),
            *more[1:],
            sa.CheckConstraint("units <> 0", name=op.f(f"ck_{table}_units")),
            sa.ForeignKeyConstraint(["scan_seq"], ["scan.seq"], name=op.f(f"fk_{table}_scan_seq")),
            sa.ForeignKeyConstraint(["line_id"], ["line.id"], name=op.f(f"fk_{table}_line_id")),
            *place,
            sa.PrimaryKeyConstraint("scan_seq", "line_id", name=op.f(f"pk_{table}")),
        )
        op.create_index(f"ix_{table}_line_id", table, ["line_id"])
    op.create_table(
        "tote",
        sa.Column("cart_id", NUMBER, nullable=False),
        sa.Column("order_id", NUMBER, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(["cart_id"], ["task.id"], name=op.f("fk_tote_cart_id")),
        sa.ForeignKeyConstraint(["order_id"], ["task.id"], name=op.f("fk_tote_order_id")),
        sa.PrimaryKeyConstraint("cart_id", "order_id", name=op.f("pk_tote")),
        sa.UniqueConstraint("cart_id", "label", name=op.f("uq_tote_cart_id_label")),
    )
    op.create_index("ix_tote_order_id", "tote", ["order_id"])
    op.create_index("ix_tote_label", "tote", ["label"])
