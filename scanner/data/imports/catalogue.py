"""Items, their barcodes and their parts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache

from scanner.codes.numbers import SSCC_LENGTH
from scanner.codes.reading import as_printed, barcode_key, parse_code
from scanner.codes.typed import MAX_LENGTH
from scanner.data import store
from scanner.data.imports.cells import Column, amount, any_code, code, one_of, text, whole, yes_no
from scanner.data.imports.codes import doubt, joined_gtin, lost_zero, no_barcode, whole_gtin, with_zeros
from scanner.data.imports.importer import KEYS_KEPT, Importer, Values, key_of, spellings
from scanner.data.imports.report import APART, NOTHING_ELSE, ImportProgress, InWords
from scanner.data.imports.sheet import Row
from scanner.data.imports.writes import Writes
from scanner.data.store import StoredItem
from scanner.scans import meanings

MOST_UNITS_A_SCAN = 100_000
MOST_DAYS = 730
"""Of a lead time, and of what an order is to last."""
SKU = Column("sku", code(64), required=True)
UNITS_A_SCAN = Column("units", whole(1, MOST_UNITS_A_SCAN), is_number=True)


class Items(Importer):
    """`sku, name, unit_cost, abc_class, reorder_point, critical`, and `abc_pinned`: no computation changes its class.

    `supplier, lead_days, order_multiple, cover_days` are for ordering it. A new item without a name gets its SKU for one, and
    class C.
    """

    columns = (
        SKU,
        Column("name", text(300)),
        Column("unit_cost", amount, is_number=True),
        Column("abc_class", one_of(("A", "B", "C"), upper=True)),
        Column("reorder_point", whole(0), is_number=True),
        Column("critical", yes_no),
        Column("abc_pinned", yes_no),
        Column("supplier", text(200)),
        Column("lead_days", whole(0, MOST_DAYS), is_number=True),
        Column("order_multiple", whole(1, MOST_UNITS_A_SCAN), is_number=True),
        Column("cover_days", whole(0, MOST_DAYS), is_number=True),
    )

    def take(self, rows: list[Row]) -> None:
        rows = [row for row in rows if self.first_time(row, "sku", key_of(row["sku"]), row["sku"])]
        rows = self._only_spellings(self.labels(self._not_old(rows), "sku", "items"))
        there = store.items(self.session, [row["sku"] for row in rows])
        rows = self.apart(rows, "sku", there, store.item.c.sku)
        self._note_lost_zeros([row for row in rows if row["sku"] not in there])
        wanted = {row["sku"]: self._values(row, there.get(row["sku"])) for row in rows}
        self._note_costs(there, wanted)
        self.upsert(store.item, there, wanted)

    def _note_costs(self, there: dict[str, StoredItem], wanted: dict[str, Values]) -> None:
        costs = {kept.id: (kept.unit_cost_e4, wanted[sku]["unit_cost_e4"]) for sku, kept in there.items() if sku in wanted}
        self.writes.note_costs({item_id: now for item_id, (before, now) in costs.items() if before != now}, self.now)

    def _not_old(self, rows: list[Row]) -> list[Row]:
        """The rows without those of an old SKU: its item is here under another one, and stays as it is."""
        old = store.old_skus(self.session, [row["sku"] for row in rows])
        self.progress.unchanged += sum(row["sku"] in old for row in rows)
        for row in rows:
            if row["sku"] in old:
                self.progress.note(row.line, "sku", f"{row['sku']} has another SKU now, so this row changed nothing")
        return [row for row in rows if row["sku"] not in old]

    def _only_spellings(self, rows: list[Row]) -> list[Row]:
        """The rows where no other item has the same GTIN for its SKU, in another length."""
        spelled = {row["sku"]: spellings(key_of(row["sku"])) for row in rows}
        others = {sku: set(each) - {sku} for sku, each in spelled.items() if len(each) > 1}
        there = store.item_ids(self.session, set().union(*others.values()))
        twins = {sku: twin for sku, each in others.items() for twin in each & there.keys()}
        for row in rows:
            if row["sku"] in twins:
                self.bad(row, "sku", NOTHING_ELSE, f"{row['sku']!r}, the item {twins[row['sku']]}")
        return [row for row in rows if row["sku"] not in twins]

    def _note_lost_zeros(self, rows: list[Row]) -> None:
        longer = store.item_ids(self.session, {full for row in rows for full in with_zeros(row["sku"])})
        for row in rows:
            full = next((each for each in with_zeros(row["sku"]) if each in longer), None)
            if not full and len(row["sku"]) > 10:  # in shorter numbers a check digit fits by chance too often
                full = lost_zero(row["sku"])
            if full:
                self.progress.note(row.line, "sku", f"{row['sku']} is taken as it stands; is it {full}, with its zero lost?")

    def _values(self, row: Row, there: StoredItem | None) -> Values:
        return {
            "sku": row["sku"],
            "name": row.get("name", there.name if there else row["sku"]),
            "unit_cost_e4": row.get("unit_cost", there.unit_cost_e4 if there else 0),
            "abc_class": row.get("abc_class", there.abc_class if there else "C"),
            "reorder_point": row.get("reorder_point", there.reorder_point if there else 0),
            "critical": row.get("critical", there.critical if there else False),
            "abc_pinned": row.get("abc_pinned", there.abc_pinned if there else False),
            "supplier": row.get("supplier", there.supplier if there else ""),
            "lead_days": row.get("lead_days", there.lead_days if there else None),
            "order_multiple": row.get("order_multiple", there.order_multiple if there else 1),
            "cover_days": row.get("cover_days", there.cover_days if there else None),
        }


class Barcodes(Importer):
    """`code, sku, units`: how many units one scan stands for, 1 if blank. A code may move to another item.

    `own` (yes: a number of the shop's own) takes a code that looks like a retail code with a fault. Without it such a code is
    refused: most of them are slips, and no label that is scanned would have them.
    """

    columns = (Column("code", any_code(MAX_LENGTH), required=True), SKU, UNITS_A_SCAN, Column("own", yes_no))

    def __init__(self, writes: Writes, progress: ImportProgress, operator_id: int | None, now: datetime) -> None:
        super().__init__(writes, progress, operator_id, now)
        self._first: dict[str, tuple[str, str]] = {}  # codes of the file with their SKUs, by their small letters

    @classmethod
    def prepare(cls, rows: list[Row]) -> None:
        for row in rows:
            read_barcode(row["code"], bool(row.get("own")))

    def take(self, rows: list[Row]) -> None:
        keys = {row.line: key for row in rows if (key := self._key(row))}
        rows = [row for row in rows if row.line in keys and self.first_time(row, "code", keys[row.line], row["code"])]
        items = self.items(rows, "sku")
        cartons = store.cartons(self.session, {key for key in keys.values() if len(key) == SSCC_LENGTH})
        owners = meanings.owners_of(self.session, {each for key in keys.values() for each in spellings(key)}, but=("barcodes",))
        owners |= dict.fromkeys(cartons, "cartons")
        rows = [row for row in rows if self.known(row, "sku", items, "item") and self._free(row, keys[row.line], owners)]
        there = store.barcodes(self.session, set(keys.values()))
        wanted = {}
        for row in self._no_twins(rows, keys, there, items):
            key = keys[row.line]
            units = row.get("units") or (there[key].units if key in there else 1)
            wanted[key] = {"code": key, "item_id": items[row["sku"]], "units": units}
        self.upsert(store.barcode, there, wanted, by=("code",))

    def _key(self, row: Row) -> str | None:
        """How the catalogue spells the code of a row, which is how a scan of its label is looked up. None if it is wrong."""
        key, expected, got = read_barcode(row["code"], bool(row.get("own")))
        if not key:
            self.bad(row, "code", expected, got)
        return key or None

    def _no_twins(
        self, rows: list[Row], keys: dict[int, str], there: Collection[str], items: dict[str, int]
    ) -> list[Row]:  # fmt: skip
        """The rows without new codes that differ by capitals alone from one of another item, as `apart` has it."""
        here = store.alike(self.session, store.barcode.c.code, {keys[row.line] for row in rows} - set(there))
        kept = store.barcodes(self.session, {each for alike in here.values() for each in alike})
        sound = []
        for row in rows:
            key, sku = keys[row.line], row["sku"]
            first, its_sku = self._first.setdefault(key.lower(), (key, sku))
            twins = [each for each in here.get(key.lower(), ()) if each != key and kept[each].item_id != items[sku]]
            if first != key and its_sku != sku:
                twins.append(first)
            if twins and key not in there:
                self.bad(row, "code", APART, InWords(f"{row['code']!r} beside {twins[0]!r}"))
            else:
                sound.append(row)
        return sound

    def _free(self, row: Row, key: str, owners: dict[str, str]) -> bool:
        taken = next((each for each in spellings(key) if each in owners), None)
        if taken and (owners[taken], taken) != ("items", row["sku"]):
            self.taken(row, "code")
            return False
        return True


@lru_cache(maxsize=KEYS_KEPT)
def read_barcode(cell: str, own: bool) -> tuple[str, str, str]:
    """How the catalogue spells the code of a cell. Where it cannot be a barcode: nothing, what was expected, and what came."""
    code = cell if own else joined_gtin(whole_gtin(cell))
    read = parse_code(code)
    if not own and (expected := doubt(code) or (no_barcode(code) if read.gtin is None else None)):
        return "", expected, cell
    key = barcode_key(code)
    if key == read.key and read.command is None:
        return key, "", ""
    alone = f" ({as_printed(read.gtin)} is its GTIN)" if read.gtin else ""
    return "", "a GTIN or a code of your own", f"{cell!r}: {read.problem or 'it scans as something else'}{alone}"


class Kits(Importer):
    """`kit_sku, sku, units`: so many units of a part are in one kit. A part cannot be a kit: stock is kept of parts."""

    columns = (Column("kit_sku", code(64), required=True), SKU, UNITS_A_SCAN)
    together = True

    def __init__(self, writes: Writes, progress: ImportProgress, operator_id: int | None, now: datetime) -> None:
        super().__init__(writes, progress, operator_id, now)
        self._kits: set[int] = set()
        self._parts: set[int] = set()

    def take(self, rows: list[Row]) -> None:
        rows = [row for row in rows if self.first_time(row, "sku", (row["kit_sku"], row["sku"]), row["sku"])]
        items = self.items(rows, "kit_sku", "sku")
        rows = [row for row in rows if self._both_known(row, items)]
        rows = [row for row in rows if self._first_of_items(row, items)]
        keys = {(items[row["kit_sku"]], items[row["sku"]]): row for row in rows}
        self._kits |= {kit for kit, _ in keys}
        self._parts |= {part for _, part in keys}
        deep = store.kits_and_parts(self.session, {item_id for key in keys for item_id in key})
        kits, parts = deep[0] | self._kits, deep[1] | self._parts
        there = store.parts_of(self.session, {kit for kit, _ in keys})
        wanted = {}
        for (kit, part), row in keys.items():
            if self._flat(row, kit in parts, part in kits):
                units = row.get("units") or (there[kit, part].units if (kit, part) in there else 1)
                wanted[kit, part] = {"kit_id": kit, "part_id": part, "units": units}
        self.upsert(store.kit_part, there, wanted, by=("kit_id", "part_id"))

    def _first_of_items(self, row: Row, items: dict[str, int]) -> bool:
        """Whether the file has these two items for the first time, whatever SKUs they are named by."""
        return self.first_time(row, "sku", (items[row["kit_sku"]], items[row["sku"]]), row["sku"])

    def _both_known(self, row: Row, items: dict[str, int]) -> bool:
        kit, part = (self.known(row, column, items, "item") for column in ("kit_sku", "sku"))
        return kit is not None and part is not None

    def _flat(self, row: Row, kit_is_part: bool, part_is_kit: bool) -> bool:
        if part_is_kit:
            self.bad(row, "sku", "a part that is not a kit itself", row["sku"])
        elif kit_is_part:
            self.bad(row, "kit_sku", "a kit that is not part of another", row["kit_sku"])
        return not (kit_is_part or part_is_kit)
