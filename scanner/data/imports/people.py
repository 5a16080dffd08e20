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
from scanner.people.sessions import store as sessions
from scanner.people.sign_in import hash_pin


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

    def take(self, rows: list[Row]) -> None:
        rows = [row for row in rows if self.first_time(row, "badge", row["badge"], "the badge")]
        rows = self.labels(rows, "badge", "operators")
        there = store.operators(self.session, [row["badge"] for row in rows])
        said = {row["badge"]: self._values(row, there.get(row["badge"])) for row in rows}
        self.upsert(store.operator, there, said)
        changed = [kept.id for badge, kept in there.items() if _ends_sessions(kept, said[badge])]
        sessions.end_all(self.session, changed)

    def _values(self, row: Row, there: StoredOperator | None) -> Values:
        return {
            "badge": row["badge"],
            "name": row.get("name", there.name if there else row["badge"]),
            "roles": row.get("roles", there.roles if there else ""),
            "pin_hash": _pin_hash(row.get("pin"), there.pin_hash if there else None),
            "active": row.get("active", there.active if there else True),
        }


def _ends_sessions(kept: StoredOperator, said: Values) -> bool:
    """Whether somebody who is signed in has to show who they are: they left, or their PIN or what they may do is another."""
    return any(getattr(kept, name) != said[name] for name in ("active", "pin_hash", "roles"))


def _pin_hash(said: str | None, there: str | None) -> str | None:
    if said is None or (there and check_password_hash(there, said)):
        return there
    return hash_pin(said)
