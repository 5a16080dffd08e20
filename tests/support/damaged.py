"""Files that went wrong on their way."""

from __future__ import annotations

import random


def damaged(photo: bytes, dice: random.Random) -> bytes:
    """A few bytes changed, dropped, doubled, or all the rest gone."""
    left = bytearray(photo)
    for _ in range(dice.randrange(1, 12)):
        at = dice.randrange(len(left))
        match dice.randrange(4):
            case 0:
                left[at] = dice.randrange(256)
            case 1:
                del left[at : at + dice.randrange(1, 30)]
            case 2:
                left[at:at] = left[at : at + dice.randrange(1, 30)]
            case _ if dice.random() < 0.2:
                del left[max(20, at) :]
    return bytes(left)
