"""Short picks: of single items, and how often they are in the house and in its sections."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from math import ceil

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.drift.periods import begin_of, day_of
from scanner.drift.signals.looking import store
from scanner.drift.signals.looking.looked import Found, Look, week_of, weeks_until
from scanner.drift.signals.looking.store import ShortRow
from scanner.drift.signals.rules import (
    PRIOR_LINES,
    SHORT_WEEKS,
    ItemPicks,
    SignalKind,
    Week,
    cusum,
    cusum_limits,
    house_rate,
    is_rate_up,
    too_many_shorts,
)
from scanner.drift.signals.tails import binomial_tail

WEEKS = 52
LATE_DAYS = 7
"""So much later than it happened a device may send what it recorded, and it is counted still."""
SHOWN_WEEKS = 26
EIGHT_WEEKS = timedelta(weeks=SHORT_WEEKS)


def items(session: Session, look: Look, rows: Iterable[ShortRow]) -> Iterator[Found]:
    """Items that were short more often than the rate of the house explains, and are sold still."""
    begin = look.today - EIGHT_WEEKS
    by_item: dict[int, list[ShortRow]] = defaultdict(list)
    for row in rows:
        if begin <= day_of(row.at) < look.today:
            by_item[row.item_id].append(row)
    if not by_item:
        return
    first = store.first_movement(session, begin_of(begin - timedelta(days=LATE_DAYS)))
    picked = {row.item_id: row.lines for row in store.picked_lines(session, first, begin_of(begin))}
    shorts = sum(_times(own) for own in by_item.values())
    rate = house_rate(shorts, shorts + sum(picked.values()))
    subjects, retired = store.subjects(session, by_item), catalogue.retired_ids(session)
    for item_id, own in by_item.items():
        subject = subjects[item_id]
        if item_id in retired or look.is_open(SignalKind.SHORT_ITEM, item_id):
            continue
        since = look.since(SignalKind.SHORT_ITEM, item_id, EIGHT_WEEKS.days)
        lines = picked.get(item_id, 0)
        if since > begin:  # it was closed since: only what came after that is new
            own = [row for row in own if day_of(row.at) >= since]
            lines = sum(row.lines for row in store.picked_lines(session, first, begin_of(since), item_id))
        yield from _item(look, subject, own, lines, rate, since)


def _item(
    look: Look, subject: store.SubjectRow, own: list[ShortRow], lines: int, rate: float, since: date
) -> Iterator[Found]:  # fmt: skip
    days = _by_day(own)
    picks = ItemPicks(lines + sum(days.values()), sum(days.values()), len(days))
    if not too_many_shorts(picks, rate):
        return
    by_week = Counter[date]()
    for day, times in days.items():
        by_week[week_of(day)] += times
    weeks = [week for week in [*weeks_until(look.today, SHORT_WEEKS), week_of(look.today)] if week >= week_of(since)]
    evidence = {
        "since": since.isoformat(), "lines": picks.lines, "shorts": picks.shorts, "days": picks.days, "rate": round(rate, 6),
        "chance": binomial_tail(picks.shorts, picks.lines, min(rate, 1.0)),
        "weeks": [[week.isoformat(), by_week[week]] for week in weeks],
    }  # fmt: skip
    yield Found(
        kind=SignalKind.SHORT_ITEM, subject=subject.sku, item_id=subject.item_id, section=subject.section, evidence=evidence
    )


def rates(session: Session, look: Look, rows: Iterable[ShortRow]) -> Iterator[Found]:
    """The house and the sections whose short picks went beyond the usual in the last week that is over."""
    weeks = weeks_until(look.today, WEEKS)
    shorts: dict[str, Counter[date]] = defaultdict(Counter)
    for row in rows:
        shorts[row.section][week_of(day_of(row.at))] += 1 if row.units > 0 else -1
    house = _weeks(weeks, sum(shorts.values(), Counter()), _units(session, look, weeks, None)[""])
    usual = house_rate(sum(week.shorts for week in house), sum(week.lines for week in house))
    yield from _rate(look, "", weeks, house, usual)
    # a week without a short pick brings no sum to its alarm
    sections = [section for section in shorts if section and shorts[section][weeks[-1]] > 0]
    units = _units(session, look, weeks, sections)
    for section in sorted(sections):
        own = _weeks(weeks, shorts[section], units[section])
        all_shorts, all_lines = sum(week.shorts for week in own), sum(week.lines for week in own)
        own_rate = (all_shorts + usual * PRIOR_LINES) / (all_lines + PRIOR_LINES)
        yield from _rate(look, section, weeks, own, own_rate)


def _units(
    session: Session, look: Look, weeks: list[date], sections: Collection[str] | None
) -> dict[str, Counter[date]]:  # fmt: skip
    """Section -> week -> units picked; of the whole house where no sections are named."""
    units: dict[str, Counter[date]] = defaultdict(Counter)
    for each in store.work(session, weeks[0], look.today, sections):
        units[each.section][week_of(each.day)] += each.units
    return units


def _rate(look: Look, subject: str, weeks: list[date], seen: list[Week], rate: float) -> Iterator[Found]:
    since = look.since(SignalKind.SHORT_RATE, subject, 7 * WEEKS + 7)
    new = [week for begin, week in zip(weeks, seen, strict=True) if begin >= since]
    if look.is_open(SignalKind.SHORT_RATE, subject) or not new or not new[-1].shorts:
        return
    worked = [week.lines for week in new if week.lines]
    if not worked:
        return
    mean = sum(worked) / len(worked)
    rate = _in_steps(rate * mean) / mean
    if not is_rate_up(new, rate):
        return
    evidence = {
        "week": weeks[-1].isoformat(), "shorts": new[-1].shorts, "units": new[-1].lines, "usual": round(rate * mean, 2),
        "sum": round(cusum(new, rate)[-1], 2), "alarm": cusum_limits(rate * mean).alarm,
        "weeks": [[begin.isoformat(), week.shorts] for begin, week in zip(weeks, seen, strict=True)][-SHOWN_WEEKS:],
    }  # fmt: skip
    yield Found(kind=SignalKind.SHORT_RATE, subject=subject, section=subject, evidence=evidence)


def _in_steps(mean: float) -> float:
    """A number of short picks a week, up to the next of few steps: limits take long to work out, and are kept for each step."""
    step = 0.25 if mean < 5 else 1.0 if mean < 20 else 5.0
    return ceil(mean / step) * step


def _weeks(weeks: list[date], shorts: Mapping[date, int], units: Mapping[date, int]) -> list[Week]:
    return [Week(max(shorts.get(week, 0), 0), max(units.get(week, 0), 0)) for week in weeks]


def _by_day(rows: Iterable[ShortRow]) -> dict[date, int]:
    """Day -> how often an item was short; what was taken back on that day is none."""
    days = Counter[date]()
    for row in rows:
        days[day_of(row.at)] += 1 if row.units > 0 else -1
    return {day: times for day, times in days.items() if times > 0}


def _times(rows: Iterable[ShortRow]) -> int:
    return sum(_by_day(rows).values())
