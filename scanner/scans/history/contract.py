"""Which part of the record a page shows."""

from __future__ import annotations

from scanner.web.contract import Body
from scanner.web.field_types import SPANS, Search, Span, WholeNumberOrNone


class OlderScans(Body):
    """A page of scans, the newest first; `before` is the last one that was shown."""

    before: WholeNumberOrNone = None


class ItemChart(Body):
    """How many days back the chart of an item goes."""

    days: Span = SPANS[1]


class ItemSearch(Body):
    """Words of an item's name or SKU, or its barcode."""

    q: Search = ""
