"""The rules of putting down what is in hand: at a place, in another hand, or where a grade sends it. Pure."""

from __future__ import annotations

from dataclasses import replace

from scanner.catalogue.locations import BY_PLACE, PLACES, SELLABLE, LocationKind, Place
from scanner.codes.commands import grade_code, reason_code
from scanner.codes.dispositions import NEED_REASON, Disposition
from scanner.moves.hand import SENT_BACK, GradedSo, MoveScan, moves_of, not_into, what
from scanner.moves.taking import cannot_take
from scanner.scans.decision import Decision, Effect, Move, accept, hold, refuse
from scanner.scans.result import Reason
from scanner.words import shortened

SECOND_GRADE = frozenset({LocationKind.QUARANTINE, LocationKind.DAMAGED, LocationKind.VENDOR, LocationKind.SCRAP})
"""Goods from there are looked at once more before they are sold. What was mended needs no more than a shelf."""
TO_BE_SOLD = SELLABLE | {LocationKind.DOCK}
"""From the dock goods are put on shelves without another look."""
MOST_REASONS = 12
_RESTOCK = grade_code(Disposition.RESTOCK)


def _refused(words: str) -> Decision:
    return refuse(Reason.UNEXPECTED, words)


def put(scan: MoveScan) -> Decision:
    """All that is in hand goes to the place, or to the person, whose label is scanned."""
    label = scan.label
    assert label is not None
    if scan.cart is not None and label.id == scan.cart.id:
        return _refused("That is your own cart: scan the place where this goes.")
    if problem := not_into(label, scan.holder):
        return _refused(problem)
    if lacks_grade(scan, label) and not scan.graded:
        return _refused(f"{_came_from(scan)}: if it is good to sell, scan {_RESTOCK}, then {label.code}.")
    if grade_of := _needs_reason(scan, label):
        code = grade_code(grade_of)
        return _refused(f"What goes to {label.code} needs a reason: scan {code}, then why, such as {_one_reason(scan)}.")
    if scan.holder is not None:
        return _moved(scan, label, f"{what(scan.hand)} given to {scan.holder.name}.")
    back = "back " if scan.origins == {label} else ""
    return _moved(scan, label, f"{what(scan.hand)} put {back}at {label.code}.")


def grade(scan: MoveScan) -> Decision:
    """The goods in hand go where goods of the scanned grade go. Some grades need a reason first."""
    assert scan.said is not None
    disposition = scan.said.disposition or scan.pending
    if not scan.hand:
        return _refused("Nothing is in your hand: scan the item first, then what is to become of it.")
    if disposition is None:
        return _refused(f"Scan first what is to become of it: {', '.join(grade_code(each) for each in Disposition)}.")
    if disposition is Disposition.RESTOCK:
        good = accept(Reason.GRADED, "Good to sell. Scan its shelf.", sum(each.units for each in scan.hand))
        return replace(good, effects=(GradedSo(disposition),))
    if problem := _reason_problem(scan):
        return _refused(problem)
    if disposition in NEED_REASON and scan.reason is None:
        return hold(Reason.LOCATED, f"Why {disposition}? Scan the label of its reason, such as {_one_reason(scan)}.")
    place, why = scan.places[PLACES[disposition]], f" ({scan.reason.name})" if scan.reason else ""
    words = f"{what(scan.hand)} {_said(disposition)}{why}, put at {place.code}."
    return _moved(scan, place, words, GradedSo(disposition, scan.reason.id if scan.reason else None))


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
    if scan.as_ and scan.as_ is not Disposition.RESTOCK and scan.wanted:
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


def lacks_grade(scan: MoveScan, target: Place) -> bool:
    """Whether goods that could not be sold are about to go where they are, or where new goods stand."""
    return target.kind in TO_BE_SOLD and any(place.kind in SECOND_GRADE for place in scan.origins)


def _needs_reason(scan: MoveScan, label: Place) -> Disposition | None:
    """The grade that goods need before they stand there, for its reason; None where they need none, or come from there."""
    disposition = BY_PLACE.get(label.kind)
    return disposition if disposition in NEED_REASON and scan.origins != {label} else None


def _problem_of_program(scan: MoveScan, target: Place) -> str:
    if lacks_grade(scan, target) and scan.as_ is not Disposition.RESTOCK:
        return f"{_came_from(scan)}: if it is good to sell, say so with the disposition {Disposition.RESTOCK}."
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
    state = "is not in use any more" if scan.reason is not None else "is no reason"
    return f"{shortened(scan.asked)} {state}. Reasons are {_list(scan)}."


def _list(scan: MoveScan) -> str:
    more = f" and {len(scan.reasons) - MOST_REASONS} more" if len(scan.reasons) > MOST_REASONS else ""
    return (", ".join(scan.reasons[:MOST_REASONS]) + more) or "not set up yet"


def _one_reason(scan: MoveScan) -> str:
    return reason_code(scan.reasons[0]) if scan.reasons else "CMD-REASON-…"


def _said(disposition: Disposition) -> str:
    return {
        Disposition.RESTOCK: "good to sell",
        Disposition.REFURBISH: "to be mended",
        Disposition.QUARANTINE: "to be looked at",
        Disposition.VENDOR: "to go back to the vendor",
    }.get(disposition, str(disposition))
