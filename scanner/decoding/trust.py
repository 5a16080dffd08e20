"""Which sightings may be believed. A wrong read books the wrong goods, which costs more than no read."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from scanner.codes.numbers import has_check_digit

from .engines import Sighting
from .gtins import key, spellings
from .pictures import Picture
from .places import lies_across, tallness
from .readings import Point, Reading
from .symbologies import Rule, family, is_linear, rule_of

SECOND_OPINION = "second opinion"
"""The rung on which one sighting is looked at again, cut out and enlarged."""

_FAINT = 3  # ZBar scan lines; wrong reads out of pictures had 1 to 5, right ones usually over 20
_OUTDONE = 4  # times as far along the bars: what fills them is not outvoted by a few lines
_UNBROKEN = 0.5  # of the rows of ZBar's box; one label has more, unless it was read in a few lines
_COMPANIONS = ("191", "192")  # the second row of a Japanese book: price and class, no number of any goods


@dataclass(kw_only=True)
class Claim:
    """One text, and who has seen it."""

    reading: Reading
    seen: set[tuple[str, str]] = field(default_factory=set)  # (engine, rung); the engine `profile` is the grey profile
    broad: set[tuple[str, str]] = field(default_factory=set)  # the same, where it was seen along much of the bars
    asked: bool = False  # whether the profile was asked
    is_rough: bool = False  # whether only changed pictures have shown where it is
    tallest: tuple[Point, ...] = ()  # the box that reaches furthest along the bars, of those seen there by an engine
    view: Picture | None = None  # where to look again, when not in the picture that all started with

    def seen_by(self, engine: str) -> int:
        """In how many looks the engine saw it."""
        return sum(one == engine for one, _ in self.seen)

    def engines(self) -> set[str]:
        """Who saw it at all."""
        return {engine for engine, _ in self.seen}


class Claims:
    """All that the rungs have seen so far, and what of it can be trusted."""

    def __init__(self, accept: Callable[[str], bool] | None) -> None:
        self._accept = accept
        self.seen: dict[tuple[str, str], Claim] = {}

    def add(self, sighting: Sighting, corners: tuple[Point, ...], rung: str) -> Claim:
        """Note what an engine saw on a rung; `corners` are in the photo."""
        name = family(sighting.symbology), key(sighting.text, sighting.symbology)
        claim = self.seen.get(name)
        if claim is None:
            claim = self.seen[name] = Claim(reading=_guess(sighting, corners), is_rough=rung.startswith("~"))
        elif claim.is_rough and not rung.startswith("~"):  # the unchanged picture tells better where it is
            claim.reading, claim.is_rough, claim.asked = _guess(sighting, corners), False, False
        if sighting.lines is None or sighting.lines >= _FAINT or sighting.symbology == "QR Code":
            claim.seen.add((sighting.engine, rung))
            if sighting.engine != "profile":
                claim.tallest = max(claim.tallest, _as_tall_as_seen(sighting, corners), key=tallness)
                if sighting.is_broad:
                    claim.broad.add((sighting.engine, rung))
        return claim

    def knows(self, text: str, symbology: str) -> bool:
        """Whether this is a code known here, in any of its spellings."""
        return self._accept is not None and any(self._accept(one) for one in spellings(text, symbology))

    @property
    def has_expectations(self) -> bool:
        """Whether it is known which codes to expect."""
        return self._accept is not None

    def knows_retail(self, number: str) -> bool:
        """`knows` for an EAN-13, quicker, since it is asked very often: only in the digits that an engine would read."""
        return self._accept is not None and self._accept(number[1:] if number[0] == "0" else number)

    def is_trusted(self, claim: Claim) -> bool:
        """Whether a claim needs no person to confirm it."""
        reading = claim.reading
        if claim.engines() == {"guess"}:
            return False  # the profile knew what is expected here, and is still not sure
        if self.is_outdone(claim):
            return False
        return self.knows(reading.text, reading.symbology) or _RULES[rule_of(reading.symbology)](claim)

    def trusted(self) -> list[Claim]:
        return [claim for claim in self.seen.values() if self.is_trusted(claim)]

    def doubtful(self) -> list[Claim]:
        return [claim for claim in self.seen.values() if not self.is_trusted(claim)]

    def is_contradicted(self, claim: Claim) -> bool:
        """Whether both engines have read another retail number, so that the profile alone is not believed."""
        others = (one for one in self.seen.values() if one is not claim and not _is_companion(one.reading))
        return any(family(one.reading.symbology) == "retail" and one.engines() >= {"zxing", "zbar"} for one in others)

    def is_outdone(self, claim: Claim) -> bool:
        """Whether another text was read along much of the same bars, and this one only in a few lines across them."""
        if claim.broad or not is_linear(claim.reading.symbology):
            return False
        others = (one for one in self.seen.values() if one.broad and is_linear(one.reading.symbology))
        return any(
            _OUTDONE * tallness(claim.tallest) < tallness(one.tallest) and lies_across(claim.tallest, one.tallest)
            for one in others
        )

    def is_settled(self) -> bool:
        """Whether a code can be trusted that is more than the companion of another."""
        return any(not _is_companion(claim.reading) for claim in self.trusted())

    def readings(self) -> list[Reading]:
        """Everything seen, the trusted first, and of these the known ones.

        A companion alone is not trusted: the number of the goods beside it was missed.
        """
        found: dict[tuple[int, int], list[Reading]] = defaultdict(list)
        settled = self.is_settled()
        for claim in self.seen.values():
            reading = claim.reading
            trusted = self.is_trusted(claim) and (
                settled or not _is_companion(reading) or self.knows(reading.text, reading.symbology)
            )
            if not (trusted or claim.seen):
                continue  # a faint line or two: not worth asking a person about
            rank = 2 - trusted - (trusted and self.knows(reading.text, reading.symbology))
            found[rank, -len(claim.seen)].append(replace(self._as_known(reading), trusted=trusted))
        return [reading for rank in sorted(found) for reading in found[rank]]

    def _as_known(self, reading: Reading) -> Reading:
        """A Code 39 in the spelling that is known here: a warehouse may not know that its numbers look like a pharmacy's."""
        if self._accept is None or family(reading.symbology) != "Code 39":
            return reading
        known = next(filter(self._accept, spellings(reading.text, reading.symbology)), reading.text)
        return replace(reading, text=known)


