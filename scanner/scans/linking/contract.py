"""What a page sends to link an unknown code to its item."""

from __future__ import annotations

from pydantic import Field

from scanner.web.contract import Body
from scanner.web.field_types import Seq, WholeNumber, Words


class UnknownCodeQuery(Body):
    """A scan of a code that no item has."""

    seq: Seq


class LinkCode(UnknownCodeQuery):
    """The item that such a code stands for, and the units of one scan."""

    sku: Words = ""
    units: WholeNumber
    tasks: list[str] = Field([], description="Tasks where the code was scanned more than once.")
    shown: list[WholeNumber] = Field([], description="How many scans of each the person saw.")
    counts: list[WholeNumber] = Field([], description="How many of those count.")


class DismissCode(UnknownCodeQuery):
    """Why such a code is no goods."""

    reason: Words = ""
