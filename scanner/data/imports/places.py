"""Locations with their sections, and the stock on them."""

from __future__ import annotations

from scanner.catalogue import store as catalogue
from scanner.catalogue.locations import MADE_HERE, NO_INVENTORY, VIRTUAL, LocationKind
from scanner.data import store
from scanner.data.imports.catalogue import SKU
from scanner.data.imports.cells import Column, code, one_of, signed, text, whole, whole_from
from scanner.data.imports.importer import Importer, Values
from scanner.data.imports.sheet import Row
from scanner.data.store import StoredLocation
from scanner.scans.decision import Move


class Locations(Importer):
    """`code, name, kind, section`, and `position`, its place on the walk through the section.

    A new location is a shelf, its name its code, unless the file says otherwise. A shelf A-01-3 is in section A-01.
    """

    columns = (
        Column("code", code(64), required=True),
        Column("name", text(200)),
        Column("kind", one_of(tuple(kind for kind in LocationKind if kind not in MADE_HERE))),
        Column("section", code(64)),
        Column("position", whole(0), is_number=True),
    )

    def take(self, rows: list[Row]) -> None:
        needed = store.first_of_kinds(self.session)
        rows = [row for row in rows if self.first_time(row, "code", row["code"], row["code"])]
        there = store.locations(self.session, [row["code"] for row in rows])
        rows = [row for row in rows if self._may_change(row, there.get(row["code"])) and self._may_be(row, needed)]
        rows = self._of_one_account(rows, there)
        rows = self.apart(self.labels(rows, "code", "locations"), "code", there, store.location.c.code)
        self.upsert(store.location, there, {row["code"]: self._values(row, there.get(row["code"])) for row in rows})

    def _may_change(self, row: Row, there: StoredLocation | None) -> bool:
        """Neither somebody's cart nor the place of picked goods: they are made here, and are no shelves."""
        if there is None or there.kind not in MADE_HERE:
            return True
        self.bad(row, "code", f"a place that files bring in: this one is of the kind {there.kind}", row["code"])
        return False

    def _may_be(self, row: Row, needed: dict[str, str]) -> bool:
        kind = needed.get(row["code"], LocationKind.SHELF)
        if kind != LocationKind.SHELF and row.get("kind", kind) != kind:
            self.bad(row, "kind", f"{kind}: it is where such goods go", row["kind"])
            return False
        return True

    def _of_one_account(self, rows: list[Row], there: dict[str, StoredLocation]) -> list[Row]:
        """The rows without places that had goods and would be of another account: inventory, or that of damaged goods, say.

        What is in both accounts would change, and no movement would say why.
        """
        crossing = {
            row["code"]: there[row["code"]]
            for row in rows
            if row["code"] in there and _account(row.get("kind", there[row["code"]].kind)) != _account(there[row["code"]].kind)
        }
        had_goods = store.places_that_had_goods(self.session, {place.id for place in crossing.values()})
        wrong = {code: place.kind for code, place in crossing.items() if place.id in had_goods}
        for row in rows:
            if kind := wrong.get(row["code"]):
                expected = kind if kind in NO_INVENTORY else f"{kind} or another kind but damaged, vendor and scrap"
                self.bad(row, "kind", f"{expected}, as goods were here: make a new place with a code of its own", row["kind"])
        return [row for row in rows if row["code"] not in wrong]

    def _values(self, row: Row, there: StoredLocation | None) -> Values:
        code = row["code"]
        kind = row.get("kind", there.kind if there else LocationKind.SHELF.value)
        section = code.rpartition("-")[0] if kind == LocationKind.SHELF else ""
        return {
            "code": code,
            "name": row.get("name", there.name if there else code),
            "kind": kind,
            "section": row.get("section", there.section if there else section),
            "position": row.get("position", there.position if there else 0),
        }


def _account(kind: str) -> str:
    """Which account has the goods at places of a kind; "" is the inventory."""
    return kind if kind in NO_INVENTORY else ""


