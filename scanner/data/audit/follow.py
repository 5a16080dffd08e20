"""A task that a supervisor finishes is noted in the audit, whoever of the kinds of tasks it is."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from scanner.audit import service as audit
from scanner.audit.rules import Action
from scanner.people.store import person
from scanner.scans.workflow import Follower, Recorded


def after(session: Session, recorded: Recorded) -> None:
    """Note the end of a task, where a supervisor made the scan that ends it."""
    if not recorded.decision.finishes:
        return
    request = recorded.attempt.request
    operator = person(session, request.operator_id)
    if operator is None or not operator.is_administrator:
        return
    by_token = request.device.startswith("api-")
    who = replace(operator, via=f"API token {request.device.removeprefix('api-')}") if by_token else operator
    left: dict[str, object] = {"kind": recorded.task.kind, "scan": recorded.seq}
    if request.relayed:
        left["sent by"] = request.relayed.by
    audit.note(session, who, Action.TASK_FINISHED, "task", recorded.task.reference, after=left, at=recorded.attempt.now)


FOLLOWER = Follower(after=after)
