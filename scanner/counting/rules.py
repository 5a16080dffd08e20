"""The rules of counting blind: what each scan on a count comes to. Nothing here knows what the record says."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scanner.catalogue.locations import Place, can_be_put_to
from scanner.codes.commands import PREFIX, Command
from scanner.codes.reading import Code
from scanner.scans.decision import Decision, Effect, accept, hold, refuse
from scanner.scans.goods import cannot_count_times, marks_of, no_command, what_exists_once
from scanner.scans.result import LineCount, Outcome, Reason
from scanner.words import plural, shortened, some


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFact:
    """A visit that stands: whose, whether somebody is there still, what was found, and whether it was said to be empty.

    `unsaid` are the items that a recount asks for there and of which nothing was found.
    """

    id: int
    place: Place
    operator: str
    mine: bool
    this_device: bool
    is_open: bool
    units: int
    said_empty: bool
    waits: str = ""  # goods of the person there that wait for an answer, in words
    unsaid: tuple[str, ...] = ()

    @property
    def says_something(self) -> bool:
        """Whether the visit counted its location: something was found, or somebody said that it is empty."""
        return self.units > 0 or self.said_empty


@dataclass(frozen=True, slots=True)
class Spot:
    """A location whose label was scanned. `listed`: it belongs to this count; `elsewhere`: the open count that it belongs to."""

    place: Place
    listed: bool
    visit: VisitFact | None = None
    elsewhere: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Units of an item that a scan stands for, on top of those counted in the visit. `asked`: a recount wants it here."""

    item_id: int
    name: str
    units: int
    before: int = 0
    asked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CountScan:
    """All that the rules may know of one scan on a count. Nothing of it comes from the record of stock."""

    task: str
    is_open: bool
    code: Code
    name: str = ""  # of the goods, or of the carton
    times: int = 1  # how many times the scan counts what exists once
    confirmed: bool = False
    recount: bool = False
    here: VisitFact | None = None  # the visit where the person stands
    left: VisitFact | None = None  # the visit that a label, or the end, takes the person away from
    spot: Spot | None = None  # a location that was scanned, or named with the goods
    found: tuple[Found, ...] = ()
    seen: bool = False  # this very carton or serial is counted already
    to_do: tuple[str, ...] = ()  # locations that nobody has counted, but for `left`
    others: tuple[VisitFact, ...] = ()  # who counts elsewhere in it, and where
    places: int = 0
    unlinked: int = 0  # codes of the count that have no item yet
    waiting: str = ""  # what waits for an answer, in words; only when finishing
    late: bool = False  # it counts where it was scanned before anybody knew its code
    gone: VisitFact | None = None  # where the person stood, and what is not the person's on this device any more


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitChange(Effect):
    """What becomes of visits, by their ids."""

    closes: int | None = None
    abandons: tuple[int, ...] = ()  # as if nobody had been there
    enters: Place | None = None  # a visit begins there
    resumes: int | None = None
    empties: int | None = None  # somebody said that nothing is there
    fills: int | None = None  # something is there after all
    counted: tuple[tuple[int, int], ...] = ()  # (item id, units) that go to the visit where the person then is
    at: int | None = None  # the visit where the person is, where none is begun or gone on with
    place_id: int | None = None  # of what is counted


@dataclass(frozen=True, slots=True)
class CountFinished(Effect):
    """The count is over: its variances are judged."""


def decide(scan: CountScan) -> Decision:
    """Decide a scan on a count. Undo and confirming are decided before, alike for all tasks."""
    if not scan.is_open:
        return _refused(f"{scan.task} is finished: it takes no more scans.")
    if scan.code.command is Command.DONE:
        return _finish(scan)
    if scan.code.command is Command.EMPTY:
        return _empty(scan)
    if scan.code.command:
        return _refused(no_command(scan.code))
    if scan.found:
        return _count(scan)
    if scan.spot:
        return _go_to(scan, scan.spot)
    return _nothing(scan)


def _with(decision: Decision, change: VisitChange) -> Decision:
    """The decision, and before its other effects what becomes of visits."""
    return replace(decision, effects=(change, *decision.effects))


def _nothing(scan: CountScan) -> Decision:
    key = shortened(scan.code.key)
    if key.upper().startswith(PREFIX):
        return _refused(no_command(scan.code))
    hint = f" ({scan.code.problem})" if scan.code.problem else ""
    words = f"No item has the code {key}{hint}. Not counted: go on, a supervisor links it."
    return refuse(Reason.UNKNOWN, words)


