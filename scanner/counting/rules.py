"""The rules of counting blind: what each scan on a count comes to. Nothing here knows what the record says."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scanner.catalogue.locations import Place, can_be_entered
from scanner.codes.commands import PREFIX, Command
from scanner.codes.reading import Code
from scanner.errors import BadRequest
from scanner.receiving.rules import MAX_UNITS, marks_of
from scanner.scans.decision import Decision, LineCount, Outcome, Reason
from scanner.words import plural, shortened


@dataclass(frozen=True, slots=True)
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
    unsaid: tuple[str, ...] = ()

    @property
    def says_something(self) -> bool:
        """Whether the location is counted by it: something was found, or somebody said that nothing is there."""
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


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the rules may know of one scan. `here` is the visit where the person stands, `left` the one that a label or the
    end takes the person away from; `spot` is a location that was scanned, or named with the goods.

    `late`: it counts where it was scanned before anybody knew its code. `to_do` are the locations that nobody has counted,
    but for `left`; `others` who counts elsewhere in it, and where. `gone`: the visit that stands where the person stood, and is
    not the person's on this device any more.
    """

    task: str
    is_open: bool
    code: Code
    name: str = ""
    quantity: int = 1
    confirmed: bool = False
    recount: bool = False
    here: VisitFact | None = None
    left: VisitFact | None = None
    spot: Spot | None = None
    found: tuple[Found, ...] = ()
    seen: bool = False
    to_do: tuple[str, ...] = ()
    others: tuple[VisitFact, ...] = ()
    places: int = 0
    unlinked: int = 0
    late: bool = False
    gone: VisitFact | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision, and what becomes of visits: left for good or as if nobody had been there, begun, gone on with, said empty.

    `counted` are units of items (id, units) that go to the visit where the person then is.
    """

    decision: Decision
    closes: int | None = None
    abandons: tuple[int, ...] = ()
    enters: Place | None = None
    resumes: int | None = None
    empties: int | None = None
    fills: int | None = None
    counted: tuple[tuple[int, int], ...] = ()


def decide(facts: Facts) -> Ruling:
    """What is done about a scan on a count. Undo and confirming are the spine's: they are alike for every task."""
    if not facts.is_open:
        return _refused(f"{facts.task} is finished: it takes no more scans.")
    if facts.code.command is Command.DONE:
        return _finish(facts)
    if facts.code.command is Command.EMPTY:
        return _empty(facts)
    if facts.code.command:
        return _refused(f"{facts.code.key} is no command here. Nothing was done.")
    if facts.found:
        return _count(facts)
    if facts.spot:
        return _go_to(facts, facts.spot)
    return _nothing(facts)


def _nothing(facts: Facts) -> Ruling:
    key = shortened(facts.code.key)
    if key.upper().startswith(PREFIX):
        return _refused(f"{key} is no command here. Nothing was done.")
    hint = f" ({facts.code.problem})" if facts.code.problem else ""
    words = f"No item has the code {key}{hint}. Not counted: go on, a supervisor links it."
    return Ruling(Decision(Outcome.REFUSED, Reason.UNKNOWN, words))


def _go_to(facts: Facts, spot: Spot) -> Ruling:
    """To a location: the visit before is over, and one begins there."""
    code, visit = spot.place.code, spot.visit
    if not can_be_entered(spot.place.kind):
        return _refused(f"{code} is no place that can be counted: scan a shelf.")
    if not spot.listed:
        return _not_in_it(facts, spot)
    if visit and visit.mine and (visit.is_open or facts.here == visit):
        words = f"Go on at {code}."
        return Ruling(_located(spot, words), resumes=visit.id, **_leaving(facts, spot))
    doubts = [*_doubts_of(facts, spot), *_unsaid(facts, facts.left if not _is_at(facts.left, spot) else None)]
    if doubts and not facts.confirmed:
        return Ruling(Decision(Outcome.HELD, Reason.LOCATED, f"{'. '.join(doubts)}. Scan {code} again if that is right."))
    gone = _leaving(facts, spot)
    stays = f" {facts.left.place.code} stays to do: nothing was said of it." if facts.left and gone["abandons"] else ""
    gone["abandons"] += (visit.id,) if visit else ()
    return Ruling(_located(spot, f"{code}: count what is there.{stays}"), enters=spot.place, **gone)


