"""Decisions on the variances of counts, from the page of the discrepancy."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from scanner.counting.contract import Misplaced, MovedAnswer, RecountAnswer
from scanner.counting.variances import decisions
from scanner.people.session import requires, signed_in
from scanner.web.answers import saved
from scanner.web.context import now, transact
from scanner.web.contract import form_or_json, json_object

blueprint = Blueprint("count_decisions", __name__, url_prefix="/discrepancies/<int:discrepancy_id>")


@blueprint.post("/move")
@requires()
def move(discrepancy_id: int) -> Response:
    """Settle it together with the opposite variance nearby, by one move."""
    other = form_or_json(Misplaced).other
    transact(decisions.move_misplaced, discrepancy_id, other, signed_in(), now())
    answer = MovedAnswer(message="Moved: the record has it where it was found.", id=discrepancy_id, other=other)
    return saved(answer, _page(discrepancy_id))


@blueprint.post("/count-again")
@requires()
def count_again(discrepancy_id: int) -> Response:
    """Have somebody else count it once more."""
    if request.is_json:
        json_object()
    reference = transact(decisions.count_again, discrepancy_id, signed_in(), now())
    answer = RecountAnswer(message=f"{reference} counts it again.", id=discrepancy_id, reference=reference)
    return saved(answer, _page(discrepancy_id))


def _page(discrepancy_id: int) -> str:
    return url_for("discrepancies.one", discrepancy_id=discrepancy_id)
