"""What nearly every scan reads, asked for together: PostgreSQL then answers in two round trips. SQLite has none to save.

The first brings what no lock is needed for, the second the task, locked, and what is read under that lock. Whoever needs one of
these rows asks for it as ever, and finds it there.
"""

from __future__ import annotations

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.codes.reading import Code
from scanner.db.sql import reads_ahead
from scanner.scans import ledger, tasks
from scanner.scans.request import ScanRequest


def goods_and_task(session: Session, request: ScanRequest, code: Code) -> None:
    """Ask for the goods of the code and for the task. They come with the next read."""
    if reads_ahead(session):
        if not code.command:
            catalogue.content_ahead(session, code.keys)
        tasks.id_ahead(session, request.task)


def under_the_lock(session: Session, request: ScanRequest, code: Code) -> None:
    """Ask for the lock of the task, and for what the scan reads and writes under it."""
    if not reads_ahead(session):
        return
    task_id = tasks.id_of(session, request.task)
    if task_id is None:
        return
    tasks.lock_ahead(session, request.task)
    ledger.last_scan_ahead(session, task_id, request.operator_id, request.device)
    item_id = catalogue.item_ahead(session, code.keys)
    if item_id is not None:
        tasks.lines_ahead(session, task_id, item_id)
    ledger.append_ahead(session, str(request.id))
