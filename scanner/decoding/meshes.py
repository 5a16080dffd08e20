"""QR codes on crumpled bags and round bottles: a grid is laid over the picture and bent until it fits.

zxing-cpp finds such a symbol but samples a flat grid, so that its check fails. Here the modules read so far are drawn and
compared with the picture; the grid is moved to where the drawing would lie over it (Lucas and Kanade, "An Iterative Image
Registration Technique", IJCAI 1981). That is repeated, and the symbol's Reed-Solomon check judges each attempt.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

_SAMPLES = 4  # a module
_QUIET = 2  # modules looked at round the symbol
_ATTEMPTS = 14
_NEAR, _FAR = 1.5, 8  # modules: how far round a point the picture is compared, in the last attempt and the first
_MOST_WRONG = 0.2  # mean error of the modules' ink; a grid as far off as this seldom falls into place
_FINDER = np.pad(np.ones((3, 3), int), 1)
_FINDER = np.pad(np.pad(_FINDER, 1, constant_values=1), 1)
_ALIGNMENT = np.pad(np.pad(np.ones((1, 1), int), 1), 1, constant_values=1)
_UNKNOWN = -1


@dataclass(frozen=True)
class Mesh:
    """Where in the picture each sample of the symbol lies: x and y, both samples x samples."""

    x: np.ndarray
    y: np.ndarray

    def moved(self, across: np.ndarray, down: np.ndarray) -> "Mesh":
        """Every point moved by so many samples, along the grid as it lies there."""
        x = self.x + np.gradient(self.x, axis=1) * across + np.gradient(self.x, axis=0) * down
        y = self.y + np.gradient(self.y, axis=1) * across + np.gradient(self.y, axis=0) * down
        return Mesh(x, y)


def straightened(grey: Image.Image, corners: Sequence[tuple[float, float]], modules: int) -> Iterator[Image.Image]:
    """Clean pictures of a QR code with `modules` a side, each less bent than the last. Corners go clockwise from its top left."""
    pixels, known = np.asarray(grey, np.float32), _known(modules)
    mesh = _flat(corners, modules)
    for attempt in range(_ATTEMPTS):
        seen = _sampled(pixels, mesh)
        threshold, contrast = _levels(_by_module(seen))
        ink = (threshold - _by_module(seen)) / contrast + 0.5
        symbol = np.where(known == _UNKNOWN, ink > 0.5, known)
        if np.abs(ink - symbol).mean() > _MOST_WRONG:
            return
        yield _drawn(symbol[_QUIET:-_QUIET, _QUIET:-_QUIET])
        whole_ink = (_enlarged(threshold) - seen) / _enlarged(contrast) + 0.5
        reach = _FAR + (_NEAR - _FAR) * attempt / _ATTEMPTS
        mesh = mesh.moved(*_away(whole_ink, _smooth(np.kron(symbol, np.ones((_SAMPLES, _SAMPLES))), 1), reach))


def _known(modules: int) -> np.ndarray:
    """The modules that are the same in every symbol of this size (ISO/IEC 18004 6.3), paper round it included."""
    symbol = np.full((modules, modules), _UNKNOWN)
    symbol[6] = symbol[:, 6] = 1 - np.arange(modules) % 2
    if modules > 21:
        symbol[-9:-4, -9:-4] = _ALIGNMENT
    symbol[:8, :8], symbol[:8, -8:], symbol[-8:, :8] = _FINDER[1:, 1:], _FINDER[1:, :-1], _FINDER[:-1, 1:]
    return np.pad(symbol, _QUIET)


def _flat(corners: Sequence[tuple[float, float]], modules: int) -> Mesh:
    """The grid of a symbol on a flat thing, seen from anywhere."""
    rows, wanted = [], []
    for (u, v), (x, y) in zip(((0, 0), (modules, 0), (modules, modules), (0, modules)), corners, strict=True):
        rows += [(u, v, 1, 0, 0, 0, -u * x, -v * x), (0, 0, 0, u, v, 1, -u * y, -v * y)]
        wanted += [x, y]
    a, b, c, d, e, f, g, h = np.linalg.solve(np.array(rows, float), np.array(wanted, float))
    at = (np.arange((modules + 2 * _QUIET) * _SAMPLES) + 0.5) / _SAMPLES - _QUIET
    across, down = np.meshgrid(at, at)
    far = g * across + h * down + 1
    return Mesh((a * across + b * down + c) / far, (d * across + e * down + f) / far)


def _sampled(pixels: np.ndarray, mesh: Mesh) -> np.ndarray:
    x, y = (np.clip(at, 0, side - 1.01) for at, side in ((mesh.x, pixels.shape[1]), (mesh.y, pixels.shape[0])))
    left, top = x.astype(int), y.astype(int)
    right, down = x - left, y - top
    upper = pixels[top, left] * (1 - right) + pixels[top, left + 1] * right
    lower = pixels[top + 1, left] * (1 - right) + pixels[top + 1, left + 1] * right
    seen: np.ndarray = upper * (1 - down) + lower * down
    return seen


def _by_module(samples: np.ndarray) -> np.ndarray:
    """The mean of the middle of every module."""
    side, middle = len(samples) // _SAMPLES, slice(_SAMPLES // 4, _SAMPLES - _SAMPLES // 4)
    means: np.ndarray = samples.reshape(side, _SAMPLES, side, _SAMPLES)[:, middle, :, middle].mean((1, 3))
    return means


def _levels(modules: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Half way between paper and ink, and how far they are apart, round every module."""
    dark = modules < _smooth(modules, 3)
    ink, paper = (_smooth(modules * part, 3) / (_smooth(part * 1.0, 3) + 1e-3) for part in (dark, ~dark))
    return (ink + paper) / 2, np.maximum(paper - ink, 8)


def _enlarged(modules: np.ndarray) -> np.ndarray:
    return _smooth(np.kron(modules, np.ones((_SAMPLES, _SAMPLES))), 2)


def _away(seen: np.ndarray, drawn: np.ndarray, reach: float) -> tuple[np.ndarray, np.ndarray]:
    """How many samples to move every point, so that the picture there looks like the drawing. `reach` is in modules."""
    across, down = np.gradient(drawn, axis=1), np.gradient(drawn, axis=0)
    wrong, near = np.clip(drawn - seen, -0.7, 0.7), round(reach * _SAMPLES)
    xx, yy, xy = (_smooth(one, near) for one in (across * across, down * down, across * down))
    x, y = _smooth(across * wrong, near), _smooth(down * wrong, near)
    xx, yy = xx + 3e-4, yy + 3e-4  # where nothing is drawn nothing moves
    size, most = xx * yy - xy * xy, 0.4 * _SAMPLES
    return np.clip(0.8 * (yy * x - xy * y) / size, -most, most), np.clip(0.8 * (xx * y - xy * x) / size, -most, most)


def _smooth(values: np.ndarray, reach: int) -> np.ndarray:
    """Twice the mean over `reach` to every side, the edges held."""
    for axis in (0, 1, 0, 1):
        padding = [(reach + 1, reach) if one == axis else (0, 0) for one in (0, 1)]
        total = np.cumsum(np.pad(values, padding, "edge"), axis, np.float64)
        width = 2 * reach + 1
        values = (total[width:] - total[:-width] if axis == 0 else total[:, width:] - total[:, :-width]) / width
    return values


def _drawn(symbol: np.ndarray) -> Image.Image:
    grey = np.where(np.pad(symbol, 4), 0, 255).astype(np.uint8)
    return Image.fromarray(np.kron(grey, np.ones((3, 3), np.uint8)))
