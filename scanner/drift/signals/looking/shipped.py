"""Orders that met a short pick, and go later than the others."""

from __future__ import annotations

from collections.abc import Iterator

from sqlmodel import Session

from scanner.drift.periods import begin_of, day_of
from scanner.drift.signals.looking import store
from scanner.drift.signals.looking.looked import Found, Look
from scanner.drift.signals.rules import SignalKind, slower

DAYS = 28
AN_HOUR = 3600.0


def late(session: Session, look: Look) -> Iterator[Found]:
    """Whether the orders of four weeks that met a short pick were slower."""
    if look.is_open(SignalKind.SLOWER, ""):
        return
    since = begin_of(look.since(SignalKind.SLOWER, "", DAYS))
    rows = [row for row in store.shipped(session, since) if row.shipped_at < begin_of(look.today)]
    hours = [((row.shipped_at - row.placed_at).total_seconds() / AN_HOUR, row.was_short) for row in rows]
    short = [each for each, was_short in hours if was_short]
    others = [each for each, was_short in hours if not was_short]
    if found := slower(short, others):
        evidence = {
            "since": day_of(since).isoformat(), "hours": round(found.hours, 1),
            "usual_hours": round(found.usual_hours, 1), "orders": len(short), "others": len(others), "chance": found.chance,
        }  # fmt: skip
        yield Found(kind=SignalKind.SLOWER, subject="", evidence=evidence)
