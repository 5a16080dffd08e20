"""Where in a photo things were seen, and whether two of them share their bars. Corners go clockwise from a symbol's top left."""

from collections.abc import Sequence
from math import dist

Corners = Sequence[tuple[float, float]]


def tallness(corners: Corners) -> float:
    """How far a box reaches along its bars."""
    return (dist(corners[0], corners[3]) + dist(corners[1], corners[2])) / 2 if len(corners) == 4 else 0.0


def lies_across(thin: Corners, tall: Corners) -> bool:
    """Whether the middle of one box lies in the other, and most of what is across its bars does, too."""
    if len(thin) < 4 or len(tall) < 4:
        return False
    inside = [_holds(tall, at) for at in _along(thin)]
    return inside[len(inside) // 2] and 2 * sum(inside) > len(inside)


def _holds(corners: Corners, at: tuple[float, float]) -> bool:
    """Whether a point lies on the same side of all four edges."""
    x, y = at
    edges = zip(corners, (*corners[1:], corners[0]), strict=True)
    sides = [(bx - ax) * (y - ay) - (by - ay) * (x - ax) for (ax, ay), (bx, by) in edges]
    return min(sides) >= 0 or max(sides) <= 0


def _along(corners: Corners) -> list[tuple[float, float]]:
    """Points on the line across the bars, through the middle of the box."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
    (x0, y0), (x1, y1) = ((ax + dx) / 2, (ay + dy) / 2), ((bx + cx) / 2, (by + cy) / 2)
    return [(x0 + (x1 - x0) * step / 8, y0 + (y1 - y0) * step / 8) for step in range(9)]


def bounds(corners: Corners) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the upright box round corners."""
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)
