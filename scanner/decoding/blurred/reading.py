"""Reading and confirming retail codes by their grey profile."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import atan2, cos, inf, sin

from PIL import Image

from ..engines import Sighting
from ..gtins import compress_upca
from .certainty import PLAIN, Look, judge, weigh
from .layouts import EAN8, EAN13, UPCE, Layout
from .regions import Region
from .strips import strip

_LOUDEST = 0.06  # in the quiet zones of a short symbol; in whole ones it stayed under 0.04, in halves of others over 0.1


@dataclass(frozen=True)
class BlurredNumber:
    """A number that the profile says; `sure`: no other witness is needed."""

    sighting: Sighting
    sure: bool


def read(
    grey: Image.Image, stripes: Sequence[Region], known: Callable[[str], bool] | None, until: float = inf, way: Look = PLAIN
) -> list[BlurredNumber]:
    """Retail codes in the picture's stripes, blurred or not; `known` says which are expected.

    Nothing is begun after `until`, a time of the performance counter.
    """
    found = []
    for rank, region in enumerate(stripes):
        verdict = judge(
            strip(grey, region), EAN13, known, until=until, way=way, tried=1 if rank else 3
        )  # the strongest seldom errs
        if verdict is None or not verdict.is_a_guess:
            continue
        number = verdict.number
        text, symbology = (number[1:], "UPC-A") if number[0] == "0" else (number, "EAN-13")
        sighting = Sighting(text=text, symbology=symbology, corners=region.corners, aim="]E0", engine="profile")
        found.append(BlurredNumber(sighting, verdict.is_sure))
        if found[-1].sure:
            break
    return found


def confirms(grey: Image.Image, corners: Sequence[tuple[float, float]], text: str, symbology: str) -> bool:
    """Whether the profile at the corners says the same as an engine did."""
    layout, number = _as_laid(text, symbology)
    if layout is None or (states := layout.states(number)) is None:
        return False
    level = strip(grey, _region(corners))
    verdict = weigh(level, layout, states)
    if verdict is None:  # bars may be the lighter ones, on a can
        verdict = weigh(level.inverted(), layout, states)
    if layout is not EAN13 and verdict is not None and verdict.noise > _LOUDEST:
        return False  # the left half of every EAN-13 looks like a UPC-E, but for the bars that go on behind it
    return verdict is not None and verdict.is_clear


def _as_laid(text: str, symbology: str) -> tuple[Layout | None, str]:
    if symbology in ("EAN-13", "UPC-A"):
        return EAN13, text.zfill(13)
    if symbology == "EAN-8":
        return EAN8, text
    if symbology == "UPC-E":
        return UPCE, compress_upca(text)
    return None, text


def _region(corners: Sequence[tuple[float, float]]) -> Region:
    """The box of an engine's corners, across the bars from the first to the second."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
    angle = atan2(y1 + y2 - y0 - y3, x1 + x2 - x0 - x3)
    across = [x * cos(angle) + y * sin(angle) for x, y in corners]
    along = [y * cos(angle) - x * sin(angle) for x, y in corners]
    thin = max(0.0, 8 - (max(along) - min(along))) / 2
    return Region(
        angle=angle,
        left=min(across),
        right=max(across),
        top=min(along) - thin,
        bottom=max(along) + thin,
        weight=0.0,
    )
