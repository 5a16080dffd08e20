"""The receiver's pages: choose a receipt, scan it, finish."""

from __future__ import annotations

from collections.abc import Collection

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.receiving import service as receiving
from scanner.receiving.finish import finish as finish_receipt
from scanner.receiving.panel import panel_of
from scanner.receiving.service import ReceiptLine
from scanner.scans.choices import Opening
from scanner.scans.contract import FinishForm
from scanner.scans.decision import TaskState
from scanner.scans.linking import service as linking
from scanner.scans.pages import waiting_on, workflows
from scanner.scans.result import ScanResult
from scanner.scans.signals import signal_of
from scanner.scans.task_page import TaskPage
from scanner.scans.workflow import TaskRequest
from scanner.web.context import now, read, see_other, today, transact
from scanner.web.contract import form
from scanner.web.device import device_id

blueprint = Blueprint("receiving", __name__, url_prefix="/receiving")


@blueprint.get("")
@requires(Right.RECEIVE)
def index() -> str:
    """Open receipts, what is due first."""
    return _index(None)


@blueprint.get("/<ref:reference>")
@requires(Right.RECEIVE)
def task(reference: str) -> str:
    """The page to scan on; once finished, what came of it."""
    page = read(receiving.receipt_page, reference, signed_in().id, device_id())
    if page.task.state == TaskState.FINISHED:
        return render_template("receiving/done.html", page=page, back_order=page.task.back_order)
    named = [(order.reference, order.asn) for order in read(receiving.receipts, today())[: receiving.MOST_KNOWN]]
    named.append((page.task.reference, page.task.asn))  # its own label, too, to come back to it while offline
    labels = receiving.labels(named)
    return render_template(
        "receiving/task.html", page=page, panel=panel_of(page.last, page.location), labels=labels, waiting=waiting_on(reference)
    )


@blueprint.get("/<ref:reference>/finish")
@requires(Right.RECEIVE)
def finish(reference: str) -> str:
    """What would be short, to be confirmed."""
    short, waits = read(receiving.shortages, reference), read(receiving.waits, reference)
    unknown = read(linking.unknown_codes, reference)
    return render_template("receiving/finish.html", reference=reference, shortages=short, waits=waits, unknown=unknown)


@blueprint.post("/<ref:reference>/finish")
@requires()
def finish_now(reference: str) -> Response:
    """Finish. What is short needs `confirm`."""
    said = form(FinishForm)
    asked = TaskRequest(
        reference=reference, operator=signed_in(), device=device_id(), now=now(), confirm=said.confirm,
        back_order=said.back_order, held=said.held,
    )  # fmt: skip
    done = transact(finish_receipt, asked, workflows())
    return see_other(url_for(".finish" if done.needs_confirm else ".task", reference=reference))


def _index(opening: Opening | None) -> str:
    return render_template("receiving/index.html", receipts=read(receiving.receipts, today()), opening=opening)


def _reply(results: list[ScanResult]) -> str:
    """The panel of the last scan, the progress, and every line that the scans changed."""
    touched = [read(receiving.after_scan, result) for result in results]
    lines: dict[int, ReceiptLine] = {}
    for line in (line for each in touched for line in each.lines):
        lines.pop(line.id, None)  # the last one changed comes last: the page puts it on top
        lines[line.id] = line
    return render_template(
        "receiving/_reply.html", panel=panel_of(results[-1]), progress=touched[-1].progress, lines=lines.values(),
        waiting=waiting_on(results[-1].task), over=signal_of(results[-1]) == "finished",
    )  # fmt: skip


def _live(reference: str, lines: Collection[int]) -> str:
    """The progress, what waits for a yes, and the lines that others changed."""
    changed = read(receiving.changed_lines, reference, lines)
    return render_template(
        "receiving/_live.html", progress=changed.progress, lines=changed.lines, task_reference=reference,
        waiting=waiting_on(reference),
    )  # fmt: skip


def _due() -> int:
    return len(read(receiving.receipts, today()))


PAGE = TaskPage(
    title="Receiving",
    words="Open receipts, what is due first",
    tasks="Receipts",
    index="receiving.index",
    task="receiving.task",
    finish="receiving.finish",
    reply=_reply,
    live=_live,
    choose=_index,
    opens_by="a PO or ASN number, a carton",
    due=_due,
)
