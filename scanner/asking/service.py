"""What a code is, and where that is. Nothing is recorded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlmodel import Session

from scanner.asking import commands, orders, store
from scanner.asking.answer import Answer, AnswerKind, AskedItem, AskedPlace, AskedTask
from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import SELLABLE, VIRTUAL, Place
from scanner.codes.commands import PREFIX
from scanner.codes.reading import Code, parse_code
from scanner.codes.totes import tote_of
from scanner.codes.typed import shown
from scanner.errors import NotAllowed
from scanner.orders import KIND as ORDER
from scanner.people import sign_in as signin
from scanner.people.rules import OperatorView, Right
from scanner.scans import carts, homes, listings, tasks
from scanner.scans.decision import TaskState
from scanner.scans.goods import Goods
from scanner.scans.history import service as history
from scanner.scans.history import store as reports
from scanner.scans.history.service import StockRow
from scanner.scans.history.store import OpenLine
from scanner.scans.opening.service import UNKNOWN
from scanner.scans.reader import read_goods
from scanner.scans.workflow import Workflows

MOST_ON_A_PLACE = 10_000
"""Most items of a place that are added up."""
BLIND = "You count here: numbers are hidden."
BLIND_HERE = "This place is being counted: what is on it is shown to who counts once that is settled."


def where(session: Session, text: str, workflows: Workflows, by: OperatorView) -> Answer:
    """What a code is, and where that is, as far as that person may see it. Raises BadRequest for what is no code."""
    by.demand(Right.SEE_TASKS)
    code = parse_code(text)
    label = code.keys[-1]
    if name := signin.name_on_badge(session, text):
        return Answer(kind=AnswerKind.PERSON, code="", person=name)  # a badge is a key: it is not said again
    if label.upper().startswith(PREFIX):
        return commands.of_command(session, label.upper(), by)
    if place := catalogue.find_location(session, label):
        return _of_place(session, place, workflows, by)
    if task := _task(session, label, workflows, by):
        return Answer(kind=AnswerKind.TASK, code=shown(label), task=task, words=orders.how_it_ended(session, task))
    if (tote := tote_of(label)) and by.may(workflows[ORDER].right):
        return orders.of_tote(session, tote)
    return _of_goods(session, code, workflows, by)


def _of_goods(session: Session, code: Code, workflows: Workflows, by: OperatorView) -> Answer:
    """The item of a code; else the tasks that it may open, as those of a carton or of an order; else nothing."""
    goods = read_goods(session, code).goods
    label = shown(code.keys[-1])
    if len(goods) == 1:
        return _of_item(session, label, goods[0], workflows, by)
    inside = ", ".join(f"{each.units} × {each.name}" for each in goods[:5])
    words = f"A carton of {inside}." if goods else ""
    if found := tuple(_opened_by(session, code.raw, workflows, by)):
        return Answer(kind=AnswerKind.TASK, code=label, tasks=found, words=words)
    if goods:
        return Answer(kind=AnswerKind.UNKNOWN, code=label, words=f"{words} No open task has it.")
    problem = f" {code.problem}." if code.problem else ""
    return Answer(kind=AnswerKind.UNKNOWN, code=label, words=f"Nothing here has the code {label[:40]}.{problem} {UNKNOWN}")


def _task(session: Session, label: str, workflows: Workflows, by: OperatorView) -> AskedTask | None:
    """The task whose own label it is, as far as it is there for that person."""
    found = tasks.get_task(session, label)
    if found is None:
        return _labelled(session, label, workflows, by)
    if found.id in workflows.hidden_tasks(session, by):
        return None
    return AskedTask(reference=found.reference, kind=found.kind, state=found.state, may=by.may(workflows[found.kind].right))


def _labelled(session: Session, label: str, workflows: Workflows, by: OperatorView) -> AskedTask | None:
    """The open task that another label of it opens, such as its ASN. A task without an end needs not be there yet."""
    openings = (each.open(session, label, by) for each in workflows.values())
    for found in openings:
        if found.reference and not found.by_goods:
            return AskedTask(reference=found.reference, kind=found.kind, may=by.may(workflows[found.kind].right))
    return None


def _opened_by(session: Session, text: str, workflows: Workflows, by: OperatorView) -> Iterable[AskedTask]:
    """The tasks of those kinds that the person may scan between which a code does not tell."""
    for opening in (each.open(session, text, by) for each in workflows.values() if by.may(each.right)):
        if opening.reference:
            yield AskedTask(reference=opening.reference, kind=opening.kind)
        yield from (AskedTask(reference=each.reference, kind=each.kind) for each in opening.choices)


def _of_item(session: Session, label: str, goods: Goods, workflows: Workflows, by: OperatorView) -> Answer:
    item, hidden = goods.item_id, _why_hidden(session, workflows, by)
    home = homes.homes_for(session, [item], by, workflows.hidden_places(session, by)).get(item)
    said = AskedItem(
        sku=goods.sku, name=goods.name, units=goods.units, retired=catalogue.retired(session, item),
        can_make=None if hidden else reports.kits_that_can_be_made(session, item),
    )  # fmt: skip
    known = Answer(
        kind=AnswerKind.ITEM, code=label, item=said, home=home.code if home else None,
        section=catalogue.section_of(session, home.id) if home else "",
        tasks=tuple(_tasks_with(session, item, workflows, by, blind=bool(hidden))), hidden=hidden,
    )  # fmt: skip
    return known if hidden else _with_numbers(session, known, item)


def _with_numbers(session: Session, known: Answer, item_id: int) -> Answer:
    """The answer with what only those see who may see stock."""
    assert known.item is not None
    moved = reports.latest_movements(session, item_id=item_id, limit=1)
    return replace(
        known,
        stock=tuple(history.stock(session, known.item.sku)),
        counted=store.count_of_item(session, item_id),
        moved=moved[0] if moved else None,
    )


def _why_hidden(session: Session, workflows: Workflows, by: OperatorView) -> str:
    """Why a person is told no units of an item; empty where the person is."""
    if not by.may(Right.SEE_STOCK):
        return BLIND
    try:
        workflows.refuse_stock(session, by)
    except NotAllowed as refused:
        return refused.message
    return ""


def _tasks_with(session: Session, item_id: int, workflows: Workflows, by: OperatorView, *, blind: bool) -> Iterable[AskedTask]:
    """Open tasks that have an item. Who is blind is told of their own kinds, and of none that shows what others found."""
    hidden = workflows.hidden_tasks(session, by)
    lines: dict[str, list[OpenLine]] = {}
    for line in reports.open_lines_of_item(session, item_id):
        flow = workflows[line.kind]
        if line.task_id not in hidden and not (blind and (flow.visibility.own_only(by) or not by.may(flow.right))):
            lines.setdefault(line.reference, []).append(line)
    return [_task_with(each, workflows, by) for each in lines.values()]


def _task_with(lines: list[OpenLine], workflows: Workflows, by: OperatorView) -> AskedTask:
    """How far an item is on a task; not told where nothing was expected and no goods come, as on a count."""
    flow, expected = workflows[lines[0].kind], sum(line.expected for line in lines)
    told = flow.brings_goods or expected > 0
    return AskedTask(
        reference=lines[0].reference, kind=flow.kind, may=by.may(flow.right),
        came=sum(line.scanned for line in lines) if told else None, expected=expected if told else None,
    )  # fmt: skip


def _of_place(session: Session, place: Place, workflows: Workflows, by: OperatorView) -> Answer:
    row, holder = store.place(session, place.id), carts.holder_of(session, place.id)
    on_floor = place.kind not in VIRTUAL
    said = AskedPlace(
        code=place.code, name=row.name, kind=place.kind, section=row.section,
        holder=holder.name if holder else None, on_floor=on_floor,
    )  # fmt: skip
    hidden = _why_hidden_at(session, place, workflows, by)
    stock = () if hidden or not on_floor else tuple(_on(session, place))
    return Answer(
        kind=AnswerKind.LOCATION, code=place.code, place=said, stock=stock, section=row.section if on_floor else "",
        tasks=tuple(_tasks_at(session, place, workflows, by)), hidden=hidden,
        counted=None if hidden else store.count_of_place(session, place.id),
    )  # fmt: skip


def _why_hidden_at(session: Session, place: Place, workflows: Workflows, by: OperatorView) -> str:
    """Why a person is not told what is on a place; empty where the person is."""
    if not by.may(Right.SEE_STOCK):
        return BLIND
    return BLIND_HERE if place.id in workflows.hidden_places(session, by) else ""


def _on(session: Session, place: Place) -> Iterable[StockRow]:
    rows = listings.stock_at(session, sku=None, place=place.code, limit=MOST_ON_A_PLACE, offset=0)
    sells = place.kind in SELLABLE
    return [StockRow(row.location, row.sku, row.name, row.units, sells) for row in rows]


def _tasks_at(session: Session, place: Place, workflows: Workflows, by: OperatorView) -> Iterable[AskedTask]:
    """Open tasks that the label of a place leads to, of the kinds that the person may scan."""
    flows = [each for each in workflows.values() if by.may(each.right)]
    openings = (each.open(session, place.code, by) for each in flows)
    return [
        AskedTask(reference=found.reference, kind=found.kind, state=TaskState.OPEN)
        for found in openings
        if found.reference and not found.by_goods and found.reference != place.code
    ]
