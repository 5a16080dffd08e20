"""The policy of counting: how often, how exactly, what a supervisor must approve, and who owns a section."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from scanner.audit import service as audit
from scanner.audit.rules import Action
from scanner.counting.plan import store
from scanner.counting.plan.abc import CLASSES, WHOLE_BP
from scanner.errors import BadRequest, NotFound
from scanner.money import from_e4
from scanner.people.rules import OperatorView, Right

MOST_DAYS = 3_650
MOST_SECONDS = 3_600
MOST_MINUTES = 100_000
MOST_UNITS = 1_000_000
MOST_VALUE_E4 = 10**14
"""Ten thousand million of the currency."""
MAX_OWNER, MAX_SECTION = 120, 64


@dataclass(frozen=True, slots=True)
class ClassRule:
    """How often a class is counted, and which variance of it needs no recount: units, per cent of on hand, value."""

    abc_class: str
    every_days: int
    tolerance_units: int
    tolerance_percent: Decimal
    tolerance_value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Everything that can be set about counting."""

    classes: tuple[ClassRule, ...]
    cut_a: Decimal  # the cuts are in per cent of the value moved
    cut_b: Decimal
    period_days: int
    approval: Decimal  # the value above which a supervisor decides
    seconds_a_line: int  # what counting a line is thought to take
    minutes_a_day: int  # that people have for counting

    def of(self, abc_class: str) -> ClassRule:
        """The rule of a class."""
        return next(rule for rule in self.classes if rule.abc_class == abc_class)


def policy(session: Session) -> Policy:
    """The policy as it is."""
    row = store.policy(session)
    classes = tuple(
        ClassRule(
            each.abc_class, each.every_days, each.tolerance_units, _percent(each.tolerance_bp), from_e4(each.tolerance_value_e4)
        )
        for each in store.classes(session)
    )
    return Policy(
        classes=classes,
        cut_a=_percent(row.cut_a_bp),
        cut_b=_percent(row.cut_b_bp),
        period_days=row.period_days,
        approval=from_e4(row.approval_value_e4),
        seconds_a_line=row.seconds_a_line,
        minutes_a_day=row.minutes_a_day,
    )


def change_class(
    session: Session,
    abc_class: str,
    operator: OperatorView,
    *,
    every_days: int,
    tolerance_units: int,
    tolerance_bp: int,
    tolerance_value_e4: int,
) -> None:
    """Set how often a class is counted, and which variance of it needs no recount (`tolerance_bp`: hundredths of a per cent)."""
    operator.demand(Right.PLAN_COUNTS)
    if abc_class not in CLASSES:
        raise BadRequest(f"Expected one of {', '.join(CLASSES)}, got {abc_class[:40]!r}.", "abc_class")
    within(every_days, 1, MOST_DAYS, "every_days")
    within(tolerance_units, 0, MOST_UNITS, "tolerance_units")
    within(tolerance_bp, 0, WHOLE_BP, "tolerance_percent")
    within(tolerance_value_e4, 0, MOST_VALUE_E4, "tolerance_value")
    audit.take_turn(session)
    before = policy(session).of(abc_class)
    store.change_class(
        session,
        abc_class,
        every_days=every_days,
        tolerance_units=tolerance_units,
        tolerance_bp=tolerance_bp,
        tolerance_value_e4=tolerance_value_e4,
    )
    after = policy(session).of(abc_class)
    audit.note(
        session, operator, Action.RULE_CHANGED, "class", abc_class, before=_told(asdict(before)), after=_told(asdict(after))
    )


def change_limits(
    session: Session, operator: OperatorView, *, approval_value_e4: int, seconds_a_line: int, minutes_a_day: int | None = None
) -> None:
    """Set the value above which a supervisor decides, how long counting a line is thought to take, and the minutes that people
    have a day, where they are given.
    """
    operator.demand(Right.PLAN_COUNTS)
    within(approval_value_e4, 0, MOST_VALUE_E4, "approval")
    within(seconds_a_line, 1, MOST_SECONDS, "seconds_a_line")
    within(minutes_a_day or 0, 0, MOST_MINUTES, "minutes_a_day")
    audit.take_turn(session)
    before = limits(session)
    more = {} if minutes_a_day is None else {"minutes_a_day": minutes_a_day}
    store.change_policy(session, approval_value_e4=approval_value_e4, seconds_a_line=seconds_a_line, **more)
    audit.note(session, operator, Action.LIMITS_CHANGED, "policy", "counting", before=before, after=limits(session))


def limits(session: Session) -> dict[str, Any]:
    """What can be set beside the classes' own rules, by name."""
    now = policy(session)
    names = ("cut_a", "cut_b", "period_days", "approval", "seconds_a_line", "minutes_a_day")
    return _told({name: getattr(now, name) for name in names})


def _told(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: f"{value:f}" if isinstance(value, Decimal) else value for name, value in facts.items()}


def set_owner(session: Session, section: str, owner: str, operator: OperatorView) -> None:
    """Set who answers for what differs in a section; with an empty name a supervisor does."""
    operator.demand(Right.PLAN_COUNTS)
    if not store.is_section(session, section):
        raise NotFound(f"There is no section {section[:40]}.", "section")
    owner = _words(owner, MAX_OWNER, "owner")
    audit.take_turn(session)
    before = store.owner_of(session, section)
    store.set_owner(session, section, owner)
    audit.note(session, operator, Action.OWNER_SET, "section", section, before={"owner": before}, after={"owner": owner})


def put_in_section(session: Session, location: str, section: str, operator: OperatorView) -> None:
    """Have a shelf counted with a section, which may be a new one."""
    operator.demand(Right.PLAN_COUNTS)
    section = _words(section, MAX_SECTION, "section")
    if not section:
        raise BadRequest("Expected the name of a section.", "section")
    location = location.strip()
    audit.take_turn(session)
    before = store.section_of(session, location)
    if before is None or not store.put_in_section(session, location, section):
        raise NotFound(f"There is no place {location[:40]} to count.", "location")
    audit.note(session, operator, Action.SECTION_SET, "place", location, before={"section": before}, after={"section": section})


def within(value: int, least: int, most: int, field: str) -> None:
    """Raise BadRequest for a number that is out of bounds."""
    if not least <= value <= most:
        raise BadRequest(f"Expected {field.replace('_', ' ')} to be from {least:,} to {most:,}, got {value:,}.", field)


def _words(text: str, longest: int, field: str) -> str:
    text = text.strip()
    if len(text) > longest or not text.isprintable():
        raise BadRequest(f"Expected at most {longest} printable characters.", field)
    return text


def _percent(bp: int) -> Decimal:
    return (Decimal(bp) / 100).normalize() if bp % 100 else Decimal(bp // 100)
