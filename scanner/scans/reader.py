"""Finds the goods of a code, for scans on all tasks and for photos."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.codes.reading import Code
from scanner.scans import cartons
from scanner.scans.goods import Goods


@dataclass(frozen=True, slots=True)
class ReadGoods:
    """The goods of a code. `code` is how it was read, now that its goods are known."""

    code: Code
    goods: tuple[Goods, ...] = ()  # empty for an unknown code; several for a carton of several items

    @property
    def only(self) -> Goods | None:
        """The goods where they are of one item, else None."""
        return self.goods[0] if len(self.goods) == 1 else None


def read_goods(session: Session, code: Code, quantity: int = 1) -> ReadGoods:
    """The goods of one scan, `quantity` times.

    An SSCC stands for what was announced in the carton, any other code for its item. Units: those of the barcode (12 for a case
    of 12) times the count on the label (GS1 AI 30 or 37) times the quantity.
    """
    if code.command:
        return ReadGoods(code)
    times = quantity * (1 if code.count is None else code.count)
    if code.sscc and (inside := cartons.contents(session, code.sscc)):
        return ReadGoods(code, tuple(_goods(each, times) for each in inside))
    found = catalogue.held_content(session, code.keys)
    if found is None:
        return ReadGoods(code)
    if code.sscc and not code.gtin:  # the number is the barcode of an item, so it is no carton
        code = replace(code, sscc=None)
    return ReadGoods(code, (_goods(found, times),))


def _goods(content: catalogue.Content, times: int) -> Goods:
    return Goods(
        item_id=content.item_id, sku=content.sku, name=content.name, units=content.units * times, parts=content.parts
    )  # fmt: skip
