"""What a page without a task sends to open one."""

from __future__ import annotations

from scanner.web.contract import Body
from scanner.web.field_types import Words


class CodeToOpen(Body):
    """The code that was scanned there."""

    code: Words = ""


class OpeningPage(Body):
    """The kind of the page; empty: the home page, which opens tasks of every kind."""

    kind: Words = ""
