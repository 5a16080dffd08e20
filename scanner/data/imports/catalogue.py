"""Items, their barcodes and their parts."""

from __future__ import annotations

from typing import Any

from scanner.codes.reading import barcode_key, parse_code
from scanner.data import store
from scanner.data.imports.cells import Column, one_of, text, whole, yes_no
from scanner.data.imports.importer import Importer, scans_as
from scanner.data.imports.sheet import Row
from scanner.db import bulk
from scanner.money import to_e4
from scanner.scans import meanings

MOST_UNITS_A_SCAN = 100_000
SKU = Column("sku", text(64), required=True)


class Items(Importer):
    """`sku, name, unit_cost, abc_class, reorder_point, critical`, and `abc_pinned`: its class is left as it is.

    A new item is called by its SKU and of class C.
    """

    columns = (
        SKU,
        Column("name", text(300)),
        Column("unit_cost", to_e4),
        Column("abc_class", one_of(("A", "B", "C"), upper=True)),
        Column("reorder_point", whole(0)),
        Column("critical", yes_no),
        Column("abc_pinned", yes_no),
    )
    _stored = ("name", "unit_cost_e4", "abc_class", "reorder_point", "critical", "abc_pinned")

    def take(self, rows: list[Row]) -> None:
        rows = [row for row in rows if self.first_time(row, "sku", row["sku"], row["sku"])]
        rows = self.labels(rows, "sku", "items", own=store.own_barcodes(self.session, {row["sku"] for row in rows}))
        there = bulk.rows_by(self.session, store.item.c.sku, [row["sku"] for row in rows])
        self.upsert(store.item, there, {row["sku"]: self._values(row, there.get(row["sku"])) for row in rows})

    def _values(self, row: Row, there: Any) -> dict[str, Any]:
        defaults = (row["sku"], 0, "C", 0, False, False)
        kept = [getattr(there, name) for name in self._stored] if there else defaults
        said = {"unit_cost_e4": row.get("unit_cost")} | row.values
        return {"sku": row["sku"]} | {
            name: value if said.get(name) is None else said[name] for name, value in zip(self._stored, kept, strict=True)
        }


class Barcodes(Importer):
    """`code, sku, units`; a scan of the code stands for 1 unit unless said. A code may move to another item."""

    columns = (Column("code", text(128), required=True), SKU, Column("units", whole(1, MOST_UNITS_A_SCAN)))

    def take(self, rows: list[Row]) -> None:
        keys = {row.line: barcode_key(row["code"]) for row in rows if self._sound(row)}
        rows = [row for row in rows if row.line in keys and self.first_time(row, "code", keys[row.line], row["code"])]
        items = self.items(rows, "sku")
        owners = meanings.owners_of(self.session, set(keys.values()), but=("barcodes",))
        rows = [row for row in rows if self.known(row, "sku", items, "item") and self._free(row, keys[row.line], owners)]
        there = bulk.rows_by(self.session, store.barcode.c.code, set(keys.values()))
        wanted = {}
        for row in rows:
            key = keys[row.line]
            units = row.get("units") or (there[key].units if key in there else 1)
            wanted[key] = {"code": key, "item_id": items[row["sku"]].id, "units": units}
        self.upsert(store.barcode, there, wanted, by=("code",))

    def _sound(self, row: Row) -> bool:
        problem = parse_code(row["code"]).problem
        if problem or not (scans_as(barcode_key(row["code"])) or scans_as(row["code"])):
            self.bad(row, "code", "a GTIN or a code of your own", f"{row['code']!r}: {problem or 'it scans as something else'}")
            return False
        return True

    def _free(self, row: Row, key: str, owners: dict[str, str]) -> bool:
        owner = owners.get(key)
        if owner and owner != f"the item {row['sku']}":
            self.bad(row, "code", "a code that means nothing else yet", f"{row['code']!r}, {owner}")
            return False
        return True


class Kits(Importer):
    """`kit_sku, sku, units`: so many units of a part are in one kit. A part is no kit itself: stock is kept of parts."""

    columns = (Column("kit_sku", text(64), required=True), SKU, Column("units", whole(1, MOST_UNITS_A_SCAN)))

    def take(self, rows: list[Row]) -> None:
        rows = [row for row in rows if self.first_time(row, "sku", (row["kit_sku"], row["sku"]), row["sku"])]
        items = self.items(rows, "kit_sku", "sku")
        rows = [row for row in rows if self._both_known(row, items)]
        keys = {(items[row["kit_sku"]].id, items[row["sku"]].id): row for row in rows}
        deep = store.kits_and_parts(self.session, {item_id for key in keys for item_id in key})
        kits, parts = deep[0] | {kit for kit, _ in keys}, deep[1] | {part for _, part in keys}
        there = store.parts_of(self.session, {kit for kit, _ in keys})
        wanted = {}
        for (kit, part), row in keys.items():
            if self._flat(row, kit in parts, part in kits):
                units = row.get("units") or (there[kit, part].units if (kit, part) in there else 1)
                wanted[kit, part] = {"kit_id": kit, "part_id": part, "units": units}
        self.upsert(store.kit_part, there, wanted, by=("kit_id", "part_id"))

    def _both_known(self, row: Row, items: dict[str, Any]) -> bool:
        kit, part = (self.known(row, column, items, "item") for column in ("kit_sku", "sku"))
        return bool(kit and part)

    def _flat(self, row: Row, kit_is_part: bool, part_is_kit: bool) -> bool:
        if part_is_kit:
            self.bad(row, "sku", "a part that is no kit itself", row["sku"])
        elif kit_is_part:
            self.bad(row, "kit_sku", "a kit that is no part of another", row["kit_sku"])
        return not (kit_is_part or part_is_kit)
