"""The first schema: catalogue, people, tasks, the append-only record, and the places that every warehouse has."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


APPEND_ONLY = ("scan", "tally", "movement", "discrepancy_event")
STANDARD_LOCATIONS = (
    ("DOCK", "Receiving dock", "dock"),
    ("RETURNS", "Returns bench", "bench"),
    ("REFURBISH", "Refurbishing", "refurbish"),
    ("QUARANTINE", "Quarantine", "quarantine"),
    ("DAMAGED", "Damaged goods", "damaged"),
    ("VENDOR", "To go back to the vendor", "vendor"),
    ("SCRAP", "Scrap", "scrap"),
    ("SUPPLIER", "Supplier", "supplier"),
    ("CUSTOMER", "Customer", "customer"),
    ("ADJUSTMENT", "Adjustment", "adjustment"),
)


def upgrade() -> None:
    create_tables()
    refuse_changes()
    places = sa.table("location", *(sa.column(name) for name in ("code", "name", "kind", "section")))
    op.bulk_insert(places, [{"code": c, "name": n, "kind": k, "section": ""} for c, n, k in STANDARD_LOCATIONS])


def refuse_changes() -> None:
    """Have the database itself refuse to change or delete what is recorded."""
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for action in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        )


def create_tables() -> None:
    op.create_table(
        "item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("unit_cost_e4", sa.BigInteger(), nullable=False),
        sa.Column("abc_class", sa.String(length=1), nullable=False),
        sa.Column("reorder_point", sa.Integer(), nullable=False),
        sa.Column("critical", sa.Boolean(), nullable=False),
        sa.CheckConstraint("abc_class IN ('A', 'B', 'C')", name=op.f("ck_item_class")),
        sa.CheckConstraint("reorder_point >= 0", name=op.f("ck_item_reorder")),
        sa.CheckConstraint("unit_cost_e4 >= 0", name=op.f("ck_item_cost")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("sku", name=op.f("uq_item_sku")),
    )
    op.create_table(
        "location",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("section", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location")),
        sa.UniqueConstraint("code", name=op.f("uq_location_code")),
    )
    op.create_index(op.f("ix_location_kind"), "location", ["kind"], unique=False)
    op.create_index(op.f("ix_location_section"), "location", ["section"], unique=False)
    op.create_table(
        "operator",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("badge", sa.String(length=128), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("roles", sa.String(length=120), nullable=False),
        sa.Column("pin_hash", sa.String(length=256), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator")),
        sa.UniqueConstraint("badge", name=op.f("uq_operator_badge")),
    )
    op.create_table(
        "restoration",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restoration")),
        sa.UniqueConstraint("mark", name=op.f("uq_restoration_mark")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_api_token_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_token_digest")),
    )
    op.create_table(
        "barcode",
        sa.Column("code", sa.String(length=512), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.CheckConstraint("units > 0", name=op.f("ck_barcode_units")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_barcode_item_id")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_barcode")),
    )
    op.create_index(op.f("ix_barcode_item_id"), "barcode", ["item_id"], unique=False)
    op.create_table(
        "kit_part",
        sa.Column("kit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("part_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.CheckConstraint("kit_id <> part_id", name=op.f("ck_kit_part_itself")),
        sa.CheckConstraint("units > 0", name=op.f("ck_kit_part_units")),
        sa.ForeignKeyConstraint(["kit_id"], ["item.id"], name=op.f("fk_kit_part_kit_id")),
        sa.ForeignKeyConstraint(["part_id"], ["item.id"], name=op.f("fk_kit_part_part_id")),
        sa.PrimaryKeyConstraint("kit_id", "part_id", name=op.f("pk_kit_part")),
    )
    op.create_index(op.f("ix_kit_part_part_id"), "kit_part", ["part_id"], unique=False)
    op.create_table(
        "sign_in",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_sign_in_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
    )
    op.create_index("ix_sign_in_device_operator_id", "sign_in", ["device", "operator_id"], unique=False)
    op.create_table(
        "sign_in_failure",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_sign_in_failure_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failure")),
    )
    op.create_index(op.f("ix_sign_in_failure_address"), "sign_in_failure", ["address"], unique=False)
    op.create_index(op.f("ix_sign_in_failure_device"), "sign_in_failure", ["device"], unique=False)
    op.create_index(op.f("ix_sign_in_failure_operator_id"), "sign_in_failure", ["operator_id"], unique=False)
    op.create_table(
        "stock",
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_stock_item_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_stock_location_id")),
        sa.PrimaryKeyConstraint("location_id", "item_id", name=op.f("pk_stock")),
    )
    op.create_index(op.f("ix_stock_item_id"), "stock", ["item_id"], unique=False)
    op.create_table(
        "task",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("partner", sa.String(length=200), nullable=False),
        sa.Column("asn", sa.String(length=64), nullable=True),
        sa.Column("order_ref", sa.String(length=64), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("back_order_of", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("kind IN ('receiving', 'return', 'count')", name=op.f("ck_task_kind")),
        sa.CheckConstraint("state IN ('open', 'finished')", name=op.f("ck_task_state")),
        sa.ForeignKeyConstraint(["back_order_of"], ["task.id"], name=op.f("fk_task_back_order_of")),
        sa.ForeignKeyConstraint(["finished_by"], ["operator.id"], name=op.f("fk_task_finished_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("reference", name=op.f("uq_task_reference")),
    )
    op.create_index(op.f("ix_task_asn"), "task", ["asn"], unique=False)
    op.create_index("ix_task_kind_state", "task", ["kind", "state"], unique=False)
    op.create_table(
        "carton",
        sa.Column("sscc", sa.String(length=18), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.CheckConstraint("units > 0", name=op.f("ck_carton_units")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_carton_item_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_carton_task_id")),
        sa.PrimaryKeyConstraint("sscc", "item_id", name=op.f("pk_carton")),
    )
    op.create_index(op.f("ix_carton_task_id"), "carton", ["task_id"], unique=False)
    op.create_table(
        "discrepancy",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("value_e4", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("cause", sa.String(length=32), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('open', 'settled', 'withdrawn')", name=op.f("ck_discrepancy_state")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_discrepancy_item_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_discrepancy_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discrepancy")),
    )
    op.create_index(op.f("ix_discrepancy_item_id"), "discrepancy", ["item_id"], unique=False)
    op.create_index("ix_discrepancy_state_opened_at", "discrepancy", ["state", "opened_at"], unique=False)
    op.create_index(op.f("ix_discrepancy_task_id"), "discrepancy", ["task_id"], unique=False)
    op.create_index(
        "uq_discrepancy_open",
        "discrepancy",
        ["task_id", "item_id", "kind"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("scanned", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.CheckConstraint("expected >= 0", name=op.f("ck_line_expected")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_line_item_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_line_location_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_line_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line")),
        sa.UniqueConstraint("task_id", "position", name=op.f("uq_line_task_id_position")),
    )
    op.create_index("ix_line_item_id_task_id", "line", ["item_id", "task_id"], unique=False)
    op.create_index("ix_line_task_id_item_id", "line", ["task_id", "item_id"], unique=False)
    op.create_table(
        "scan",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=512), nullable=False),
        sa.Column("key", sa.String(length=512), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("message", sa.String(length=1000), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("counted", sa.Integer(), nullable=True),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("lot", sa.String(length=20), nullable=True),
        sa.Column("expiry", sa.Date(), nullable=True),
        sa.Column("serial", sa.String(length=20), nullable=True),
        sa.Column("opens", sa.String(length=64), nullable=True),
        sa.Column("confirms", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("undoes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("links", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.CheckConstraint("outcome IN ('accepted', 'held', 'refused')", name=op.f("ck_scan_outcome")),
        sa.ForeignKeyConstraint(["confirms"], ["scan.seq"], name=op.f("fk_scan_confirms")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_scan_item_id")),
        sa.ForeignKeyConstraint(["links"], ["scan.seq"], name=op.f("fk_scan_links")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_scan_location_id")),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_scan_operator_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_scan_task_id")),
        sa.ForeignKeyConstraint(["undoes"], ["scan.seq"], name=op.f("fk_scan_undoes")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_scan")),
        sa.UniqueConstraint("id", name=op.f("uq_scan_id")),
    )
    op.create_index("ix_scan_task_id_operator_id_device_seq", "scan", ["task_id", "operator_id", "device", "seq"], unique=False)
    op.create_index(
        "ix_scan_unknown",
        "scan",
        ["key"],
        unique=False,
        sqlite_where=sa.text("reason = 'unknown'"),
        postgresql_where=sa.text("reason = 'unknown'"),
    )
    op.create_index(
        "uq_scan_confirms",
        "scan",
        ["confirms"],
        unique=True,
        sqlite_where=sa.text("confirms IS NOT NULL"),
        postgresql_where=sa.text("confirms IS NOT NULL"),
    )
    op.create_index(
        "uq_scan_links",
        "scan",
        ["links"],
        unique=True,
        sqlite_where=sa.text("links IS NOT NULL"),
        postgresql_where=sa.text("links IS NOT NULL"),
    )
    op.create_index(
        "uq_scan_undoes",
        "scan",
        ["undoes"],
        unique=True,
        sqlite_where=sa.text("undoes IS NOT NULL"),
        postgresql_where=sa.text("undoes IS NOT NULL"),
    )
    op.create_table(
        "discrepancy_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("discrepancy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("scan_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("action", sa.String(length=12), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("detail", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(["discrepancy_id"], ["discrepancy.id"], name=op.f("fk_discrepancy_event_discrepancy_id")),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_discrepancy_event_operator_id")),
        sa.ForeignKeyConstraint(["scan_seq"], ["scan.seq"], name=op.f("fk_discrepancy_event_scan_seq")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discrepancy_event")),
    )
    op.create_index(op.f("ix_discrepancy_event_discrepancy_id"), "discrepancy_event", ["discrepancy_id"], unique=False)
    op.create_index(op.f("ix_discrepancy_event_scan_seq"), "discrepancy_event", ["scan_seq"], unique=False)
    op.create_table(
        "movement",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("target_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("scan_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("cause", sa.String(length=32), nullable=False),
        sa.CheckConstraint("source_id <> target_id", name=op.f("ck_movement_places")),
        sa.CheckConstraint("units > 0", name=op.f("ck_movement_units")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_movement_item_id")),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_movement_operator_id")),
        sa.ForeignKeyConstraint(["scan_seq"], ["scan.seq"], name=op.f("fk_movement_scan_seq")),
        sa.ForeignKeyConstraint(["source_id"], ["location.id"], name=op.f("fk_movement_source_id")),
        sa.ForeignKeyConstraint(["target_id"], ["location.id"], name=op.f("fk_movement_target_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_movement")),
    )
    op.create_index("ix_movement_item_id_seq", "movement", ["item_id", "seq"], unique=False)
    op.create_index(op.f("ix_movement_scan_seq"), "movement", ["scan_seq"], unique=False)
    op.create_table(
        "tally",
        sa.Column("scan_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.CheckConstraint("units <> 0", name=op.f("ck_tally_units")),
        sa.ForeignKeyConstraint(["line_id"], ["line.id"], name=op.f("fk_tally_line_id")),
        sa.ForeignKeyConstraint(["scan_seq"], ["scan.seq"], name=op.f("fk_tally_scan_seq")),
        sa.PrimaryKeyConstraint("scan_seq", "line_id", name=op.f("pk_tally")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "unique_mark",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column("scan_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["scan_seq"], ["scan.seq"], name=op.f("fk_unique_mark_scan_seq")),
        sa.PrimaryKeyConstraint("kind", "value", name=op.f("pk_unique_mark")),
    )
    op.create_index(op.f("ix_unique_mark_scan_seq"), "unique_mark", ["scan_seq"], unique=False)
