"""Pages for the addresses of other systems, and the log of the messages to them."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, flash, make_response, render_template, url_for
from werkzeug.wrappers import Response

from scanner.errors import BadRequest, Conflict
from scanner.people.rules import Right
from scanner.people.session import asks_again, is_confirmed, requires, signed_in
from scanner.scans.rooms import Entry
from scanner.web.context import now, read, see_other, transact, wants_json
from scanner.web.contract import form_or_json, query
from scanner.web.once import show_once, shown_once
from scanner.webhooks import service as webhooks
from scanner.webhooks.contract import AddedAnswer, Address, Deliveries, DoneAnswer, Switch

blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks")
ENTRY = Entry(
    endpoint="webhooks.index",
    title="Webhooks",
    words="Other systems that are told of graded returns, orders and signals",
    right=Right.CONNECT,
)

PAGE = 50
ADDED = "webhook"


@blueprint.get("")
@requires(Right.CONNECT)
def index() -> str:
    """Addresses, and the messages to them, the newest first."""
    return _page(added=shown_once(ADDED))


@blueprint.post("")
@requires()
def add() -> Response:
    """Add an address. Its secret is shown once: no page does later. It is a key, so it wants the PIN again."""
    if asking := asks_again(Right.CONNECT, url_for(".index")):
        return asking
    url = form_or_json(Address).url
    try:
        webhooks.check(url, signed_in())
        added = transact(webhooks.add, url, signed_in(), now())
    except (BadRequest, Conflict) as problem:
        if wants_json():
            raise
        return make_response(_page(problem=problem, url=url), 409 if not isinstance(problem, BadRequest) else 400)
    if wants_json():
        return AddedAnswer.of(added).response(201)
    return show_once(url_for(".index"), ADDED, {"url": added.url, "secret": added.secret})


@blueprint.post("/<int:webhook_id>/switch")
@requires()
def switch(webhook_id: int) -> Response:
    """Switch an address on or off."""
    active = form_or_json(Switch).active
    transact(webhooks.switch, webhook_id, signed_in(), active=active)
    return _done("It is told again." if active else "It is told nothing more. What waits for it goes on waiting.")


@blueprint.post("/<int:webhook_id>/remove")
@requires()
def remove(webhook_id: int) -> Response:
    """Take an address out of the list."""
    transact(webhooks.remove, webhook_id, signed_in(), now())
    return _done("It is removed and told nothing more. What was sent there stays below.")


@blueprint.post("/<int:webhook_id>/test")
@requires()
def test(webhook_id: int) -> Response:
    """Send a test message."""
    transact(webhooks.test, webhook_id, signed_in(), now())
    return _done("A test is on its way.")


@blueprint.post("/deliveries/<int:delivery_id>/again")
@requires()
def again(delivery_id: int) -> Response:
    """Send a message once more under the same uuid."""
    transact(webhooks.send_again, delivery_id, signed_in(), now())
    return _done("It goes out once more, under the same number.")


def _done(words: str) -> Response:
    if wants_json():
        return DoneAnswer(done=True).response()
    flash(words, "good")
    return see_other(url_for(".index"))


def _page(**facts: Any) -> str:
    asked = query(Deliveries)
    state = asked.state or None
    rows = read(webhooks.deliveries, state=state, before=asked.before, limit=PAGE)
    return render_template(
        "webhooks/index.html",
        deliveries=rows,
        state=state,
        states=webhooks.STATES,
        older=rows[-1].id if len(rows) == PAGE else None,
        webhooks=read(webhooks.webhooks),
        pretty=_pretty,
        confirmed=is_confirmed(),
        **facts,
    )


def _pretty(payload: str) -> str:
    return json.dumps(json.loads(payload), indent=2, ensure_ascii=False)
