"""What is sent about an item, and answered."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from scanner.web.answers import SavedAnswer
from scanner.web.contract import Answer, Body
from scanner.web.field_types import Printable, Time, TrueOrFalse, Words

Sku = Annotated[str, Printable(64)]
MaybeSku = Annotated[str, Printable(64, least=0)]
MaybeName = Annotated[str, Printable(300, least=0)]


class NewName(Body):
    """Another SKU, another name, or both."""

    sku: MaybeSku = Field("", description="The new SKU. Left out, it stays.")
    name: MaybeName = Field("", description="The new name. Left out, it stays.")


class MergeInto(Body):
    """The item that stands for both from then on."""

    into: Sku


class MergeWith(Body):
    """Which item a page shows the merging with; its SKU, or a barcode of it."""

    into: Words = ""


class Retire(Body):
    """Whether an item is sold no longer."""

    retired: TrueOrFalse = Field(True, description="False brings it back.")


class ItemCodeAnswer(Answer):
    """A barcode, and what one scan of it stands for."""

    code: str
    units: int


class ItemChangeAnswer(Answer):
    """What was changed, by whom and when."""

    at: Time
    operator: str
    action: str
    before: str
    after: str
    detail: str


class ItemRecordAnswer(Answer):
    """An item as it stands, whichever of its SKUs was asked for."""

    sku: str
    name: str
    retired: bool = Field(description="It is sold no longer.")
    old_skus: list[str] = Field(description="SKUs that stand for it, too.")
    barcodes: list[ItemCodeAnswer]
    changes: list[ItemChangeAnswer] = Field(description="The newest first.")
    unit_cost: str | None = Field(None, description="This and what follows is told to whoever may change it.")
    abc_class: str | None = None
    reorder_point: int | None = None
    critical: bool | None = None
    abc_pinned: bool | None = None
    supplier: str | None = None
    lead_days: int | None = None
    order_multiple: int | None = None
    cover_days: int | None = None


class ChangedAnswer(SavedAnswer):
    """What was done, and the SKU of the item now."""

    sku: str
