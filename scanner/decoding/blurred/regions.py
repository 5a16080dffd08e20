"""Where in a picture bars stand side by side, and where edges crowd."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image

_CELL = 8  # pixels of the small picture
_SMALL = 480  # its longer side
_BINS = 36  # directions told apart, of 5 degrees
_LEAST_COHERENCE = 0.45
_LEAST_SLOPE = 4  # grey levels a pixel
_LEAST_CELLS = 6


@dataclass(frozen=True, kw_only=True)
class Region:
    """A turned box full of parallel bars; its sides are in pixels of the picture turned by the angle."""

    angle: float  # of the line across the bars, radians
    left: float  # left to right along that line
    right: float
    top: float  # top to bottom along the bars
    bottom: float
    weight: float  # how strong the bars are

    def holds(self, x: float, y: float) -> bool:
        """Whether a point of the picture lies in it."""
        u, v = x * math.cos(self.angle) + y * math.sin(self.angle), y * math.cos(self.angle) - x * math.sin(self.angle)
        return self.left <= u <= self.right and self.top <= v <= self.bottom

    @property
    def area(self) -> float:
        return (self.right - self.left) * (self.bottom - self.top)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom once the picture is turned, with room for the quiet zones."""
        margin = 0.12 * (self.right - self.left) + 4
        return self.left - margin, self.top, self.right + margin, self.bottom

    @property
    def corners(self) -> tuple[tuple[float, float], ...]:
        box = ((self.left, self.top), (self.right, self.top), (self.right, self.bottom), (self.left, self.bottom))
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        return tuple((u * cos - v * sin, u * sin + v * cos) for u, v in box)


@dataclass(frozen=True)
class Slopes:
    """Sums of the gradient's products over cells of a picture `shrink` times smaller: xx, yy, xy."""

    xx: np.ndarray
    yy: np.ndarray
    xy: np.ndarray
    shrink: float


def slopes(grey: Image.Image) -> Slopes:
    shrink = max(1.0, max(grey.size) / _SMALL)
    xx, yy, xy = (_blurred(part) for part in _structure(grey, shrink))
    return Slopes(xx=xx, yy=yy, xy=xy, shrink=shrink)


def regions(seen: Slopes, most: int = 3) -> list[Region]:
    """The stretches of parallel bars in the picture, the strongest first."""
    xx, yy, xy, shrink = seen.xx, seen.yy, seen.xy, seen.shrink
    energy = xx + yy
    if not energy.size:
        return []
    coherence = np.hypot(xx - yy, 2 * xy) / (energy + 1e-6)
    angle = 0.5 * np.arctan2(2 * xy, xx - yy)
    weight = np.sqrt(energy) * coherence**2
    barred = (coherence > _LEAST_COHERENCE) & (np.sqrt(energy) > _LEAST_SLOPE * _CELL)
    found = [cells for near in _by_direction(angle, weight, barred) for cells in _clusters(near) if len(cells) >= _LEAST_CELLS]
    return [_box(cells, weight, angle, shrink) for cells in _heaviest(found, weight, most)]


def crowds(seen: Slopes, most: int = 2) -> list[Region]:
    """Patches full of edges in every direction, as two-dimensional codes are, the fullest first."""
    xx, yy, xy, shrink = seen.xx, seen.yy, seen.xy, seen.shrink
    energy = xx + yy
    if not energy.size:
        return []
    crowded = (np.hypot(xx - yy, 2 * xy) < 0.5 * energy) & (energy > max(400 * _CELL**2, 0.25 * float(energy.max())))
    level = np.zeros_like(energy)
    found, weight = [cells for cells in _clusters(crowded) if len(cells) >= 3], np.sqrt(energy)
    return [_box(cells, weight, level, shrink) for cells in _heaviest(found, weight, most)]


def _heaviest(groups: list[np.ndarray], weight: np.ndarray, most: int) -> list[np.ndarray]:
    return sorted(groups, key=lambda cells: -weight[cells[:, 0], cells[:, 1]].sum())[:most]


