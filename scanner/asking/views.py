"""The page that answers a code."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, url_for

from scanner.asking.answer import Answer, AnswerKind
from scanner.asking.contract import PageToFind
from scanner.asking.told import tell
from scanner.moves import MOVES
from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.scans import limits
from scanner.web.contract import query

blueprint = Blueprint("asking", __name__)

MOVE, COUNT, LABELS = "moves.task", "counting.start", "labels.index"
"""Where the buttons of an answer lead, as far as this app has such pages."""
_GROUPS = {AnswerKind.ITEM: "items", AnswerKind.LOCATION: "locations"}


@blueprint.get("/where")
@requires()
def where() -> str:
    """What a code is, and where that is. Without a code the page waits for one."""
    code = query(PageToFind).code.strip()
    answer = tell(code, signed_in(), limits.sender_on_pages()) if code else None
    return render_template("asking/where.html", answer=answer, code=code, ways=_ways(answer) if answer else {})


def _ways(answer: Answer) -> dict[str, str]:
    """What can be done next, and where."""
    person, found = signed_in(), {}
    is_goods = answer.item is not None or (answer.place is not None and answer.place.on_floor)
    if is_goods and person.may(Right.MOVE) and MOVE in current_app.view_functions:
        found["move"] = url_for(MOVE, reference=MOVES)
    if answer.section and person.may(Right.START_COUNTS) and COUNT in current_app.view_functions:
        found["count"] = url_for(COUNT)
    if is_goods and person.may(Right.PRINT_LABELS):
        found["label"] = url_for(LABELS, group=_GROUPS[answer.kind], code=answer.item.sku if answer.item else answer.code)
    return found
