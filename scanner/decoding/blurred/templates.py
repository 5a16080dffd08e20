"""What a blurred digit looks like: its bars through a lens out of focus, on a grid of modules."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import numpy as np

from .layouts import PATTERNS, Layout

SAMPLES = 3  # a module
QUIET = 7  # modules of quiet zone looked at on either side
REACH = 5  # modules that the blur may carry a bar beyond its digit
SIGMAS = np.round(np.arange(0.3, 1.85, 0.1), 2)  # blur, in modules; beyond, anything fits anything
SPREADS = np.round(np.arange(-0.6, 0.65, 0.1), 2)  # how much too wide the bars are, in modules
BLURS = ("gauss", "disk")  # a soft blur, and a lens out of focus

_AXIS = np.linspace(-6, 6, 4801)


def _edge(blur: str) -> np.ndarray:
    """The image of one sharp edge, on _AXIS, for a line spread of standard deviation 1."""
    if blur == "gauss":
        line = np.exp(-(_AXIS**2) / 2)
    else:  # a disk's line spread is half an ellipse; sensor and lens round it off
        line = np.sqrt(np.clip(1.84**2 - _AXIS**2, 0, None))
        line = np.convolve(line, np.exp(-(_AXIS**2) / 2 / 0.39**2), "same")
    risen = np.cumsum(line)
    image: np.ndarray = (risen - line / 2) / risen[-1]
    return image


_EDGES = {blur: _edge(blur) for blur in BLURS}


def _bars(pattern: str) -> list[tuple[int, int]]:
    bars, at = [], 0
    for module, run in groupby(pattern):
        width = len(list(run))
        if module == "1":
            bars.append((at, at + width))
        at += width
    return bars


def _steps(modules: np.ndarray, at: np.ndarray, sigma: float, blur: str) -> np.ndarray:
    """Blurred steps from 0 to 1 at the given modules: steps x samples."""
    steps: np.ndarray = np.interp((modules - at[:, None]) / sigma, _AXIS, _EDGES[blur])
    return steps


@lru_cache(maxsize=8)
def grid(layout: Layout) -> np.ndarray:
    """Module coordinate of every sample, 0 the first bar's left edge."""
    return (np.arange((layout.modules + 2 * QUIET) * SAMPLES) + 0.5) / SAMPLES - QUIET


@dataclass(frozen=True, kw_only=True)
class Templates:
    """Ink of all patterns under one blur and spread."""

    digits: np.ndarray  # 30 patterns x window
    guards: np.ndarray  # over the grid
    wider_digits: np.ndarray  # how digits change with the spread, per module
    wider_guards: np.ndarray
    own: np.ndarray  # energy of each pattern
    pairs: np.ndarray  # overlap of neighbours, 30 x 30
    onto_guards: np.ndarray  # overlap with the guards, places x 30


_WINDOW = (np.arange((7 + 2 * REACH) * SAMPLES) + 0.5) / SAMPLES - REACH
_MODULES = np.arange(8)
_STARTS = np.array([[any(bar[0] == at for bar in _bars(pattern)) for at in _MODULES] for pattern in PATTERNS], float)
_ENDS = np.array([[any(bar[1] == at for bar in _bars(pattern)) for at in _MODULES] for pattern in PATTERNS], float)


@lru_cache(maxsize=4000)
def _digits(sigma: float, spread: float, blur: str) -> np.ndarray:
    starts = _steps(_WINDOW, _MODULES - spread / 2, sigma, blur)
    ink: np.ndarray = _STARTS @ starts - _ENDS @ _steps(_WINDOW, _MODULES + spread / 2, sigma, blur)
    return ink


@lru_cache(maxsize=4000)
def _guard_ink(layout: Layout, sigma: float, spread: float, blur: str) -> np.ndarray:
    bars = np.array([(at + start, at + end) for at, pattern in layout.guards for start, end in _bars(pattern)])
    starts = _steps(grid(layout), bars[:, 0] - spread / 2, sigma, blur)
    ink: np.ndarray = (starts - _steps(grid(layout), bars[:, 1] + spread / 2, sigma, blur)).sum(0)
    return ink


@lru_cache(maxsize=4000)
def templates(layout: Layout, sigma: float, spread: float, blur: str) -> Templates:
    digits, guards = _digits(sigma, spread, blur), _guard_ink(layout, sigma, spread, blur)
    step, wider, thinner = 7 * SAMPLES, round(spread + 0.1, 2), round(spread - 0.1, 2)
    parts = {
        "digits": digits,
        "guards": guards,
        "wider_digits": (_digits(sigma, wider, blur) - _digits(sigma, thinner, blur)) / 0.2,
        "wider_guards": (_guard_ink(layout, sigma, wider, blur) - _guard_ink(layout, sigma, thinner, blur)) / 0.2,
        "own": (digits**2).sum(1),
        "pairs": 2 * digits[:, step:] @ digits[:, :-step].T,
        "onto_guards": windows(guards[None], layout)[0] @ digits.T,
    }
    return Templates(**{name: part.astype(np.float32) for name, part in parts.items()})  # precise enough, half the work


def windows(rows: np.ndarray, layout: Layout) -> np.ndarray:
    """The stretch round every digit place: rows x places x window."""
    length = (7 + 2 * REACH) * SAMPLES
    starts = [(QUIET + at - REACH) * SAMPLES for at in layout.digits_at]
    return np.stack([rows[:, start : start + length] for start in starts], 1)


def drawn(layout: Layout, states: np.ndarray, guards: np.ndarray, digits: np.ndarray) -> np.ndarray:
    """Whole symbols' ink on the grid, 0 paper and 1 ink: symbols x samples.

    states symbols x places, guards symbols x samples, digits symbols x 30 x window.
    """
    ink, rows = guards.copy(), np.arange(len(states))
    for place, at in enumerate(layout.digits_at):
        start = (QUIET + at - REACH) * SAMPLES
        ink[:, start : start + digits.shape[2]] += digits[rows, states[:, place]]
    return ink