def _not_in_it(facts: Facts, spot: Spot) -> Ruling:
    code = spot.place.code
    if spot.elsewhere:
        words = f"{code} belongs to {spot.elsewhere}: going on there. Scan {code} again."
        return Ruling(Decision(Outcome.ACCEPTED, Reason.LOCATED, words, opens=spot.elsewhere))
    return _refused(f"{code} does not belong to {facts.task}. Nothing that you scan counts until you scan one of its shelves.")


def _located(spot: Spot, words: str) -> Decision:
    return Decision(Outcome.ACCEPTED, Reason.LOCATED, words, location_id=spot.place.id)


def _is_at(visit: VisitFact | None, spot: Spot) -> bool:
    return visit is not None and visit.place.id == spot.place.id


def _doubts_of(facts: Facts, spot: Spot) -> list[str]:
    """Why a location is not simply counted: somebody is there, or was."""
    if spot.visit is None:
        return []
    if spot.visit.is_open:
        return [f"{spot.visit.operator} is at {spot.place.code}: what is counted there would be dropped, and you begin anew"]
    return [f"{spot.place.code} is counted: that would be dropped, and you count it anew"]


def _unsaid(facts: Facts, left: VisitFact | None) -> list[str]:
    """Of what a recount asks for nobody may say nothing."""
    if not facts.recount or left is None or not left.unsaid or left.said_empty or not left.units:
        return []
    return [f"There is no {_some(left.unsaid)} at {left.place.code}"]


def _leaving(facts: Facts, spot: Spot | None) -> dict[str, object]:
    """What becomes of the visit that a person goes away from: one that says nothing leaves its location to do."""
    left = facts.left
    if left is None or (spot and _is_at(left, spot)):
        return {"closes": None, "abandons": ()}
    if not left.says_something:
        return {"closes": None, "abandons": (left.id,)}
    said = left.id if _unsaid(facts, left) else None
    return {"closes": left.id, "abandons": (), "empties": said}


def _empty(facts: Facts) -> Ruling:
    """Nothing is here; on a recount: none of what it asks for and was not found."""
    here = facts.here
    if here is None:
        return _refused(_nowhere(facts) or "Scan the shelf first, then say that nothing is there.")
    if facts.recount and not here.unsaid:
        return _refused(f"All that {facts.task} asks for at {here.place.code} is counted.")
    if here.units and not facts.recount:
        return _refused(f"{here.units:,} are counted at {here.place.code}: undo those first, if nothing is there.")
    what = f"No {_some(here.unsaid)}" if facts.recount else "Nothing"
    return Ruling(Decision(Outcome.ACCEPTED, Reason.EMPTY, f"{what} at {here.place.code}."), empties=here.id)


def _count(facts: Facts) -> Ruling:
    """Goods at a shelf. A shelf named with the goods, and not scanned before, is gone to first."""
    if facts.here is None and facts.spot is None:
        return _refused(_nowhere(facts) or "Scan the shelf first: nothing tells where this is.", facts.found)
    if refused := _once(facts):
        return refused
    going = _go_to(facts, facts.spot) if facts.spot else None
    if going and (going.decision.outcome is not Outcome.ACCEPTED or going.decision.opens):
        return going
    place = facts.spot.place if facts.spot else facts.here.place  # type: ignore[union-attr]
    found = tuple(each for each in facts.found if each.asked)
    if not found:
        words = f"{facts.name} is not asked for at {place.code}: count what the list says."
        return _refused(words, facts.found)
    units = sum(each.units for each in found)
    if not 0 < units <= MAX_UNITS:
        raise BadRequest(f"Expected 1 to {MAX_UNITS:,} units in one scan, got {units:,}.", "quantity")
    line = LineCount(None, found[0].before + units) if len(found) == 1 else None
    decision = Decision(
        Outcome.ACCEPTED, Reason.COUNTED, _said(facts, found, place), units, line, location_id=place.id
    )  # fmt: skip
    here = facts.here
    ruling = going or Ruling(decision, resumes=here.id if here and not here.is_open and not facts.late else None)
    filled = here.id if here and here.said_empty and not facts.recount else None
    return replace(ruling, decision=decision, fills=filled, counted=tuple((each.item_id, each.units) for each in found))


