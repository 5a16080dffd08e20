"""The one reader of goods: what a payload stands for, on tasks of every kind and in photos."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlmodel import Session

from scanner.catalogue import store as catalogue
from scanner.codes.reading import Code
from scanner.scans import cartons
from scanner.scans.goods import Goods


@dataclass(frozen=True, slots=True)
class ReadGoods:
    """What a code stands for. `code` is what it says, now that the goods are known."""

    code: Code
    goods: tuple[Goods, ...] = ()  # nothing where no item has the code; several where a carton of several was announced

    @property
    def only(self) -> Goods | None:
        """The goods, where they are of one item."""
        return self.goods[0] if len(self.goods) == 1 else None


def read_goods(session: Session, code: Code, quantity: int = 1) -> ReadGoods:
    """The goods that one scan of a code stands for, `quantity` times.

    A carton's number (SSCC) stands for what was announced to be in it; any other code for the item that has it. The units
    are those of the barcode (a case of 12 is 12), times the count on the label (GS1 AI 30 or 37), times the quantity.
    """
    if code.command:
        return ReadGoods(code)
    times = quantity * (1 if code.count is None else code.count)
    if code.sscc and (inside := cartons.contents(session, code.sscc)):
        return ReadGoods(code, tuple(_goods(each, times) for each in inside))
    found = catalogue.find_content(session, code.keys)
    if found is None:
        return ReadGoods(code)
    if code.sscc and not code.gtin:  # an item has this very number as its barcode, so it is no carton's
        code = replace(code, sscc=None)
    return ReadGoods(code, (_goods(found, times),))


def _goods(content: catalogue.Content, times: int) -> Goods:
    return Goods(
        item_id=content.item_id, sku=content.sku, name=content.name, units=content.units * times, parts=content.parts
    )  # fmt: skip
