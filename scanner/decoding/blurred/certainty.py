"""The number that a strip of bars stands for, and how sure that is. All likely numbers are compared with the profiles."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf
from time import perf_counter

import numpy as np

from .chains import checked, numbers, ranked
from .fitting import PATIENT, QUICK, Fits, begun, climb, joined, refine, settle, worst_digit
from .layouts import Layout
from .starting import Prospects, Search, is_light_on_dark, near_ends, prospects
from .strips import Strip

Band = tuple[float, float]
"""From which share of a strip's height to which."""
Bands = tuple[Band, tuple[Band, ...]]
"""The band in which numbers were read, and those in which they are compared."""


@dataclass(frozen=True)
class Look:
    """A way to read a strip."""

    bands: tuple[Band, ...]  # that are read
    weighed: tuple[Band, ...]  # in which the numbers read are compared
    search: Search  # where a symbol is looked for
    most_blur: float  # that a symbol may have, in modules
    even: bool = False  # whether profiles are stretched to the same contrast everywhere


PLAIN = Look(
    bands=((0.46, 0.52), (0.7, 0.76), (0.35, 0.65), (0.24, 0.3)),  # thin where bars bend, wide against noise
    weighed=((0.35, 0.65), (0.65, 0.92), (0.08, 0.35)),
    search=Search((-0.06, -0.045, -0.03, -0.015, 0, 0.015, 0.03, 0.045, 0.06), (0.6, 1.2), 0.55),
    most_blur=1.75,
)
EVEN = Look(
    bands=((0.47, 0.51), (0.22, 0.26), (0.78, 0.82)),
    weighed=((0.28, 0.33), (0.41, 0.46), (0.56, 0.61), (0.71, 0.76)),
    search=Search((-0.12, -0.1, -0.08, -0.06, -0.04, -0.02, 0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.12), (0.6,), 0.32),
    most_blur=1.2,
    even=True,
)
"""For glossy, round and slanting labels: as bright everywhere, thin bands, seen from further aside."""

_LEAST_MODULE = 0.9  # pixels
MOST_MISFIT = 0.12
_MOST_MISFIT_BLURRED = 0.035  # right numbers stayed under 0.028
_MOST_BLUR = 1.7  # modules; right numbers were read to 1.6
_MOST_IN_A_DIGIT = 0.1  # right digits stay under 0.07; under a reflection one may be anything
_HOPELESS = 0.25  # no rival need be asked
_WORTH_WEIGHING = 1.05  # a lead that other bands may yet make sure
_BEYOND_DOUBT = 1.7  # a lead that needs no second band
_CLIMBS = 2  # bands that are read before giving up, where no number is expected
_ROUNDS = 3
_CONTENDERS = 8  # a fit
_EXPECTED = 200  # so far down a fit's list a number that is known here is looked for
_RIVALS = 8
_ENOUGH = 160  # numbers, valid or not, among which so many contenders are found
_LISTED = 2000  # numbers, valid or not, among which known ones are looked for


@dataclass(frozen=True, kw_only=True)
class Certainty:
    """The number that explains a strip best."""

    number: str
    misfit: float  # the share of the profile that it leaves unexplained, mean of the bands
    lead: float  # how many times more the best rival leaves
    bands: int  # in how many bands it won
    of: int  # out of so many
    noise: float  # ink in the quiet zones
    sigma: float  # blur, in modules
    module: float  # pixels of the picture
    worst: float  # the ink's mean squared error in the digit that fits worst
    known: bool | None = None  # None: nothing is expected here

    @property
    def fits(self) -> bool:
        """Whether little of the profile is left unexplained. Under strong blur, next to nothing may be left."""
        return self.misfit <= (_MOST_MISFIT_BLURRED if self.sigma > 0.9 else MOST_MISFIT)

    @property
    def rank(self) -> tuple[bool, float]:
        return self.is_expected, self.lead

    @property
    def is_expected(self) -> bool:
        """Whether the number is known here, and every other explains the picture worse. Right numbers led by at least 1.22."""
        return bool(self.known) and self.fits and self.lead >= 1.1 and self.bands == self.of and self.worst <= _MOST_IN_A_DIGIT

    @property
    def is_a_guess(self) -> bool:
        """Whether it is good enough to show to somebody who can look at the label."""
        return self.fits and (self.lead >= 1.15 or self.is_expected)

    @property
    def is_sure(self) -> bool:
        """Clear enough to be believed without another witness."""
        return self.is_clear and self.worst <= _MOST_IN_A_DIGIT

    @property
    def is_clear(self) -> bool:
        """Whether every rival explains the picture clearly worse.

        Over 740 stripes of 400 photos, 24 of them without a barcode, wrong numbers led by 1.18 at most, by 1.06 where
        they won in three bands. Under the strongest blur that is tried, small symbols fit anything.
        """
        if not self.fits or self.bands < self.of or self.sigma > _MOST_BLUR:
            return False
        doubt = 0.15 if self.known is False else 0  # where numbers are expected, another one has to be clearer
        return self.is_expected or self.lead >= {1: 1.45, 2: 1.3}.get(self.of, 1.25) + doubt


