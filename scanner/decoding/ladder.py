"""Climbing the rungs until something can be trusted, or time is up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from time import perf_counter
from typing import TYPE_CHECKING

from .clock import Clock
from .engines import Sighting, read_bent, read_zbar, read_zxing
from .pictures import Photo, Picture
from .places import bounds
from .readings import Point, Reading
from .rungs import CLOSELY, CROWDS, DOUBTS, EVERY_LABEL, RUNGS, STRIPES, TIGHTLY, Rung
from .symbologies import KIND_OF, LINEAR
from .trust import Claim, Claims

if TYPE_CHECKING:  # numpy is loaded for the few photos that need it
    from .blurred.regions import Region, Slopes


@dataclass
class RungCost:
    """What a rung cost and gave, for the benchmark."""

    rung: str
    seconds: float
    decided: bool


class Scene:
    """A photo that is being read; its stripes are looked for once they are needed."""

    def __init__(self, photo: Photo, clock: Clock) -> None:
        self._photo = photo
        self.clock = clock
        self.picture = photo.glance()

    @cached_property
    def slopes(self) -> Slopes:
        """The picture's gradients."""
        from .blurred.regions import slopes

        return slopes(self.picture.grey)

    @cached_property
    def regions(self) -> list[Region]:
        """The strongest stripe, and the next one where it is nearly as strong."""
        from .blurred.regions import regions

        found = regions(self.slopes)[:2]
        return [region for region in found if region.weight > 0.4 * found[0].weight]

    @cached_property
    def stripes(self) -> list[Picture]:
        """The regions laid level at twice the width, with room for quiet zones."""
        return [self.picture.levelled(region.angle, region.box, 2, most_rows=80) for region in self.regions]

    @cached_property
    def crowds(self) -> list[Region]:
        """Patches full of edges."""
        from .blurred.regions import crowds

        return crowds(self.slopes)

    @cached_property
    def close_ups(self) -> list[Picture]:
        """The parts of a large photo that look like a code, with all their pixels."""
        if not self._photo.is_large or not self.clock.allows_decoding(self._photo.pixels):
            return []
        width, height = self.picture.grey.size
        found = self.regions + [crowd for crowd in self.crowds if crowd.area < _CROWD * width * height]
        whole = self._photo.whole()
        return [whole.cut(_box(self.picture.to_photo(region.corners))) for region in found]


_WIDEST = 700  # pixels: what is as wide already need not be made larger
_WIDEST_AGAIN = 2500  # the same for one sighting: scan lines cost less


def climb(
    photo: Photo, accept: Callable[[str], bool] | None, every: bool, budget_ms: float, steps: list[RungCost] | None = None
) -> list[Reading]:
    """As `read_photo`; what each rung cost and gave goes to `steps`."""
    clock, claims = Clock(budget_ms), Claims(accept)
    scene = Scene(photo, clock)
    for index, rung in enumerate(RUNGS):
        settled, before = claims.is_settled(), perf_counter()
        enough = settled and not (every and index < EVERY_LABEL) and not (index == 1 and claims.doubtful())
        if enough or clock.left <= 0:
            break
        _look(scene, rung, claims)
        if index == 0:
            clock.learn(scene.picture, perf_counter() - before)
        if steps is not None:
            steps.append(RungCost(rung.name, perf_counter() - before, claims.is_settled() and not settled))
    return claims.readings()


def _look(scene: Scene, rung: Rung, claims: Claims) -> None:
    if rung.at == DOUBTS:
        for claim in claims.doubtful():
            if KIND_OF[claim.reading.symbology] in rung.symbologies and claim.reading.corners:
                _look_again(scene, rung, claim, claims)
    elif rung.engine == "profile":
        _read_blurred(scene, rung, claims)
    else:
        for view in _views(scene, rung):
            _read_into(scene, claims, view.filtered(rung.filter), rung)


def _views(scene: Scene, rung: Rung) -> list[Picture]:
    if rung.at == STRIPES:
        return scene.stripes
    if rung.at == CLOSELY:
        return scene.close_ups
    if rung.at == CROWDS:
        return [_enlarged(scene.picture.cut(_box(region.corners)), rung.scale) for region in scene.crowds]
    if rung.at == TIGHTLY:
        return [scene.picture.cut(bounds(region.corners)) for region in scene.crowds]
    return [scene.picture.scaled(rung.scale)]


def _enlarged(view: Picture, scale: float, widest: int = _WIDEST) -> Picture:
    return view.scaled(max(1, min(scale, widest / max(view.grey.size))))


def _read_into(scene: Scene, claims: Claims, view: Picture, rung: Rung) -> None:
    for sighting, corners in _read(scene.clock, view, rung.engine, rung.symbologies):
        claim = claims.add(sighting, corners, rung.name)
        if claim.view is None and rung.at == CLOSELY:
            claim.view = view


def _read(clock: Clock, view: Picture, engine: str, symbologies: tuple[str, ...]) -> list[tuple[Sighting, tuple[Point, ...]]]:
    """What an engine sees, and where in the photo; nothing where there is no time left for it."""
    seen = clock.affordable(view, engine)
    if seen is None:
        return []
    return [(sighting, seen.to_photo(sighting.corners)) for sighting in _sightings(seen, engine, symbologies)]


