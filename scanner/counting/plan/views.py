"""Pages of the counting plan: what is due and why, the policy, and ABC classes from what moved."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from scanner.counting import service as counting
from scanner.counting.contract import (
    ClassAnswer,
    ClassesAnswer,
    ClassesToApply,
    ClassPolicy,
    CountBegunAnswer,
    Limits,
    Owner,
    OwnerAnswer,
    PeriodAndCuts,
    Pin,
    PinAnswer,
    PlaceAnswer,
    PlaceOfSection,
    SectionForm,
)
from scanner.counting.plan import classes as abc_classes
from scanner.counting.plan import policy as plan_policy
from scanner.counting.plan import section as plan_section
from scanner.counting.plan import service
from scanner.counting.plan.abc import CLASSES
from scanner.counting.plan.service import SectionPlan
from scanner.discrepancies import owners
from scanner.people.downloads import cells, file_of
from scanner.people.rules import Right
from scanner.people.session import requires, signed_in
from scanner.scans.rooms import Entry, Group
from scanner.web.answers import SavedAnswer, saved
from scanner.web.charts import Bar, rows
from scanner.web.context import now, read, today, transact
from scanner.web.contract import form_or_json, query
from scanner.words import plural

blueprint = Blueprint("plan", __name__, url_prefix="/plan")
ENTRY = Entry(
    endpoint="plan.index",
    title="Counting plan",
    words="Which section is due, and what pulled it forward",
    right=Right.PLAN_COUNTS,
    group=Group.OFF,
)

COLUMNS = (
    "code", "why", "due", "due_on", "last_count", "abc_class", "every_days", "pulled_forward", "places", "uncounted", "lines",
    "minutes", "owner", "count",
)  # fmt: skip


@blueprint.get("")
@requires(Right.PLAN_COUNTS)
def index() -> str:
    """Every section, those that are due first."""
    day = today()
    return render_template("counting/plan/index.html", page=read(service.plan, day), today=day, barred=_barred())


@blueprint.get("/sections.csv")
@requires(Right.PLAN_COUNTS)
def file() -> Response:
    """Every section of the plan as a file, those that are due first."""
    day = today()
    return file_of("counting plan", COLUMNS, lambda session: map(_cells, service.plan(session, day).sections))


def _barred() -> frozenset[str]:
    return read(counting.barred_counts, signed_in())


def _cells(row: SectionPlan) -> dict[str, object]:
    pulled = "; ".join(f"{pull.cause} {pull.location}" for pull in row.pulls)
    return cells(row, [name for name in COLUMNS if name != "pulled_forward"]) | {"pulled_forward": pulled}


@blueprint.post("/start")
@requires()
def start() -> Response:
    """Start the count of a section, or go on with the one that is open."""
    section = form_or_json(SectionForm).section
    begun = transact(counting.come_to_planned, section, signed_in(), now())
    answer = CountBegunAnswer(message=begun.message, reference=begun.reference)
    return saved(answer, url_for("scans.task", reference=begun.reference))


@blueprint.get("/sections/<ref:code>")
@requires(Right.PLAN_COUNTS)
def section(code: str) -> str:
    """One section: its places with their last counts, its counts, its owner."""
    day, page = today(), read(plan_section.section, code, today())
    return render_template("counting/plan/section.html", page=page, today=day, barred=_barred(), owners=read(owners.offered))


@blueprint.post("/owner")
@requires()
def owner() -> Response:
    """Set who answers for a section."""
    said = form_or_json(Owner)
    code, name = said.section, said.owner
    transact(plan_policy.set_owner, code, name, signed_in())
    message = f"{name} answers for {code} now." if name else f"Nobody but a supervisor answers for {code} now."
    return saved(OwnerAnswer(message=message, section=code, owner=name), url_for(".section", code=code))


@blueprint.post("/places")
@requires()
def place() -> Response:
    """Put a place in a section."""
    said = form_or_json(PlaceOfSection)
    code, name = said.location, said.section
    transact(plan_policy.put_in_section, code, name, signed_in())
    answer = PlaceAnswer(message=f"{code} is counted with {name} now.", place=code, section=name)
    return saved(answer, url_for(".index"))


@blueprint.get("/policy")
@requires(Right.PLAN_COUNTS)
def policy() -> str:
    """Intervals, tolerances and limits."""
    return render_template("counting/plan/policy.html", policy=read(plan_policy.policy))


@blueprint.post("/policy/<abc_class>")
@requires()
def change_class(abc_class: str) -> Response:
    """Change how often and how exactly a class is counted."""
    said = form_or_json(ClassPolicy)
    transact(
        plan_policy.change_class, abc_class, signed_in(), every_days=said.every_days, tolerance_units=said.tolerance_units,
        tolerance_bp=said.tolerance_percent, tolerance_value_e4=said.tolerance_value,
    )  # fmt: skip
    return saved(ClassAnswer(message=f"Class {abc_class} is changed.", abc_class=abc_class), url_for(".policy"))


@blueprint.post("/policy")
@requires()
def change_limits() -> Response:
    """Change the approval limit and the time a line takes."""
    said = form_or_json(Limits)
    transact(
        plan_policy.change_limits, signed_in(), approval_value_e4=said.approval, seconds_a_line=said.seconds_a_line,
        minutes_a_day=said.minutes_a_day,
    )  # fmt: skip
    return saved(SavedAnswer(message="The limits are changed."), url_for(".policy"))


@blueprint.get("/classes")
@requires(Right.PLAN_COUNTS)
def classes() -> str:
    """The classes that the value moved would give, beside those of today."""
    rules = read(plan_policy.policy)
    said = query(PeriodAndCuts, period_days=str(rules.period_days), cut_a=str(rules.cut_a), cut_b=str(rules.cut_b))
    page = read(abc_classes.preview, now(), **_period_and_cuts(said))
    bars = [Bar(f"{each.abc_class}: {plural(each.items, 'item')}", (each.value,), f"{each.percent} %") for each in page.shares]
    return render_template(
        "counting/plan/classes.html", page=page, chart=rows("Value moved by class", "value", bars), classes=CLASSES
    )


@blueprint.post("/classes")
@requires()
def apply_classes() -> Response:
    """Give the items the classes that were shown."""
    said = form_or_json(ClassesToApply)
    changed = transact(abc_classes.apply, signed_in(), now(), shown=said.shown, **_period_and_cuts(said))
    words_for = "1 item has another class now." if changed == 1 else f"{changed:,} items have another class now."
    return saved(ClassesAnswer(message=words_for, changed=changed), url_for(".classes"))


@blueprint.post("/pin")
@requires()
def pin() -> Response:
    """Fix the class of an item, or have it computed again."""
    said = form_or_json(Pin)
    sku, letter = said.sku, said.abc_class
    transact(abc_classes.pin, sku, letter, signed_in())
    message = f"{sku} stays in class {letter}." if letter else f"{sku} goes with what moves again."
    return saved(PinAnswer(message=message, sku=sku, abc_class=letter or None), url_for(".classes"))


def _period_and_cuts(said: PeriodAndCuts) -> dict[str, int]:
    """What classes are computed from; the cuts in hundredths of a per cent."""
    return {"period_days": said.period_days, "cut_a_bp": said.cut_a, "cut_b_bp": said.cut_b}
