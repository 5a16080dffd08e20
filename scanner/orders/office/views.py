"""Pages of orders for the desk: the list, its file, and each order."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, flash, render_template, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from scanner.orders.intake.contract import OrderAnswer
from scanner.orders.office import service
from scanner.orders.office.contract import Decided, OrderList
from scanner.orders.office.rules import Show
from scanner.orders.office.service import OfficeRow
from scanner.orders.scanned import Choice
from scanner.people.downloads import file_of
from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.scans.pages import is_blind, workflows
from scanner.scans.rooms import Entry, Group
from scanner.web.context import now, read, see_other, settings, transact, wants_json
from scanner.web.contract import form_or_json, query

blueprint = Blueprint("order_office", __name__, url_prefix="/orders/office")
ENTRY = Entry(
    endpoint="order_office.index",
    title="All orders",
    words="What is due, what is late, what cannot be filled and why",
    right=Right.SEE_ORDERS,
    group=Group.OFF,
)

COLUMNS = (
    "channel", "reference", "task", "customer", "state", "placed_at", "due_at", "shipped_at", "late", "wanted", "picked",
    "lacking",
)  # fmt: skip


@blueprint.get("")
@requires()
def index() -> str:
    """Orders, due first."""
    asked = query(OrderList)
    rows, more = read(
        service.orders, signed_in(), workflows(), now(), show=Show(asked.show), page=asked.page, packs=settings().packing
    )
    return render_template("orders/office/index.html", rows=rows, show=asked.show, shows=list(Show), page=asked.page, more=more)


@blueprint.get("/orders.csv")
@requires(Right.SEE_ORDERS)
def file() -> Response:
    """The list as a file."""
    person, kinds, at, show, packs = signed_in(), workflows(), now(), Show(query(OrderList).show), settings().packing

    def rows(session: Session) -> Iterator[dict[str, object]]:
        return (_cells(row) for row in service.every(session, person, kinds, at, show=show, packs=packs))

    return file_of("orders", COLUMNS, rows, after={"show": show.value})


def _cells(row: OfficeRow) -> dict[str, object]:
    order = row.order
    moments = {name: getattr(order, name) for name in ("placed_at", "due_at", "shipped_at")}
    return {
        "channel": order.channel, "reference": order.reference, "task": order.task, "customer": order.customer,
        "state": order.state.value, "late": row.late, "wanted": order.wanted, "picked": order.picked,
        "lacking": "; ".join(row.reasons), **{name: at.isoformat() if at else None for name, at in moments.items()},
    }  # fmt: skip


@blueprint.get("/<ref:reference>")
@requires()
def page(reference: str) -> str:
    """One order, by the reference of its task."""
    found = read(service.order, reference, signed_in(), workflows(), now(), packs=settings().packing)
    return render_template("orders/office/order.html", page=found, order=found.order, choices=list(Choice))


@blueprint.post("/<ref:reference>/choice")
@requires()
def choose(reference: str) -> Response:
    """Decide what becomes of a short order."""
    transact(service.choose, reference, Choice(form_or_json(Decided).choice), signed_in(), now())
    if wants_json():
        found = read(service.order, reference, signed_in(), workflows(), now(), packs=settings().packing).order
        return OrderAnswer.told(found, blind=is_blind()).response()
    flash("Decided.", "good")
    return see_other(url_for(".page", reference=reference))
