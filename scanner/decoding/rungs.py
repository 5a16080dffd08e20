"""The ladder: every way a photo is looked at, cheapest first.

| column | says |
|---|---|
| name | "~" before it: the picture was changed so much that two engines may agree on the same wrong read |
| engine | zxing, zxing- (upright symbols only, quick), zbar, profile (the grey profile across the bars) |
| scale, turn, filter | what is done to the picture before; turn in degrees anticlockwise |
| symbologies | what is looked for |
| worth | when the rung is worth its time, see WORTH |
"""

from dataclasses import dataclass

from .engines import ALL, LINEAR, MATRIX, RETAIL


@dataclass(frozen=True)
class Rung:
    name: str
    engine: str
    scale: float = 1
    turn: float = 0
    filter: str = ""
    symbologies: tuple[str, ...] = ALL
    worth: str = "unread"


WORTH = {
    "always": "nothing is known yet",
    "doubt": "something was seen that wants a second opinion; it looks only there",
    "unread": "nothing can be trusted yet",
    "bars": "nothing can be trusted yet, and the picture has stripes like bars",
}

RUNGS = (
    Rung("glance", "zxing-", worth="always"),
    Rung("second opinion", "zbar", symbologies=LINEAR, worth="doubt"),
    Rung("closer second opinion", "profile", symbologies=RETAIL, worth="doubt"),
    Rung("any way round", "zxing"),
    Rung("ZBar", "zbar"),
    Rung("second opinion again", "profile", symbologies=RETAIL, worth="doubt"),
    Rung("blurred bars", "profile", symbologies=RETAIL, worth="bars"),
    Rung("~twice the size", "zxing", 2),
    Rung("~twice the size, ZBar", "zbar", 2),
    Rung("~half the size", "zxing", 0.5),
    Rung("~sharpened", "zxing", 2, filter="sharpened", symbologies=LINEAR),
    Rung("~thrice the size", "zxing", 3, symbologies=MATRIX),
    Rung("~stretched", "zbar", 1, filter="stretched", symbologies=LINEAR),
    Rung("~inverted", "zbar", 1, filter="inverted", symbologies=LINEAR),
    Rung("~smoothed", "zxing", 1, filter="smoothed"),
    Rung("~turned 45°", "zbar", 1, 45, symbologies=LINEAR),
    Rung("~turned 20°", "zbar", 1, 20, symbologies=LINEAR),
    Rung("~turned -20°", "zbar", 1, -20, symbologies=LINEAR),
    Rung("third opinion", "profile", symbologies=RETAIL, worth="doubt"),
)