class Sections(Importer):
    """`code, owner`: who answers for what differs in a section. A blank takes the owner away. A location must be in it."""

    columns = (Column("code", code(64), required=True), Column("owner", text(120)))

    def take(self, rows: list[Row]) -> None:
        known = store.sections_with_places(self.session, [row["code"] for row in rows])
        rows = [row for row in rows if self.first_time(row, "code", row["code"], row["code"])]
        rows = [row for row in rows if self.known(row, "code", known, "section") is not None]
        there = store.sections(self.session, [row["code"] for row in rows])
        wanted = {row["code"]: {"code": row["code"], "owner": row.get("owner", "")} for row in rows}
        self.upsert(store.section, there, wanted, by=("code",))


class StockCounts(Importer):
    """`location, sku, units`: what is on hand there now. The difference is booked as an adjustment.

    What is picked, or in somebody's hands, belongs to orders and people: only scans change it. A row that says what is on record
    there changes nothing, below zero too. What was picked in another warehouse comes in where nothing is on record, free to be
    put away.
    """

    columns = (Column("location", code(64), required=True), SKU, Column("units", signed(), required=True, is_number=True))

    def take(self, rows: list[Row]) -> None:
        rows = [row for row in rows if self.first_time(row, "sku", (row["location"], row["sku"]), row["sku"])]
        rows = self._not_merged(rows)
        items = self.items(rows, "sku")
        places = store.locations(self.session, {row["location"] for row in rows})
        kits, _ = store.kits_and_parts(self.session, set(items.values()))
        rows = [row for row in rows if self._countable(row, items, places, kits)]
        rows = [row for row in rows if self.first_time(row, "sku", (row["location"], items[row["sku"]]), row["sku"])]
        by_key = {(items[row["sku"]], places[row["location"]].id): row for row in rows}
        there = self.writes.stock({place for _, place in by_key}, {item for item, _ in by_key})
        kinds = {place.id: place.kind for place in places.values()}
        wanted = {
            key: row["units"] for key, row in by_key.items() if self._may_differ(row, kinds[key[1]], there.get(key, 0))
        }  # fmt: skip
        self._adjust(wanted, there)

    def _may_differ(self, row: Row, kind: str, units: int) -> bool:
        if row["units"] < 0 and row["units"] != units:
            self.bad(row, "units", whole_from(0), str(row["units"]))
            return False
        from_elsewhere = kind == LocationKind.PACKING and units == 0
        if kind not in MADE_HERE or row["units"] == units or from_elsewhere:
            return True
        whose = "goods in somebody's hands" if kind == LocationKind.CART else "goods that are picked for orders"
        self.bad(row, "units", f"what is on record there: {whose} are moved by scans, not by files", str(row["units"]))
        return False

    def _not_merged(self, rows: list[Row]) -> list[Row]:
        """The rows without those of a merged item: its units would replace all of the item that it was merged into."""
        skus = [row["sku"] for row in rows]
        gone = store.old_skus(self.session, skus).keys() & store.items(self.session, skus).keys()
        for row in rows:
            if row["sku"] in gone:
                self.bad(row, "sku", "the SKU that the item has now", f"{row['sku']!r}, which was merged into another item")
        return [row for row in rows if row["sku"] not in gone]

    def _adjust(self, wanted: dict[tuple[int, int], int], there: dict[tuple[int, int], int]) -> None:
        """Book the differences; both are units by (item id, location id)."""
        adjustment = catalogue.standard_places(self.session)[LocationKind.ADJUSTMENT].id
        moves = []
        for (item, place), units in wanted.items():
            more = units - there.get((item, place), 0)
            ends = (adjustment, place) if more > 0 else (place, adjustment)
            if more:
                moves.append(Move(item, abs(more), *ends))
        self.writes.move(moves, self.now, self.operator_id)
        new = sum(key not in there and units > 0 for key, units in wanted.items())
        self.progress.added += new
        self.progress.changed += len(moves) - new
        self.progress.unchanged += len(wanted) - len(moves)

    def _countable(self, row: Row, items: dict[str, int], places: dict[str, StoredLocation], kits: set[int]) -> bool:
        item, place = self.known(row, "sku", items, "item"), self.known(row, "location", places, "location")
        if item in kits:
            self.bad(row, "sku", "an item that is not a kit: stock is kept of its parts", row["sku"])
        elif place and place.kind in VIRTUAL:
            self.bad(row, "location", "a place where goods can lie", row["location"])
        else:
            return item is not None and place is not None
        return False
