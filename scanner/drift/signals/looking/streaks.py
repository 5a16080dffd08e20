"""Items that the record has on hand, and that nobody has bought for longer than chance explains."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.drift.periods import begin_of, day_of
from scanner.drift.signals.looking import store
from scanner.drift.signals.looking.looked import Found, Look, week_of, weeks_until
from scanner.drift.signals.looking.store import SaleRow, SubjectRow, TraceRow
from scanner.drift.signals.rules import (
    STREAKS,
    Precision,
    SignalKind,
    false_a_year,
    is_phantom_streak,
    longest_streak,
    stopped_at,
)

DAYS, SHOWN_WEEKS = 180, 26
_NONE = Precision(0, 0)


@dataclass(frozen=True, slots=True)
class Streak:
    """Days without a sale that is too many: `streak` of them, of those that the house was open."""

    item: TraceRow
    sale: SaleRow
    streak: int
    sale_days: int
    open_days: int


class Calendar:
    """The days on which the house was open, up to yesterday, and those of each item on which its goods were not there."""

    def __init__(self, days: list[date], missing: dict[int, list[tuple[date, date]]]) -> None:
        self._days, self._missing = days, missing

    def after(self, day: date) -> int:
        """Open days after a day."""
        return len(self._days) - bisect_right(self._days, day)

    def until(self, day: date, item_id: int) -> int:
        """Open days up to a day, without those on which goods of the item were not there."""
        gone = sum(self._between(begin, end) for begin, end in self._missing.get(item_id, ()) if end <= day)
        return max(bisect_right(self._days, day) - gone, 0)

    def _between(self, begin: date, end: date) -> int:
        return max(bisect_right(self._days, end) - bisect_left(self._days, begin), 0)


def phantoms(session: Session, look: Look) -> Iterator[Found]:
    """Items that sell no more, though the record has them: each once for a streak."""
    since = look.today - timedelta(days=DAYS)
    calendar = Calendar([day for day in store.open_days(session, since) if day < look.today], _missing(session, since))
    on_hand, retired = store.traces(session), catalogue.retired_ids(session)
    rows = [row for row in store.sales(session, since) if row.item_id in on_hand and row.item_id not in retired]
    long = [streak for row in rows if (streak := _streak(look, calendar, on_hand[row.item_id], row, row.last))]
    seen = store.last_seen(session, [each.item.item_id for each in long], begin_of(since))
    subjects = store.subjects(session, [each.item.item_id for each in long])
    for each in long:
        subject, at = subjects[each.item.item_id], seen.get(each.item.item_id)
        since_goods = max(each.sale.last, day_of(at)) if at else each.sale.last  # goods came, or were counted, since
        streak = _streak(look, calendar, each.item, each.sale, since_goods)
        if streak and (kind := _kind(look, streak)) and _is_new(look, each.sale):
            yield _found(session, look, kind, streak, subject)


def _streak(look: Look, calendar: Calendar, item: TraceRow, row: SaleRow, since: date) -> Streak | None:
    streak, open_days = calendar.after(since), calendar.until(row.last, row.item_id)
    most = max(false_a_year(look.precision.get(kind.value, _NONE)) for kind in STREAKS)
    too_long = is_phantom_streak(streak, row.days, max(open_days, row.days), most)
    return Streak(item, row, streak, row.days, max(open_days, row.days)) if too_long else None


def _kind(look: Look, streak: Streak) -> SignalKind | None:
    """Whether it stopped twice at one record, which says how many are not there, or sells no more for whatever reason."""
    item, days = streak.item, (streak.sale_days, streak.open_days)
    lows = [item.low_before] if item.low_before is not None and item.low == item.on_hand else []
    often = {kind: false_a_year(look.precision.get(kind.value, _NONE)) for kind in STREAKS}
    stopped = stopped_at(
        lows, item.on_hand, streak.streak, sale_days=days[0], open_days=days[1], false_a_year=often[SignalKind.STOPPED]
    )
    if stopped is not None:
        return SignalKind.STOPPED
    return SignalKind.NO_SALE if is_phantom_streak(streak.streak, *days, often[SignalKind.NO_SALE]) else None


def _is_new(look: Look, sale: SaleRow) -> bool:
    """Whether the streak had no signal yet: none is open, and it began after the last one was closed."""
    if any(look.is_open(kind, sale.item_id) for kind in STREAKS):
        return False
    closed = [look.closed_on.get((kind.value, sale.item_id)) for kind in STREAKS]
    return all(day is None or sale.last > day for day in closed)


def _found(session: Session, look: Look, kind: SignalKind, streak: Streak, subject: SubjectRow) -> Found:
    weeks = [*weeks_until(look.today, SHOWN_WEEKS), week_of(look.today)]
    units = Counter[date]()
    for day, sold in store.sold(session, subject.item_id, weeks[0]).items():
        units[week_of(day)] += sold
    limit = longest_streak(streak.sale_days, streak.open_days, false_a_year(look.precision.get(kind.value, _NONE)))
    evidence: dict[str, Any] = {
        "streak": streak.streak, "limit": round(limit or 0, 1), "sale_days": streak.sale_days, "open_days": streak.open_days,
        "last_sale": streak.sale.last.isoformat(), "on_hand": streak.item.on_hand,
        "weeks": [[week.isoformat(), units[week]] for week in weeks],
    }  # fmt: skip
    return Found(kind=kind, subject=subject.sku, item_id=subject.item_id, section=subject.section, evidence=evidence)


def _missing(session: Session, since: date) -> dict[int, list[tuple[date, date]]]:
    """Item -> the streaks in which its goods were not there, as counts found: from the day after the sale on."""
    found: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for row in store.flagged(session, begin_of(since)):
        last_sale = date.fromisoformat(json.loads(row.evidence)["last_sale"])
        found[row.item_id].append((last_sale + timedelta(days=1), day_of(row.closed_at)))
    return found
