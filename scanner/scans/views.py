"""Scans from pages, one by one or in a batch, and pages that show them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from scanner.errors import AfterBadge, BadgeScanned, BadRequest, DomainError, Overloaded
from scanner.people.guesses import service as guesses
from scanner.people.rules import OperatorView, Right
from scanner.people.session import is_locked, requires, sender_of_scan, signed_in
from scanner.people.sign_in import owner_of_badge
from scanner.scans import limits
from scanner.scans.contract import DeviceAnswer, DeviceScans, DeviceScansAnswer, HandOver, LockedAnswer, ScanBody, SenderForm
from scanner.scans.evidence import service as evidence
from scanner.scans.history import service as history_service
from scanner.scans.history.contract import OlderScans
from scanner.scans.meanings import is_label
from scanner.scans.opening.service import open_task
from scanner.scans.pages import page_of, task_url, workflows
from scanner.scans.record import record_scan
from scanner.scans.request import Relayed, ScanRequest
from scanner.scans.result import ScanResult
from scanner.web.batch import in_order
from scanner.web.context import htmx, now, read, see_other
from scanner.web.contract import form_or_json, query, sent, taken
from scanner.web.device import device_id

blueprint = Blueprint("scans", __name__)

PAGE = 50


@blueprint.post("/scans")
@requires(even_locked=True)
def record() -> AnyResponse:
    """Record one scan. The answer is a fragment, JSON, or a redirect to the page of the task."""
    if is_locked():
        return _answer(_record_locked(sent(), _Many(None).record), "", url_for("auth.locked"))
    scan, person = _read_scan(sent())
    try:
        result = limits.record(limits.sender_on_pages(), record_scan, scan, now(), workflows(), by=person)
    except BadgeScanned as badge:
        return _hand_over(scan, own=badge.own)
    html = page_of(result.kind).reply([result]) if htmx else ""
    return _answer(DeviceAnswer.of(result).fields(), html, _page_after(result))


@blueprint.post("/scans/batch")
@requires(even_locked=True)
def record_batch() -> Response:
    """Record scans in order, each with a status of its own. `html` has the changed parts of the page of task `page`.

    After another person's badge no scan of who was there before is recorded, until that person's own badge: nobody knows whose it
    is.
    """
    said = form_or_json(DeviceScans)
    locked = is_locked()
    many = _Many(said.doubted)
    answers = in_order(said.scans, lambda each: _one_of_many(_fields(each), many, locked=locked))
    results = [result for result in many.recorded if result.task == said.page]
    html = page_of(results[-1].kind).reply(results) if results else ""
    return DeviceScansAnswer(results=answers, html=html).response()


@blueprint.get("/tasks/<ref:reference>")
@requires(Right.SEE_TASKS)
def task(reference: str) -> AnyResponse:
    """Lead to the page of a task, from its number alone."""
    kind = read(history_service.kind_of, reference, workflows(), signed_in())
    elsewhere = page_of(kind).elsewhere
    return redirect((elsewhere(reference) if elsewhere else None) or task_url(kind, reference))


@blueprint.get("/tasks/<ref:reference>/scans")
@requires(Right.SEE_TASKS)
def history(reference: str) -> str:
    """A task's scans, the newest first."""
    scans = read(
        history_service.task_scans, reference, workflows(), signed_in(),
        before=query(OlderScans).before, limit=PAGE,
    )  # fmt: skip
    older = scans[-1].seq if len(scans) == PAGE else None
    photos = read(evidence.of_list, reference, [each.seq for each in scans], signed_in(), workflows())
    return render_template("scans/history/index.html", reference=reference, scans=scans, older=older, photos_of=photos)


@blueprint.get("/scans/<int:seq>")
@requires()
def one(seq: int) -> str:
    """One scan: who, when, how, and its consequences."""
    page = read(history_service.scan_page, seq, workflows(), signed_in())
    photos = read(evidence.of_scan, seq)
    return render_template(
        "scans/history/scan.html", scan=page.scan, about=page.about, movements=page.movements, photos=photos,
        photos_of=read(evidence.of_list, page.scan.task, [each.seq for each in page.about], signed_in(), workflows()),
        dismissed=page.dismissed, answered_by=page.answered_by,
    )  # fmt: skip


