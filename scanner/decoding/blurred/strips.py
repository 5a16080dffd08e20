"""A region of bars laid level, and the grey profiles across it."""

import math
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from .regions import Region

_ROWS = 160  # of a strip: bars are the same in all of them
_FAINT = 0.35  # of the usual contrast: less is paper, and not worth stretching


@dataclass(frozen=True)
class Strip:
    """A region laid level: its rows go across the bars."""

    pixels: np.ndarray  # nan outside the picture
    scale: float  # pixels of the strip to one of the picture, along the rows only
    even: bool = False  # its profiles are stretched to the same contrast everywhere

    def inverted(self) -> "Strip":
        return replace(self, pixels=255 - self.pixels)

    def evened(self) -> "Strip":
        return replace(self, even=True)

    def profile(self, start: float, end: float) -> np.ndarray | None:
        """The grey profile of the rows between two shares of the height, along the bars where they slant.

        None when too little of it lies in the picture.
        """
        height = len(self.pixels)
        first = int(start * height)
        profile = _sharpest(self.pixels[first : max(first + 3, int(end * height))])
        return evened(profile[None])[0] if self.even and profile is not None else profile


def evened(rows: np.ndarray) -> np.ndarray:
    """Rows stretched until the lightest of the surroundings is white everywhere, and the darkest black.

    Glossy paper, and labels beside a window, are brighter at one end and blurred at the other.
    """
    reach = max(4, rows.shape[1] // 20)
    paper, ink = (_mean(_extreme(rows, reach, of), reach) for of in (np.maximum, np.minimum))
    contrast = paper - ink
    stretched: np.ndarray = 255 * np.clip((rows - ink) / np.maximum(contrast, _FAINT * np.median(contrast) + 1), 0, 1)
    return stretched


def _extreme(rows: np.ndarray, reach: int, of: np.ufunc) -> np.ndarray:
    """The largest or smallest of so many pixels to either side."""
    found, wide = np.pad(rows, ((0, 0), (reach, reach)), "edge"), 1
    while wide < 2 * reach + 1:  # a window of windows
        step = min(wide, 2 * reach + 1 - wide)
        found, wide = of(found[:, :-step], found[:, step:]), wide + step
    return found


def _mean(rows: np.ndarray, reach: int) -> np.ndarray:
    total = np.cumsum(np.pad(rows, ((0, 0), (reach + 1, reach)), "edge"), 1, np.float64)
    return (total[:, 2 * reach + 1 :] - total[:, : -2 * reach - 1]) / (2 * reach + 1)


def strip(grey: Image.Image, region: Region, scale: float = 2.0, widest: int = 700) -> Strip:
    margin = 0.12 * (region.right - region.left) + 4
    left, length = region.left - margin, region.right - region.left + 2 * margin
    scale = min(scale, widest / length)
    width, height = round(length * scale), max(4, min(_ROWS, round(region.bottom - region.top)))
    down = (region.bottom - region.top) / height if height == _ROWS else 1.0
    cos, sin = math.cos(region.angle), math.sin(region.angle)
    matrix = (
        cos / scale,
        -sin * down,
        left * cos - region.top * sin,
        sin / scale,
        cos * down,
        left * sin + region.top * cos,
    )
    level = grey.transform((width, height), Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC)
    pixels = np.array(level, np.float32)
    if _outside(matrix, np.array([[0, width - 1]]), np.array([[0], [height - 1]]), grey.size).any():  # a corner, and so more
        pixels[_outside(matrix, np.arange(width)[None], np.arange(height)[:, None], grey.size)] = np.nan
    return Strip(pixels, scale)


def _outside(matrix: tuple[float, ...], columns: np.ndarray, rows: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Which places of a strip lie outside the picture: rows x columns."""
    x = matrix[0] * columns + matrix[1] * rows + matrix[2]
    y = matrix[3] * columns + matrix[4] * rows + matrix[5]
    outside: np.ndarray = (x < 0) | (y < 0) | (x > size[0] - 1) | (y > size[1] - 1)
    return outside


def _sharpest(rows: np.ndarray) -> np.ndarray | None:
    """The mean row, the rows shifted along the slant that makes it sharpest."""
    every = max(1, len(rows) // 10)
    few, slant = np.where(np.isnan(rows), np.nanmean(rows), rows)[::every] if np.isfinite(rows).any() else rows, 0.0
    for step, reach in ((0.08, 4), (0.03, 3), (0.01, 3)) if len(few) > 1 else ():
        tries = [slant + step * part for part in range(-reach, reach + 1)]
        slant = max(tries, key=lambda one: _sharpness(few, one * every))
    profile = _slanted(rows, slant)
    there = np.nonzero(~np.isnan(profile))[0]
    if len(there) < 100:
        return None
    whole: np.ndarray = np.interp(np.arange(len(profile)), there, profile[there])
    return whole


def _sharpness(rows: np.ndarray, slant: float) -> float:
    """How steep the mean of the rows is, each shifted by whole pixels; the ends that not every row reaches are left out."""
    shifts = _shifts(len(rows), slant)
    reach, width = int(np.abs(shifts).max()), rows.shape[1]
    if width < 2 * reach + 2:
        return 0.0
    total = sum(row[reach + shift : width - reach + shift] for row, shift in zip(rows, shifts.tolist(), strict=True))
    steps = np.diff(total)
    return float(steps @ steps) / max(1, len(steps))


def _shifts(height: int, slant: float) -> np.ndarray:
    shifts: np.ndarray = np.rint(slant * 2 * (np.arange(height) - (height - 1) / 2)).astype(int)
    return shifts


def _slanted(rows: np.ndarray, slant: float) -> np.ndarray:
    """Mean of the rows, each shifted by whole pixels; nan where under half of them lie in the picture."""
    height, width = rows.shape
    shifts = _shifts(height, slant)
    reach = int(np.abs(shifts).max())
    padded = np.full((height, width + 2 * reach), np.nan, np.float32)
    padded[:, reach : reach + width] = rows
    windows = np.lib.stride_tricks.sliding_window_view(padded, width, 1)
    shifted = windows[np.arange(height), reach + shifts]
    there = ~np.isnan(shifted)
    count = there.sum(0)
    total = np.where(there, shifted, 0).sum(0)
    return np.where(count * 2 >= height, total / np.maximum(count, 1), np.nan)
