"""The pages of a cart of several orders."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from scanner.orders.carts import service as carts
from scanner.orders.carts.contract import MOST_ORDERS, CartForm
from scanner.orders.carts.panel import panel_of
from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.scans.choices import Opening
from scanner.scans.decision import TaskState
from scanner.scans.pages import is_blind, waiting_on
from scanner.scans.result import ScanResult
from scanner.scans.task_page import TaskPage
from scanner.web.context import now, read, see_other, transact
from scanner.web.contract import form
from scanner.web.device import device_id

blueprint = Blueprint("carts", __name__, url_prefix="/carts")


@blueprint.get("")
@requires(Right.PICK)
def index() -> str:
    """Open carts, and how to begin one."""
    return _index(None)


@blueprint.post("")
@requires()
def begin() -> Response:
    """Put the orders that are due first on a new cart."""
    reference = transact(carts.begin, signed_in(), now(), form(CartForm).orders)
    return see_other(url_for(".task", reference=reference))


@blueprint.get("/<reference>")
@requires(Right.PICK)
def task(reference: str) -> str:
    """The page to scan on; once finished, where its orders are."""
    page = read(carts.cart_page, reference, signed_in().id, device_id(), blind=is_blind())
    if page.task.state == TaskState.FINISHED:
        return render_template("orders/carts/done.html", page=page)
    return render_template(
        "orders/carts/task.html", page=page, way=page.way, panel=panel_of(page.last, _next(page.way)), labels={},
        waiting=waiting_on(reference, by_place=True),
    )  # fmt: skip


def _next(way: carts.Way) -> str:
    return way.stops[0].location if way.stops else ""


def _index(opening: Opening | None) -> str:
    return render_template("orders/carts/index.html", carts=read(carts.open_carts), opening=opening, most=MOST_ORDERS)


def _reply(results: list[ScanResult]) -> str:
    """The panel of the last scan, the walk, the totes and the hand."""
    last = results[-1]
    way = read(carts.the_way, last.task, signed_in().id, device_id(), blind=is_blind())
    return render_template(
        "orders/carts/_reply.html", panel=panel_of(last, _next(way)), way=way, waiting=waiting_on(last.task, by_place=True)
    )


PAGE = TaskPage(
    title="Carts",
    words="Several orders on one walk, a tote for each",
    tasks="Carts",
    index="carts.index",
    task="carts.task",
    finish="carts.task",
    reply=_reply,
    choose=_index,
    opens_by="the number of a cart",
)
