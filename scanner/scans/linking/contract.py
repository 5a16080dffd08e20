"""What a page sends to link an unknown code to its item."""

from __future__ import annotations

from scanner.web.contract import Body
from scanner.web.field_types import Seq, WholeNumber, Words


class UnknownCodeQuery(Body):
    """A scan of a code that no item has."""

    seq: Seq


class LinkCode(UnknownCodeQuery):
    """The item that such a code stands for, and the units of one scan."""

    sku: Words = ""
    units: WholeNumber
