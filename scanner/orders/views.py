"""The pages of who picks and packs: choose an order, pick it, pack it, ship it."""

from __future__ import annotations

from collections.abc import Collection

from flask import Blueprint, flash, render_template, url_for
from werkzeug.wrappers import Response

from scanner.orders import service as orders
from scanner.orders.contract import Shown
from scanner.orders.finish import finish as finish_order
from scanner.orders.listed import how_far
from scanner.orders.panel import panel_of
from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.scans.choices import Opening
from scanner.scans.contract import FinishForm
from scanner.scans.decision import TaskState
from scanner.scans.pages import is_blind, waiting_on, workflows
from scanner.scans.result import ScanResult
from scanner.scans.task_page import TaskPage
from scanner.scans.workflow import TaskRequest
from scanner.web.context import now, read, see_other, settings, transact
from scanner.web.contract import form, query
from scanner.web.device import device_id

blueprint = Blueprint("orders", __name__, url_prefix="/orders")


@blueprint.get("")
@requires(Right.PICK)
def index() -> str:
    """Open orders, what is due first."""
    return _index(None)


@blueprint.get("/<ref:reference>")
@requires(Right.PICK)
def task(reference: str) -> str | Response:
    """The page to pick on, and to pack where that is what the person does; once it is over, what came of it."""
    return _page(reference, packs=None if settings().packing else False)


@blueprint.get("/<ref:reference>/pack")
@requires(Right.PICK)
def pack(reference: str) -> str | Response:
    """The page to pack on: each scan goes into the parcel. Where nothing is packed by scans there is only the task."""
    if not settings().packing:
        return see_other(url_for(".task", reference=reference))
    return _page(reference, packs=True)


@blueprint.get("/<ref:reference>/finish")
@requires(Right.PICK)
def finish(reference: str) -> str:
    """What is missing, to be confirmed."""
    return render_template("orders/finish.html", page=read(orders.finish_page, reference, packs=settings().packing))


@blueprint.post("/<ref:reference>/finish")
@requires()
def finish_now(reference: str) -> Response:
    """Ship the order. What is missing needs `confirm`."""
    said = form(FinishForm)
    asked = TaskRequest(
        reference=reference, operator=signed_in(), device=device_id(), now=now(), confirm=said.confirm,
        back_order=said.back_order, held=said.held,
    )  # fmt: skip
    done = transact(finish_order, asked, workflows(), packs=settings().packing)
    return see_other(url_for(".finish" if done.needs_confirm else ".task", reference=reference))


def _page(reference: str, *, packs: bool | None) -> str | Response:
    page = read(orders.order_page, reference, signed_in().id, device_id(), packs=packs, blind=is_blind())
    if page.task.state == TaskState.FINISHED:
        return render_template("orders/done.html", page=page)
    if packs and not page.view.packs:
        flash("Nothing is picked yet, so there is nothing to pack.", "kept")
        return see_other(url_for(".task", reference=reference))
    named = [*read(orders.known_references), page.task.reference]
    first = page.view.next.code if page.view.next and not page.view.packs else ""
    return render_template(
        "orders/task.html", page=page, view=page.view,
        panel=panel_of(page.last, page.view.packing, packs=page.view.packs, first=first),
        labels={each: each for each in named}, waiting=waiting_on(reference, by_place=True),
        at=page.at, packed_here=settings().packing,
    )  # fmt: skip


def _index(opening: Opening | None) -> str:
    return render_template(
        "orders/index.html", orders=read(orders.orders), opening=opening, now=now(), blind=is_blind(), how_far=how_far
    )


def _reply(results: list[ScanResult]) -> str:
    """The panel of the last scan, and the list as it is now: what is done goes below."""
    last = results[-1]
    view = read(orders.after_scan, last, signed_in().id, device_id(), blind=is_blind(), packed_here=settings().packing)
    return render_template(
        "orders/_reply.html", panel=panel_of(last, view.packing, packs=view.packs), view=view, reference=last.task,
        packed_here=settings().packing,
        waiting=waiting_on(last.task, by_place=True),
    )  # fmt: skip


def _live(reference: str, _lines: Collection[int]) -> str:
    """Where to go next, and the list as it is now: what others pick changes the walk."""
    view = read(
        orders.order_now, reference, signed_in().id, device_id(), packs=query(Shown).packs, blind=is_blind(),
        packed_here=settings().packing,
    )  # fmt: skip
    return render_template(
        "orders/_live.html", view=view, reference=reference, packed_here=settings().packing,
        waiting=waiting_on(reference, by_place=True),
    )  # fmt: skip


def _photo_reply(reference: str, _scan_seq: int) -> str:
    parcel = read(orders.parcel_view, reference)
    return render_template("orders/_parcel.html", parcel=parcel, shown=True, oob=True)


def _due() -> int:
    return read(orders.count_pickable)


PAGE = TaskPage(
    title="Orders",
    words="Pick, pack and ship what was sold",
    tasks="Orders",
    index="orders.index",
    task="orders.task",
    finish="orders.finish",
    reply=_reply,
    live=_live,
    choose=_index,
    opens_by="an order number, a tote",
    due=_due,
    photo_reply=_photo_reply,
)
