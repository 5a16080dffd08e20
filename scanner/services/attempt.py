"""One scan on its way through the spine, between what the device asked and what a workflow decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from scanner.domain.codes import Code
from scanner.domain.locations import Place
from scanner.domain.scans import Decision, ItemName, ScanRequest


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was asked, what the code says, where goods go now (None: where the workflow begins), whether it was confirmed.

    `confirms` is the sequence number of the held scan that this one says yes to.
    """

    request: ScanRequest
    code: Code
    quantity: int
    here: Place | None
    now: datetime
    confirmed: bool = False
    confirms: int | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """A workflow's decision, the item it is about where it is about one, and where goods go from now on."""

    decision: Decision
    item_id: int | None = None
    item: ItemName | None = None
    here: Place | None = None


Workflow = Callable[[Session, Row[Any], Attempt], Judgement]
"""From the task (id, reference, kind, state) and the attempt to a judgement. Reads; writes nothing."""
