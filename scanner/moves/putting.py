"""The rules of putting down what is in hand: at a place, in another hand, or where a grade sends it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from scanner.catalogue.locations import BY_PLACE, PLACES, SELLABLE, LocationKind, Place
from scanner.codes.commands import Command, grade_code, reason_code
from scanner.codes.dispositions import NEED_REASON, Disposition
from scanner.moves.hand import SENT_BACK, GradedSo, Home, InHand, MoveScan, moves_of, not_into, what
from scanner.moves.taking import MOST_NAMED, cannot_take
from scanner.scans.decision import Decision, Effect, Move, accept, hold, refuse
from scanner.scans.result import ELSEWHERE, Reason
from scanner.words import shortened, some

SECOND_GRADE = frozenset({LocationKind.QUARANTINE, LocationKind.DAMAGED, LocationKind.VENDOR, LocationKind.SCRAP})
"""Goods from there are looked at once more before they are sold, or mended. What was mended needs no more than a shelf."""
GRADED_BEFORE = {
    **dict.fromkeys(SELLABLE, Disposition.RESTOCK),
    LocationKind.DOCK: Disposition.RESTOCK,
    LocationKind.REFURBISH: Disposition.REFURBISH,
}
"""What goods of these places must be called before they go there: from these there is a way to a shelf without another look."""
MOST_REASONS = 12
MOST_OF_A_NAME = 20
"""Longest part of a name that is said where several are named: the sentence fits a small screen."""
_RESTOCK = grade_code(Disposition.RESTOCK)


def _refused(words: str) -> Decision:
    return refuse(Reason.UNEXPECTED, words)


def put(scan: MoveScan) -> Decision:
    """All that is in hand goes to the place, or to the person, whose label is scanned."""
    label = scan.label
    assert label is not None
    if scan.cart is not None and label.id == scan.cart.id:
        return _refused("That is your own cart: scan the place where this goes.")
    back = scan.origins == {label}
    if problem := not_into(label, scan.holder, back=back):
        return _refused(problem)
    if scan.holder is not None:
        return _moved(scan, label, f"{what(scan.hand)} given to {scan.holder.name}.")
    if back:
        return _moved(scan, label, f"{what(scan.hand)} put back at {label.code}.")
    if grade_of := _graded_there(label):
        return _refused(_two_ways(scan, label, grade_of))
    if lacks_grade(scan, label) is not None and not scan.graded:
        return _refused(f"{_came_from(scan)}: if it is good to sell, scan {_RESTOCK}, then {label.code}.")
    if label.kind not in SELLABLE and not scan.agreed:
        return hold(Reason.LOCATED, f"{_in_hand(scan)} Does all of it go to {label.code}? Scan {Command.CONFIRM} to say yes.")
    return _put_on_shelf(scan, label)


def grade(scan: MoveScan) -> Decision:
    """The goods in hand go where goods of the scanned grade go. Some grades need a reason first."""
    assert scan.said is not None
    disposition = scan.said.disposition or scan.pending
    if not scan.hand:
        return _refused("Nothing is in your hand: scan the item first, then what is to become of it.")
    if disposition is None:
        return _refused(f"Scan first what is to become of it: {', '.join(grade_code(each) for each in Disposition)}.")
    if disposition is Disposition.RESTOCK:
        return _good(scan)
    if problem := _reason_problem(scan):
        return _refused(problem)
    if disposition in NEED_REASON and scan.reason is None:
        return hold(Reason.LOCATED, f"Why {disposition}? Scan the label of its reason, such as {_one_reason(scan)}.")
    place, why = scan.places[PLACES[disposition]], f" ({scan.reason.name})" if scan.reason else ""
    words = f"{what(scan.hand)} {_said(disposition)}{why}, put at {place.code}."
    return _moved(scan, place, words, GradedSo(disposition, scan.reason.id if scan.reason else None))


def _good(scan: MoveScan) -> Decision:
    """The goods in hand that could not be sold are good to sell. It is said which these are, where others are with them."""
    looked_at = [each for each in scan.hand if any(place.kind in SECOND_GRADE for place in scan.by_item.get(each.item_id, ()))]
    graded = looked_at or list(scan.hand)
    others = [each for each in scan.hand if each not in graded]
    of = f": {_listed(graded)}" if len(scan.hand) > 1 else ""
    rest = f" {_listed(others)} needed no grade." if others else ""
    good = accept(Reason.GRADED, f"Good to sell{of}.{rest} Scan {_their(scan)} shelf.", sum(each.units for each in graded))
    return replace(good, effects=(GradedSo(Disposition.RESTOCK),))


def send_back(scan: MoveScan) -> Decision:
    """What is in hand went back to its vendor."""
    if not scan.hand:
        return _refused("Nothing is in your hand: take what goes back from VENDOR first.")
    if {place.kind for place in scan.origins} != {LocationKind.VENDOR}:
        return _refused("Only what stood at VENDOR goes back to a vendor. Scan where this goes.")
    words = f"{what(scan.hand)} back to the vendor. Print the paper that goes with it."
    return _moved(scan, scan.places[LocationKind.SUPPLIER], words, GradedSo(SENT_BACK))


def move(scan: MoveScan) -> Decision:
    """The scanned goods go from a place to a place, as a program says."""
    if scan.as_ and scan.wanted and not _goes_with(scan.as_, scan.to):
        return _refused("Expected a place to move to, or what is to become of the goods, got both.")
    if scan.as_ is Disposition.RESTOCK and not scan.wanted:
        return _refused("Goods that are good to sell go to a shelf: say which one in `to`.")
    sends = scan.as_ is not None and not scan.wanted
    target = scan.places[PLACES[scan.as_]] if scan.as_ and sends else scan.to
    if target is None:
        return _refused(f"Expected the code of a place in `to`, got {shortened(scan.wanted)}.")
    if target.id == scan.here.id:
        return _refused(f"The goods are at {target.code} already: `to` is the place that they come from.")
    problem = cannot_take(scan) or not_into(target, scan.to_holder) or _problem_of_program(scan, target)
    return _refused(problem) if problem else _carry(scan, target)


def lacks_grade(scan: MoveScan, target: Place) -> Disposition | None:
    """What goods that could not be sold must be called before they go where goods are, or get, sold; None where they need not."""
    looked_at = any(place.kind in SECOND_GRADE for place in scan.origins)
    return GRADED_BEFORE.get(LocationKind(target.kind)) if looked_at else None


def _graded_there(label: Place) -> Disposition | None:
    """The grade by which goods in hand go to a place; None for a shelf, and for a place of no grade."""
    return None if label.kind in SELLABLE else BY_PLACE.get(label.kind)


def _goes_with(grade: Disposition, to: Place | None) -> bool:
    """Whether a program may name a place beside a grade: a shelf for what is good to sell, else the place of the grade."""
    return grade is Disposition.RESTOCK or (to is not None and to.kind == PLACES[grade])


def _two_ways(scan: MoveScan, label: Place, grade_of: Disposition) -> str:
    """What to scan where goods in hand go to a place that has a grade, and where they do not."""
    why = f", then why, such as {_one_reason(scan)}" if grade_of in NEED_REASON else ""
    unsold = sorted(place.code for place in scan.origins if place.kind in SECOND_GRADE)
    back = len(unsold) == 1 == len(scan.origins)
    first = f"first put {_them(scan)} back at {unsold[0]}" if back else "first scan their shelf"
    there = f"To put {_them(scan)} there, scan {grade_code(grade_of)}{why}."
    return f"{_in_hand(scan)} {there} To take from {label.code}, {first}."


def _in_hand(scan: MoveScan) -> str:
    """`3 Mug in your hand.`"""
    units = sum(each.units for each in scan.hand)
    of = scan.hand[0].name if len(scan.hand) == 1 else f"units of {len(scan.hand)} items"
    return f"{units:,} {of} in your hand."


def _them(scan: MoveScan) -> str:
    return "it" if sum(each.units for each in scan.hand) == 1 else "them"


def _their(scan: MoveScan) -> str:
    return "its" if len(scan.hand) == 1 else "their"


def _listed(hand: Iterable[InHand]) -> str:
    """`2 Mug, 1 Lamp and 3 more`."""
    return some((f"{each.units:,} {shortened(each.name)}" for each in hand), MOST_NAMED)


def _put_on_shelf(scan: MoveScan, label: Place) -> Decision:
    """Any shelf will do, but it is told which of the goods live on another one, and what takes it back."""
    homes = [(each.name, home) for each in scan.hand if (home := scan.lives.get(each.item_id)) and home.place != label]
    if not homes:
        return _moved(scan, label, f"{what(scan.hand)} put at {label.code}.")
    if len(scan.hand) == 1:
        words = f"{what(scan.hand)} put at {label.code}. Its shelf is {ELSEWHERE}{_home(homes[0][1])}."
    else:
        named = some((f"{shortened(name, MOST_OF_A_NAME)} {home.place.code}" for name, home in homes), MOST_NAMED, "; ")
        words = f"{what(scan.hand)} put at {label.code}. Shelves {ELSEWHERE}{named}. {Command.UNDO} takes it back."
    return _moved(scan, label, words)


def _home(home: Home) -> str:
    return home.place.code if home.units is None else f"{home.place.code} ({home.units:,} there)"


def _problem_of_program(scan: MoveScan, target: Place) -> str:
    grade_of = lacks_grade(scan, target)
    if grade_of is not None and scan.as_ is not grade_of:
        good = "good to sell" if grade_of is Disposition.RESTOCK else "to be mended"
        return f"{_came_from(scan)}: if it is {good}, say so with the disposition {grade_of}."
    if scan.as_ is None or scan.as_ is Disposition.RESTOCK:
        return ""
    if scan.as_ in NEED_REASON and not scan.asked:
        return f"Expected a reason beside {scan.as_}: {_list(scan)}."
    return _reason_problem(scan)


def _carry(scan: MoveScan, target: Place) -> Decision:
    units = sum(each.units for each in scan.goods)
    name = scan.goods[0].name if len(scan.goods) == 1 else f"{len(scan.goods)} items"
    why = f" ({scan.reason.name})" if scan.reason and scan.as_ in NEED_REASON else ""
    said = f" {_said(scan.as_)}{why}," if scan.as_ else ""
    moved = accept(Reason.MOVED, f"{name}: {units:,}{said} moved from {scan.here.code} to {target.code}.", units)
    reason_id = scan.reason.id if scan.reason else None
    return replace(
        moved,
        moves=tuple(Move(part.item_id, part.units, scan.here.id, target.id) for part in scan.parts),
        effects=(GradedSo(scan.as_, reason_id),) if scan.as_ else (),
    )


def _moved(scan: MoveScan, target: Place, words: str, *effects: Effect) -> Decision:
    assert scan.cart is not None
    units = sum(each.units for each in scan.hand)
    return replace(
        accept(Reason.MOVED, words, units), moves=moves_of(scan.hand, scan.cart, target), effects=tuple(effects)
    )  # fmt: skip


def _came_from(scan: MoveScan) -> str:
    codes = sorted(place.code for place in scan.origins if place.kind in SECOND_GRADE)
    return f"This stood at {' and '.join(codes)}"


def _reason_problem(scan: MoveScan) -> str:
    """Why a reason that was given does not do; empty where none was given, too."""
    if not scan.asked or (scan.reason is not None and scan.reason.active):
        return ""
    state = "is not in use any more" if scan.reason is not None else "is not a reason"
    return f"{shortened(scan.asked)} {state}. Reasons are {_list(scan)}."


def _list(scan: MoveScan) -> str:
    return some(scan.reasons, MOST_REASONS) or "not set up yet"


def _one_reason(scan: MoveScan) -> str:
    return reason_code(scan.reasons[0]) if scan.reasons else "CMD-REASON-…"


def _said(disposition: Disposition) -> str:
    return {
        Disposition.RESTOCK: "good to sell",
        Disposition.REFURBISH: "to be mended",
        Disposition.QUARANTINE: "to be looked at",
        Disposition.VENDOR: "to go back to the vendor",
    }.get(disposition, str(disposition))
