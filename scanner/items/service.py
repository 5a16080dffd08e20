"""Renaming, merging and retiring items. Their history and their old codes are kept; who did it, and when, is on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from scanner.audit import service as audit
from scanner.audit.rules import Action as Audited
from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import LocationKind
from scanner.codes.reading import barcode_key
from scanner.errors import BadRequest, CodeTaken, Conflict, NotFound
from scanner.items import MERGED, rules, store
from scanner.items.rules import Action, MergeFacts, Standing
from scanner.items.store import HeldItem, StoredChange
from scanner.people.rules import OperatorView, Right
from scanner.scans import ledger, meanings
from scanner.scans.decision import Move
from scanner.scans.history import store as history
from scanner.scans.history.store import CodeRow
from scanner.scans.workflow import Workflows


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRecord:
    """An item with its codes, and what was changed about it."""

    sku: str
    name: str
    retired_at: datetime | None
    old_skus: list[str]
    barcodes: list[CodeRow]
    changes: list[StoredChange]

    @property
    def retired(self) -> bool:
        """Whether it is sold no longer."""
        return self.retired_at is not None


@dataclass(frozen=True, slots=True)
class Changed:
    """The item as it stands now, and what was done, in words."""

    sku: str
    message: str


@dataclass(frozen=True, slots=True)
class Merging:
    """Two items of which the first is to be merged into the second: what would go over, and why it cannot be, if so."""

    item: HeldItem
    into: HeldItem
    what: str
    why_not: str


def record(session: Session, sku: str, operator: OperatorView) -> ItemRecord:
    """The item that a SKU stands for, by any SKU that it had. NotFound where there is none."""
    operator.demand(Right.SEE_STOCK)
    found = _known(store.find(session, sku), sku)
    return ItemRecord(
        sku=found.sku, name=found.name, retired_at=found.retired_at, old_skus=catalogue.old_skus_of(session, found.id),
        barcodes=history.item_codes(session, found.id), changes=store.changes_of(session, found.id),
    )  # fmt: skip


def rename(session: Session, sku: str, new_sku: str, name: str, operator: OperatorView, now: datetime) -> Changed:
    """Give an item another SKU, another name, or both; empty keeps what it has. The old SKU goes on standing for it.

    Raises NotFound, BadRequest (it would scan as something else), Conflict (it means something already).
    """
    operator.demand(Right.CHANGE_ITEMS)
    meanings.hold_codes(session)
    item = _known(store.hold(session, sku)[0], sku)
    new_sku, name = new_sku.strip() or item.sku, name.strip() or item.name
    if (new_sku, name) == (item.sku, item.name):
        return Changed(item.sku, f"{item.sku} is called so already.")
    if new_sku != item.sku:
        _demand_free(session, new_sku, item.id)
    store.rename(session, item, new_sku, name)
    _note(
        session, item.id, new_sku, Action.RENAMED, operator, now, before=f"{item.sku} · {item.name}", after=f"{new_sku} · {name}"
    )
    return Changed(new_sku, f"{item.sku} · {item.name} is {new_sku} · {name} now.")


def _demand_free(session: Session, sku: str, item_id: int) -> None:
    if problem := rules.why_no_sku(sku):
        raise BadRequest(problem, "sku")
    if not meanings.scans_as(sku):
        raise BadRequest(f"Expected a SKU that scans as what it says, got {sku!r}.", "sku")
    if store.is_own_code(session, sku, item_id):
        return
    if meanings.owners_of(session, {sku, barcode_key(sku)}):
        raise CodeTaken(sku, "sku")


def preview(session: Session, sku: str, into: str, operator: OperatorView, workflows: Workflows) -> Merging:
    """What merging an item into another would do. Changes nothing."""
    operator.demand(Right.CHANGE_ITEMS)
    return _merging(session, _pair([store.find(session, each) for each in (sku, into)], sku, into), workflows)


def merge(session: Session, sku: str, into: str, operator: OperatorView, now: datetime, workflows: Workflows) -> Changed:
    """Make two items one: codes, open lines and stock of the first go to the second, which its SKU stands for from then on.

    What was recorded of the first stays as it is. Its stock goes over by movements that are no drift. The same again changes
    nothing. Raises NotFound, BadRequest (one and the same), Conflict (goods of it are being worked on, or they differ as kits).
    """
    operator.demand(Right.CHANGE_ITEMS)
    held = store.hold(session, sku, into)
    if held[0] and held[1] and held[0].id == held[1].id and sku != held[0].sku:
        return Changed(held[0].sku, f"{sku} stands for {held[0].sku} already.")
    pair = _pair(held, sku, into)
    merging = _merging(session, pair, workflows)
    if merging.why_not:
        raise Conflict(merging.why_not)
    item, target = pair
    stock = store.stock_of(session, item.id)
    store.pass_on(session, item, target.id, store.untouched_lines(session, item.id))
    _move_stock(session, item, target, stock, operator, now)
    for follower in workflows.followers:
        if follower.merged is not None:
            follower.merged(session, item.id, target.id)
    before, after = (f"{each.sku} · {each.name}" for each in (item, target))
    _note(session, target.id, target.sku, Action.MERGED, operator, now, before=before, after=after, detail=merging.what)
    return Changed(target.sku, f"{item.sku} is {target.sku} now: {merging.what}.")


def _pair(found: list[HeldItem | None], sku: str, into: str) -> tuple[HeldItem, HeldItem]:
    item, target = _known(found[0], sku), _known(found[1], into, "into")
    if item.id == target.id:
        raise BadRequest(f"Expected another item, got {into}, which is the same one.", "into")
    return item, target


def _merging(session: Session, pair: tuple[HeldItem, HeldItem], workflows: Workflows) -> Merging:
    item, target = pair
    parts, others = store.parts_of(session, item.id), store.parts_of(session, target.id)
    barred = [follower.bars_merge(session, item.id) for follower in workflows.followers if follower.bars_merge is not None]
    facts = MergeFacts(
        sku=item.sku,
        into=target.sku,
        parts=parts,
        parts_of_into=others,
        one_in_the_other=item.id in dict(others) or target.id in dict(parts),
        into_is_retired=target.retired_at is not None,
        scanned_on=tuple(store.scanned_on(session, item.id)),
        waits_on=tuple(store.waits_on(session, item.id)),
        barred=tuple(each for each in barred if each),
    )
    codes, lines = store.codes_of(session, item.id), store.untouched_lines(session, item.id)
    what = rules.what_moved(codes, len(lines), store.stock_of(session, item.id, held=False))
    return Merging(item, target, what, rules.why_not_merge(facts))


def _move_stock(
    session: Session, item: HeldItem, target: HeldItem, stock: list[Standing], operator: OperatorView, now: datetime
) -> None:
    """Take the stock off the one item and put it on the other, at the same places."""
    between = catalogue.standard_places(session)[LocationKind.ADJUSTMENT].id
    moves = []
    for each in stock:
        ends = (each.location_id, between) if each.units > 0 else (between, each.location_id)
        moves += [Move(item.id, abs(each.units), *ends), Move(target.id, abs(each.units), *reversed(ends))]
    ledger.move(session, moves, at=now, operator_id=operator.id, cause=MERGED)


def retire(session: Session, sku: str, operator: OperatorView, now: datetime) -> Changed:
    """Note that an item is sold no longer: it is not listed, and every scan of it says so. Returns of it are taken still.

    Raises NotFound, and Conflict while any of it is on hand.
    """
    operator.demand(Right.CHANGE_ITEMS)
    item = _known(store.hold(session, sku)[0], sku)
    if item.retired_at:
        return Changed(item.sku, f"{item.sku} is retired already.")
    if why_not := rules.why_not_retire(item.sku, store.stock_of(session, item.id)):
        raise Conflict(why_not)
    store.retire(session, item.id, now)
    _note(session, item.id, item.sku, Action.RETIRED, operator, now, before="sold", after="retired")
    return Changed(item.sku, f"{item.sku} is retired.{_left_with(session, item.id)}")


def _left_with(session: Session, item_id: int) -> str:
    """What still names a retired item, in words."""
    tasks, kits = store.open_tasks_with(session, item_id), store.kits_with(session, item_id)
    words = f" Still open with it: {rules.named(tasks)}." if tasks else ""
    return words + (f" It is a part of {rules.named(kits)}." if kits else "")


def bring_back(session: Session, sku: str, operator: OperatorView, now: datetime) -> Changed:
    """Note that a retired item is sold again."""
    operator.demand(Right.CHANGE_ITEMS)
    item = _known(store.hold(session, sku)[0], sku)
    if not item.retired_at:
        return Changed(item.sku, f"{item.sku} is not retired.")
    store.bring_back(session, item.id)
    _note(session, item.id, item.sku, Action.BROUGHT_BACK, operator, now, before="retired", after="sold")
    return Changed(item.sku, f"{item.sku} is sold again.")


def _known(found: HeldItem | None, sku: str, field: str = "sku") -> HeldItem:
    if found is None:
        raise NotFound(f"There is no item {sku[:64]}.", field)
    return found


def _note(
    session: Session,
    item_id: int,
    sku: str,
    action: Action,
    operator: OperatorView,
    now: datetime,
    *,
    before: str,
    after: str,
    detail: str = "",
) -> None:
    store.add_change(session, item_id, action, operator_id=operator.id, at=now, before=before, after=after, detail=detail)
    told = {"is": after, "what": detail} if detail else {"is": after}
    audit.note(session, operator, _AUDITED[action], "item", sku, before={"is": before}, after=told, at=now)


_AUDITED = {
    Action.RENAMED: Audited.ITEM_RENAMED,
    Action.MERGED: Audited.ITEM_MERGED,
    Action.RETIRED: Audited.ITEM_RETIRED,
    Action.BROUGHT_BACK: Audited.ITEM_BROUGHT_BACK,
}
