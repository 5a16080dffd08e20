"""What a supervisor sends of a reason, and is told."""

from __future__ import annotations

from scanner.web.contract import Answer, Body
from scanner.web.field_types import Words, YesNo


class NewReason(Body):
    """A reason why goods cannot be sold: its code on the label, and its name for people."""

    code: Words = ""
    name: Words = ""


class SwitchReason(Body):
    """Whether a reason may be chosen."""

    active: YesNo = False


class ReasonAnswer(Answer):
    """A reason, and whether it may be chosen."""

    code: str
    name: str
    active: bool
