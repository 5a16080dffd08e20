"""Making places: what would be new, and bringing them in as one file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from sqlmodel import Session

from scanner.data import store
from scanner.data.imports.small import Upload
from scanner.data.records.places import rules
from scanner.data.records.places.rules import Layout, Made
from scanner.data.records.rules import as_file
from scanner.people.rules import OperatorView, Right

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Preview:
    """Places that a layout makes, and how many of them are there already."""

    made: list[Made]
    there: int

    @property
    def summary(self) -> str:
        """In words."""
        return rules.summary(self.made, self.there)


def preview(session: Session, layout: Layout, by: OperatorView) -> Preview:
    """What a layout makes. Changes nothing. Raises BadRequest for one that makes no places."""
    by.demand(Right.IMPORT)
    made = rules.places(layout)
    return Preview(made, len(_there(session, made)))


def upload(session: Session, layout: Layout, by: OperatorView) -> tuple[Preview, Upload]:
    """The file of the places that are not there yet: those that are stay as they are."""
    found = preview(session, layout, by)
    there = _there(session, found.made)
    rows = [{"code": each.code, "section": each.section} for each in found.made if each.code not in there]
    name = rules.named(found.made[0].code, found.made[-1].code)
    file = BytesIO(as_file(rows) if rows else b"code,section\r\n")
    return found, Upload(kind="locations", stream=file, name=name, operator_id=by.id)


def _there(session: Session, made: Sequence[Made]) -> set[str]:
    codes = [each.code for each in made]
    pieces = (codes[start : start + AT_ONCE] for start in range(0, len(codes), AT_ONCE))
    return {code for piece in pieces for code in store.locations(session, piece)}
