"""What the index of a log tells of the log, apart from any file."""

from __future__ import annotations

import pytest

from scanner.db.damage import Index, lacks


def index(generation: int, frames: int, copied: int = 0, rest: bytes = b"salt") -> Index:
    return Index(generation, generation.to_bytes(4, "big") + rest, frames, copied, page=4096)


EMPTY = Index(0, bytes(8), 0, 0, page=4096)
LOGS = {
    "no index was left": (index(7, 9), None, False),
    "nothing was in it": (EMPTY, index(7, 0), False),
    "it is the same": (index(7, 9), index(7, 9), False),
    "more was committed meanwhile": (index(7, 12), index(7, 9), False),
    "it was cut": (index(7, 8), index(7, 9), True),
    "it was emptied": (EMPTY, index(7, 9), True),
    "it was emptied once all was copied": (EMPTY, index(7, 9, copied=9), False),
    "the index is of a generation before, after a power cut": (index(8, 3), index(7, 9), False),
    "the next generation began beside us, and has nothing yet": (index(8, 0), index(7, 9, copied=4), False),
    "the number went round": (index(0, 3), index(2**32 - 1, 9), False),
    "its head is written over": (index(0x7E57_0000, 0, rest=b"junk"), index(7, 9), True),
    "it is of a generation before": (index(6, 20), index(7, 9), True),
}


@pytest.mark.parametrize(("now", "left", "expected"), LOGS.values(), ids=LOGS)
def test_a_log_lacks_something(now: Index, left: Index | None, expected: bool) -> None:
    assert lacks(now, left) is expected
