"""The kinds of records, one value a kind: its fields, what finds one, and how it is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, func, select, update
from sqlmodel import Session

from scanner.catalogue.locations import MADE_HERE, LocationKind
from scanner.codes.reading import as_printed, barcode_key
from scanner.data.records.rules import YES_NO, Cells, Field, cell
from scanner.data.store import barcode, item, kit_part, location, merged_item, operator, section, supplier
from scanner.db.sql import run
from scanner.errors import BadRequest, NotFound
from scanner.money import from_e4
from scanner.people.rules import Right, Role


def as_cells(row: Mapping[str, Any]) -> Cells:
    """A row as a file would have it."""
    return {name: cell(value) for name, value in row.items()}


def as_said(name: str, text: str) -> Any:
    """What finds a record, as the database has it."""
    return text.strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of record. `key`: the columns that find one; `rows`: all of them; `found_by`: the columns that are searched.

    `stored`: a part of the key as the database has it. `nth`: rows may share a key, and are told apart by their number.
    `rights`: all of them are needed, to read as to write. `closed`: why a record can be changed no more, in words; empty where it
    can. `clear` empties columns of a record.
    """

    name: str
    title: str
    one: str
    about: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    rows: Callable[[], Select[Any]]
    found_by: tuple[str, ...]
    shown: Callable[[Mapping[str, Any]], Cells] = as_cells
    stored: Callable[[str, str], Any] = as_said
    can_add: bool = True
    nth: bool = False
    rights: tuple[Right, ...] = (Right.IMPORT,)
    closed: Callable[[Mapping[str, str]], str] = lambda cells: ""
    clear: Callable[[Session, Cells, Sequence[str]], None] | None = None

    @property
    def a_new(self) -> str:
        """One of them, with its article."""
        return f"{'an' if self.one[0] in 'aeiou' else 'a'} {self.one}"

    @property
    def order(self) -> tuple[str, ...]:
        """The columns by which they are listed, and no two of them are in one place."""
        return (*self.key, *(("nth",) if self.nth else ()))

    @property
    def columns(self) -> tuple[str, ...]:
        """Those of the file."""
        return tuple(field.name for field in self.fields)

    def told(self, cells: Mapping[str, str]) -> Cells:
        """What a record says in the columns of its file."""
        return {field.name: cells[field.name] for field in self.fields if field.name in cells}

    def named(self, cells: Mapping[str, str]) -> str:
        """How people call a record: what finds it."""
        return " · ".join(cells[name] for name in self.key if cells.get(name))


Kinds = Mapping[str, Kind]


_ITEM = (
    "sku", "name", "unit_cost_e4", "abc_class", "reorder_point", "critical", "abc_pinned",
    "supplier", "lead_days", "order_multiple", "cover_days",
)  # fmt: skip


def _items() -> Select[Any]:
    columns = (item.c[name] for name in _ITEM)
    return select(*columns).where(~exists().where(merged_item.c.item_id == item.c.id))


def _item_cells(row: Mapping[str, Any]) -> Cells:
    return as_cells({**row, "unit_cost": from_e4(row["unit_cost_e4"])}) | {}


def _barcodes() -> Select[Any]:
    of_item = barcode.c.item_id == item.c.id
    return select(barcode.c.code, item.c.sku, barcode.c.units, item.c.name).join_from(barcode, item, of_item)


def _barcode_cells(row: Mapping[str, Any]) -> Cells:
    return as_cells({**row, "code": as_printed(row["code"])})


def _barcode_key(name: str, text: str) -> Any:
    return as_key(text) if name == "code" else text.strip()


def as_key(text: str) -> str:
    """What a barcode is found by; the text itself where it can be none."""
    try:
        return barcode_key(text.strip())
    except BadRequest:
        return text.strip()


def _kits() -> Select[Any]:
    kit, part = item.alias("kit"), item.alias("part")
    return (
        select(kit.c.sku.label("kit_sku"), part.c.sku, kit_part.c.units, part.c.name)
        .join_from(kit_part, kit, kit_part.c.kit_id == kit.c.id)
        .join(part, kit_part.c.part_id == part.c.id)
    )


def _locations() -> Select[Any]:
    columns = (location.c[name] for name in ("code", "name", "kind", "section", "position"))
    return select(*columns).where(location.c.kind.not_in(list(MADE_HERE)))


def _sections() -> Select[Any]:
    there = select(location.c.section.label("code")).distinct().where(location.c.section != "").subquery()
    owner = func.coalesce(section.c.owner, "").label("owner")
    return select(there.c.code, owner).join_from(there, section, there.c.code == section.c.code, isouter=True)


def _operators() -> Select[Any]:
    return select(*(operator.c[name] for name in ("badge", "name", "roles", "active")))


def _suppliers() -> Select[Any]:
    return select(*(supplier.c[name] for name in ("name", "contact", "email", "phone", "address", "note")))


def _clear_item(session: Session, cells: Cells, names: Sequence[str]) -> None:
    emptied = {name: "" if name == "supplier" else None for name in names}
    run(session, update(item).where(item.c.sku == cells["sku"]).values(emptied))


def _clear_supplier(session: Session, cells: Cells, names: Sequence[str]) -> None:
    run(session, update(supplier).where(supplier.c.name == cells["name"]).values(dict.fromkeys(names, "")))


