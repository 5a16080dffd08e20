"""The page of what administrators changed, and the same as a file."""

from __future__ import annotations

from flask import Blueprint, Response

from scanner.audit.rules import Action
from scanner.data.audit import service
from scanner.data.audit.contract import AuditedAnswer, Changes
from scanner.people.downloads import file_of
from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.scans.rooms import Entry
from scanner.web.context import read, wants_json
from scanner.web.contract import query
from scanner.web.fragments import page_or_block

blueprint = Blueprint("audit", __name__)
ENTRY = Entry(
    endpoint="audit.index",
    title="What was changed",
    words="Files, people, rules, webhooks: who changed what, and when",
    right=Right.SEE_AUDIT,
)
PAGE = 50


@blueprint.get("/audit")
@requires(Right.SEE_AUDIT)
def index() -> str | Response:
    """What was changed, the newest first."""
    asked = query(Changes)
    rows = read(service.newest, asked.wanted, signed_in(), before=asked.before, limit=PAGE)
    if wants_json():
        return AuditedAnswer.list_of(rows)
    return page_or_block(
        "audit/index.html",
        "changes",
        rows=rows,
        asked=asked,
        said=asked.again(),
        people=read(service.people),
        actions=list(Action),
        older=rows[-1].sequence if len(rows) == PAGE else None,
    )


@blueprint.get("/audit.csv")
@requires(Right.SEE_AUDIT)
def file() -> Response:
    """The same changes as a file, the oldest first, which is sent while it is read."""
    asked = query(Changes)
    return file_of("audit", service.COLUMNS, lambda session: service.cells(session, asked.wanted), after=asked.again())
