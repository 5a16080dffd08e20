"""When each place was counted last, and what each section shipped and lost in a month: kept, so that no page looks for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

COUNTED = """
UPDATE location SET counted_at = (
    SELECT max(visit.closed_at) FROM visit JOIN task ON task.id = visit.task_id
    WHERE visit.location_id = location.id AND visit.state = 'closed' AND task.state = 'finished' AND task.recount_of IS NULL
    AND (visit.said_empty OR EXISTS (SELECT 1 FROM count_result WHERE count_result.visit_id = visit.id))
)
"""
SHIPPED = """
CASE WHEN source_kind IN ('shelf', 'cart', 'dock') AND target_kind IN ('packing', 'customer') THEN value_e4
WHEN source_kind IN ('packing', 'customer') AND target_kind = 'shelf' THEN -value_e4 ELSE 0 END
"""
LOST = """
CASE WHEN cause IN ('import', 'items merged', 'misplaced', 'opening stock', 'supplier shipped otherwise') THEN 0
WHEN target_kind = 'adjustment' THEN value_e4 WHEN source_kind = 'adjustment' THEN -value_e4 ELSE 0 END
"""
MONTHS = f"""
INSERT INTO section_month (period, section, shipped_e4, shrink_e4)
SELECT period, section, CAST(sum({SHIPPED}) AS BIGINT), CAST(sum({LOST}) AS BIGINT) FROM flow GROUP BY period, section
"""


def upgrade() -> None:
    op.add_column("location", sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(COUNTED)
    op.create_table(
        "section_month",
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("section", sa.String(length=64), nullable=False),
        sa.Column("shipped_e4", sa.BigInteger(), nullable=False),
        sa.Column("shrink_e4", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("period", "section", name=op.f("pk_section_month")),
        sqlite_with_rowid=False,
    )
    op.execute(MONTHS)