def _go_to(scan: CountScan, spot: Spot) -> Decision:
    """To a location: the visit before is over, and one begins there."""
    code, visit = spot.place.code, spot.visit
    if not can_be_put_to(spot.place.kind):
        return _refused(f"{code} is not a place that can be counted: scan a shelf.")
    if not spot.listed:
        return _not_in_it(scan, spot)
    if scan.left and scan.left.waits and not _is_at(scan.left, spot):
        return _refused(f"{scan.left.waits} at {scan.left.place.code}: say yes or leave it out, then go on to {code}.")
    if visit and visit.mine and (visit.is_open or scan.here == visit):
        return _with(_located(spot, f"Go on at {code}."), replace(_leaving(scan, spot), resumes=visit.id))
    doubts = [*_doubts_of(scan, spot), *_unsaid(scan, scan.left if not _is_at(scan.left, spot) else None)]
    if doubts and not scan.confirmed:
        return hold(Reason.LOCATED, f"{'. '.join(doubts)}. Is that right?")
    gone = _leaving(scan, spot)
    stays = f" {scan.left.place.code} stays to do: nothing was said of it." if scan.left and gone.abandons else ""
    begun = replace(gone, enters=spot.place, abandons=gone.abandons + ((visit.id,) if visit else ()))
    return _with(_located(spot, f"{code}: count what is there.{stays}"), begun)


def _not_in_it(scan: CountScan, spot: Spot) -> Decision:
    code = spot.place.code
    if spot.elsewhere:
        words = f"{code} belongs to {spot.elsewhere}: going on there. Scan {code} again."
        return replace(accept(Reason.LOCATED, words), opens=spot.elsewhere, here=spot.place)
    return _refused(f"{code} does not belong to {scan.task}. Nothing that you scan counts until you scan one of its shelves.")


def _located(spot: Spot, words: str) -> Decision:
    return replace(accept(Reason.LOCATED, words), here=spot.place)


def _is_at(visit: VisitFact | None, spot: Spot) -> bool:
    return visit is not None and visit.place.id == spot.place.id


def _doubts_of(scan: CountScan, spot: Spot) -> list[str]:
    """Why a location is not simply counted: somebody is there, or was."""
    if spot.visit is None:
        return []
    if spot.visit.is_open:
        return [f"{spot.visit.operator} is at {spot.place.code}: what is counted there would be dropped, and you begin again"]
    return [f"{spot.place.code} is counted: that would be dropped, and you count it again"]


def _unsaid(scan: CountScan, left: VisitFact | None) -> list[str]:
    """In words: the items that a recount asks for and that were not found at the shelf being left."""
    if not scan.recount or left is None or not left.unsaid or left.said_empty or not left.units:
        return []
    return [f"There is no {some(left.unsaid)} at {left.place.code}"]


def _leaving(scan: CountScan, spot: Spot | None) -> VisitChange:
    """End the visit that the person leaves. If nothing was found or said to be empty, the location is still to do."""
    left = scan.left
    if left is None or (spot and _is_at(left, spot)):
        return VisitChange()
    if not left.says_something:
        return VisitChange(abandons=(left.id,))
    return VisitChange(closes=left.id, empties=left.id if _unsaid(scan, left) else None)


def _empty(scan: CountScan) -> Decision:
    """Decide that a location is empty. On a recount: that nothing more is here of what it asks for."""
    here = scan.here
    if here is None:
        return _refused(_nowhere(scan) or "Scan the shelf first, then say that nothing is there.")
    if scan.recount and not here.unsaid:
        return _refused(f"All that {scan.task} asks for at {here.place.code} is counted.")
    if here.units and not scan.recount:
        return _refused(f"{here.units:,} are counted at {here.place.code}: undo those first, if nothing is there.")
    what = f"No {some(here.unsaid)}" if scan.recount else "Nothing"
    return _with(accept(Reason.EMPTY, f"{what} at {here.place.code}."), VisitChange(empties=here.id))


def _count(scan: CountScan) -> Decision:
    """Decide goods at a shelf. Where the scan names another shelf, the person goes there first."""
    place = scan.spot.place if scan.spot else scan.here.place if scan.here else None
    if place is None:
        return _refused(_nowhere(scan) or "Scan the shelf label first.", scan.found)
    if refused := _once(scan):
        return refused
    going = _go_to(scan, scan.spot) if scan.spot else None
    if going and (going.outcome is not Outcome.ACCEPTED or going.opens):
        return going
    found = tuple(each for each in scan.found if each.asked)
    if not found:
        return _refused(f"{scan.name}: do not count this one. Count only what is on the list.", scan.found)
    units = sum(each.units for each in found)
    line = LineCount(None, found[0].before + units) if len(found) == 1 else None
    change = replace(
        _visit_change(going) if going else _standing(scan),
        fills=scan.here.id if scan.here and scan.here.said_empty and not scan.recount else None,
        counted=tuple((each.item_id, each.units) for each in found),
        place_id=place.id,
    )
    return _with(replace(accept(Reason.COUNTED, _said(scan, found, place), units), line=line, here=place), change)


