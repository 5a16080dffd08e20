"""Photos as evidence: kept with a scan, and shown again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from scanner.decoding import MEDIA_TYPE, Shrunk
from scanner.errors import BadRequest, Conflict, NotFound
from scanner.people.rules import OperatorView, Right
from scanner.scans import ledger, tasks
from scanner.scans.evidence import store
from scanner.scans.workflow import Workflows


@dataclass(frozen=True, slots=True)
class Kept:
    """A photo that was kept."""

    id: str
    task: str
    kind: str
    scan_seq: int
    replayed: bool = False


def keep(
    session: Session,
    photo_id: UUID,
    scan_id: UUID,
    shrunk: Shrunk,
    *,
    operator: OperatorView,
    now: datetime,
    workflows: Workflows,
) -> Kept:
    """Keep a photo with a scan. The same photo again changes nothing.

    Raises NotFound where the scan was not sent yet, BadRequest where scans of such tasks keep no photos, NotAllowed, and
    Conflict where the id is that of another photo.
    """
    scan = ledger.find_scan(session, str(scan_id))
    if scan is None:
        raise NotFound("The scan that this photo belongs to is not recorded yet.", "scan")
    task = tasks.name_of(session, scan.task_id)
    workflow = workflows[task.kind]
    if workflow.page.photo_reply is None:
        keeping = ", ".join(each.page.tasks.lower() for each in workflows.values() if each.page.photo_reply)
        raise BadRequest(f"Photos are kept with scans of {keeping}; this one is of {task.reference}.", "scan")
    operator.demand(workflow.right)
    found = store.find(session, str(photo_id))
    if found is not None and found.scan_seq != scan.seq:
        raise Conflict(f"The id {photo_id} was used for a photo of another scan. Nothing was changed.", "id")
    if found is None:
        store.add(
            session,
            str(photo_id),
            scan_seq=scan.seq,
            operator_id=operator.id,
            at=now,
            photo=shrunk.photo,
            thumbnail=shrunk.thumbnail,
            media_type=MEDIA_TYPE,
        )
    return Kept(str(photo_id), task.reference, task.kind, scan.seq, found is not None)


def picture(session: Session, photo_id: UUID, by: OperatorView, workflows: Workflows, *, thumbnail: bool) -> tuple[str, bytes]:
    """The media type and the bytes of a photo, for who may see stock or scan tasks of its kind. Raises NotFound, NotAllowed."""
    by.demand(Right.SEE_STOCK, *(workflows[kind].right for kind in _kinds(session, photo_id, workflows)))
    row = store.picture(session, str(photo_id), thumbnail=thumbnail)
    if row is None:
        raise NotFound("There is no such photo.")
    return row.media_type, bytes(row.photo)


def _kinds(session: Session, photo_id: UUID, workflows: Workflows) -> list[str]:
    """The kind of task that a photo is of; of one that is not there, all kinds that keep photos."""
    found = store.find(session, str(photo_id))
    scan = ledger.get_scan(session, found.scan_seq) if found else None
    if scan is None:
        return [kind for kind, each in workflows.items() if each.page.photo_reply]
    return [tasks.name_of(session, scan.task_id).kind]


def of_scan(session: Session, scan_seq: int) -> list[str]:
    """Ids of the photos that are kept with a scan."""
    return store.by_scan(session, [scan_seq]).get(scan_seq, [])


def of_list(
    session: Session, reference: str, scan_seqs: list[int], by: OperatorView, workflows: Workflows
) -> dict[int, list[str]]:
    """Scan -> ids of its photos, of scans of a task, for who may see these; empty for anybody else."""
    task = tasks.get_task(session, reference)
    if task is None or not (by.may(Right.SEE_STOCK) or by.may(workflows[task.kind].right)):
        return {}
    return store.by_scan(session, scan_seqs)
