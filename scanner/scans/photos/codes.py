"""What the labels in a photo mean on a task. Nothing is recorded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.codes.commands import find_grade
from scanner.codes.reading import Code, parse_code
from scanner.decoding import Reading
from scanner.errors import BadRequest
from scanner.scans import tasks
from scanner.scans.reader import read_goods


@dataclass(frozen=True, slots=True)
class Seen:
    """One label of a photo. `known`: the code means something here, so even a weak reading can be trusted."""

    text: str
    symbology: str
    what: str
    known: bool
    trusted: bool


def likely_codes(session: Session, reference: str) -> frozenset[str]:
    """Codes of the items on a task, which a photo taken there likely shows."""
    task = tasks.get_task(session, reference)
    if task is None:
        return frozenset()
    return frozenset(code for codes in tasks.codes_on_task(session, task.id).values() for code in codes)


def meanings(session: Session, reference: str, readings: Iterable[Reading]) -> list[Seen]:
    """Each label once, even where the photo shows it twice: it may be one label read twice."""
    seen: dict[str, Seen] = {}
    for reading in readings:
        what = meaning(session, reading)
        known = what is not None
        seen.setdefault(
            reading.text, Seen(reading.text, reading.symbology, what or "No item has this code", known, reading.trusted or known)
        )
    return list(seen.values())


def meaning(session: Session, reading: Reading) -> str | None:
    """The meaning of a code in words; None where it has none."""
    try:
        code = parse_code(reading.text, reading.aim)
    except BadRequest:
        return None
    if code.command:
        return f"Command: {code.command.name.lower().replace('_', ' ')}"
    if said := find_grade(code.key):
        return f"Grade: {said.disposition}" if said.disposition else f"Reason: {said.reason}"
    return _goods(session, code) or _label(session, code)


def _goods(session: Session, code: Code) -> str | None:
    """Units and names of the goods, as a scan would count them."""
    goods = read_goods(session, code).goods
    if not goods:
        return None
    if len(goods) > 1:
        return f"Carton of {', '.join(f'{each.units} × {each.name}' for each in goods[:3])}"
    (only,) = goods
    return f"{only.units} × {only.name}" if only.units > 1 else only.name


def _label(session: Session, code: Code) -> str | None:
    if place := catalogue.find_location(session, code.keys[-1]):
        return f"Shelf or place {place.code}"
    return f"Task {code.keys[-1]}" if tasks.is_task(session, code.keys[-1]) else None
