"""The first schema: catalogue, people, tasks, the append-only record, and the places that every warehouse has."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


APPEND_ONLY = ("scan", "tally", "movement", "discrepancy_event", "grade", "evidence", "task_event", "count_result")
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
RETURN_REASONS = (
    ("DOA", "Does not work"),
    ("BROKEN", "Broken"),
    ("TRANSPORT", "Damaged in transport"),
    ("SCRATCHED", "Scratched or dented"),
    ("USED", "Used or worn"),
    ("DIRTY", "Dirty"),
    ("OPENED", "Seal or packing open"),
    ("PARTS", "Parts are missing"),
    ("EXPIRED", "Past its date"),
    ("OTHER", "Other"),
)
# Days between counts; tolerance in units, hundredths of a per cent, and money in ten-thousandths.
COUNT_CLASSES = (("A", 7, 0, 0, 0), ("B", 30, 1, 100, 100_000), ("C", 91, 2, 200, 200_000))


def upgrade() -> None:
    create_tables()
    refuse_changes()
    places = sa.table("location", *(sa.column(name) for name in ("code", "name", "kind", "section", "position")))
    op.bulk_insert(places, [{"code": c, "name": n, "kind": k, "section": "", "position": 0} for c, n, k in STANDARD_LOCATIONS])
    reasons = sa.table("return_reason", *(sa.column(name) for name in ("code", "name", "active")))
    op.bulk_insert(reasons, [{"code": code, "name": name, "active": True} for code, name in RETURN_REASONS])
    names = ("abc_class", "every_days", "tolerance_units", "tolerance_bp", "tolerance_value_e4")
    classes = sa.table("count_class", *(sa.column(name) for name in names))
    op.bulk_insert(classes, [dict(zip(names, values, strict=True)) for values in COUNT_CLASSES])
    op.execute(
        "INSERT INTO count_policy (id, cut_a_bp, cut_b_bp, period_days, approval_value_e4, seconds_a_line) "
        "VALUES (1, 8000, 9500, 90, 1000000, 20)"
    )


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
        "count_class",
        sa.Column("abc_class", sa.String(length=1), nullable=False),
        sa.Column("every_days", sa.Integer(), nullable=False),
        sa.Column("tolerance_units", sa.Integer(), nullable=False),
        sa.Column("tolerance_bp", sa.Integer(), nullable=False),
        sa.Column("tolerance_value_e4", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("abc_class IN ('A', 'B', 'C')", name=op.f("ck_count_class_class")),
        sa.CheckConstraint("every_days > 0", name=op.f("ck_count_class_days")),
        sa.CheckConstraint(
            "tolerance_units >= 0 AND tolerance_bp >= 0 AND tolerance_value_e4 >= 0", name=op.f("ck_count_class_tolerance")
        ),
        sa.PrimaryKeyConstraint("abc_class", name=op.f("pk_count_class")),
    )
    op.create_table(
        "count_policy",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cut_a_bp", sa.Integer(), nullable=False),
        sa.Column("cut_b_bp", sa.Integer(), nullable=False),
        sa.Column("period_days", sa.Integer(), nullable=False),
        sa.Column("approval_value_e4", sa.BigInteger(), nullable=False),
        sa.Column("seconds_a_line", sa.Integer(), nullable=False),
        sa.CheckConstraint("0 < cut_a_bp AND cut_a_bp <= cut_b_bp AND cut_b_bp <= 10000", name=op.f("ck_count_policy_cuts")),
        sa.CheckConstraint("id = 1", name=op.f("ck_count_policy_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_policy")),
    )
    op.create_table(
        "item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("unit_cost_e4", sa.BigInteger(), nullable=False),
        sa.Column("abc_class", sa.String(length=1), nullable=False),
        sa.Column("abc_pinned", sa.Boolean(), nullable=False),
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
        sa.Column("position", sa.Integer(), nullable=False),
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
        "return_reason",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_reason")),
        sa.UniqueConstraint("code", name=op.f("uq_return_reason_code")),
    )
    op.create_table(
        "section",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_section")),
    )
    op.create_table(
        "webhook",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("secret", sa.String(length=128), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
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
        "delivery",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("webhook_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("payload", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_error", sa.String(length=300), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'delivered', 'given up')", name=op.f("ck_delivery_state")),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhook.id"], name=op.f("fk_delivery_webhook_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("uuid", name=op.f("uq_delivery_uuid")),
    )
    op.create_index(
        "ix_delivery_waiting",
        "delivery",
        ["next_at"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "ix_delivery_delivered",
        "delivery",
        ["delivered_at"],
        unique=False,
        sqlite_where=sa.text("state = 'delivered'"),
        postgresql_where=sa.text("state = 'delivered'"),
    )
    op.create_index("ix_delivery_webhook_id_state", "delivery", ["webhook_id", "state", "delivered_at"], unique=False)
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
        sa.Column("announced", sa.Boolean(), nullable=False),
        sa.Column("matched_to", sa.String(length=64), nullable=True),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("section", sa.String(length=64), nullable=False),
        sa.Column("recount_of", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("kind IN ('receiving', 'return', 'count', 'pick')", name=op.f("ck_task_kind")),
        sa.CheckConstraint("state IN ('open', 'finished')", name=op.f("ck_task_state")),
        sa.ForeignKeyConstraint(["back_order_of"], ["task.id"], name=op.f("fk_task_back_order_of")),
        sa.ForeignKeyConstraint(["finished_by"], ["operator.id"], name=op.f("fk_task_finished_by")),
        sa.ForeignKeyConstraint(["recount_of"], ["task.id"], name=op.f("fk_task_recount_of")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("reference", name=op.f("uq_task_reference")),
    )
    op.create_index(op.f("ix_task_asn"), "task", ["asn"], unique=False)
    op.create_index("ix_task_kind_state", "task", ["kind", "state"], unique=False)
    op.create_index(op.f("ix_task_matched_to"), "task", ["matched_to"], unique=False)
    op.create_index(op.f("ix_task_order_ref"), "task", ["order_ref"], unique=False)
    op.create_index(op.f("ix_task_recount_of"), "task", ["recount_of"], unique=False)
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
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("value_e4", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("cause", sa.String(length=32), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('open', 'settled', 'withdrawn')", name=op.f("ck_discrepancy_state")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_discrepancy_item_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_discrepancy_location_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_discrepancy_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discrepancy")),
    )
    op.create_index(op.f("ix_discrepancy_item_id"), "discrepancy", ["item_id"], unique=False)
    op.create_index("ix_discrepancy_state_opened_at", "discrepancy", ["state", "opened_at"], unique=False)
    op.create_index(op.f("ix_discrepancy_task_id"), "discrepancy", ["task_id"], unique=False)
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
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
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
        sa.Column("handles", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("confirms", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("undoes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("links", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.CheckConstraint("outcome IN ('accepted', 'held', 'refused')", name=op.f("ck_scan_outcome")),
        sa.ForeignKeyConstraint(["confirms"], ["scan.seq"], name=op.f("fk_scan_confirms")),
        sa.ForeignKeyConstraint(["handles"], ["scan.seq"], name=op.f("fk_scan_handles")),
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
        "task_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("detail", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_task_event_operator_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_event_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_event")),
    )
    op.create_index(op.f("ix_task_event_task_id"), "task_event", ["task_id"], unique=False)
    op.create_table(
        "count_pull",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("cause", sa.String(length=32), nullable=False),
        sa.Column("scan_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["task.id"], name=op.f("fk_count_pull_answered_by")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_count_pull_item_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_count_pull_location_id")),
        sa.ForeignKeyConstraint(["scan_seq"], ["scan.seq"], name=op.f("fk_count_pull_scan_seq")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_pull")),
    )
    op.create_index(op.f("ix_count_pull_location_id"), "count_pull", ["location_id"], unique=False)
    op.create_index(
        "ix_count_pull_waiting",
        "count_pull",
        ["location_id"],
        unique=False,
        sqlite_where=sa.text("answered_by IS NULL"),
        postgresql_where=sa.text("answered_by IS NULL"),
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
        "evidence",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("scan_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("media_type", sa.String(length=32), nullable=False),
        sa.Column("photo", sa.LargeBinary(), nullable=False),
        sa.Column("thumbnail", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_evidence_operator_id")),
        sa.ForeignKeyConstraint(["scan_seq"], ["scan.seq"], name=op.f("fk_evidence_scan_seq")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("uuid", name=op.f("uq_evidence_uuid")),
    )
    op.create_index(op.f("ix_evidence_scan_seq"), "evidence", ["scan_seq"], unique=False)
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
        sa.Column("discrepancy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("source_id <> target_id", name=op.f("ck_movement_places")),
        sa.CheckConstraint("units > 0", name=op.f("ck_movement_units")),
        sa.ForeignKeyConstraint(["discrepancy_id"], ["discrepancy.id"], name=op.f("fk_movement_discrepancy_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_movement_item_id")),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_movement_operator_id")),
        sa.ForeignKeyConstraint(["scan_seq"], ["scan.seq"], name=op.f("fk_movement_scan_seq")),
        sa.ForeignKeyConstraint(["source_id"], ["location.id"], name=op.f("fk_movement_source_id")),
        sa.ForeignKeyConstraint(["target_id"], ["location.id"], name=op.f("fk_movement_target_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_movement")),
    )
    op.create_index(op.f("ix_movement_discrepancy_id"), "movement", ["discrepancy_id"], unique=False)
    op.create_index("ix_movement_item_id_at", "movement", ["item_id", "at"], unique=False)
    op.create_index("ix_movement_item_id_seq", "movement", ["item_id", "seq"], unique=False)
    op.create_index(op.f("ix_movement_scan_seq"), "movement", ["scan_seq"], unique=False)
    op.create_table(
        "unique_mark",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column("scan_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["scan_seq"], ["scan.seq"], name=op.f("fk_unique_mark_scan_seq")),
        sa.PrimaryKeyConstraint("kind", "value", name=op.f("pk_unique_mark")),
    )
    op.create_index(op.f("ix_unique_mark_scan_seq"), "unique_mark", ["scan_seq"], unique=False)
    op.create_table(
        "visit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("said_empty", sa.Boolean(), nullable=False),
        sa.Column("opened_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("closed_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('open', 'closed', 'abandoned')", name=op.f("ck_visit_state")),
        sa.ForeignKeyConstraint(["closed_seq"], ["scan.seq"], name=op.f("fk_visit_closed_seq")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_visit_location_id")),
        sa.ForeignKeyConstraint(["opened_seq"], ["scan.seq"], name=op.f("fk_visit_opened_seq")),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_visit_operator_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_visit_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
    )
    op.create_index("ix_visit_location_id_closed_at", "visit", ["location_id", "closed_at"], unique=False)
    op.create_index("ix_visit_task_id_location_id", "visit", ["task_id", "location_id"], unique=False)
    op.create_index(
        "uq_visit_open",
        "visit",
        ["task_id", "location_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "count_result",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("visit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("variance", sa.Integer(), nullable=False),
        sa.Column("cost_e4", sa.BigInteger(), nullable=False),
        sa.Column("abc_class", sa.String(length=1), nullable=False),
        sa.Column("section", sa.String(length=64), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("moved", sa.Boolean(), nullable=False),
        sa.Column("scan_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evaluated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("verdict IN ('matched', 'within', 'outside')", name=op.f("ck_count_result_verdict")),
        sa.CheckConstraint("variance = counted - on_hand", name=op.f("ck_count_result_variance")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_count_result_item_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_count_result_location_id")),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_count_result_operator_id")),
        sa.ForeignKeyConstraint(["scan_seq"], ["scan.seq"], name=op.f("fk_count_result_scan_seq")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_count_result_task_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_count_result_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_result")),
        sa.UniqueConstraint("visit_id", "item_id", name=op.f("uq_count_result_visit_id_item_id")),
    )
    op.create_index("ix_count_result_counted_at", "count_result", ["counted_at"], unique=False)
    op.create_index("ix_count_result_location_id_item_id_id", "count_result", ["location_id", "item_id", "id"], unique=False)
    op.create_index("ix_count_result_task_id", "count_result", ["task_id"], unique=False)
    op.create_table(
        "line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("visit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("scanned", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.CheckConstraint("expected >= 0", name=op.f("ck_line_expected")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_line_item_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_line_location_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_line_task_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_line_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line")),
        sa.UniqueConstraint("task_id", "position", name=op.f("uq_line_task_id_position")),
    )
    op.create_index("ix_line_item_id_task_id", "line", ["item_id", "task_id"], unique=False)
    op.create_index("ix_line_task_id_item_id", "line", ["task_id", "item_id"], unique=False)
    op.create_index(op.f("ix_line_visit_id"), "line", ["visit_id"], unique=False)
    op.create_table(
        "grade",
        sa.Column("scan_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("arrival_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("disposition", sa.String(length=16), nullable=False),
        sa.Column("reason_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("replaces", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("units > 0", name=op.f("ck_grade_units")),
        sa.ForeignKeyConstraint(["arrival_seq"], ["scan.seq"], name=op.f("fk_grade_arrival_seq")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_grade_item_id")),
        sa.ForeignKeyConstraint(["line_id"], ["line.id"], name=op.f("fk_grade_line_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_grade_location_id")),
        sa.ForeignKeyConstraint(["reason_id"], ["return_reason.id"], name=op.f("fk_grade_reason_id")),
        sa.ForeignKeyConstraint(["replaces"], ["scan.seq"], name=op.f("fk_grade_replaces")),
        sa.ForeignKeyConstraint(["scan_seq"], ["scan.seq"], name=op.f("fk_grade_scan_seq")),
        sa.PrimaryKeyConstraint("scan_seq", "item_id", "line_id", name=op.f("pk_grade")),
    )
    op.create_index(op.f("ix_grade_arrival_seq"), "grade", ["arrival_seq"], unique=False)
    op.create_index(op.f("ix_grade_line_id"), "grade", ["line_id"], unique=False)
    op.create_index(op.f("ix_grade_replaces"), "grade", ["replaces"], unique=False)
    op.create_table(
        "recount_line",
        sa.Column("task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("result_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_recount_line_item_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_recount_line_location_id")),
        sa.ForeignKeyConstraint(["result_id"], ["count_result.id"], name=op.f("fk_recount_line_result_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_recount_line_task_id")),
        sa.PrimaryKeyConstraint("task_id", "location_id", "item_id", name=op.f("pk_recount_line")),
    )
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
    open_ones = sa.text("state = 'open'")
    op.create_index(
        "uq_discrepancy_open", "discrepancy", ["task_id", "item_id", "kind", sa.text("coalesce(location_id, 0)")], unique=True,
        sqlite_where=open_ones, postgresql_where=open_ones,
    )  # fmt: skip