def _structure(grey: Image.Image, shrink: float) -> Iterator[np.ndarray]:
    """Sums of the gradient's products over cells: xx, yy, xy."""
    small = grey.resize((max(1, round(grey.width / shrink)), max(1, round(grey.height / shrink))), Image.Resampling.BOX)
    pixels = np.asarray(small, np.float32)
    x, y = np.zeros_like(pixels), np.zeros_like(pixels)
    x[:, 1:-1], y[1:-1] = pixels[:, 2:] - pixels[:, :-2], pixels[2:] - pixels[:-2]
    rows, columns = pixels.shape[0] // _CELL, pixels.shape[1] // _CELL
    for product in (x * x, y * y, x * y):
        cells = product[: rows * _CELL, : columns * _CELL].reshape(rows, _CELL, columns, _CELL)
        yield cells.sum((1, 3))


def _blurred(cells: np.ndarray) -> np.ndarray:
    padded = np.pad(cells, 1)
    rows, columns = cells.shape
    total = sum((padded[i : i + rows, j : j + columns] for i in range(3) for j in range(3)), np.zeros_like(cells))
    return total / 9


def _by_direction(angle: np.ndarray, weight: np.ndarray, barred: np.ndarray) -> Iterator[np.ndarray]:
    """For each of the three strongest directions, which cells go that way."""
    direction = ((angle + math.pi / 2) / math.pi * _BINS).astype(int) % _BINS
    counts = np.bincount(direction[barred], weights=weight[barred], minlength=_BINS)
    counts = counts + 0.7 * (np.roll(counts, 1) + np.roll(counts, -1))
    for _ in range(3):
        peak = int(counts.argmax())
        if counts[peak] <= 0:
            return
        yield barred & (np.abs((direction - peak + _BINS // 2) % _BINS - _BINS // 2) <= 2)
        counts[np.arange(peak - 3, peak + 4) % _BINS] = 0


def _clusters(mask: np.ndarray) -> Iterator[np.ndarray]:
    """Groups of set cells no more than one empty cell apart, each cells x (row, column).

    The mask is one long number, a bit a cell: all of a group's neighbours are found by shifting it.
    """
    width = mask.shape[1] + 2  # so that no neighbour wraps round into the next row
    left = _as_number(np.pad(mask, ((0, 0), (0, 2))))
    while left:
        found, before = left & -left, 0
        while found != before:
            before = found
            wider = found | found << 1 | found << 2 | found >> 1 | found >> 2
            found = left & (wider | wider << width | wider << 2 * width | wider >> width | wider >> 2 * width)
        left ^= found
        yield np.stack(np.divmod(_bits(found), width), 1)


def _as_number(mask: np.ndarray) -> int:
    return int.from_bytes(np.packbits(mask.ravel(), bitorder="little").tobytes(), "little")


def _bits(number: int) -> np.ndarray:
    """Which bits are set."""
    octets = np.frombuffer(number.to_bytes((number.bit_length() + 7) // 8, "little"), np.uint8)
    return np.nonzero(np.unpackbits(octets, bitorder="little"))[0]


def _box(cells: np.ndarray, weight: np.ndarray, angle: np.ndarray, shrink: float) -> Region:
    rows, columns = cells.T
    share, turned = weight[rows, columns], 2 * angle[rows, columns]
    across = 0.5 * math.atan2((share * np.sin(turned)).sum(), (share * np.cos(turned)).sum())
    cos, sin = math.cos(across), math.sin(across)
    x, y = (columns + 0.5) * _CELL, (rows + 0.5) * _CELL
    u, v, half = x * cos + y * sin, y * cos - x * sin, _CELL / 2
    left, right, top, bottom = u.min() - half, u.max() + half, np.quantile(v, 0.03) - half, np.quantile(v, 0.97) + half
    return Region(
        angle=across,
        left=float(left) * shrink,
        right=float(right) * shrink,
        top=float(top) * shrink,
        bottom=float(bottom) * shrink,
        weight=float(share.sum()),
    )