def _guess(sighting: Sighting, corners: tuple[Point, ...]) -> Reading:
    return Reading(sighting.text, sighting.symbology, corners, False, sighting.aim)


def _as_tall_as_seen(sighting: Sighting, corners: tuple[Point, ...]) -> tuple[Point, ...]:
    """The corners, brought together along the bars to as many scan lines as agreed.

    ZBar's box spans all lines that it read, those of other labels with the same text among them: where most are missing
    nobody knows which they were.
    """
    height = tallness(sighting.corners)
    if sighting.lines is None or len(corners) < 4 or not height:
        return corners
    share = min(1.0, sighting.lines / height)
    share = share if share >= _UNBROKEN else 0.0
    middles = [((ax + bx) / 2, (ay + by) / 2) for (ax, ay), (bx, by) in ((corners[0], corners[3]), (corners[1], corners[2]))]
    drawn = zip(corners, (middles[0], middles[1], middles[1], middles[0]), strict=True)
    return tuple((round(mx + share * (x - mx)), round(my + share * (y - my))) for (x, y), (mx, my) in drawn)


def _is_companion(reading: Reading) -> bool:
    return reading.symbology == "EAN-13" and reading.text.startswith(_COMPANIONS)


def _retail(claim: Claim) -> bool:
    """Whether a retail number is to be believed. One misread in ten has a right check digit, so that one read is not enough.

    One of these must be so: the profile says the same; both engines read it, in the unchanged picture or twice each; zxing-cpp
    read it again enlarged, once along most of the bars; it was read three times, twice along most of the bars.
    """
    plain = {engine for engine, rung in claim.seen if not rung.startswith("~")}
    twice = claim.seen_by("zxing") >= 2 and claim.seen_by("zbar") >= 2
    enlarged = ("zxing", SECOND_OPINION) in claim.seen and bool(claim.broad)
    steady = claim.seen_by("zxing") + claim.seen_by("zbar") >= 3 and len(claim.broad) >= 2
    return "profile" in claim.engines() or plain >= {"zxing", "zbar"} or twice or enlarged or steady


def _twice(claim: Claim) -> bool:
    """Whether it was read twice. That is enough for Code 128, Code 93 and the like: they have checks modulo 103 and 47."""
    return len(claim.seen) >= 2 and len(claim.reading.text) >= 2


def _stacked(claim: Claim) -> bool:
    """Whether a DataBar is to be believed. Both engines must have read it, or zxing-cpp again, enlarged."""
    again = ("zxing", SECOND_OPINION) in claim.seen and len(claim.seen) >= 2
    return again or claim.engines() >= {"zxing", "zbar"}


def _both(claim: Claim) -> bool:
    """Whether a code without a check digit is to be believed. Both engines must have read it, and more than a fragment of it.

    ZBar reads neither grainy nor tiny bars: zxing-cpp alone must have read them three times, twice along most of the bars, or
    four times, once so.
    """
    looks = claim.seen_by("zxing") + (len(claim.broad) >= 2)
    alone = looks >= 4 and bool(claim.broad)
    return len(claim.reading.text) >= 4 and (alone or claim.engines() >= {"zxing", "zbar"})


def _itf(claim: Claim) -> bool:
    """Whether an ITF is to be believed. A slanting line reads only a part of one; 14 digits have a check digit against that."""
    if len(claim.reading.text) == 14 and has_check_digit(claim.reading.text):
        return len(claim.seen) >= 2
    return _both(claim) and len(claim.reading.text) >= 6


_RULES: dict[Rule, Callable[[Claim], bool]] = {
    Rule.SURE: lambda _: True,
    Rule.RETAIL: _retail,
    Rule.TWICE: _twice,
    Rule.STACKED: _stacked,
    Rule.BOTH: _both,
    Rule.ITF: _itf,
    Rule.KNOWN: lambda _: False,
}
