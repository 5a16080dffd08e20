"""The rules of the parcel: what goes into it, and when it may go. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from scanner.codes.commands import Command
from scanner.orders.scanned import Choice, OrderScan, OrderState, Packs, Parcel, Ships
from scanner.scans.decision import Decision, Move, accept, hold, refuse
from scanner.scans.goods import Goods, LineFact, fill
from scanner.scans.result import LineCount, Reason
from scanner.words import plural, shortened

MOST_NAMED, LONGEST_NAME = 4, 60
KEEPS_REST: Final = f"{Command.BACK_ORDER} keeps the rest"
NO_MORE: Final = "Nothing of it is wanted any more."


def pack(scan: OrderScan, goods: Goods) -> Decision:
    """Put goods into the parcel: no more than was picked, and than the order wants."""
    contents = [_to_pack(scan, each) for each in scan.contents]
    too_many = next((index for index, each in enumerate(contents) if each.over), None)
    if too_many is not None:
        words = _too_many(scan.contents[too_many], contents[too_many])
        return replace(refuse(Reason.OVER, words, goods.units), line=_line(contents, counted=False))
    line = _line(contents, counted=True)
    complete = line.scanned == line.expected
    counts = tuple(count for each in contents for count in fill(each))
    all_of_many = complete and line.scanned > 1
    words = f"all {line.scanned:,} are packed" if all_of_many else f"{line.scanned:,} of {line.expected:,} packed"
    packed = accept(Reason.COMPLETE if complete else Reason.COUNTED, f"{goods.name}: {words}.", goods.units)
    return replace(packed, line=line, effects=(Packs(counts),))


def _to_pack(scan: OrderScan, goods: Goods) -> Goods:
    """The goods on lines that expect what is picked and wanted, and have what is packed."""
    packed = dict(scan.packed)
    lines = tuple(LineFact(line.id, min(line.scanned, line.expected), packed.get(line.id, 0)) for line in goods.lines)
    return replace(goods, lines=lines)


def _line(contents: Iterable[Goods], *, counted: bool) -> LineCount:
    contents = tuple(contents)
    scanned = sum(each.arrived - (0 if counted else each.units) for each in contents)
    return LineCount(sum(each.expected for each in contents), scanned)


def _too_many(picked: Goods, goods: Goods) -> str:
    """Of what is picked (`goods.expected`) so much is packed, or the order wants more of it than was picked."""
    packed = sum(line.scanned for line in goods.lines)
    if not picked.expected:
        return f"{NO_MORE} Take it out."
    if not goods.expected:
        return "None of it is picked yet. Pick it first."
    if goods.expected < picked.expected:
        verb = "is" if goods.expected == 1 else "are"
        return f"Too many: only {goods.expected:,} of {picked.expected:,} {verb} picked. Pick it first."
    if packed < goods.expected:
        return f"{goods.units:,} at once, and {goods.expected - packed:,} to pack: scan single ones."
    return f"Too many: {packed:,} of {goods.expected:,} {'is' if packed == 1 else 'are'} packed. Take it out."


def ship(scan: OrderScan, parcel: Parcel) -> Decision:
    """Let the parcel go. What is missing in it keeps it; what was not picked is asked about.

    Who is done picking is sent to where goods are packed. Only who says to ship it is asked whether it goes unpacked.
    """
    if barred := why_barred(parcel):
        return refuse(Reason.SHORT, barred)
    if scan.code.command is Command.DONE and parcel.awaits_packing and not parcel.waiting:
        picked = f"Not picked: {listed(parcel.short)}" if parcel.short else "All of it is picked"
        return refuse(Reason.SHORT, f"{picked}. {scan.onward} Then pack what is picked.")
    rest = bool(parcel.short) and (scan.code.command is Command.BACK_ORDER or parcel.choice is Choice.SPLIT)
    asked = doubts(parcel)
    if asked and (parcel.waiting or not scan.confirmed):
        return hold(Reason.SHORT, f"{'. '.join(asked)}. {_question(scan, parcel, rest=rest)}")
    stays = " What is missing stays as an order of its own." if rest else ""
    sent = accept(Reason.SHIPPED, f"{scan.task} is shipped: {plural(parcel.units, 'unit')}.{stays}")
    return replace(sent, moves=_moves(scan, parcel), effects=(Ships(rest=rest),), finishes=True)


def why_barred(parcel: Parcel) -> str:
    """Why the parcel cannot go, whatever anybody says; empty where it can."""
    if not parcel.units and not parcel.waiting:
        return "Nothing is picked: there is nothing to ship."
    if not parcel.waiting and (unpacked := _unpacked(parcel)):
        return f"Not in the parcel yet: {unpacked}. Pack it first."
    if parcel.short and not parcel.waiting and parcel.choice is Choice.WAIT:
        return f"Not picked: {listed(parcel.short)}. The supervisor wants it whole."
    return ""


def why_over(reference: str, ended: OrderState) -> str:
    """Why an order that is over is not to be shipped any more."""
    return f"{reference} is {ended}{' already' if ended is OrderState.SHIPPED else ': nothing of it is shipped'}."


def _unpacked(parcel: Parcel) -> str:
    """What is picked and not in the parcel, once packing has begun."""
    if not (parcel.packs and parcel.begun):
        return ""
    return listed((line.name, line.unpacked) for line in parcel.lines if line.unpacked)


def doubts(parcel: Parcel) -> list[str]:
    """What has to be confirmed."""
    asked = [parcel.waiting] if parcel.waiting else []
    if parcel.packs and not parcel.begun:
        asked.append("Nothing of it was packed here")
    if parcel.packs and (cancelled := listed((line.name, line.too_many) for line in parcel.lines if line.too_many)):
        asked.append(f"Cancelled since it was packed, take it out: {cancelled}")
    if parcel.short:
        asked.append(f"Not picked: {listed(parcel.short)}")
    return asked


def _question(scan: OrderScan, parcel: Parcel, *, rest: bool) -> str:
    so = " and keep the rest as an order of its own" if rest else " short" if parcel.short else ""
    may_keep = parcel.short and not rest and parcel.choice is None
    if parcel.waiting:
        keeps = f", {KEEPS_REST}" if may_keep else ""
        so = so if rest else ""  # what is taken may be what was missing
        return f"Take that, and ship {scan.task}{so}? {Command.CONFIRM} says yes, {Command.LEAVE} leaves it out{keeps}."
    if may_keep:
        return f"Ship {scan.task}{so}? {Command.CONFIRM} says yes, {KEEPS_REST}."
    return f"Ship {scan.task}{so}? Scan {Command.CONFIRM} to say yes."


def listed(units: Iterable[tuple[str, int]]) -> str:
    """`2 Mug, blue; 1 Desk lamp`, the first ones named."""
    units = tuple(units)
    named = [f"{number:,} {shortened(name, LONGEST_NAME)}" for name, number in units[:MOST_NAMED]]
    more = [f"{sum(number for _, number in units[MOST_NAMED:]):,} others"] if len(units) > MOST_NAMED else []
    return "; ".join(named + more)


def _moves(scan: OrderScan, parcel: Parcel) -> tuple[Move, ...]:
    going: Counter[int] = Counter()
    for line in parcel.lines:
        going[line.item_id] += line.goes
    return tuple(Move(item_id, units, scan.packing.id, scan.customer.id) for item_id, units in going.items() if units)
