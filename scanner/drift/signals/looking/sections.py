"""Sections whose variance rises from count to count."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import timedelta
from itertools import groupby, pairwise

from sqlmodel import Session

from scanner.drift.periods import begin_of, day_of
from scanner.drift.signals.looking import store
from scanner.drift.signals.looking.looked import Found, Look
from scanner.drift.signals.looking.store import CountRow
from scanner.drift.signals.rules import LEAST_COUNTS, Rise, SignalKind, rises
from scanner.drift.signals.store import KnownSignal
from scanner.drift.signals.tails import rising_score, rising_tail

DAYS, MOST_COUNTS = 730, 10
A_DAY = timedelta(days=1).total_seconds()
Rate = tuple[CountRow, float]
"""A count, and its variance a day for each 1,000 of what was counted."""


def rising(session: Session, look: Look) -> Iterator[Found]:
    """Sections that rise for sure, and those of which too few counts are known to be sure."""
    for section, known in _counts(session, look).items():
        found = _section(look, SignalKind.RISING, section, known)
        if found is None and not look.is_open(SignalKind.RISING, section):
            found = _section(look, SignalKind.RISING_EARLY, section, known)
        if found is not None:
            yield found


def answered(session: Session, look: Look, signals: Collection[KnownSignal]) -> Iterator[tuple[KnownSignal, Rise]]:
    """Signals of what may rise of which it is known now: it rises for sure, or no more. The same counts tell nothing new."""
    counts = _counts(session, look) if signals else {}
    for signal in signals:
        known = counts.get(signal.subject, [])
        early, sure = (_since(look, kind, signal.subject, known) for kind in (SignalKind.RISING_EARLY, SignalKind.RISING))
        if not early or early[-1][0].at <= signal.opened_at:
            continue
        rise = Rise.SURE if _rise(sure) is Rise.SURE else _rise(early)
        if rise is not Rise.AMBER:
            yield signal, rise


def _counts(session: Session, look: Look) -> dict[str, list[CountRow]]:
    """Section -> its counts, the oldest first."""
    rows = store.counts(session, begin_of(look.today - timedelta(days=DAYS)))
    return {section: list(counts) for section, counts in groupby(rows, key=lambda row: row.section)}


def _since(look: Look, kind: SignalKind, section: str, counts: list[CountRow]) -> list[Rate]:
    """The last rates of a section, of those since its last signal of a kind was closed."""
    since = look.since(kind, section, DAYS)
    return [(row, rate) for row, rate in _rates(counts) if day_of(row.at) >= since]


def _rise(rates: list[Rate]) -> Rise:
    return rises([rate for _, rate in rates])


def _section(look: Look, kind: SignalKind, section: str, counts: list[CountRow]) -> Found | None:
    wanted = Rise.SURE if kind is SignalKind.RISING else Rise.AMBER
    rates = _since(look, kind, section, counts)
    if look.is_open(kind, section) or _rise(rates) is not wanted:
        return None
    values = [rate for _, rate in rates]
    evidence = {
        "counts": [[day_of(row.at).isoformat(), round(rate, 2)] for row, rate in rates],
        "chance": rising_tail(rising_score(values), len(values)), "sure_from": LEAST_COUNTS,
    }  # fmt: skip
    return Found(kind=kind, subject=section, section=section, evidence=evidence)


def _rates(counts: list[CountRow]) -> list[Rate]:
    """The last counts, each with its variance a day since the count before, for each 1,000 of what was counted."""
    found = []
    for before, row in pairwise(counts):
        days = max((row.at - before.at).total_seconds() / A_DAY, 1.0)
        if row.counted_e4:
            found.append((row, 1000 * row.variance_e4 / row.counted_e4 / days))
    return found[-MOST_COUNTS:]
