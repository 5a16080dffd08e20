"""What the bench and supervisors send of returns."""

from __future__ import annotations

from scanner.web.contract import Body
from scanner.web.field_types import Words, YesNo


class NewReason(Body):
    """A reason of returns: its code on the label, and its name for people."""

    code: Words = ""
    name: Words = ""


class SwitchReason(Body):
    """Whether a reason may be chosen."""

    active: YesNo = False
