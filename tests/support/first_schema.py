"""A warehouse as the first schema had it, with rows in every table that names a task. Its words never change: nor does 0001."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text

AT = "2026-11-23 09:30:00.000000"
TASK = (
    "INSERT INTO task (id, reference, kind, state, partner, asn, order_ref, back_order_of, announced, matched_to, owner, "
    "section, recount_of, created_at, finished_by) "
    "VALUES (:id, :reference, :kind, 'open', 'Acme', :asn, '', :back_order_of, true, "
    ":matched_to, '', '', :recount_of, :at, 1)"
)
TASKS: tuple[dict[str, Any], ...] = (
    {"id": 1, "reference": "PO-1", "kind": "receiving", "asn": "ASN-1"},
    {"id": 2, "reference": "PO-1/2", "kind": "receiving", "back_order_of": 1},
    {"id": 3, "reference": "C-000001", "kind": "count"},
    {"id": 4, "reference": "C-000001-R1", "kind": "count", "recount_of": 3},
    {"id": 5, "reference": "R-1", "kind": "return", "matched_to": "R-2"},
)
SCAN = (
    "INSERT INTO scan (seq, id, task_id, operator_id, device, code, key, source, quantity, scanned_at, received_at, happened_at, "
    "outcome, reason, message, item_id, units, location_id, undoes, fingerprint) "
)
SCANS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :scans) "
    "SELECT i, 'scan-' || i, 1 + i % 5, 1, 'd', 'c', 'k', 'wedge', 1, {at}, {at}, {at}, 'accepted', 'counted', '', 1, 1, 1, "
    "CASE WHEN i = 2 THEN 1 END, 'f' FROM n"
)
EACH_SCAN = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :scans) "
ROWS = (
    "INSERT INTO operator (id, badge, name, roles, active) VALUES (1, 'BADGE', 'Rosa', 'receiver', true)",
    "INSERT INTO item (id, sku, name, unit_cost_e4, abc_class, abc_pinned, reorder_point, critical) "
    "VALUES (1, 'MUG', 'Mug', 1, 'C', false, 0, false)",
    "INSERT INTO carton (sscc, item_id, task_id, units) VALUES ('395011015300000011', 1, 1, 12)",
    "INSERT INTO task_event (id, task_id, at, operator_id, action, detail) VALUES (1, 5, :at, 1, 'matched', '')",
    "INSERT INTO discrepancy (id, kind, state, task_id, item_id, units, value_e4, owner, cause, opened_at) "
    "VALUES (1, 'over', 'open', 1, 1, 1, 1, 'Sam', '', :at)",
)
AFTER_SCANS = (
    "INSERT INTO discrepancy_event (id, discrepancy_id, at, operator_id, scan_seq, action, units, detail) "
    "VALUES (1, 1, :at, 1, 1, 'opened', 1, ''), (2, 1, :at, 1, NULL, 'assigned', 0, '')",
    "INSERT INTO visit (id, task_id, location_id, operator_id, device, state, said_empty, opened_seq, opened_at) "
    "VALUES (1, 3, 1, 1, 'd', 'closed', false, 1, :at)",
    "INSERT INTO count_result (id, task_id, visit_id, location_id, item_id, operator_id, round, counted, on_hand, variance, "
    "cost_e4, abc_class, section, verdict, moved, started_at, counted_at, evaluated_at) "
    "VALUES (1, 3, 1, 1, 1, 1, 1, 5, 4, 1, 1, 'C', '', 'outside', false, :at, :at, :at)",
    "INSERT INTO recount_line (task_id, location_id, item_id, result_id) VALUES (4, 1, 1, 1)",
    "INSERT INTO count_pull (id, location_id, cause, at, answered_by) VALUES (1, 1, 'short pick', :at, 3)",
    "INSERT INTO line (id, task_id, position, item_id, visit_id, expected, scanned, reason) "
    "VALUES (1, 1, 1, 1, NULL, 24, :scans, ''), (2, 3, 1, 1, 1, 0, 0, '')",
    "INSERT INTO tally (scan_seq, line_id, units) " + EACH_SCAN + "SELECT i, 1, 1 FROM n",
    "INSERT INTO movement (seq, at, item_id, units, source_id, target_id, scan_seq, operator_id, cause) "
    + EACH_SCAN
    + "SELECT i, {at}, 1, 1, 8, 1, i, 1, '' FROM n",
    "INSERT INTO movement (seq, at, item_id, units, source_id, target_id, cause, discrepancy_id) "
    "VALUES (:scans + 1, :at, 1, 1, 8, 1, 'surplus', 1)",
    "INSERT INTO stock (location_id, item_id, units) VALUES (1, 1, :scans + 1), (8, 1, -:scans - 1)",
    "INSERT INTO grade (scan_seq, item_id, arrival_seq, line_id, units, disposition, location_id, replaces) "
    "VALUES (4, 1, 4, 1, 1, 'restock', 1, NULL), (5, 1, 4, 1, 1, 'scrap', 1, 4)",
    "INSERT INTO sign_in_failure (id, device, address, operator_id, at) VALUES (1, 'd', 'a', 1, :at), (2, 'd', 'a', NULL, :at)",
)
DROPPED = {"sign_in_failure"}
"""Tables of the first schema that hold nothing of the record: wrong tries of the last quarter of an hour."""


def fill_first_schema(connection: Connection, scans: int) -> None:
    """Five tasks, and so many scans, each with its tally and movement; a row or two of everything else that names them."""
    at = f"CAST('{AT}+00' AS timestamptz)" if connection.dialect.name == "postgresql" else f"'{AT}'"

    def do(statement: str, **values: Any) -> None:
        sql = statement.replace("{at}", at).replace(":at", at)
        connection.execute(text(sql), {name: value for name, value in values.items() if f":{name}" in sql})

    nothing = dict.fromkeys(("asn", "back_order_of", "matched_to", "recount_of"))
    for statement in ROWS[:2]:
        do(statement)
    for task in TASKS:
        do(TASK, **nothing | task)
    for statement in ROWS[2:]:
        do(statement)
    do(SCAN + SCANS, scans=scans)
    for statement in AFTER_SCANS:
        do(statement, scans=scans)
