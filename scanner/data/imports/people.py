"""People and their badges."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from scanner.audit.rules import Action
from scanner.data import store
from scanner.data.imports.cells import Column, code, pin, text, yes_no
from scanner.data.imports.codes import bare, whole_gtin
from scanner.data.imports.importer import Importer, Values
from scanner.data.imports.report import ImportProgress, InWords
from scanner.data.imports.sheet import Row
from scanner.data.imports.writes import Audited, Writes
from scanner.data.store import StoredOperator
from scanner.db.engine import Database
from scanner.people.rules import Role, join_roles, parse_roles
from scanner.people.sign_in import same_or_new_hash

PIN_HASH = "hash of the PIN"
SMALL_PINS = 50
"""PINs that are hashed while a person waits for the answer: each takes some 60 ms."""


def roles(cell: str) -> str:
    """Roles parted by `;`, in the stored form."""
    try:
        return join_roles(parse_roles(bare(cell)))
    except ValueError as error:
        raise ValueError(str(error).removeprefix("expected ").partition(", got ")[0]) from None


class Operators(Importer):
    """`badge, name, roles`, and `pin` (never exported), `active` (no: has left). A new person without roles may do nothing.

    Whoever is new needs a name. No name is anybody's badge: names are shown to everybody, and a badge is a key.
    """

    columns = (
        Column("badge", code(128), required=True, is_secret=True),
        Column("name", text(120)),
        Column("roles", roles),
        Column("pin", pin, is_secret=True),
        Column("active", yes_no),
    )

    works_out = True

    def __init__(self, writes: Writes, progress: ImportProgress, operator_id: int | None, now: datetime) -> None:
        super().__init__(writes, progress, operator_id, now)
        self._badges: set[str] = set()  # of the file, as `_plain` has them
        self._names: set[str] = set()
        self._supervisors: dict[str, bool] = {}  # badge -> whether the file leaves or makes its owner one

    @classmethod
    def is_small(cls, rows: list[Row]) -> bool:
        return super().is_small(rows) and sum("pin" in row.values for row in rows) <= SMALL_PINS

    @classmethod
    def work_out(cls, database: Database, rows: list[Row]) -> Iterator[Row]:
        """Put the hash in place of each PIN."""
        with database.read() as session:
            there = store.operators(session, [row["badge"] for row in rows if "pin" in row.values])
        for row in rows:
            if (pin := row.values.pop("pin", None)) is not None:
                kept = there.get(row["badge"])
                row.values[PIN_HASH] = same_or_new_hash(pin, kept.pin_hash if kept else None)
            yield row

    def take(self, rows: list[Row]) -> None:
        rows = [row for row in rows if self.first_time(row, "badge", row["badge"], InWords("the badge"))]
        rows = self.labels(rows, "badge", "operators")
        there = store.operators(self.session, [row["badge"] for row in rows])
        rows = self._with_names(self.apart(rows, "badge", there, store.operator.c.badge), there)
        there = {row["badge"]: there[row["badge"]] for row in rows if row["badge"] in there}
        values = {row["badge"]: self._values(row, there.get(row["badge"])) for row in rows}
        for badge in self._last_supervisors(rows, there, values):
            del values[badge]
            del there[badge]
        self.upsert(store.operator, there, values)
        changed = [kept.id for badge, kept in there.items() if _ends_sessions(kept, values[badge])]
        self.writes.end_sessions(changed)
        gone = [kept.id for badge, kept in there.items() if kept.active and not values[badge]["active"]]
        self.writes.revoke_tokens(gone, self.now)
        for badge, said in values.items():
            self._audit(there.get(badge), said)

    def _last_supervisors(
        self, rows: list[Row], there: Mapping[str, StoredOperator], values: Mapping[str, Values]
    ) -> set[str]:  # fmt: skip
        """Whose rows would leave nobody who may do everything; a problem is noted for each.

        Of a large file what is further down does not help yet: there would be a moment without anybody.
        """
        now = {badge: _is_supervisor(said) for badge, said in values.items()}
        going = {badge for badge, kept in there.items() if _is_supervisor(kept._asdict()) and not now[badge]}
        self._supervisors |= now
        if not going or any(self._supervisors.values()) or store.supervisors(self.session) - self._supervisors.keys():
            return set()
        for row in rows:
            if row["badge"] in going:
                column = "active" if row.get("active") is False else "roles"
                self.bad(row, column, "a supervisor to be left (make somebody else supervisor first)", InWords("the last one"))
        self._supervisors |= dict.fromkeys(going, True)
        return going

    def _with_names(self, rows: list[Row], there: Mapping[str, StoredOperator]) -> list[Row]:
        """The rows whose name can be shown to everybody: there is one, and neither it nor a new badge is the other's."""
        self._badges |= {_plain(row["badge"]) for row in rows}
        spelled = {each for row in rows for each in _spellings(row.get("name", ""))}
        badges = self._badges | {_plain(badge) for badge in store.operators(self.session, spelled)}
        new = {row["badge"] for row in rows} - there.keys()
        names = self._names | store.names_of_operators(self.session, {_plain(badge) for badge in new})
        sound = [row for row in rows if self._has_name(row, badges, names, is_new=row["badge"] in new)]
        self._names |= {_plain(row["name"]) for row in sound if "name" in row.values}
        return sound

    def _has_name(self, row: Row, badges: Collection[str], names: Collection[str], *, is_new: bool) -> bool:
        name = row.get("name")
        if is_new and name is None:
            self.bad(row, "name", "the name of a new person", None)
        elif name is not None and _plain(name) in badges:
            self.bad(row, "name", "a name that is nobody's badge: everybody may read names", InWords("a badge"))
        elif is_new and _plain(row["badge"]) in names:
            self.bad(row, "badge", "a badge that is nobody's name: everybody may read names", InWords("a name"))
        else:
            return True
        return False

    def _audit(self, there: StoredOperator | None, said: Values) -> None:
        before = _told(there._asdict()) if there else None
        if before != (after := _told(said)):
            action = Action.PERSON_CHANGED if there else Action.PERSON_ADDED
            self.writes.note(Audited(action, "person", str(after["name"]), before, after))

    def _values(self, row: Row, there: StoredOperator | None) -> Values:
        return {
            "badge": row["badge"],
            "name": row.get("name", there.name if there else None),
            "roles": row.get("roles", there.roles if there else ""),
            "pin_hash": self._pin_hash(row, there.pin_hash if there else None),
            "active": row.get("active", there.active if there else True),
        }

    def _pin_hash(self, row: Row, there: str | None) -> str | None:
        """The hash of the PIN of a row, where `work_out` has noted it."""
        return self.writes.pin_hash(row["pin"], there) if "pin" in row.values else row.get(PIN_HASH, there)