def _nowhere(facts: Facts) -> str:
    """Why what is scanned at a shelf where the person was counts nothing now; empty where the person was at none."""
    if facts.gone is None:
        return ""
    code = facts.gone.place.code
    if facts.gone.mine:
        return f"You went on at {code} with another device: scan {code} again to count here."
    return f"{facts.gone.operator} took over {code}: what you scan there does not count. Scan your next shelf."


def _once(facts: Facts) -> Ruling | None:
    """What exists once counts once."""
    if not marks_of(facts.code):
        return None
    what = f"Carton {facts.code.sscc}" if facts.code.sscc else f"Serial {facts.code.serial}"
    units = sum(each.units for each in facts.found)
    words = None
    if facts.quantity > 1:
        words = f"{what} exists once: it cannot count {facts.quantity} times. Scan each one."
    elif facts.seen:
        words = f"{what} is counted already: not counted again."
    return Ruling(Decision(Outcome.REFUSED, Reason.DUPLICATE, words, units)) if words else None


def _said(facts: Facts, found: tuple[Found, ...], place: Place) -> str:
    if len(found) == 1 and found[0].name == facts.name:
        return f"{facts.name}: {found[0].before + found[0].units:,} at {place.code}."
    parts = ", ".join(f"{each.units:,} {each.name}" for each in found)
    return f"{facts.name}: {parts} at {place.code}."


def _finish(facts: Facts) -> Ruling:
    to_do, gone = still_to_do(facts), _leaving(facts, None)
    if facts.recount and (to_do or facts.others):
        lacking = "; ".join(_not_counted(to_do) + [_is_still_at(visit) for visit in facts.others])
        return _refused(f"{lacking}. A recount wants all that it asks for.")
    doubts = before_finishing(facts)
    if doubts and not facts.confirmed:
        words = f"{'. '.join(doubts)}. Scan the same again to finish {facts.task} so."
        return Ruling(Decision(Outcome.HELD, Reason.SHORT, words), closes=gone["closes"] if not facts.recount else None)
    gone["abandons"] += tuple(visit.id for visit in facts.others)
    lacking = _lacking(facts, to_do)
    words = f"{lacking}. What is not counted stays due" if lacking else f"{plural(facts.places, 'location')} counted"
    reason = Reason.SHORT if lacking else Reason.COMPLETE
    return Ruling(Decision(Outcome.ACCEPTED, reason, f"{facts.task} is finished. {words}.", finishes=True), **gone)


def still_to_do(facts: Facts) -> tuple[str, ...]:
    """The locations that nobody will have counted when the person leaves."""
    left = facts.left
    return facts.to_do + ((left.place.code,) if left is not None and not left.says_something else ())


def before_finishing(facts: Facts) -> tuple[str, ...]:
    """What a person must say yes to before the count is finished, in words."""
    lacking = _lacking(facts, still_to_do(facts))
    return ((lacking,) if lacking else ()) + tuple(_unsaid(facts, facts.left))


def _lacking(facts: Facts, to_do: tuple[str, ...]) -> str:
    """What a person must know before finishing, in words; empty when nothing is missing."""
    parts = _not_counted(to_do) + [_is_lost_at(visit) for visit in facts.others]
    if facts.unlinked:
        parts.append(f"{plural(facts.unlinked, 'unknown code')} not linked")
    return "; ".join(parts)


def _not_counted(to_do: tuple[str, ...]) -> list[str]:
    return [f"Not counted: {_some(to_do)}"] if to_do else []


def _is_still_at(visit: VisitFact) -> str:
    return f"{visit.operator} is still at {visit.place.code}"


def _is_lost_at(visit: VisitFact) -> str:
    """Who is not done with a shelf has not counted it: finishing drops what was counted there."""
    lost = f": what {visit.operator} counted there so far does not count" if visit.says_something else ""
    return _is_still_at(visit) + lost


def _some(names: tuple[str, ...]) -> str:
    """Up to three names, and how many more."""
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def _refused(words: str, found: tuple[Found, ...] = ()) -> Ruling:
    units = sum(each.units for each in found)
    return Ruling(Decision(Outcome.REFUSED, Reason.UNEXPECTED, words, units))