SKU = Field(
    "sku", "Item (SKU)", "The SKU, the barcode or the name of an item that is here.", takes_code=True, offers="items",
    finds_item=True,
)  # fmt: skip
UNITS = Field("units", "Units", "How many units one scan stands for.", "number")
KINDS: dict[str, Kind] = {
    each.name: each
    for each in (
        Kind(
            name="items", title="Items", one="item", about="What you sell, with its cost and how closely it is counted.",
            fields=(
                Field("sku", "SKU", "Your own number for it.", takes_code=True),
                Field("name", "Name", "As people call it."),
                Field("unit_cost", "Cost of one", "What one unit costs you, such as 12.50.", "decimal"),
                Field("abc_class", "Class", "A is counted most often, C least.", choices=(("C", "C"), ("B", "B"), ("A", "A"))),
                Field("reorder_point", "Reorder at", "Order more at so many units.", "number"),
                Field("critical", "Critical", "It must never run out.", choices=YES_NO),
                Field("abc_pinned", "Class fixed by hand", "The class then stays as it is, whatever moves.", choices=YES_NO),
                Field(
                    "supplier", "Supplier", "Whom it is ordered from.", offers="suppliers", may_clear=True,
                ),
                Field(
                    "lead_days", "Lead time in days", "From the order to its arrival. Left empty, it is measured from receipts.",
                    "number", may_clear=True,
                ),
                Field(
                    "order_multiple", "Ordered in cases of", "How many units a case has, where whole ones are ordered.",
                    "number", usual="1",
                ),
                Field(
                    "cover_days", "Days an order lasts", "Left empty, as long as it takes to come, a week at least.",
                    "number", may_clear=True,
                ),
            ),
            clear=_clear_item,
            key=("sku",), rows=_items, found_by=("sku", "name"), shown=_item_cells,
        ),
        Kind(
            name="barcodes", title="Barcodes", one="barcode", about="Which codes stand for which item. An item may have several.",
            fields=(
                Field("code", "Barcode", "As it is on the label.", takes_code=True),
                SKU,
                UNITS,
                Field(
                    "own", "A number of your own", "Takes a code that looks like a retail code with a fault.",
                    choices=YES_NO, only_sent=True,
                ),
            ),
            key=("code",), rows=_barcodes, found_by=("code", "sku", "name"), shown=_barcode_cells, stored=_barcode_key,
        ),
        Kind(
            name="kits", title="Kits", one="part of a kit", about="Items that are sold as one. Stock is kept of the parts.",
            fields=(
                Field("kit_sku", "Kit (SKU)", "The item that is sold.", takes_code=True, offers="items", finds_item=True),
                Field("sku", "Part (SKU)", "An item that is in it.", takes_code=True, offers="items", finds_item=True),
                Field("units", "Units", "How many of the part are in one kit.", "number"),
            ),
            key=("kit_sku", "sku"), rows=_kits, found_by=("kit_sku", "sku", "name"),
        ),
        Kind(
            name="locations", title="Places", one="place", about="Shelves and the other places where goods can be.",
            fields=(
                Field("code", "Code", "As it is on the label, such as A-01-3.", takes_code=True),
                Field("name", "Name", "As people call it, if not by its code."),
                Field(
                    "kind", "Kind", "Only goods on a shelf are sold.",
                    choices=tuple((each.value, each.value) for each in LocationKind if each not in MADE_HERE),
                ),
                Field("section", "Section", "Counted together. A-01-3 is in A-01 by itself.", takes_code=True),
                Field("position", "Place on the walk", "Lower numbers come first.", "number"),
            ),
            key=("code",), rows=_locations, found_by=("code", "name", "section"),
        ),
        Kind(
            name="sections", title="Sections", one="section", about="Who answers for what differs in a part of the warehouse.",
            fields=(
                Field("code", "Section", "", takes_code=True),
                Field("owner", "Owner", "Who answers for what differs there. Left empty, nobody does.", may_clear=True),
            ),
            key=("code",), rows=_sections, found_by=("code", "owner"), can_add=False,
        ),
        Kind(
            name="suppliers", title="Suppliers", one="supplier", about="Who goods come from, and where they go back to.",
            fields=(
                Field("name", "Name", "As receipts name it, letter for letter."),
                Field("contact", "Contact", "Whom to ask for.", may_clear=True),
                Field("email", "E-mail", may_clear=True),
                Field("phone", "Phone", may_clear=True),
                Field(
                    "address", "Address", "In one line, with commas. It is on the papers of what goes back.", may_clear=True,
                ),
                Field("note", "Note", may_clear=True),
            ),
            clear=_clear_supplier,
            key=("name",), rows=_suppliers, found_by=("name", "contact", "email", "phone", "address"),
        ),
    )
}  # fmt: skip
"""Those that all share; a room brings its own."""
FOR_PROGRAMS: dict[str, Kind] = {
    "operators": Kind(
        name="operators", title="People", one="person", about="Who works here. In pages they are kept under “People”.",
        fields=(
            Field("badge", "Badge", "As it scans. It is a key.", takes_code=True),
            Field("name", "Name", "Everybody may read it."),
            Field("roles", "Roles", f"Parted by `;`, out of {', '.join(Role)}."),
            Field("pin", "PIN", "4 to 12 digits. It is never told.", only_sent=True),
            Field("active", "Works here", "No: has left.", choices=YES_NO),
        ),
        key=("badge",), rows=_operators, found_by=("name",),
        rights=(Right.IMPORT, Right.KEEP_PEOPLE, Right.SEE_BADGES),
    )
}  # fmt: skip
"""Those that the API alone has. A file of them holds keys, so that their pages are of another kind."""


def kind_named(kinds: Kinds, name: str) -> Kind:
    """The kind of that name. Raises NotFound."""
    if name not in kinds:
        raise NotFound(f"There are no records called {name[:40]}.")
    return kinds[name]