def _sightings(view: Picture, engine: str, symbologies: tuple[str, ...]) -> list[Sighting]:
    if engine == "zbar":
        return read_zbar(view.grey, symbologies)
    if engine == "mesh":
        return read_bent(view.grey)
    return read_zxing(view.grey, symbologies, thorough=engine != "zxing-", threshold=engine == "zxing1")


def _look_again(scene: Scene, rung: Rung, claim: Claim, claims: Claims) -> None:
    """A second look at what one engine saw: across its middle, and at all of it."""
    picture = claim.view or scene.picture
    if rung.engine == "profile":
        _confirm(scene, picture, claim)
    elif not claim.seen_by("zbar"):
        kind = KIND_OF[claim.reading.symbology]
        for engine, narrow, scale, change in _SECOND_LOOKS if kind in LINEAR else _WIDE_LOOKS:
            view = _enlarged(picture.cut(_surroundings(picture, claim, kind, narrow)), scale, _WIDEST_AGAIN).filtered(change)
            for sighting, corners in _read(scene.clock, view, engine, (kind,)):
                claims.add(sighting, corners, rung.name)
            if claims.is_trusted(claim):
                break


_SECOND_LOOKS = (
    ("zbar", True, 1, ""),
    ("zbar", True, 2, ""),
    ("zxing", True, 2, ""),
    ("zbar", False, 1, ""),
    ("zbar", True, 1, "inverted"),
)
"""(engine, narrow or not, scale, filter), the cheapest first."""
_WIDE_LOOKS = (("zxing", False, 2, ""), ("zxing", False, 1.5, "smoothed"), ("zbar", False, 1, ""))
"""The same for what has more than one row."""

_A_BAND = 0.1  # seconds that fitting a profile takes, on a slow machine
_CROWD = 0.2  # of the picture: what fills more of it has pixels enough
_LINES = 16  # pixels: enough scan lines to tell a read from an accident


def _surroundings(picture: Picture, claim: Claim, kind: str, narrow: bool) -> tuple[float, float, float, float]:
    """What is worth a second look. The corners of a stacked symbol may be those of one of its rows."""
    corners = picture.from_photo(claim.reading.corners)
    left, top, right, bottom = _box(corners, narrow)
    if kind != "DataBar":
        return left, top, right, bottom
    reach = max(right - left, bottom - top)
    return left - reach, top - reach, right + reach, bottom + reach


def _box(corners: Sequence[tuple[float, float]], narrow: bool = False) -> tuple[float, float, float, float]:
    """The upright box round corners, with quiet zones.

    `narrow`: only what a few scan lines through the middle need, where the bars stand or lie nearly straight.
    """
    left, top, right, bottom = bounds(corners)
    margin = 8 + 0.12 * max(right - left, bottom - top)
    left, top, right, bottom = left - margin, top - margin, right + margin, bottom + margin
    across, down = (abs(a - b) for a, b in zip(corners[0], corners[1], strict=True))
    if narrow and across > 4 * down:
        middle, reach = (top + bottom) / 2, (_LINES + down) / 2
        return left, max(top, middle - reach), right, min(bottom, middle + reach)
    if narrow and down > 4 * across:
        middle, reach = (left + right) / 2, (_LINES + across) / 2
        return max(left, middle - reach), top, min(right, middle + reach), bottom
    return left, top, right, bottom


def _confirm(scene: Scene, picture: Picture, claim: Claim) -> None:
    """Ask the grey profile whether it says the same: once for each claim, since the answer would not change."""
    from .blurred import reading

    if claim.asked or scene.clock.left < _A_BAND:
        return
    claim.asked = True
    corners = picture.from_photo(claim.reading.corners)
    if reading.confirms(picture.grey, corners, claim.reading.text, claim.reading.symbology):
        claim.seen.add(("profile", "confirmed"))


def _read_blurred(scene: Scene, rung: Rung, claims: Claims) -> None:
    from .blurred import certainty, reading

    known = claims.knows_retail if claims.has_expectations else None
    read = [_middle(scene.picture, claim) for claim in claims.trusted() if claim.reading.corners]
    unread = [region for region in scene.regions if not any(region.holds(x, y) for x, y in read)]
    if rung.filter == "evened":  # costly: where the strongest stripe is not a label, the next is seldom one
        unread, way = unread[:1], certainty.EVEN
    else:
        way = certainty.PLAIN
    for found in reading.read(scene.picture.grey, unread, known, scene.clock.until - _A_BAND, way):
        claim = claims.add(found.sighting, scene.picture.to_photo(found.sighting.corners), rung.name)
        claim.asked = True
        if not found.sure or claims.is_contradicted(claim):
            claim.seen.discard(("profile", rung.name))
            claim.seen.add(("guess", rung.name))


def _middle(picture: Picture, claim: Claim) -> tuple[float, float]:
    corners = picture.from_photo(claim.reading.corners)
    return sum(x for x, _ in corners) / len(corners), sum(y for _, y in corners) / len(corners)
