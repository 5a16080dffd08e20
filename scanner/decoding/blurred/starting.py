"""First guesses of where a symbol lies in a grey profile."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from .chains import cheapest, own_costs
from .layouts import Layout
from .templates import drawn, grid, templates

_BENDS = (-0.06, 0, 0.06)  # shift of the middle, in widths, at a first look
_NEAR_BENDS = (-0.06, -0.045, -0.03, -0.015, 0, 0.015, 0.03, 0.045, 0.06)
_SPANS, _LOOKED_AT = 150, 240  # looked at with every bend, and for what their digits say
_LEAST_LIKE = -0.72  # mismatch of guards: symbols, however blurred, had under -0.8, bent ones at a first look a little more
_WORSE = 2.0  # times the best guess's cost: further off no fit recovers
_EDGES = (11, 60)  # a symbol has 20 to 30 bars; blur hides some, text and textures add some


def look(profile: np.ndarray, places: np.ndarray) -> np.ndarray:
    seen: np.ndarray = np.interp(places, np.arange(len(profile)), profile).astype(np.float32)
    return seen


def edges(profile: np.ndarray, least: float = 0.08) -> tuple[np.ndarray, np.ndarray]:
    """Pixels where light turns dark, and where dark turns light; steps under `least` of the largest are left out."""
    slope = np.convolve(np.diff(profile), [0.25, 0.5, 0.25], "same")
    before, here, after = slope[:-2], slope[1:-1], slope[2:]
    floor = least * np.abs(slope).max()
    falling = (here < -floor) & (here <= before) & (here < after)
    rising = (here > floor) & (here >= before) & (here > after)
    return np.nonzero(falling)[0] + 1.5, np.nonzero(rising)[0] + 1.5


def _spans(profile: np.ndarray, layout: Layout, least_module: float) -> np.ndarray:
    """Left and right end of every way the symbol might lie, first one way round and then the other: candidates x 2."""
    falling, rising = edges(profile)
    if min(len(falling), len(rising)) < _EDGES[0] or max(len(falling), len(rising)) > _EDGES[1]:
        return np.empty((0, 2))
    left, right = (side.ravel() for side in np.meshgrid(falling, rising))
    wide = right - left > least_module * layout.modules
    spans = np.stack([left[wide], right[wide]], 1)
    return np.concatenate([spans, spans[:, ::-1]])


def _bent(spans: np.ndarray, bends: Sequence[float]) -> np.ndarray:
    """Every span with every bend: candidates x 3, bends of one span together."""
    return np.concatenate([np.repeat(spans, len(bends), 0), np.tile(bends, len(spans))[:, None]], 1)


def _laid(spans: np.ndarray, modules: np.ndarray, layout: Layout) -> np.ndarray:
    """The profile's pixel of each module coordinate: candidates x samples."""
    left, right, bend = (column[:, None] for column in spans.T)
    share = modules / layout.modules
    places: np.ndarray = left + (right - left) * (share + 4 * bend * share * (1 - share))
    return places


@lru_cache(maxsize=8)
def _guards(layout: Layout) -> np.ndarray:
    modules = grid(layout)
    mask = (modules > -5) & (modules < 0) | (modules > layout.modules) & (modules < layout.modules + 5)
    for at, pattern in layout.guards:
        mask |= (modules > at - 0.5) & (modules < at + len(pattern) + 0.5)
    return mask


@lru_cache(maxsize=8)
def _wanted(layout: Layout) -> tuple[np.ndarray, np.ndarray]:
    """Where guard bars and quiet zones lie, in modules, and their ink, of mean 0 and length 1."""
    mask = _guards(layout)
    ink = templates(layout, 0.7, 0.0, "gauss").guards[mask]
    ink = ink - ink.mean()
    return grid(layout)[mask], (ink / np.sqrt(ink @ ink)).astype(np.float32)


def _mismatch(profile: np.ndarray, spans: np.ndarray, layout: Layout) -> np.ndarray:
    """How guard bars and quiet zones look where each span has them: from -1 (as they should) to 1 (dark and light swapped)."""
    modules, wanted = _wanted(layout)
    left, width, bend = (column.astype(np.float32)[:, None] for column in (spans[:, 0], spans[:, 1] - spans[:, 0], spans[:, 2]))
    share = (modules / layout.modules).astype(np.float32)
    places = left + 0.5 + width * share + 4 * width * bend * (share * (1 - share))
    seen = profile.astype(np.float32)[np.clip(places, 0, len(profile) - 1).astype(np.int32)]
    varied = np.einsum("ij,ij->i", seen, seen) - seen.sum(1) ** 2 / len(wanted)
    mismatch: np.ndarray = (seen @ wanted) / np.sqrt(np.maximum(varied, 1e-3))
    return mismatch


