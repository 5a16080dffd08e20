"""A stream that says that a task changed, and the parts of its page that changed by that."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from flask import Blueprint, Response, current_app, request

from scanner.db.engine import Database
from scanner.errors import NotFound
from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.scans.live import service, store
from scanner.scans.live.contract import After, ChangesAnswer
from scanner.scans.live.service import Ticker
from scanner.scans.live.store import LiveTask
from scanner.scans.pages import page_of, workflows
from scanner.web.context import database, read
from scanner.web.contract import query
from scanner.web.device import device_id

blueprint = Blueprint("live", __name__)
STREAMS = "scanner.streams"
"""In the environment of a request whose server holds no thread for a stream with nothing new: `serving/environ.py`."""
STREAM_SECONDS = 120
"""Then the device asks anew: whoever was signed out meanwhile is told no more."""
BEAT_SECONDS = 15
HEADERS = {"X-Accel-Buffering": "no", "Cache-Control": "no-store, no-transform"}


@blueprint.get("/tasks/<ref:reference>/events")
@requires(Right.SEE_TASKS)
def events(reference: str) -> Response:
    """Say now, and whenever the task changed but by this device, that it did. A server that cannot wait says 204."""
    task = _task(reference)
    if not request.environ.get(STREAMS):
        return Response(status=204)  # a page asks by itself then
    return Response(_events(_ticker(), task.id, device_id()), mimetype="text/event-stream", headers=HEADERS)


@blueprint.get("/tasks/<ref:reference>/changes")
@requires(Right.SEE_TASKS)
def changes(reference: str) -> Response:
    """What the page does not show yet, as whoever is signed in may see it."""
    task, said = _task(reference), query(After)
    found = read(service.changes, task.id, said.after or 0, said.mark, device_id())
    draw = page_of(task.kind).live
    html = draw(reference, found.lines) if draw and found.new else ""
    return ChangesAnswer(seq=found.seq, mark=found.mark, html=html, over=found.over).response()


@blueprint.app_context_processor
def page_context() -> dict[str, Callable[[str], tuple[int, str]]]:
    """For pages that go on from the newest scan."""
    return {"known_of": lambda reference: read(service.mark, reference, device_id())}


def _task(reference: str) -> LiveTask:
    """The task, for who may scan it. Raises NotFound where its page shows nothing of others."""
    task = read(service.find_task, reference)
    signed_in().demand(workflows()[task.kind].right)
    if page_of(task.kind).live is None:
        raise NotFound(f"The page of {reference} shows what its own device did.")
    return task


def _events(ticker: Ticker, task_id: int, device: str) -> Iterator[bytes]:
    """A line at once, then one a change. Empty where there is nothing new: the thread is free then."""
    until, beat, at = time.monotonic() + STREAM_SECONDS, time.monotonic(), ticker.begin(task_id)
    yield b"retry: 2000\ndata: changed\n\n"
    while time.monotonic() < until:
        yield b""
        at, changed = ticker.heard(task_id, at, but=device)
        if changed:
            yield b"data: changed\n\n"
        elif time.monotonic() - beat > BEAT_SECONDS:
            beat = time.monotonic()
            yield b"event: beat\ndata: beat\n\n"  # so that nobody takes it for dead, on the way or at its end


def _ticker() -> Ticker:
    """The one of this process."""
    kept: dict[str, Any] = current_app.extensions
    if "ticker" not in kept:
        kept["ticker"] = ticker_of(database())
    ticker: Ticker = kept["ticker"]
    return ticker


def ticker_of(held: Database) -> Ticker:
    """A ticker that looks at this database."""

    def newest() -> int:
        with held.read() as session:
            return store.newest(session)

    def after(seq: int) -> list[store.Seen]:
        with held.read() as session:
            return store.after(session, seq)

    def shapes(task_ids: Collection[int]) -> Mapping[int, store.Shape]:
        with held.read() as session:
            return store.shapes(session, task_ids)

    return Ticker(newest, after, shapes)
