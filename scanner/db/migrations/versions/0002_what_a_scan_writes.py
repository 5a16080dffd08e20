"""Indexes over the rows that have what they are asked for, and no list of the kinds of tasks in the database."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

UNUSED = (("ix_movement_discrepancy_id", "movement"),)
# Few rows have these: the others need no entry.
SELDOM = (
    ("movement", "scan_seq"),
    ("line", "visit_id"),
    ("grade", "replaces"),
    ("discrepancy_event", "scan_seq"),
    ("sign_in_failure", "operator_id"),
    ("task", "asn"),
    ("task", "matched_to"),
    ("task", "recount_of"),
)
KINDS = "CONSTRAINT ck_task_kind CHECK (kind IN ('receiving', 'return', 'count', 'pick')), "


def upgrade() -> None:
    for index, table in UNUSED:
        op.drop_index(index, table)
    for table, column in SELDOM:
        there = sa.text(f"{column} IS NOT NULL")
        op.drop_index(f"ix_{table}_{column}", table)
        op.create_index(f"ix_{table}_{column}", table, [column], sqlite_where=there, postgresql_where=there)
    if op.get_bind().dialect.name == "sqlite":
        make_task_anew()
    else:
        op.drop_constraint(op.f("ck_task_kind"), "task", type_="check")


def make_task_anew() -> None:
    """SQLite has no way to drop a CHECK but another table in the place of this one (sqlite.org/lang_altertable.html, 7).

    It is made by its own words, so that nothing else of it changes. No foreign key is looked at meanwhile (`env.py`).
    """
    connection = op.get_bind()
    own = "SELECT sql FROM sqlite_master WHERE tbl_name = 'task' AND sql IS NOT NULL ORDER BY type DESC"
    table, *indexes = connection.exec_driver_sql(own).scalars()
    before, kinds, after = " ".join(table.split()).partition(KINDS)
    assert kinds, table
    for statement in (
        before.replace("CREATE TABLE task", "CREATE TABLE task_anew", 1) + after,
        "INSERT INTO task_anew SELECT * FROM task",
        "DROP TABLE task",
        "ALTER TABLE task_anew RENAME TO task",
        *indexes,
    ):
        connection.exec_driver_sql(statement)
