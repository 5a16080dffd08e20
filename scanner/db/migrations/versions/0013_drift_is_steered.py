"""Drift: sums over the record, months that are closed, what is known of supply, signals; what items are ordered by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("state = 'open'")
FROZEN = ("closed_period", "journal_row", "reserve")


def upgrade() -> None:
    add_columns()
    add_tables()
    refuse_changes()


def add_columns() -> None:
    op.add_column("count_policy", sa.Column("minutes_a_day", sa.Integer(), server_default="60", nullable=False))
    op.add_column("item", sa.Column("lead_days", sa.Integer(), nullable=True))
    op.add_column("item", sa.Column("order_multiple", sa.Integer(), server_default="1", nullable=False))
    op.add_column("item", sa.Column("cover_days", sa.Integer(), nullable=True))
    op.add_column("item", sa.Column("supplier", sa.String(length=200), server_default="", nullable=False))


def add_tables() -> None:
    op.create_table(
        "daily_work",
        sa.Column("work", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("work", "day", name=op.f("pk_daily_work")),
    )
    op.create_table(
        "drift_rate",
        sa.Column("section", sa.String(length=64), nullable=False),
        sa.Column("rate_bp", sa.Integer(), nullable=False),
        sa.CheckConstraint("rate_bp BETWEEN 100 AND 300", name=op.f("ck_drift_rate_rate")),
        sa.PrimaryKeyConstraint("section", name=op.f("pk_drift_rate")),
    )
    op.create_table(
        "flow",
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("section", sa.String(length=64), nullable=False),
        sa.Column("source_kind", sa.String(length=16), nullable=False),
        sa.Column("target_kind", sa.String(length=16), nullable=False),
        sa.Column("cause", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("value_e4", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("period", "section", "source_kind", "target_kind", "cause", "day", name=op.f("pk_flow")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "fold_mark",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("movement_seq", sa.BigInteger(), nullable=False),
        sa.Column("change_seq", sa.BigInteger(), nullable=False),
        sa.Column("snapshot_day", sa.Date(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_fold_mark_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fold_mark")),
    )
    op.create_table(
        "open_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_open_day")),
    )
    op.create_table(
        "planned_count",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("section", sa.String(length=64), nullable=False),
        sa.Column("why", sa.String(length=8), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "section", name=op.f("pk_planned_count")),
    )
    op.create_table(
        "revaluation",
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("section", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("value_e4", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("period", "section", "day", name=op.f("pk_revaluation")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "section_stake",
        sa.Column("section", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("value_e4", sa.BigInteger(), nullable=False),
        sa.Column("sales_e4", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("section", name=op.f("pk_section_stake")),
    )
    op.create_table(
        "shipped_day",
        sa.Column("section", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("value_e4", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("section", "day", name=op.f("pk_shipped_day")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "value_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("section", sa.String(length=64), nullable=False),
        sa.Column("value_e4", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "section", name=op.f("pk_value_day")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "closed_period",
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", NUMBER, nullable=False),
        sa.Column("value_before_e4", sa.BigInteger(), nullable=False),
        sa.Column("value_after_e4", sa.BigInteger(), nullable=False),
        sa.Column("rate_bp", sa.Integer(), nullable=False),
        sa.Column("mean_value_e4", sa.BigInteger(), nullable=False),
        sa.Column("budget_e4", sa.BigInteger(), nullable=False),
        sa.Column("rates", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["closed_by"], ["operator.id"], name=op.f("fk_closed_period_closed_by")),
        sa.PrimaryKeyConstraint("period", name=op.f("pk_closed_period")),
    )
    op.create_table(
        "item_trace",
        sa.Column("item_id", NUMBER, nullable=False),
        sa.Column("on_hand", sa.BigInteger(), nullable=False),
        sa.Column("low", sa.BigInteger(), nullable=False),
        sa.Column("low_before", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_trace_item_id")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_item_trace")),
    )
    op.create_table(
        "place_value",
        sa.Column("location_id", NUMBER, nullable=False),
        sa.Column("value_e4", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_place_value_location_id")),
        sa.PrimaryKeyConstraint("location_id", name=op.f("pk_place_value")),
    )
    op.create_table(
        "record_moves",
        sa.Column("location_id", NUMBER, nullable=False),
        sa.Column("item_id", NUMBER, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_record_moves_item_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_record_moves_location_id")),
        sa.PrimaryKeyConstraint("location_id", "item_id", "day", name=op.f("pk_record_moves")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sale_day",
        sa.Column("item_id", NUMBER, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_sale_day_item_id")),
        sa.PrimaryKeyConstraint("item_id", "day", name=op.f("pk_sale_day")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "signal",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("item_id", NUMBER, nullable=True),
        sa.Column("section", sa.String(length=64), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", NUMBER, nullable=True),
        sa.Column("has_found", sa.Boolean(), nullable=True),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_signal_state")),
        sa.ForeignKeyConstraint(["closed_by"], ["operator.id"], name=op.f("fk_signal_closed_by")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_signal_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal")),
    )
    op.create_index("ix_signal_kind_closed_at", "signal", ["kind", "closed_at"])
    op.create_index("ix_signal_state_opened_at", "signal", ["state", "opened_at"])
    op.create_index("uq_signal_open", "signal", ["kind", "subject"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "supply",
        sa.Column("item_id", NUMBER, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sold_a_day", sa.Float(), nullable=False),
        sa.Column("sold_deviation", sa.Float(), nullable=False),
        sa.Column("lead_days", sa.Float(), nullable=False),
        sa.Column("lead_deviation", sa.Float(), nullable=False),
        sa.Column("lead_measured", sa.Integer(), nullable=False),
        sa.Column("lost_a_day", sa.Float(), nullable=False),
        sa.Column("lost_variance", sa.Float(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("sale_days", sa.Integer(), nullable=False),
        sa.Column("streak", sa.Integer(), nullable=False),
        sa.Column("is_due", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_supply_item_id")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_supply")),
    )
    op.create_table(
        "journal_row",
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("journal", sa.String(length=32), nullable=False),
        sa.Column("debit", sa.String(length=32), nullable=False),
        sa.Column("credit", sa.String(length=32), nullable=False),
        sa.Column("debit_code", sa.String(length=64), nullable=False),
        sa.Column("credit_code", sa.String(length=64), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("section", sa.String(length=64), nullable=False),
        sa.Column("cause", sa.String(length=32), nullable=False),
        sa.Column("late", sa.Date(), nullable=True),
        sa.CheckConstraint("cents > 0", name=op.f("ck_journal_row_cents")),
        sa.ForeignKeyConstraint(["period"], ["closed_period.period"], name=op.f("fk_journal_row_period")),
        sa.PrimaryKeyConstraint("period", "position", name=op.f("pk_journal_row")),
    )
    op.create_table(
        "reserve",
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("section", sa.String(length=64), nullable=False),
        sa.Column("shipped_e4", sa.BigInteger(), nullable=False),
        sa.Column("shrink_ppm", sa.BigInteger(), nullable=False),
        sa.Column("accrual_e4", sa.BigInteger(), nullable=False),
        sa.Column("found_e4", sa.BigInteger(), nullable=False),
        sa.Column("true_up_e4", sa.BigInteger(), nullable=False),
        sa.Column("reserve_e4", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["period"], ["closed_period.period"], name=op.f("fk_reserve_period")),
        sa.PrimaryKeyConstraint("period", "section", name=op.f("pk_reserve")),
    )
    op.create_table(
        "drift_entry",
        sa.Column("seq", NUMBER, nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("line", sa.String(length=12), nullable=False),
        sa.Column("section", sa.String(length=64), nullable=False),
        sa.Column("item_id", NUMBER, nullable=False),
        sa.Column("supplier", sa.String(length=200), nullable=False),
        sa.Column("abc_class", sa.String(length=1), nullable=False),
        sa.Column("cause", sa.String(length=32), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("value_e4", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_drift_entry_item_id")),
        sa.ForeignKeyConstraint(["seq"], ["movement.seq"], name=op.f("fk_drift_entry_seq")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_drift_entry")),
    )
    op.create_index("ix_drift_entry_period_line", "drift_entry", ["period", "line"])
    op.create_index("ix_drift_entry_section_day", "drift_entry", ["section", "day"])


def refuse_changes() -> None:
    """Have the database itself refuse to change what was closed."""
    if op.get_bind().dialect.name == "sqlite":
        for table in FROZEN:
            for action in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    for table in FROZEN:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        )
