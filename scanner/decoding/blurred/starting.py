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
    """Left and right end of every way the symbol might lie, either way round: candidates x 2."""
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


def _mismatch(profile: np.ndarray, spans: np.ndarray, layout: Layout) -> np.ndarray:
    """How guard bars and quiet zones look where each span has them: from -1 (as they should) to 1 (dark and light swapped)."""
    mask = _guards(layout)
    places = _laid(spans, grid(layout)[mask], layout)
    seen = profile[np.clip(np.rint(places), 0, len(profile) - 1).astype(np.intp)]
    wanted = templates(layout, 0.7, 0.0, "gauss").guards[mask]
    seen, wanted = seen - seen.mean(1, keepdims=True), wanted - wanted.mean()
    mismatch: np.ndarray = (seen @ wanted) / np.sqrt((seen**2).sum(1) * (wanted**2).sum() + 1e-9)
    return mismatch


def is_light_on_dark(profile: np.ndarray, layout: Layout, least_module: float) -> bool:
    """Whether the bars are lighter than their paper, as on a metal can. Where guard bars show, they are not."""
    plain = _best_match(profile, layout, least_module)
    return plain < 0.8 and _best_match(255 - profile, layout, least_module) > plain + 0.1


def _best_match(profile: np.ndarray, layout: Layout, least_module: float) -> float:
    spans = _spans(profile, layout, least_module)
    return -float(_mismatch(profile, _bent(spans, _BENDS), layout).min()) if len(spans) else 0.0


def _best_of_each_size(cost: np.ndarray, spans: np.ndarray, most: int, sizes: int = 6) -> np.ndarray:
    """The best spans of every size of module, since small symbols fit anywhere inside a large one."""
    width = np.log(np.abs(spans[:, 1] - spans[:, 0]))
    size = np.minimum(np.floor((width - width.min()) / (np.ptp(width) + 1e-6) * sizes), sizes - 1)
    order = np.argsort(cost)
    return np.concatenate([order[size[order] == one][: most // sizes] for one in range(sizes)])


def _inked(seen: np.ndarray, layout: Layout) -> np.ndarray:
    """Roughly how much ink there is, 0 to 1. The levels of paper and ink are taken in stretches of a quarter of the symbol."""
    centres = np.linspace(0.1, 0.9, 5) * layout.modules
    modules = grid(layout)
    near = [np.abs(modules - centre) < 0.14 * layout.modules for centre in centres]
    blend = np.stack([np.interp(modules, centres, row) for row in np.eye(5)])
    paper = np.stack([seen[:, part].max(1) for part in near], 1) @ blend
    ink = np.stack([seen[:, part].min(1) for part in near], 1) @ blend
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


def guesses(profile: np.ndarray, layout: Layout, least_module: float, search: Search, most: int = 48) -> Guesses | None:
    """Where the symbol may lie, and which number it may be. None where there are hardly any bars."""
    spans = _spans(profile, layout, least_module)
    if not len(spans):
        return None
    rough = _mismatch(profile, _bent(spans, _BENDS), layout).reshape(len(spans), -1).min(1)
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
    rows = _varied(cost.min(1), spans, most)
    return _laid(spans[rows], grid(layout), layout), np.array(search.blurs)[better[rows]], states[rows]


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
