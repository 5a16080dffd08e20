"""Sections whose variance rises from count to count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby, pairwise

from sqlmodel import Session

from scanner.drift.signals.looking import store
from scanner.drift.signals.looking.looked import Found, Look, begin_of, local_day
from scanner.drift.signals.looking.store import CountRow
from scanner.drift.signals.rules import LEAST_COUNTS, Rise, SignalKind, rises
from scanner.drift.signals.tails import rising_score, rising_tail

DAYS, MOST_COUNTS = 730, 10
A_DAY = timedelta(days=1).total_seconds()


def rising(session: Session, look: Look) -> Iterator[Found]:
    """Sections that rise for sure, and those of which too few counts are known to be sure."""
    rows = store.counts(session, begin_of(look.today - timedelta(days=DAYS)))
    for section, counts in groupby(rows, key=lambda row: row.section):
        known = list(counts)
        found = _section(look, SignalKind.RISING, section, known)
        if found is None and not look.is_open(SignalKind.RISING, section):
            found = _section(look, SignalKind.RISING_EARLY, section, known)
        if found is not None:
            yield found


def still_rises(session: Session, look: Look, section: str) -> Rise:
    """How sure it is now, of a section that may rise."""
    rows = store.counts(session, begin_of(look.today - timedelta(days=DAYS)))
    return rises([rate for _, rate in _rates([row for row in rows if row.section == section])])


def _section(look: Look, kind: SignalKind, section: str, counts: list[CountRow]) -> Found | None:
    wanted = Rise.SURE if kind is SignalKind.RISING else Rise.AMBER
    since = look.since(kind, section, DAYS)
    rates = [(row, rate) for row, rate in _rates(counts) if local_day(row.at) >= since]
    values = [rate for _, rate in rates]
    if look.is_open(kind, section) or rises(values) is not wanted:
        return None
    evidence = {
        "counts": [[local_day(row.at).isoformat(), round(rate, 2)] for row, rate in rates],
        "chance": rising_tail(rising_score(values), len(values)), "sure_from": LEAST_COUNTS,
    }  # fmt: skip
    return Found(kind=kind, subject=section, section=section, evidence=evidence)


def _rates(counts: list[CountRow]) -> list[tuple[CountRow, float]]:
    """The last counts, each with its variance a day since the count before, for each 1,000 of what was counted."""
    found = []
    for before, row in pairwise(counts):
        days = max((row.at - before.at).total_seconds() / A_DAY, 1.0)
        if row.counted_e4:
            found.append((row, 1000 * row.variance_e4 / row.counted_e4 / days))
    return found[-MOST_COUNTS:]
