"""An order that was made from its shipment has its lines by their SKUs. The shop's own words come with its first version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlmodel import Session

from scanner.db.bulk import update_all
from scanner.orders.intake import store
from scanner.orders.intake.rules import GivenLine
from scanner.orders.intake.store import LineRow


def shop_names(lines: Mapping[str, LineRow], given: Sequence[GivenLine]) -> dict[str, str]:
    """Made name -> the shop's word for the line of the same SKU that wants most, where the shop does not say the made name."""
    said = {line.name for line in given}
    free = sorted((line for line in given if line.name not in lines), key=lambda line: -line.wanted)
    found: dict[str, str] = {}
    for name, line in lines.items():
        new = next((each for each in free if each.sku == line.sku), None)
        if name not in said and new is not None:
            free.remove(new)
            found[name] = new.name
    return found


def rename(session: Session, lines: Mapping[str, LineRow], names: Mapping[str, str]) -> dict[str, LineRow]:
    """The lines by the shop's words, from now on."""
    update_all(session, store.order_line, [{"id": lines[old].id, "name": new} for old, new in names.items()])
    return {names.get(old, old): line._replace(name=names.get(old, old)) for old, line in lines.items()}
