"""The ladder: every way a photo is looked at, cheapest first.

name          "~" before it: the picture is changed so much that two engines may agree on the same wrong read
engine        zxing, zxing- (upright symbols only, quick), zxing1 (one threshold for all of the picture), zbar, profile
              (the grey profile across the bars), mesh (a grid that bends)
at            what it looks at: the picture, the doubtful sightings, the stripes laid level at twice the width, the
              patches crowded with edges, these cut out tightly (a MaxiCode is read where nothing else is in the picture),
              or closely: what of a large photo is worth every pixel
scale, filter what is done to the picture before
symbologies   what is looked for

A rung is climbed while nothing can be trusted yet. Those at DOUBTS cost nothing where there are no doubtful sightings.
"""

from dataclasses import KW_ONLY, dataclass

from .symbologies import ALL, COMMON, LINEAR, MATRIX, RARE, RETAIL, TOLD_ONCE
from .trust import SECOND_OPINION


@dataclass(frozen=True)
class Rung:
    """One way to look at a photo, in the words of the table above."""

    name: str
    engine: str
    at: str = "picture"
    _: KW_ONLY
    scale: float = 1
    filter: str = ""
    symbologies: tuple[str, ...] = ALL


PICTURE, DOUBTS, STRIPES, CROWDS, TIGHTLY, CLOSELY = "picture", "doubts", "stripes", "crowds", "tightly", "closely"

RUNGS = (
    Rung("glance", "zxing-", symbologies=COMMON),
    Rung(SECOND_OPINION, "zbar", DOUBTS, symbologies=TOLD_ONCE),
    Rung("profile's opinion", "profile", DOUBTS, symbologies=RETAIL),
    Rung("rare kinds", "zxing-", symbologies=RARE),
    Rung(SECOND_OPINION, "zbar", DOUBTS, symbologies=TOLD_ONCE),
    Rung("~stripes", "zxing-", STRIPES, symbologies=LINEAR),
    Rung("~stripes, ZBar", "zbar", STRIPES, symbologies=LINEAR),
    Rung("profile's opinion", "profile", DOUBTS, symbologies=RETAIL),
    Rung("closely", "zxing", CLOSELY),
    Rung("closely, ZBar", "zbar", CLOSELY, symbologies=LINEAR),
    Rung(SECOND_OPINION, "zbar", DOUBTS, symbologies=TOLD_ONCE),
    Rung("profile's opinion", "profile", DOUBTS, symbologies=RETAIL),
    Rung("blurred bars", "profile", STRIPES, symbologies=RETAIL),
    Rung("~stripes, evened", "zxing-", STRIPES, filter="evened", symbologies=LINEAR),
    Rung("profile's opinion", "profile", DOUBTS, symbologies=RETAIL),
    Rung("any way round", "zxing"),
    Rung("crowds, cut out", "zxing-", TIGHTLY, symbologies=("MaxiCode",)),
    Rung("ZBar", "zbar", symbologies=(*LINEAR, "QR Code")),  # DataBar only where zxing-cpp saw one: ZBar grumbles at pictures
    Rung(SECOND_OPINION, "zbar", DOUBTS, symbologies=TOLD_ONCE),
    Rung("profile's opinion", "profile", DOUBTS, symbologies=RETAIL),
    Rung("glossy bars", "profile", STRIPES, filter="evened", symbologies=RETAIL),
    Rung("~stripes, evened, ZBar", "zbar", STRIPES, filter="evened", symbologies=LINEAR),
    Rung("~stripes, combed above", "zxing-", STRIPES, filter="combed above", symbologies=LINEAR),
    Rung("~stripes, combed below", "zxing-", STRIPES, filter="combed below", symbologies=LINEAR),
    Rung("~stripes, sharpened", "zxing-", STRIPES, filter="sharpened", symbologies=LINEAR),
    Rung("one threshold", "zxing1", symbologies=MATRIX),
    Rung("~smoothed", "zxing-", filter="smoothed", symbologies=MATRIX),
    Rung("~crowds, sharpened", "zxing-", CROWDS, scale=2, filter="sharpened wide", symbologies=MATRIX),
    Rung("bent", "mesh", symbologies=("QR Code",)),
    Rung("~stripes, light on dark", "zxing-", STRIPES, filter="inverted", symbologies=LINEAR),
    Rung("~stripes, light on dark, ZBar", "zbar", STRIPES, filter="inverted", symbologies=LINEAR),
    Rung("profile's opinion", "profile", DOUBTS, symbologies=RETAIL),
)

EVERY_LABEL = 20
"""How many rungs are climbed in any case when all labels are wanted."""
