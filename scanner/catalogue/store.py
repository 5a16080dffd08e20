"""Items with their barcodes and parts, locations and cartons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Engine, bindparam, case, exists, func, insert, literal, or_, select, true, union_all
from sqlmodel import Session

from scanner.catalogue.locations import STANDARD, VIRTUAL, LocationKind, Place
from scanner.catalogue.tables import Barcode, Item, KitPart, Location, MergedItem, OldSku, RetiredItem, Section, Stock
from scanner.db.sql import Prepared, connection_of, fetch, fetch_one, reads_ahead, run, table_of

_item, _barcode, _part, _location, _section, _stock, _old, _merged, _retired = (
    table_of(model) for model in (Item, Barcode, KitPart, Location, Section, Stock, OldSku, MergedItem, RetiredItem)
)
_is_kit = exists().where(_part.c.kit_id == _item.c.id).label("is_kit")
is_retired = exists().where(_retired.c.item_id == _item.c.id)
is_merged = exists().where(_merged.c.item_id == _item.c.id)
_said_name = case((is_retired, _item.c.name.concat(" (retired)")), else_=_item.c.name).label("name")
item_columns = (_item.c.id, _item.c.sku, _said_name, _is_kit)
"""Of the item of a code. Whatever is said of a retired item names it as one."""

MOST_PLACES = 3_000
"""Places of which a page tells its device the codes."""
MOST_KEYS = 6
"""Most spellings of one code."""
_BY_BARCODE = Prepared(
    select(_barcode.c.code, _barcode.c.units, *item_columns)
    .join_from(_barcode, _item, _barcode.c.item_id == _item.c.id)
    .where(_barcode.c.code.in_([bindparam(f"key_{place}") for place in range(MOST_KEYS)]))
)


# What refers to an item takes the same lock when it is written.
_HOLD_ITEM = Prepared(select(_item.c.id).where(_item.c.id == bindparam("item")).with_for_update(read=True, key_share=True))


class _Sku(NamedTuple):
    """An item by its SKU."""

    id: int
    sku: str
    name: str
    is_kit: bool


class _Part(NamedTuple):
    """Units of a part in one kit."""

    part_id: int
    units: int


class ItemRow(NamedTuple):
    """An item, with what one unit costs and how often it is counted."""

    id: int
    sku: str
    name: str
    unit_cost_e4: int
    abc_class: str


class Named(NamedTuple):
    """What people call an item."""

    sku: str
    name: str


class Names(NamedTuple):
    """SKU and name of an item, and code of a location; None where not asked for."""

    sku: str | None
    name: str | None
    location: str | None


def standing_for(sku: Any) -> ColumnElement[int]:
    """The id of the item that a SKU stands for. An old one stands for the item that had it, or that its item was merged into."""
    named = _item.alias("named")  # so that it does not correlate with the item that is asked for
    old = select(_old.c.item_id).where(_old.c.sku == sku).scalar_subquery()
    return func.coalesce(old, select(named.c.id).where(named.c.sku == sku).scalar_subquery())


_BY_SKU = select(*item_columns).where(_item.c.id == standing_for(bindparam("sku")))
_PARTS = select(_part.c.part_id, _part.c.units).where(_part.c.kit_id == bindparam("kit_id")).order_by(_part.c.part_id)
_LOCATION = select(_location.c.id, _location.c.code, _location.c.kind).where(_location.c.code == bindparam("code"))
_LOCATION_IN_ANY_CASE = (
    select(_location.c.id, _location.c.code, _location.c.kind).where(func.lower(_location.c.code) == bindparam("text")).limit(2)
)
_IN_ANY_CASE = union_all(
    select(*item_columns, _barcode.c.units)
    .join_from(_barcode, _item, _barcode.c.item_id == _item.c.id)
    .where(func.lower(_barcode.c.code) == bindparam("text")),
    select(*item_columns, literal(1).label("units")).where(func.lower(_item.c.sku) == bindparam("text"), ~is_merged),
)
_STANDARD = select(_location.c.id, _location.c.code, _location.c.kind).where(
    _location.c.code.in_(STANDARD) | (_location.c.kind == LocationKind.PACKING.value)
)
_ITEM = select(*(_item.c[name] for name in ItemRow._fields)).where(_item.c.id == standing_for(bindparam("sku")))
_NAMES = select(
    select(_item.c.sku).where(_item.c.id == bindparam("item")).scalar_subquery().label("sku"),
    select(_item.c.name).where(_item.c.id == bindparam("item")).scalar_subquery().label("name"),
    select(_location.c.code).where(_location.c.id == bindparam("location")).scalar_subquery().label("location"),
)


@dataclass(frozen=True, slots=True)
class Content:
    """The units of an item that one scan of a code stands for; `parts` (item id, units) where it is a kit."""

    item_id: int
    sku: str
    name: str
    units: int
    parts: tuple[tuple[int, int], ...] = ()


def find_content(session: Session, keys: tuple[str, ...]) -> Content | None:
    """The item of a barcode or of a SKU. The first of the keys that has one wins; the last is the text as it was scanned.

    Capitals and small letters are alike where no two codes differ by them alone: Caps Lock swaps them.
    """
    rows = _BY_BARCODE.rows(session, **_spelled(keys))
    if rows:
        best = _best(rows, keys)
        return content_of(session, best, best.units)
    for key in dict.fromkeys((keys[-1], *(key for key in keys if not key.isdigit()))):
        if row := fetch_one(session, _Sku, _BY_SKU, {"sku": key}):
            return content_of(session, row, 1)
    return _in_any_case(session, keys[-1])


def held_content(session: Session, keys: tuple[str, ...]) -> Content | None:
    """As `find_content`. On PostgreSQL the item is kept from being merged into another until the transaction ends."""
    found = find_content(session, keys)
    while reads_ahead(session) and found is not None:
        held_before = _HOLD_ITEM.is_there(session, item=found.item_id)
        _HOLD_ITEM.rows(session, item=found.item_id)
        if held_before:
            return found
        _BY_BARCODE.void(session, **_spelled(keys))  # what was read before it was held may be out of date
        again = find_content(session, keys)
        if again is not None and again.item_id == found.item_id:
            return again
        found = again
    return found


def hold_ahead(session: Session, item_id: int) -> None:
    """Ask for an item to be held. Whatever is asked ahead after this is read with it held."""
    _HOLD_ITEM.ahead(session, item=item_id)


def content_ahead(session: Session, keys: tuple[str, ...]) -> None:
    """Ask for the item of a barcode ahead of `find_content`."""
    _BY_BARCODE.ahead(session, **_spelled(keys))


def _spelled(keys: tuple[str, ...]) -> dict[str, str]:
    """The keys as parameters: the last one is always among them."""
    spelled = (*keys[: MOST_KEYS - 1], *(keys[-1:] * MOST_KEYS))[:MOST_KEYS]
    return {f"key_{place}": key for place, key in enumerate(spelled)}


def _best(rows: list[Any], keys: tuple[str, ...]) -> Any:
    """The row of the first key that has one."""
    return min(rows, key=lambda row: keys.index(row.code))


def _in_any_case(session: Session, text: str) -> Content | None:
    """The one item that has this text as a barcode or a SKU, in capitals or small letters."""
    if text.lower() == text.upper():
        return None
    rows = run(session, _IN_ANY_CASE, {"text": text.lower()}).all()
    if len({(row.id, row.units) for row in rows}) != 1:
        return None
    return content_of(session, rows[0], rows[0].units)


def find_location(session: Session, code: str) -> Place | None:
    """The location whose label says `code`, in any case where no two locations differ by it alone."""
    row = run(session, _LOCATION, {"code": code}).one_or_none()
    if row is None and code.lower() != code.upper():
        alike = run(session, _LOCATION_IN_ANY_CASE, {"text": code.lower()}).all()
        row = alike[0] if len(alike) == 1 else None
    return Place(row.id, row.code, row.kind) if row else None


def section_of(session: Session, location_id: int) -> str:
    """The section that a location is in, empty where it is in none."""
    return str(run(session, select(_location.c.section).where(_location.c.id == location_id)).scalar_one())


def code_of(session: Session, location_id: int) -> str:
    """The code of a location."""
    return str(run(session, select(_location.c.code).where(_location.c.id == location_id)).scalar_one())


def find_item(session: Session, sku: str) -> ItemRow | None:
    """The item of that SKU."""
    return fetch_one(session, ItemRow, _ITEM, {"sku": sku})


def search_items(session: Session, words: list[str], limit: int) -> list[Named]:
    """Items that are sold still, in whose SKU or name every word occurs."""
    has = [or_(_item.c.sku.icontains(word, autoescape=True), _item.c.name.icontains(word, autoescape=True)) for word in words]
    wanted = select(_item.c.sku, _item.c.name).where(true(), ~is_retired, ~is_merged, *has)
    return fetch(session, Named, wanted.order_by(_item.c.name, _item.c.id).limit(limit))


def place_codes(session: Session, most: int) -> list[str]:
    """The codes of places that goods can be at, so many at most."""
    wanted = select(_location.c.code).where(_location.c.kind.not_in(sorted(VIRTUAL))).order_by(_location.c.code).limit(most)
    return list(run(session, wanted).scalars())


def add_barcode(session: Session, code: str, item_id: int, units: int) -> None:
    """Have a code stand for units of an item."""
    run(session, insert(_barcode), {"code": code, "item_id": item_id, "units": units})


def names_of(session: Session, item_id: int | None, location_id: int | None) -> Names:
    """SKU and name of an item, and code of a location."""
    names = fetch_one(session, Names, _NAMES, {"item": item_id, "location": location_id})
    assert names is not None
    return names


def item_named(session: Session, item_id: int) -> Named:
    """What people call an item."""
    found = fetch_one(session, Named, select(_item.c.sku, _item.c.name).where(_item.c.id == item_id))
    assert found is not None
    return found


def names_by_id(session: Session, item_ids: Iterable[int]) -> dict[int, str]:
    """Item id -> name."""
    found = run(session, select(_item.c.id, _item.c.name).where(_item.c.id.in_(list(item_ids))))
    return {row.id: row.name for row in found}


def standard_places(session: Session) -> dict[str, Place]:
    """The standard locations, by kind.

    The first migration makes them, and their id, code and kind never change, so they are read once.
    """
    engine = connection_of(session).engine
    if engine not in _standard_places:
        _standard_places[engine] = {row.kind: Place(row.id, row.code, row.kind) for row in run(session, _STANDARD)}
    return _standard_places[engine]


_standard_places: WeakKeyDictionary[Engine, dict[str, Place]] = WeakKeyDictionary()


class _Known(Protocol):
    """A row with an item."""

    @property
    def id(self) -> int: ...
    @property
    def sku(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def is_kit(self) -> bool: ...


def content_of(session: Session, row: _Known, units: int) -> Content:
    parts = fetch(session, _Part, _PARTS, {"kit_id": row.id}) if row.is_kit else ()
    return Content(row.id, row.sku, row.name, units, tuple((part.part_id, part.units) for part in parts))


def content_of_item(session: Session, item_id: int, units: int) -> Content:
    """Units of an item, by its id."""
    row = fetch_one(session, _Sku, select(*item_columns).where(_item.c.id == item_id))
    assert row is not None
    return content_of(session, row, units)


def owner_at(session: Session, location_id: int) -> str:
    """The owner of the section of a location; empty where it has none."""
    wanted = select(_section.c.owner).join_from(_section, _location, _section.c.code == _location.c.section)
    return str(run(session, wanted.where(_location.c.id == location_id)).scalar_one_or_none() or "")


def units_at(session: Session, location_id: int, item_id: int) -> int:
    """Units of an item on hand at a location, by the record."""
    wanted = select(_stock.c.units).where(_stock.c.location_id == location_id, _stock.c.item_id == item_id)
    return int(run(session, wanted).scalar_one_or_none() or 0)


def old_skus_of(session: Session, item_id: int) -> list[str]:
    """SKUs that stand for an item beside its own."""
    return list(run(session, select(_old.c.sku).where(_old.c.item_id == item_id).order_by(_old.c.sku)).scalars())


def retired(session: Session, item_id: int) -> bool:
    """Whether an item is sold no longer."""
    return run(session, select(_retired.c.item_id).where(_retired.c.item_id == item_id)).first() is not None


def retired_ids(session: Session) -> frozenset[int]:
    """Ids of the items that are sold no longer."""
    return frozenset(run(session, select(_retired.c.item_id)).scalars())