def _is_supervisor(values: Mapping[str, object]) -> bool:
    """Whether somebody may do everything, now."""
    return bool(values["active"]) and Role.SUPERVISOR in str(values["roles"]).split(";")


def _told(values: Values) -> Values:
    """What the audit may have of a person: whether the PIN changed, never what it is.

    Nor the name of who was brought in without one by an earlier version: that is the badge.
    """
    name = "without a name" if values["name"] == values["badge"] else values["name"]
    return {"name": name, "roles": values["roles"], "active": values["active"], "pin": values["pin_hash"]}


def _without_marks(text: str) -> str:
    try:
        return whole_gtin(bare(text))
    except ValueError:  # a formula
        return text


def _plain(text: str) -> str:
    """A badge or a name, to be compared: in small letters, and without the marks of a spreadsheet."""
    return _without_marks(text).lower()


def _spellings(name: str) -> set[str]:
    """How the badge may be kept that somebody took for a name."""
    text = _without_marks(name)
    return {name, text, text.upper(), text.lower()}


def _ends_sessions(kept: StoredOperator, said: Values) -> bool:
    """Whether somebody who is signed in has to show who they are: they left, or their PIN or what they may do is another."""
    return any(getattr(kept, name) != said[name] for name in ("active", "pin_hash", "roles"))
