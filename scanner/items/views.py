"""The page on which a supervisor renames, merges or retires an item."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, render_template, url_for
from werkzeug.wrappers import Response

from scanner.errors import BadRequest, Conflict, NotFound
from scanner.items import service
from scanner.items.contract import ChangedAnswer, MergeInto, MergeWith, NewName
from scanner.items.service import Changed
from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.scans import limits
from scanner.scans.history import service as history
from scanner.scans.pages import workflows
from scanner.web.answers import saved
from scanner.web.context import now, read, see_other, transact, wants_json
from scanner.web.contract import form_or_json, query

blueprint = Blueprint("item_changes", __name__, url_prefix="/items")


@blueprint.get("/<ref:sku>/change")
@requires(Right.CHANGE_ITEMS)
def page(sku: str) -> str:
    """What can be changed about an item, and what was."""
    return render_template("items/change.html", item=read(service.record, sku, signed_in()))


@blueprint.get("/<ref:sku>/merge")
@requires(Right.CHANGE_ITEMS)
def merging(sku: str) -> str | Response:
    """What merging it into another item would do, to be confirmed."""
    words = query(MergeWith).into
    found = read(history.find_items, words) if words else []
    into = next((each.sku for each in found if each.sku == words), found[0].sku if len(found) == 1 else "")
    try:
        preview = read(service.preview, sku, into, signed_in(), workflows()) if into else None
    except (BadRequest, NotFound) as problem:
        flash(problem.message, "bad")
        return see_other(url_for(".page", sku=sku))
    item = read(service.record, sku, signed_in())
    found = [each for each in found if each.sku != item.sku]
    return render_template("items/merge.html", item=item, preview=preview, found=found, words=words)


@blueprint.post("/<ref:sku>/rename")
@requires()
def rename(sku: str) -> Response:
    """Give an item another SKU or name."""
    said = form_or_json(NewName)
    return _done(sku, limits.give_meaning, signed_in(), service.rename, sku, said.sku, said.name, signed_in(), now())


@blueprint.post("/<ref:sku>/merge")
@requires()
def merge(sku: str) -> Response:
    """Make two items one."""
    return _done(sku, transact, service.merge, sku, form_or_json(MergeInto).into, signed_in(), now(), workflows())


@blueprint.post("/<ref:sku>/retire")
@requires()
def retire(sku: str) -> Response:
    """Note that an item is sold no longer."""
    return _done(sku, transact, service.retire, sku, signed_in(), now())


@blueprint.post("/<ref:sku>/bring-back")
@requires()
def bring_back(sku: str) -> Response:
    """Note that a retired item is sold again."""
    return _done(sku, transact, service.bring_back, sku, signed_in(), now())


def _done(sku: str, do: Callable[..., Changed], *args: Any) -> Response:
    """Do it; a person comes back to the page of changes with the words for it."""
    try:
        changed = do(*args)
    except (BadRequest, Conflict) as problem:
        if wants_json():
            raise
        flash(problem.message, "bad")
        return see_other(url_for(".page", sku=sku))
    return saved(ChangedAnswer(message=changed.message, sku=changed.sku), url_for(".page", sku=changed.sku))
