"""What a page of an order says of itself."""

from __future__ import annotations

from scanner.web.contract import Body
from scanner.web.field_types import Ticked


class Shown(Body):
    """Whether it shows what goes into the parcel, and not the walk."""

    packs: Ticked = False