Contest = tuple[Fits, list[str]]
"""Numbers that explain one profile, each with its own best fit, best first."""


def _contenders(fits: Fits, layout: Layout, known: Callable[[str], bool] | None) -> Contest | None:
    """Each fit with the digits of the numbers that suit it best: with right check digits, and where `known` is given, known."""
    parts, names = [], []
    for row in range(len(fits.sigma)):
        _, heads, states = ranked(fits.costs(row), layout, _LISTED if known else _ENOUGH)
        rows = checked(layout, heads, states)[: _EXPECTED if known else _CONTENDERS]
        spelled = numbers(layout, heads[rows], states[rows])
        chosen = [at for at, number in enumerate(spelled) if at < _CONTENDERS or (known and known(number))]
        if chosen:
            parts.append(replace(fits.pick(np.full(len(chosen), row)), states=states[rows[chosen]]))
            names += [spelled[at] for at in chosen]
    return (joined(*parts), names) if parts else None


def _distinct(fits: Fits, names: list[str], most: int) -> Contest:
    """The best fit of each number, best first."""
    seen: dict[str, int] = {}
    for row in np.argsort(fits.score):
        seen.setdefault(names[row], int(row))
    rows = list(seen.values())[:most]
    return fits.pick(rows), [names[row] for row in rows]


def _contest(profile: np.ndarray, layout: Layout, fits: Fits, known: Callable[[str], bool] | None) -> Contest | None:
    """Compare numbers with the profile, read the best fits again, and repeat until the same number wins twice."""
    best: Contest | None = None
    for turn in range(_ROUNDS):
        near = fits.pick(np.nonzero(fits.score < 1.5 * fits.score.min())[0]).best(2) if turn or not known else fits
        fresh = _contenders(near, layout, known)
        if fresh is None:
            return best
        settled, names = settle(profile, layout, fresh[0], steps=(4, 5)), fresh[1]
        if best is not None:
            settled, names = joined(best[0], settled), best[1] + names
        before = best[1][0] if best else ""
        best = _distinct(settled, names, _RIVALS)
        misfit, blurred = best[0].misfit[0], best[0].sigma[0] > 0.9
        hopeless = misfit > 0.05 and (blurred or _lead(best[0].misfit[None]) < 1.0)
        if best[1][0] == before or (hopeless and not known):
            break  # the same again, or one stripe pattern as good as another
        fits = best[0]
    return best


def judge(
    strip: Strip, layout: Layout, known: Callable[[str], bool] | None, *, until: float = inf, way: Look = PLAIN, tried: int = 3
) -> Certainty | None:
    """The best number for a strip: read in some of its bands, tested in the others. None where it is no such symbol.

    Where `known` says which numbers are expected, every band is read, and thoroughly. Otherwise only the first `tried` bands are.
    No band is begun after `until`, a time of the performance counter.
    """
    best, climbs, strip = None, 0, strip.evened() if way.even else strip
    for band in way.bands if known else way.bands[:tried]:
        seen = _dark_on_light(strip, layout, band) if perf_counter() < until else None
        started = prospects(seen[1], layout, _LEAST_MODULE * strip.scale, way.search) if seen else None
        if seen is None or started is None:
            continue
        fits, verdict = _read_band(seen, layout, started, way, band, known)
        climbs += 1
        if not fits and not way.even:
            break
        if verdict is not None and (best is None or verdict.rank > best.rank):
            best = verdict
        if (climbs == _CLIMBS and not known) or (best is not None and best.is_sure):
            break
    return best


