"""What did not come, in words for whoever finishes a task. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from scanner.scans.goods import ShortFact
from scanner.words import plural

MOST_NAMED, LONGEST_NAME = 4, 60


def did_not_come(short: Sequence[ShortFact]) -> str:
    """`Missing: 11 Mug, blue and 6 Desk lamp`. The largest shortages are named."""
    largest = sorted(short, key=lambda each: -each.missing)
    named = [f"{each.missing:,} {each.name[:LONGEST_NAME]}" for each in largest[:MOST_NAMED]]
    if len(short) > MOST_NAMED:
        named.append(f"{sum(each.missing for each in largest[MOST_NAMED:]):,} of {plural(len(short) - MOST_NAMED, 'other item')}")
    listed = " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)
    return f"Missing: {listed}"
