"""Where scans stand: in the sequence of the server, what waited on a device put back by the time that it waited."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scanner.scans.order.rules import Came, elapsed, places
from tests.support.warehouse import NOW


def in_order(*scans: tuple[int, float, float] | tuple[int, float, float, int]) -> list[int]:
    """Sequence numbers in the order of the scans, given as (number, second when it came, seconds it waited, links)."""
    came = [
        Came(seq, NOW + timedelta(seconds=at), NOW + timedelta(seconds=at - waited), links[0] if links else None)
        for seq, at, waited, *links in scans
    ]
    found = places(came, elapsed((each.seq, each.received_at) for each in came))
    return sorted(found, key=lambda seq: (found[seq], seq))


@pytest.mark.parametrize(
    ("scans", "order", "why"),
    [
        ([(1, 0, 0), (2, 10, 0), (3, 20, 0)], [1, 2, 3], "as they came"),
        ([(1, 0, 0), (2, -7200, 0), (3, -7190, 0)], [1, 2, 3], "the clock was set back two hours"),
        ([(1, 0, 0), (2, 7200, 0), (3, 10, 0)], [1, 2, 3], "it was set forward and back again"),
        ([(1, 0, 0), (2, 10, 0), (3, 20, 15)], [1, 3, 2], "the third was made before the second, and waited"),
        ([(1, 0, 0), (2, -7200, 0), (3, -7190, 0), (4, -7180, 15)], [1, 2, 4, 3], "it waited after the clock was set back"),
        ([(1, 0, 0), (2, 1, 0.1), (3, 1.1, 0.4)], [1, 2, 3], "a moment on the way is no waiting"),
        ([(1, 0, 0), (2, 10, 0), (3, 20, 0, 1)], [1, 3, 2], "a linked scan stands where the unknown code was scanned"),
    ],
)  # fmt: skip
def test_scans_stand_as_they_were_made(scans, order, why):
    assert in_order(*scans) == order, why