def _rough(profile: np.ndarray, spans: np.ndarray, layout: Layout) -> np.ndarray:
    """The mismatch of each span with the bend that suits it best. What is the same from both ends is compared once."""
    once = spans[: len(spans) // 2] if layout.is_symmetric else spans
    found = _mismatch(profile, _bent(once, _BENDS), layout).reshape(len(once), -1).min(1)
    return np.tile(found, len(spans) // len(once))


def is_light_on_dark(profile: np.ndarray, layout: Layout, least_module: float) -> bool:
    """Whether the bars are lighter than their paper, as on a metal can. Where guard bars show, they are not."""
    plain = _best_match(profile, layout, least_module)
    return plain < 0.8 and _best_match(255 - profile, layout, least_module) > plain + 0.1


def _best_match(profile: np.ndarray, layout: Layout, least_module: float) -> float:
    spans = _spans(profile, layout, least_module)
    return -float(_rough(profile, spans, layout).min()) if len(spans) else 0.0


def _best_of_each_size(cost: np.ndarray, spans: np.ndarray, most: int, sizes: int = 6) -> np.ndarray:
    """The best spans of every size of module, since small symbols fit anywhere inside a large one."""
    width = np.log(np.abs(spans[:, 1] - spans[:, 0]))
    size = np.minimum(np.floor((width - width.min()) / (np.ptp(width) + 1e-6) * sizes), sizes - 1)
    order = np.argsort(cost)
    return np.concatenate([order[size[order] == one][: most // sizes] for one in range(sizes)])


@lru_cache(maxsize=8)
def _stretches(layout: Layout) -> tuple[list[np.ndarray], np.ndarray]:
    """Five stretches of a quarter of the symbol, and how much each has to say at every sample."""
    centres, modules = np.linspace(0.1, 0.9, 5) * layout.modules, grid(layout)
    near = [np.nonzero(np.abs(modules - centre) < 0.14 * layout.modules)[0] for centre in centres]
    return near, np.stack([np.interp(modules, centres, row) for row in np.eye(5)]).astype(np.float32)


def _inked(seen: np.ndarray, layout: Layout) -> np.ndarray:
    """Roughly how much ink there is, 0 to 1. The levels of paper and ink are taken in stretches of a quarter of the symbol."""
    near, blend = _stretches(layout)
    paper = np.stack([seen[:, part[0] : part[-1] + 1].max(1) for part in near], 1) @ blend
    ink = np.stack([seen[:, part[0] : part[-1] + 1].min(1) for part in near], 1) @ blend
    inked: np.ndarray = (paper - seen) / np.maximum(paper - ink, 6)
    return inked


Guesses = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Places (candidates x samples), blur and states to start from."""


@dataclass(frozen=True)
class Search:
    """What is tried."""

    bends: tuple[float, ...]  # how far the middle of the symbol may be off the middle between its ends, in widths
    blurs: tuple[float, ...]  # to start from, in modules
    most_wrong: float  # share of a profile's variance that the best guess may leave unexplained


@dataclass(frozen=True)
class Prospects:
    """Ways in which the symbol may lie, what each leaves unexplained, its blur, and its most likely digits; one a row."""

    spans: np.ndarray
    cost: np.ndarray
    blur: np.ndarray
    states: np.ndarray

    def guesses(self, layout: Layout, most: int) -> Guesses:
        """About `most` of them to start from, the likeliest of every size among them."""
        rows = _varied(self.cost, self.spans, most)
        return _laid(self.spans[rows], grid(layout), layout), self.blur[rows], self.states[rows]


def prospects(profile: np.ndarray, layout: Layout, least_module: float, search: Search) -> Prospects | None:
    """Where the symbol may lie, and which number it may be. None where there are hardly any bars."""
    spans = _spans(profile, layout, least_module)
    if not len(spans):
        return None
    rough = _rough(profile, spans, layout)
    if rough.min() > _LEAST_LIKE:
        return None
    spans = _bent(spans[_best_of_each_size(rough, spans, _SPANS)], search.bends)
    spans = spans[_best_of_each_size(_mismatch(profile, spans, layout), spans, _LOOKED_AT)]
    inked = _inked(look(profile, _laid(spans, grid(layout), layout)), layout)
    whole = ((inked - inked.mean(1, keepdims=True)) ** 2).sum(1)
    tried = [_digits(inked, layout, sigma) for sigma in search.blurs]
    cost = np.stack([one[0] for one in tried], 1) / whole[:, None]
    if cost.min() > search.most_wrong:
        return None
    better = cost.argmin(1)
    states = np.stack([one[1] for one in tried], 1)[np.arange(len(spans)), better]
    return Prospects(spans, cost.min(1), np.array(search.blurs)[better], states)


def _varied(cost: np.ndarray, spans: np.ndarray, most: int) -> np.ndarray:
    """The best two bends of each span: half of them are the best of all, half the best of each size."""
    left = np.argsort(cost)
    chosen = []
    for _ in range(2):
        first = left[np.unique(spans[left, :2], axis=0, return_index=True)[1]]
        chosen.append(first[_best_of_each_size(cost[first], spans[first], most // 4)])
        chosen.append(first[np.argsort(cost[first])[: most // 4]])
        left = np.setdiff1d(left, first)
        left = left[np.argsort(cost[left])]
    rows = np.unique(np.concatenate(chosen))
    near: np.ndarray = rows[cost[rows] < _WORSE * cost[rows].min()]
    return near


def _digits(inked: np.ndarray, layout: Layout, sigma: float) -> tuple[np.ndarray, np.ndarray]:
    looks = templates(layout, sigma, 0.0, "disk")
    base, own = own_costs(inked, layout, looks)
    cost, states = cheapest(own, looks.pairs, layout)
    return cost + base, states


def near_ends(profile: np.ndarray, layout: Layout, states: np.ndarray, most: int = 12) -> np.ndarray | None:
    """Places to start from, for a known symbol that fills most of the profile. None where there are none."""
    spans = _bent(_spans(profile, layout, 0.6 * len(profile) / layout.modules), _NEAR_BENDS)
    if not len(spans):
        return None
    looks = templates(layout, 0.6, 0.0, "disk")
    ink = drawn(layout, states[None], looks.guards[None], looks.digits[None])[0]
    places = _laid(spans, grid(layout), layout)
    wrong = ((_inked(look(profile, places), layout) - ink) ** 2).sum(1)
    return places[np.argsort(wrong)[:most]]
