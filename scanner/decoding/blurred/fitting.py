"""Laying a symbol's module grid over a grey profile: where it starts, how it is warped, how blurred it is.

Many candidates are improved at once, each a row: Gauss-Newton on place, warp, blur, ink spread and light. The digits
are read again after every step.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache

import numpy as np

from .chains import Costs, cheapest, cheapest_spelled
from .layouts import Layout
from .starting import Guesses, look
from .templates import QUIET, SAMPLES, SIGMAS, SPREADS, Templates, drawn, grid, templates, windows

Read = Callable[[np.ndarray, np.ndarray, Layout], np.ndarray] | None
"""How digits are read from costs; None leaves them as they are."""

_CORE = 3  # modules of quiet zone that take part in the fit; what lies further only has to be light
_LIGHT_TERMS = 3


@dataclass(frozen=True, kw_only=True)
class Fits:
    """Symbols laid over a profile, one a row."""

    places: np.ndarray  # the profile's pixel of every sample
    sigma: np.ndarray  # blur, in modules
    spread: np.ndarray  # how much too wide the bars are, in modules
    disk: np.ndarray  # whether the blur is a lens out of focus
    states: np.ndarray  # the pattern of every digit
    misfit: np.ndarray  # the share of the profile's variance that is left unexplained
    noise: np.ndarray  # ink in the quiet zones, where no bars belong
    base: np.ndarray  # the costs of other digits, as in Costs
    own: np.ndarray
    pairs: np.ndarray

    @property
    def score(self) -> np.ndarray:
        return self.misfit + 0.5 * self.noise

    def pick(self, rows: np.ndarray | list[int]) -> "Fits":
        return Fits(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def best(self, most: int) -> "Fits":
        return self.pick(np.argsort(self.score)[:most])

    def best_places(self, most: int, each: int = 2) -> "Fits":
        """The best, but no more than `each` that lie in the same place, give or take a module."""
        taken: dict[tuple[int, ...], list[int]] = {}
        module = np.abs(self.places[:, -1] - self.places[:, 0]) * SAMPLES / self.places.shape[1]
        ends = np.rint(self.places[:, [0, -1]] / module[:, None] / 1.5).astype(int)
        for row in np.argsort(self.score):
            taken.setdefault(tuple(ends[row]), []).append(int(row))
        rows = [row for place in taken.values() for row in place[:each]]
        return self.pick(sorted(rows, key=lambda row: self.score[row])[:most])

    def costs(self, row: int) -> Costs:
        return Costs(float(self.base[row]), self.own[row], self.pairs[row])

    def looks(self, layout: Layout) -> list[Templates]:
        sigmas = SIGMAS[np.abs(SIGMAS - self.sigma[:, None]).argmin(1)]
        spreads = SPREADS[np.abs(SPREADS - self.spread[:, None]).argmin(1)]
        return [
            templates(layout, float(sigma), float(spread), "disk" if disk else "gauss")
            for sigma, spread, disk in zip(sigmas, spreads, self.disk, strict=True)
        ]


def _loosely(own: np.ndarray, pairs: np.ndarray, layout: Layout) -> np.ndarray:
    return cheapest(own, pairs, layout)[1]


def _stacked(looks: list[Templates], part: str) -> np.ndarray:
    return np.stack([getattr(one, part) for one in looks])


@lru_cache(maxsize=16)
def _smooth(layout: Layout, terms: int) -> np.ndarray:
    across = (grid(layout) - layout.modules / 2) / (layout.modules / 2)
    return (across[:, None] ** np.arange(terms)).astype(np.float32)


def _core(layout: Layout) -> slice:
    return slice((QUIET - _CORE) * SAMPLES, (QUIET + layout.modules + _CORE) * SAMPLES)


def _solve(columns: np.ndarray, wanted: np.ndarray, stiff: np.ndarray) -> np.ndarray:
    """Least squares of every row; `stiff` pulls its terms towards 0. Returns rows x terms."""
    turned = columns.transpose(0, 2, 1)
    normal = (turned @ columns).astype(float) + np.diag(stiff**2 + 1e-6)
    return np.linalg.solve(normal, (turned @ wanted[:, :, None]).astype(float))[:, :, 0].astype(np.float32)


def refine(profile: np.ndarray, layout: Layout, fits: Fits, warp_terms: int, read: Read = cheapest_spelled) -> Fits:
    """One Gauss-Newton step of every fit; then `read` finds its digits again."""
    return judged(profile, layout, *_moved(profile, layout, fits, warp_terms), read)


def _moved(profile: np.ndarray, layout: Layout, fits: Fits, warp_terms: int) -> tuple[Fits, tuple[np.ndarray, np.ndarray]]:
    """The step itself: the fits laid better, their digits as before, and the light (paper, ink's loss) that goes with it."""
    core, looks = _core(layout), fits.looks(layout)
    seen = look(profile, fits.places)
    ink = drawn(layout, fits.states, _stacked(looks, "guards"), _stacked(looks, "digits"))
    wider = drawn(layout, fits.states, _stacked(looks, "wider_guards"), _stacked(looks, "wider_digits"))
    slope = np.gradient(ink, axis=1) * SAMPLES
    blurrier = np.gradient(slope, axis=1) * SAMPLES * fits.sigma[:, None].astype(np.float32)  # as heat spreads
    light, warp = _smooth(layout, _LIGHT_TERMS), _smooth(layout, warp_terms)
    columns = np.concatenate(
        [
            np.broadcast_to(light, (len(ink), *light.shape)),
            light * ink[:, :, None],
            warp * slope[:, :, None],
            blurrier[:, :, None],
            wider[:, :, None],
        ],
        2,
    )
    stiff = np.concatenate([np.zeros(2 * _LIGHT_TERMS), [0.05, 0.05, 0.25, 0.35, 0.45][:warp_terms], [1, 1]])
    amplitude = np.ptp(seen[:, core], axis=1)[:, None] + 1e-6
    found = _solve(columns[:, core], seen[:, core] / amplitude, stiff) * amplitude
    contrast = found[:, _LIGHT_TERMS]
    paper, lost = found[:, :_LIGHT_TERMS] @ light.T, found[:, _LIGHT_TERMS : 2 * _LIGHT_TERMS] @ light.T
    found = found / np.where(np.abs(contrast) < 1e-6, -1e-6, contrast)[:, None]
    shift = np.clip(found[:, 2 * _LIGHT_TERMS : -2] @ warp.T, -0.5, 0.5)
    moved = replace(
        fits,
        places=fits.places - np.gradient(fits.places, axis=1) * SAMPLES * shift,
        sigma=np.clip(fits.sigma + np.clip(found[:, -2], -0.2, 0.2), SIGMAS[0], SIGMAS[-1]),
        spread=np.clip(fits.spread + np.clip(found[:, -1], -0.2, 0.2), SPREADS[0], SPREADS[-1]),
    )
    return moved, (paper, np.minimum(lost, -4))


def judged(profile: np.ndarray, layout: Layout, fits: Fits, light: tuple[np.ndarray, np.ndarray], read: Read) -> Fits:
    """The fits with their digits read again under the given light (paper, ink's loss), and what is left unexplained."""
    core, looks, seen = _core(layout), fits.looks(layout), look(profile, fits.places)
    digits, guards = _stacked(looks, "digits"), _stacked(looks, "guards")
    inked = (seen - light[0]) / light[1]
    overlap = 2 * _stacked(looks, "onto_guards") - 2 * windows(inked, layout) @ digits.transpose(0, 2, 1)
    own = _stacked(looks, "own")[:, None] + overlap
    pairs = _stacked(looks, "pairs")
    states = read(own, pairs, layout) if read else fits.states
    ink = drawn(layout, states, guards, digits)
    paper, contrast = _levels(seen, ink, layout)
    left = (seen - paper - contrast * ink)[:, core]
    whole = seen[:, core] - seen[:, core].mean(1, keepdims=True)
    return replace(
        fits,
        states=states,
        misfit=(left**2).sum(1) / ((whole**2).sum(1) + 1e-9),
        noise=_quiet_noise((seen - paper) / contrast),
        base=((inked - guards) ** 2).sum(1),
        own=own,
        pairs=pairs,
    )


def _levels(seen: np.ndarray, ink: np.ndarray, layout: Layout) -> tuple[np.ndarray, np.ndarray]:
    """Light of the paper, and light lost in ink (negative), both smooth along the profile."""
    core, light = _core(layout), _smooth(layout, _LIGHT_TERMS)
    columns = np.concatenate([np.broadcast_to(light, (len(ink), *light.shape)), light * ink[:, :, None]], 2)
    found = _solve(columns[:, core], seen[:, core], np.full(2 * _LIGHT_TERMS, 1e-3))
    return found[:, :_LIGHT_TERMS] @ light.T, np.minimum(found[:, _LIGHT_TERMS:] @ light.T, -4)


def _quiet_noise(inked: np.ndarray) -> np.ndarray:
    side = (QUIET - 1) * SAMPLES
    noise: np.ndarray = np.minimum(np.concatenate([inked[:, :side], inked[:, -side:]], 1) ** 2, 0.2).mean(1)
    return noise


_HOPELESS = (0.28, 0.15, 0.12)  # misfit after one, two, three steps; symbols end below 0.1, other stripes rarely


def begun(started: Guesses) -> Fits:
    """Fits made of guesses. How well they fit is not known yet."""
    places, sigma, states = started
    nought = np.zeros(len(places))
    return Fits(
        places=places,
        sigma=sigma,
        spread=nought,
        disk=nought < 1,
        states=states,
        misfit=nought,
        noise=nought,
        base=nought,
        own=nought,
        pairs=nought,
    )


@dataclass(frozen=True)
class Effort:
    """How many guesses are improved: at first, and after one, two and three steps; and how the last steps are made."""

    guesses: int
    kept: tuple[int, int, int]
    last: tuple[tuple[int, int], ...]  # terms of the warp, and how many are kept


QUICK, PATIENT = Effort(16, (8, 6, 4), ((4, 3),)), Effort(48, (32, 20, 12), ((4, 6), (5, 3)))
"""Most symbols are found from the likeliest guesses; the others are worth asking for once these have not led to a number."""


def climb(
    profile: np.ndarray, layout: Layout, started: Guesses, most_blur: float, effort: Effort = PATIENT, *, thorough: bool = False
) -> Fits | None:
    """The best ways to lay the symbol over the profile, best first. None where nothing fits.

    `thorough` does not give up early, and gives several places instead of the best one.
    """
    fits = begun(started)
    for keep, hopeless in zip(effort.kept, _HOPELESS, strict=True):
        fits = refine(profile, layout, fits, 3, _loosely).best_places(2 * keep if thorough else keep)
        if fits.score[0] > hopeless and not thorough:
            return None
    fits = fits.pick(np.nonzero(fits.sigma <= most_blur)[0])
    if not len(fits.sigma):
        return None
    fits = refine(profile, layout, fits, 4, _loosely).best_places(12 if thorough else effort.last[0][1])
    fits = joined(fits, replace(fits, disk=~fits.disk))
    for terms, keep in effort.last:
        fits = refine(profile, layout, fits, terms)
        fits = fits.best_places(10, each=1) if thorough else fits.best(keep)
    return fits


def joined(*parts: Fits) -> Fits:
    return Fits(**{field.name: np.concatenate([getattr(one, field.name) for one in parts]) for field in fields(Fits)})


def settle(profile: np.ndarray, layout: Layout, fits: Fits, shift: float = 0.0, steps: Sequence[int] = (4, 5, 5)) -> Fits:
    """The fits laid again with the same digits, in the same profile or in one whose bars lie `shift` pixels further."""
    fits = replace(fits, places=fits.places + shift)
    for terms in steps[:-1]:
        fits, _ = _moved(profile, layout, fits, terms)
    return refine(profile, layout, fits, steps[-1], None)


def worst_digit(profile: np.ndarray, layout: Layout, fits: Fits) -> float:
    """Mean squared error of the ink (0 to 1) in the digit that the first fit explains worst."""
    first = fits.pick([0])
    looks, seen = first.looks(layout), look(profile, first.places)
    ink = drawn(layout, first.states, _stacked(looks, "guards"), _stacked(looks, "digits"))
    paper, contrast = _levels(seen, ink, layout)
    wrong = ((seen - paper) / contrast - ink)[0] ** 2
    starts = ((QUIET + at) * SAMPLES for at in layout.digits_at)
    return max(float(wrong[start : start + 7 * SAMPLES].mean()) for start in starts)
