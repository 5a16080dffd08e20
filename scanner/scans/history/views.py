"""Pages of items: stock, kits, open tasks, movements."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.scans.history import service as history
from scanner.scans.history.contract import ItemChart, ItemSearch
from scanner.scans.history.service import OnHand
from scanner.scans.opening import service as opening
from scanner.scans.pages import workflows
from scanner.scans.rooms import Entry
from scanner.web import charts
from scanner.web.context import htmx, now, read, see_other
from scanner.web.contract import query
from scanner.web.field_types import SPANS
from scanner.web.fragments import page_or_block

blueprint = Blueprint("items", __name__, url_prefix="/items")
ENTRY = Entry(
    endpoint="items.index",
    title="Items",
    words="Stock by place, and every movement behind it",
    right=Right.SEE_STOCK,
    also=("item_changes",),
)


@blueprint.get("")
@requires(Right.SEE_STOCK)
def index() -> str | Response:
    """Find an item by a part of its name or SKU. The whole SKU or barcode of one, sent with Enter, is answered."""
    words = query(ItemSearch).q
    if not htmx and read(opening.is_item, words):
        return see_other(url_for("asking.where", code=words.strip()))
    found = read(history.find_items, words)
    return page_or_block("scans/history/items.html", "items", found=found, q=words)


@blueprint.get("/<ref:sku>")
@requires()
def item(sku: str) -> str:
    """One item, with a chart of the units on hand."""
    days = query(ItemChart).days
    page = read(history.item_page, sku, workflows(), signed_in(), now=now(), days=days)
    return render_template("scans/history/item.html", page=page, days=days, spans=SPANS, chart=_chart(page.on_hand, days))


def _chart(on_hand: list[OnHand], days: int) -> charts.StepChart:
    steps = [charts.Step(each.at, each.units, _behind(each)) for each in on_hand]
    return charts.step(f"On hand in the last {days} days, sellable or not", "units", steps, now())


def _behind(each: OnHand) -> str | None:
    return url_for("scans.one", seq=each.scan_seq) if each.scan_seq else None
