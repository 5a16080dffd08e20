"""The picker's pages: what is picked, and what could not be."""

from __future__ import annotations

from flask import Blueprint, render_template

from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.picking import service as picking
from scanner.picking.panel import panel_of
from scanner.picking.rules import PickTask
from scanner.scans.choices import Opening
from scanner.scans.pages import waiting_on
from scanner.scans.result import ScanResult
from scanner.scans.task_page import TaskPage
from scanner.web.context import read
from scanner.web.device import device_id

blueprint = Blueprint("picking", __name__, url_prefix="/picking")


@blueprint.get("")
@requires(Right.PICK)
def index() -> str:
    """Choose between picks and short picks."""
    return _index(None)


@blueprint.get("/<reference>")
@requires(Right.PICK)
def task(reference: str) -> str:
    """The page to scan on."""
    page = read(picking.pick_page, reference, signed_in().id, device_id())
    panel, labels = panel_of(page.last, reference), {each.value: each.value for each in PickTask}
    return render_template(
        "picking/scan.html", page=page, panel=panel, labels=labels, recent=page.recent, short=_is_short(reference),
        waiting=waiting_on(reference, by_place=True),
    )  # fmt: skip


def _index(opening: Opening | None) -> str:
    return render_template("picking/index.html", opening=opening)


def _reply(results: list[ScanResult]) -> str:
    """The panel of the last scan, and the last picks."""
    last = results[-1]
    recent = read(picking.recent, last.task)
    return render_template(
        "picking/_reply.html", panel=panel_of(last, last.task), recent=recent, short=_is_short(last.task),
        waiting=waiting_on(last.task, by_place=True),
    )  # fmt: skip


def _is_short(reference: str) -> bool:
    return reference == PickTask.SHORT_PICKS


PAGE = TaskPage(
    title="Picking",
    words="What you take, and what is not where it should be",
    tasks="Picks",
    index="picking.index",
    task="picking.task",
    finish="picking.task",
    reply=_reply,
    choose=_index,
    offline=False,
)
