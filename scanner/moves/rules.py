"""The rules of moves. What a scan means is decided by what is in the person's hand."""

from __future__ import annotations

from dataclasses import replace

from scanner.codes.commands import FINISHING, PREFIX, Command
from scanner.codes.reading import Code
from scanner.moves import MOVES
from scanner.moves.hand import MoveScan
from scanner.moves.putting import grade, move, put, send_back
from scanner.moves.taking import locate, take, take_over
from scanner.scans.decision import Decision, accept, refuse
from scanner.scans.goods import no_command
from scanner.scans.result import NO_REASON_GIVEN, ItemName, Outcome, Reason
from scanner.words import shortened


def decide(scan: MoveScan) -> Decision:
    """Decide a scan on the task of moves."""
    decision = _decide(scan)
    item_id, item = _about(scan, decision)
    if scan.pending and not scan.said and decision.outcome is not Outcome.REFUSED:
        words = f"{decision.message} Not marked {scan.pending}: {NO_REASON_GIVEN}."
        decision = replace(decision, message=words)
    return replace(decision, here=decision.here or scan.here, item_id=item_id, item=item)


def _decide(scan: MoveScan) -> Decision:
    if scan.labelled:
        return replace(accept(Reason.LOCATED, f"What you scan now is taken from {scan.here.code}."), opens=MOVES)
    if scan.code.command in FINISHING:
        return refuse(Reason.UNEXPECTED, f"{MOVES} is never finished: go on with the next goods.")
    if scan.code.command is Command.SENT:
        return send_back(scan)
    if scan.said is not None and not scan.direct:
        return grade(scan)
    if scan.takes_over:
        return take_over(scan)
    if scan.label is not None:
        return put(scan) if scan.hand else locate(scan)
    if not scan.goods:
        return _no_goods(scan.code)
    return move(scan) if scan.direct else take(scan)


def _no_goods(code: Code) -> Decision:
    if code.key.upper().startswith(PREFIX):
        return refuse(Reason.UNEXPECTED, no_command(code))
    words = f"No item and no place has the code {shortened(code.key)}. Nothing was moved: go on, and link it later."
    return refuse(Reason.UNKNOWN, words)


def _about(scan: MoveScan, decision: Decision) -> tuple[int | None, ItemName | None]:
    """The item that a scan is of, where it is of one."""
    if len(scan.goods) == 1:
        return scan.goods[0].item_id, scan.goods[0].named
    of = scan.stands if scan.takes_over else scan.hand if decision.units else ()
    if scan.goods or len(of) != 1:
        return None, None
    return of[0].item_id, ItemName(of[0].sku, of[0].name)