def _read_scan(fields: Mapping[str, Any]) -> tuple[ScanRequest, OperatorView]:
    """The scan and its person. The device may send scans of a person who signed in before."""
    scan = taken(ScanBody, fields).request(signed_in().id, device_id())
    person, made_at = sender_of_scan(taken(SenderForm, fields).operator, scan.waited)
    if made_at is None:
        return scan, person
    return replace(scan, operator_id=person.id, relayed=Relayed(signed_in().name, made_at)), person


def _one_of_many(fields: Mapping[str, Any], many: _Many, *, locked: bool) -> dict[str, Any]:
    return _record_locked(fields, many.record) if locked else many.answer(fields)


class _Many:
    """Records the scans of one request, one after the other. `doubted`: after whose scans another person's badge came."""

    def __init__(self, doubted: Any) -> None:
        self.recorded: list[ScanResult] = []
        self.doubted = doubted

    def answer(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Record one scan, and say what came of it."""
        scan, person = _read_scan(fields)
        try:
            self.recorded.append(self.record(scan, person))
        except BadgeScanned as badge:
            return HandOver(handover=True, own=badge.own).fields()
        return DeviceAnswer.of(self.recorded[-1]).fields()

    def record(self, scan: ScanRequest, person: OperatorView) -> ScanResult:
        """Record one scan. Raises BadgeScanned, and AfterBadge where nobody knows whose it is."""
        try:
            if person.id == self.doubted:
                _refuse_doubted(scan, person)
            return limits.record(limits.sender_on_pages(), record_scan, scan, now(), workflows(), by=person)
        except BadgeScanned as badge:
            self.doubted = None if badge.own else person.id
            raise


def _refuse_doubted(scan: ScanRequest, person: OperatorView) -> None:
    """Raise BadgeScanned where it is a badge, else AfterBadge. A code that nobody knows counts as a try at a badge."""
    sender = limits.sender_on_pages()
    read(guesses.refuse_codes, sender, now())
    if owner := read(owner_of_badge, scan.code):
        raise BadgeScanned("A badge signs a person in; it is not a scan.", "code", own=owner.id == person.id)
    if not read(is_label, scan.code):
        limits.count(sender)
    words = f"It came after another person's badge. “Send again” counts it as {person.name}'s; else scan the goods again."
    raise AfterBadge(words, "code")


def _fields(said: Any) -> dict[str, Any]:
    """What a batch says of one scan. Raises BadRequest."""
    if not isinstance(said, dict):
        raise BadRequest(f"Expected an object, got {type(said).__name__}.")
    return said


def _record_locked(fields: Mapping[str, Any], record: Callable[[ScanRequest, OperatorView], object]) -> dict[str, Any]:
    """Record a scan of a locked device. The answer is the same whatever it is: only a form that none can have is refused.

    Otherwise a copy of the cookie would tell badges, tasks, places and people apart. Once unlocked, the device sends the scan
    again and is told the truth. Raises BadRequest, and what has nothing to do with the scan, as a busy database.
    """
    taken(SenderForm, fields)
    said = taken(ScanBody, fields)
    try:
        record(*_read_scan(fields))
    except Overloaded:
        raise
    except DomainError:
        pass
    return LockedAnswer(id=said.id, task=said.task).fields()


def _page_after(result: ScanResult) -> str:
    """The page that follows a scan: that of its task, or of the task that it opens, of whatever kind."""
    if result.opens is None:
        return task_url(result.kind, result.task)
    person = signed_in()
    flows = [each for each in workflows().values() if person.may(each.right)]
    opening = read(open_task, result.opens, flows, person)
    return task_url(opening.kind, opening.reference or result.opens)


def _answer(told: dict[str, Any], html: str, page: str) -> AnyResponse:
    """What a page is told of its scan: a fragment, JSON, or the way to a page."""
    if htmx:
        response = make_response(html)
        response.headers["HX-Trigger"] = json.dumps({"scan": told})
        return response
    return jsonify(told) if request.is_json else see_other(page)


def _hand_over(scan: ScanRequest, *, own: bool) -> AnyResponse:
    """Answer the scan of a badge: nothing is recorded, and the page signs in its owner."""
    if htmx:
        response = make_response("")
        response.headers["HX-Trigger"] = json.dumps({"handover": {"code": scan.code, "own": own}})
        return response
    if request.is_json:
        return HandOver(handover=True, own=own).response()
    return see_other(url_for("auth.sign_in"))
