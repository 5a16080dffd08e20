"""What the pages of the first hour send and are told."""

from __future__ import annotations

from pydantic import Field

from scanner.web.contract import Answer, Body
from scanner.web.field_types import Words, YesNo


class FirstPerson(Body):
    """The one-time code, and who the first supervisor is. Without a badge one is made."""

    code: Words = ""
    name: Words = ""
    pin: Words = ""
    badge: Words = ""


class ScannedItem(Body):
    """A code that was scanned, and once it is typed, the name of its item. `badge` is a code that the page's scanner sends."""

    code: Words = ""
    badge: Words = ""
    name: Words = ""
    sku: Words = ""
    unit_cost: Words = ""
    own: YesNo = Field(default=False, description="It is a number of the shop's own, though its check digit does not fit.")
    as_number: Words = Field(default="", description="A SKU that is taken in place of `sku`: the other proposal of the page.")

    @property
    def wanted_sku(self) -> str:
        """The SKU that is chosen; nothing where it is the code."""
        return self.as_number or self.sku

    @property
    def scanned(self) -> str:
        """The code."""
        return (self.code or self.badge).strip()


class StepAnswer(Answer):
    """A step of the first hour."""

    key: str
    title: str
    done: bool
