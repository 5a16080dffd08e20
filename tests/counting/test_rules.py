"""The rules of counting by themselves: a row for each reason that a scan can end in. No database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scanner.catalogue.locations import Place
from scanner.codes.reading import parse_code
from scanner.counting.rules import CountFinished, CountScan, Found, Spot, VisitChange, VisitFact, decide
from scanner.scans.decision import Decision

SHELF, NEXT, VIRTUAL = Place(2, "A-01-1", "shelf"), Place(3, "A-01-2", "shelf"), Place(4, "SUPPLIER", "supplier")
MUG = 7
MINE = VisitFact(
    id=1, place=SHELF, operator="Carla", mine=True, this_device=True, is_open=True, units=2, said_empty=False
)  # fmt: skip
EMPTY_HANDED = replace(MINE, units=0)
THEIRS = replace(MINE, id=9, operator="Cem", mine=False, this_device=False)
FOUND = (Found(MUG, "Mug", 1, 2),)
SERIAL = "(01)09501101530003(21)S1"


def scan(code: str = "MUG", **more: Any) -> CountScan:
    given = {"task": "C-1", "is_open": True, "code": parse_code(code), "name": "Mug", "here": MINE, "left": MINE, "places": 2}
    return CountScan(**given | more)


def at(place: Place, visit: VisitFact | None = None, **more: Any) -> Spot:
    return Spot(place, more.pop("listed", True), visit, **more)


def visits(decision: Decision) -> VisitChange:
    return next((each for each in decision.effects if isinstance(each, VisitChange)), VisitChange())


@pytest.mark.parametrize(
    ("asked", "outcome", "reason"),
    [
        pytest.param(scan(found=FOUND), "accepted", "counted", id="goods at the shelf in hand"),
        pytest.param(scan(found=FOUND, here=None, left=None), "refused", "unexpected", id="nobody knows at which shelf"),
        pytest.param(scan(found=FOUND, here=None, gone=THEIRS), "refused", "unexpected", id="somebody took the shelf over"),
        pytest.param(scan(SERIAL, found=FOUND, seen=True), "refused", "duplicate", id="this very serial is counted"),
        pytest.param(scan(SERIAL, found=FOUND, times=2), "refused", "duplicate", id="one serial cannot count twice"),
        pytest.param(scan(found=(replace(FOUND[0], asked=False),)), "refused", "unexpected", id="a recount does not ask for it"),
        pytest.param(scan("A-01-2", spot=at(NEXT)), "accepted", "located", id="the next shelf"),
        pytest.param(scan("A-01-2", spot=at(NEXT, THEIRS)), "held", "located", id="somebody counts there"),
        pytest.param(scan("A-01-2", spot=at(NEXT, THEIRS), confirmed=True), "accepted", "located", id="taken over"),
        pytest.param(scan("B-1", spot=at(NEXT, listed=False, elsewhere="C-2")), "accepted", "located", id="another count's"),
        pytest.param(scan("B-1", spot=at(NEXT, listed=False)), "refused", "unexpected", id="a shelf that nobody counts now"),
        pytest.param(scan("SUPPLIER", spot=at(VIRTUAL)), "refused", "unexpected", id="no place that can be counted"),
        pytest.param(scan("CMD-EMPTY", here=EMPTY_HANDED), "accepted", "empty", id="nothing is here"),
        pytest.param(scan("CMD-EMPTY"), "refused", "unexpected", id="something was counted here"),
        pytest.param(scan("CMD-EMPTY", here=None), "refused", "unexpected", id="nothing, but where"),
        pytest.param(scan("WHAT"), "refused", "unknown", id="no item has the code"),
        pytest.param(scan("CMD-DANCE"), "refused", "unexpected", id="a command of another page"),
        pytest.param(scan("CMD-MISSING"), "refused", "unexpected", id="a command of the returns bench"),
        pytest.param(scan("CMD-DONE"), "accepted", "complete", id="all of it is counted"),
        pytest.param(scan("CMD-DONE", to_do=("A-01-2",)), "held", "short", id="a shelf is not counted"),
        pytest.param(scan("CMD-DONE", to_do=("A-01-2",), confirmed=True), "accepted", "short", id="finished anyway"),
        pytest.param(scan("CMD-DONE", others=(THEIRS,), recount=True), "refused", "unexpected", id="a recount wants all of it"),
        pytest.param(scan(found=FOUND, is_open=False), "refused", "unexpected", id="finished"),
    ],
)
def test_each_scan_has_its_outcome_and_its_reason(asked: CountScan, outcome: str, reason: str) -> None:
    decision = decide(asked)
    assert (decision.outcome, decision.reason) == (outcome, reason)
    assert decision.message


def test_the_answer_says_how_many_are_counted_and_never_how_many_should_be() -> None:
    line = decide(scan(found=FOUND)).line
    assert line is not None and (line.expected, line.scanned) == (None, 3)


def test_what_is_found_goes_to_the_visit_in_hand() -> None:
    change = visits(decide(scan(found=FOUND)))
    assert (change.counted, change.at, change.place_id) == (((MUG, 1),), MINE.id, SHELF.id)


def test_leaving_a_shelf_closes_it_or_leaves_it_to_do_where_nothing_was_said_of_it() -> None:
    said, silent = scan("A-01-2", spot=at(NEXT)), scan("A-01-2", spot=at(NEXT), left=EMPTY_HANDED)
    assert (visits(decide(said)).closes, visits(decide(said)).enters) == (MINE.id, NEXT)
    assert (visits(decide(silent)).closes, visits(decide(silent)).abandons) == (None, (MINE.id,))


def test_finishing_drops_what_others_have_not_done_and_has_the_variances_judged() -> None:
    decision = decide(scan("CMD-DONE", others=(THEIRS,), confirmed=True))
    assert decision.finishes and CountFinished() in decision.effects
    assert visits(decision).abandons == (THEIRS.id,)