def _read_band(
    seen: tuple[Strip, np.ndarray],
    layout: Layout,
    started: Prospects,
    way: Look,
    band: Band,
    known: Callable[[str], bool] | None,
) -> tuple[bool, Certainty | None]:
    """Whether anything fits there, and the best number. Where none is sure after a quick try, a patient one is made."""
    strip, profile = seen
    fits, best = None, None
    for effort in (PATIENT,) if known else (QUICK, PATIENT):
        guesses = started.guesses(layout, effort.guesses)
        fits = climb(profile, layout, guesses, way.most_blur, effort, thorough=known is not None)
        verdict = _verdict(strip, layout, (band, way.weighed), profile=profile, fits=fits, known=known) if fits else None
        if verdict is not None and (best is None or verdict.rank > best.rank):
            best = verdict
        if best is not None and best.is_sure:
            break
    return fits is not None, best


def _dark_on_light(strip: Strip, layout: Layout, band: Band) -> tuple[Strip, np.ndarray] | None:
    """The strip and its profile in a band. Both are inverted where the bars are lighter than the paper."""
    profile = strip.profile(*band)
    if profile is None:
        return None
    if is_light_on_dark(profile, layout, _LEAST_MODULE * strip.scale):
        return strip.inverted(), 255 - profile
    return strip, profile


def _verdict(
    strip: Strip, layout: Layout, bands: Bands, *, profile: np.ndarray, fits: Fits, known: Callable[[str], bool] | None
) -> Certainty | None:
    if fits.sigma[0] > _MOST_BLUR:
        return None  # anything fits anything
    found = _contest(profile, layout, fits, known)
    if found is None or found[0].misfit[0] > MOST_MISFIT:
        return None
    if _lead(found[0].misfit[None]) < _WORTH_WEIGHING and not (known and known(found[1][0])):
        return None
    return _weighed(found, strip, bands, layout, known)


def weigh(strip: Strip, layout: Layout, states: np.ndarray) -> Certainty | None:
    """How well a number read by somebody else explains a strip that is cut to its symbol."""
    profile = strip.profile(*PLAIN.weighed[0])
    if profile is None or (start := near_ends(profile, layout, states)) is None:
        return None
    fits = begun((start, np.full(len(start), 0.5), np.tile(states, (len(start), 1))))
    for terms, keep in ((3, 12), (3, 6), (4, 4), (5, 2)):
        fits = refine(profile, layout, fits, terms, None).best(keep)
    if fits.misfit[0] > _HOPELESS:
        return None
    found = _contest(profile, layout, fits, None)
    if found is None or not (found[0].states[0] == states).all():
        return None
    return _weighed(found, strip, (PLAIN.weighed[0], PLAIN.weighed), layout, None)


def _shift(here: np.ndarray, there: np.ndarray) -> float:
    """How many pixels further the same bars lie in another profile."""
    a, b = np.diff(here), np.diff(there)
    match = np.correlate(b - b.mean(), a - a.mean(), "full")
    middle, reach = len(a) - 1, len(a) // 6
    return float(match[middle - reach : middle + reach + 1].argmax() - reach)


def _lead(misfits: np.ndarray) -> float:
    """misfits: bands x numbers, the winner first."""
    total = misfits.mean(0)
    return float(total[1:].min() / total[0]) if len(total) > 1 else 9.0


def _weighed(found: Contest, strip: Strip, bands: Bands, layout: Layout, known: Callable[[str], bool] | None) -> Certainty:
    """The winner of a contest, compared with its rivals in other bands, too."""
    (fits, names), (first, others) = found, bands
    here, misfits = strip.profile(*first), [fits.misfit]
    assert here is not None  # it was read there
    for band in others if _lead(fits.misfit[None]) < _BEYOND_DOUBT or fits.misfit[0] > 0.06 else ():
        apart = band[1] <= first[0] or first[1] <= band[0]
        there = strip.profile(*band) if apart else None
        if there is not None:
            misfits.append(settle(there, layout, fits, _shift(here, there), (3, 4, 5)).misfit)
    table = np.stack([row for row in misfits if row.min() < 2.5 * misfits[0].min()])
    module = abs(fits.places[0, -1] - fits.places[0, 0]) / (layout.modules + 14) / strip.scale
    return Certainty(
        number=names[0],
        misfit=float(table[:, 0].mean()),
        lead=_lead(table),
        bands=int((table.argmin(1) == 0).sum()),
        of=len(table),
        noise=float(fits.noise[0]),
        sigma=float(fits.sigma[0]),
        module=float(module),
        worst=worst_digit(here, layout, fits),
        known=known(names[0]) if known else None,
    )