def _visit_change(decision: Decision) -> VisitChange:
    return next((each for each in decision.effects if isinstance(each, VisitChange)), VisitChange())


def _standing(scan: CountScan) -> VisitChange:
    """The person stays at the shelf, or comes back to it."""
    here = scan.here
    if here is None:
        return VisitChange()
    return VisitChange(resumes=here.id if not here.is_open and not scan.late else None, at=here.id)


def _nowhere(scan: CountScan) -> str:
    """Why a scan counts nothing: somebody took over the shelf, or the person went on with another device. Else empty."""
    if scan.gone is None:
        return ""
    code = scan.gone.place.code
    if scan.gone.mine:
        return f"You went on at {code} with another device: scan {code} again to count here."
    return f"{scan.gone.operator} took over {code}: what you scan there does not count. Scan your next shelf."


def _once(scan: CountScan) -> Decision | None:
    """Refuse a carton or a serial that was counted already, or that comes with a quantity."""
    if not marks_of(scan.code):
        return None
    what, words = what_exists_once(scan.code), ""
    if scan.times > 1:
        words = cannot_count_times(what, scan.times)
    elif scan.seen:
        words = f"{what} is counted already: not counted again."
    return refuse(Reason.DUPLICATE, words, sum(each.units for each in scan.found)) if words else None


def _said(scan: CountScan, found: tuple[Found, ...], place: Place) -> str:
    if len(found) == 1 and found[0].name == scan.name:
        return f"{scan.name}: {found[0].before + found[0].units:,} at {place.code}."
    parts = ", ".join(f"{each.units:,} {each.name}" for each in found)
    return f"{scan.name}: {parts} at {place.code}."


def _finish(scan: CountScan) -> Decision:
    to_do, gone = still_to_do(scan), _leaving(scan, None)
    if scan.recount and (to_do or scan.others):
        lacking = "; ".join(_not_counted(to_do) + [_is_still_at(visit) for visit in scan.others])
        return _refused(f"{lacking}. A recount wants all that it asks for.")
    doubts = before_finishing(scan)
    if doubts and (scan.waiting or not scan.confirmed):  # a yes to finishing alone says nothing of what waits
        words = f"Finish {scan.task} anyway? {'. '.join(doubts)}."
        return _with(hold(Reason.SHORT, words), VisitChange(closes=gone.closes if not scan.recount else None))
    gone = replace(gone, abandons=gone.abandons + tuple(visit.id for visit in scan.others))
    lacking = _lacking(scan, to_do)
    words = f"{lacking}. What is not counted stays due" if lacking else f"{plural(scan.places, 'location')} counted"
    reason = Reason.SHORT if lacking else Reason.COMPLETE
    finished = replace(accept(reason, f"{scan.task} is finished. {words}."), finishes=True, effects=(CountFinished(),))
    return _with(finished, gone)


def still_to_do(scan: CountScan) -> tuple[str, ...]:
    """The locations that nobody will have counted when the person leaves."""
    left = scan.left
    return scan.to_do + ((left.place.code,) if left is not None and not left.says_something else ())


def before_finishing(scan: CountScan) -> tuple[str, ...]:
    """What a person must say yes to before the count is finished, in words."""
    lacking = _lacking(scan, still_to_do(scan))
    return tuple(filter(None, (scan.waiting, lacking))) + tuple(_unsaid(scan, scan.left))


def _lacking(scan: CountScan, to_do: tuple[str, ...]) -> str:
    """What a person must know before finishing, in words; empty when nothing is missing."""
    parts = _not_counted(to_do) + [_is_lost_at(visit) for visit in scan.others]
    if scan.unlinked:
        parts.append(f"{plural(scan.unlinked, 'unknown code')} not linked")
    return "; ".join(parts)


def _not_counted(to_do: tuple[str, ...]) -> list[str]:
    return [f"Not counted: {some(to_do)}"] if to_do else []


def _is_still_at(visit: VisitFact) -> str:
    return f"{visit.operator} is still at {visit.place.code}"


def _is_lost_at(visit: VisitFact) -> str:
    """In words: who is still at the shelf, and what finishing would drop."""
    lost = f": what {visit.operator} counted there so far does not count" if visit.says_something else ""
    return _is_still_at(visit) + lost


def _refused(words: str, found: tuple[Found, ...] = ()) -> Decision:
    return refuse(Reason.UNEXPECTED, words, sum(each.units for each in found))
