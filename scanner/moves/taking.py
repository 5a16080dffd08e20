"""The rules of taking goods in hand. Pure: no clock, no database."""

from __future__ import annotations

from dataclasses import replace

from scanner.catalogue.locations import LocationKind
from scanner.moves.hand import MoveScan, Part, moves_of, not_out_of, what
from scanner.scans.decision import Decision, Move, accept, refuse
from scanner.scans.goods import cannot_count_times, what_exists_once
from scanner.scans.result import Reason
from scanner.words import plural, shortened

MOST_NAMED = 3
"""Most parts of a kit or a carton whose homes are said."""


def take(scan: MoveScan) -> Decision:
    """Take the scanned goods in hand."""
    if problem := cannot_take(scan):
        return refuse(Reason.UNEXPECTED, problem)
    if scan.cart is None or scan.here.id == scan.cart.id:
        return refuse(Reason.UNEXPECTED, "That is in your hand already: scan where it goes.")
    units = sum(each.units for each in scan.goods)
    moves = tuple(Move(part.item_id, part.units, scan.here.id, scan.cart.id) for part in scan.parts)
    return replace(accept(Reason.TAKEN, _words(scan, units), units), moves=moves)


def cannot_take(scan: MoveScan) -> str:
    """Why these goods cannot be taken from there; empty where they can. From a shelf more may be taken than the record has."""
    if scan.times > 1 and (scan.code.sscc or scan.code.serial):
        return cannot_count_times(what_exists_once(scan.code), scan.times)
    problems = (_not_there(scan, part) for part in scan.parts)
    return not_out_of(scan.here) or next((problem for problem in problems if problem), "")


def _not_there(scan: MoveScan, part: Part) -> str:
    """Why so many are not to be had there. Who may not be told what the record has is told no number."""
    if scan.here.kind == LocationKind.CART and part.units > part.there:
        name = shortened(part.name)
        some = f"Only {part.there:,} of {name} are" if scan.told else f"Fewer of {name} are"
        return f"{some} in that hand." if part.there > 0 else f"{name} is not in that hand."
    free = part.there - part.promised
    if scan.here.kind == LocationKind.PACKING and part.units > free:
        return _not_free(scan, shortened(part.name), free, is_promised=part.promised > 0)
    return ""


def _not_free(scan: MoveScan, name: str, free: int, *, is_promised: bool) -> str:
    """Why so many of an item are not to be had at the place of picked goods, of which `free` units are no order's."""
    if not is_promised and free <= 0 and scan.told:
        return f"There is no {name} at {scan.here.code}."
    if not is_promised:
        return f"{f'Only {free:,}' if scan.told else 'Fewer'} of {name} are at {scan.here.code}."
    if not scan.told:
        return f"{name} at {scan.here.code} is picked for orders: you cannot take that many."
    if free <= 0:
        return f"All of {name} at {scan.here.code} is picked for orders: leave it there."
    return f"Only {free:,} of {name} at {scan.here.code} may be taken: the rest is picked for orders."


def take_over(scan: MoveScan) -> Decision:
    """Take all that is in another person's hand."""
    if scan.label is None or scan.holder is None or scan.cart is None:
        return refuse(Reason.UNEXPECTED, f"{shortened(scan.code.key)} names nobody's cart. Nothing was taken.")
    if scan.times > 1:
        return refuse(Reason.UNEXPECTED, f"All that {scan.holder.name} has is taken over at once: give no quantity with it.")
    if scan.label.id == scan.cart.id:
        return refuse(Reason.UNEXPECTED, "That is your own cart: what is on it is in your hand.")
    if not scan.stands:
        return refuse(Reason.UNEXPECTED, f"Nothing is in the hand of {scan.holder.name}.")
    units = sum(each.units for each in scan.stands)
    words = f"{what(scan.stands)} taken over from {scan.holder.name}. Scan where it goes."
    return replace(accept(Reason.TAKEN, words, units), moves=moves_of(scan.stands, scan.label, scan.cart))


def locate(scan: MoveScan) -> Decision:
    """Say where goods are taken from now: the hand is empty."""
    label = scan.label
    assert label is not None
    if scan.cart is not None and label.id == scan.cart.id:
        return refuse(Reason.UNEXPECTED, "Nothing is in your hand. Scan the place that you take from, then the item.")
    if problem := not_out_of(label):
        return refuse(Reason.UNEXPECTED, problem)
    if label.kind != LocationKind.CART:
        return replace(accept(Reason.LOCATED, f"What you scan now is taken from {label.code}."), here=label)
    if scan.holder is None or not scan.stands:
        whose = scan.holder.name if scan.holder else label.code
        return refuse(Reason.UNEXPECTED, f"Nothing is in the hand of {whose}.")
    words = f"What you scan now is taken over from {scan.holder.name}: {what(scan.stands)}."
    return replace(accept(Reason.LOCATED, words), here=label)


def _words(scan: MoveScan, units: int) -> str:
    if len(scan.goods) != 1:
        words = f"{plural(units, 'unit')} of {len(scan.goods)} items in your hand, from {scan.here.code}."
    elif scan.goods[0].parts:
        words = f"{scan.goods[0].name}: {units:,} in your hand as its parts, from {scan.here.code}."
    else:
        return _words_of_one(scan, scan.parts[0])
    named = [f"{shortened(part.name)} {part.home.code}" for part in scan.parts if part.home]
    return f"{words} Their shelves: {'; '.join(named[:MOST_NAMED])}." if named else words


def _words_of_one(scan: MoveScan, part: Part) -> str:
    in_hand = part.units + sum(each.units for each in scan.hand if each.item_id == part.item_id)
    left = part.there - part.units
    still = f" {left:,} still at {scan.here.code}." if _says_left(scan) and left >= 0 else ""
    source = "" if still else f", from {scan.here.code}"
    return f"{part.name}: {in_hand:,} in your hand{source}.{_lives(scan, part)}{still}"


def _lives(scan: MoveScan, part: Part) -> str:
    if part.home is None:
        return "" if scan.blind else " It has no shelf yet."
    return "" if part.home == scan.here else f" Its shelf is {part.home.code}."


def _says_left(scan: MoveScan) -> bool:
    return scan.told and scan.here.kind == LocationKind.DOCK
