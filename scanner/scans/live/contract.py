"""What a page asks for, and is told of what others scanned."""

from __future__ import annotations

from scanner.web.contract import Answer, Body
from scanner.web.field_types import WholeNumberOrNone


class After(Body):
    """The scan up to which the page knows, and the mark that it was given with it."""

    after: WholeNumberOrNone = None
    mark: str = ""


class ChangesAnswer(Answer):
    """The changed parts of the page, the scan up to which they are with its mark, and whether the task is over."""

    seq: int
    mark: str
    html: str
    over: bool
