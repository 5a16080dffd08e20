"""The page that answers a code."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, url_for
from werkzeug.wrappers import Response

from scanner.asking.answer import Answer, AnswerKind
from scanner.asking.contract import PageToFind, ToSearch
from scanner.asking.search import service as searching
from scanner.asking.search.service import Group
from scanner.asking.told import tell
from scanner.moves import MOVES
from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.scans import limits
from scanner.scans.pages import workflows
from scanner.web.context import read, see_other
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


@blueprint.get("/search")
@requires(Right.SEE_TASKS)
def search() -> str | Response:
    """One search over all that the person may see. A whole code leads to its page at once."""
    asked, person = query(ToSearch), signed_in()
    only = Group(asked.group) if asked.group else None
    if not only and (answer := read(searching.exact, asked.q, workflows(), person)):
        return see_other(_page_of(answer, asked.q))
    found = read(searching.search, asked.q, workflows(), person, kinds=_kinds(), only=only)
    near = read(searching.near, asked.q, person) if asked.q.strip() and not found else []
    return render_template("asking/search.html", q=asked.q, found=found, only=only, near=near)


def _page_of(answer: Answer, code: str) -> str:
    """The page of what a code is: the task's own where the person may open it, else the answer."""
    if answer.task is not None and answer.task.may:
        return url_for("scans.task", reference=answer.task.reference)
    return url_for(".where", code=code.strip())


def _kinds() -> set[str]:
    """The kinds of tasks that the person can open, here or in the office."""
    person = signed_in()
    return {
        each.kind
        for each in workflows().values()
        if person.may(each.right) or (each.page.elsewhere is not None and each.page.elsewhere("X") is not None)
    }


def _ways(answer: Answer) -> dict[str, str]:
    """What can be done next, and where; who is told no numbers `counts_first`."""
    person, found = signed_in(), {}
    is_goods = answer.item is not None or (answer.place is not None and answer.place.on_floor)
    if is_goods and person.may(Right.MOVE) and MOVE in current_app.view_functions:
        found["move"] = url_for(MOVE, reference=MOVES)
    if answer.section and person.may(Right.START_COUNTS) and COUNT in current_app.view_functions:
        found["count"] = url_for(COUNT)
        found["counts_first"] = "" if "move" in found and person.may(Right.SEE_STOCK) else "yes"
    if is_goods and person.may(Right.PRINT_LABELS):
        found["label"] = url_for(LABELS, group=_GROUPS[answer.kind], code=answer.item.sku if answer.item else answer.code)
    return found
