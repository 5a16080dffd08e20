"""People and their badges."""

from __future__ import annotations

from werkzeug.security import check_password_hash

from scanner.data import store
from scanner.data.imports.cells import Column, code, pin, text, yes_no
from scanner.data.imports.codes import bare
from scanner.data.imports.importer import Importer, Values
from scanner.data.imports.sheet import Row
from scanner.data.store import StoredOperator
from scanner.people.rules import join_roles, parse_roles
from scanner.people.sign_in import hash_pin

PIN_HASH = "hash of the PIN"


def roles(cell: str) -> str:
    """Roles parted by `;`, in the stored form."""
    try:
        return join_roles(parse_roles(bare(cell)))
    except ValueError as error:
        raise ValueError(str(error).removeprefix("expected ").partition(", got ")[0]) from None


class Operators(Importer):
    """`badge, name, roles`, and `pin` (never exported), `active` (no: has left). A new person without roles may do nothing."""

    columns = (
        Column("badge", code(128), required=True),
        Column("name", text(120)),
        Column("roles", roles),
        Column("pin", pin),
        Column("active", yes_no),
    )

    notes_on_rows = True

    def take(self, rows: list[Row]) -> None:
        rows = [row for row in rows if self.first_time(row, "badge", row["badge"], "the badge")]
        rows = self.labels(rows, "badge", "operators")
        there = store.operators(self.session, [row["badge"] for row in rows])
        self.upsert(store.operator, there, {row["badge"]: self._values(row, there.get(row["badge"])) for row in rows})

    def _values(self, row: Row, there: StoredOperator | None) -> Values:
        return {
            "badge": row["badge"],
            "name": row.get("name", there.name if there else row["badge"]),
            "roles": row.get("roles", there.roles if there else ""),
            "pin_hash": _pin_hash(row, there.pin_hash if there else None),
            "active": row.get("active", there.active if there else True),
        }


def _pin_hash(row: Row, there: str | None) -> str | None:
    """The hash of the PIN of a row. It is noted with the row in place of the PIN, since it takes long and no PIN is kept."""
    if (said := row.values.pop("pin", None)) is not None:
        row.values[PIN_HASH] = there if there and check_password_hash(there, said) else hash_pin(said)
    return row.values.get(PIN_HASH, there)
