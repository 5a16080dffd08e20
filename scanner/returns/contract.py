"""What the bench and supervisors send of returns, and what they are told."""

from __future__ import annotations

from scanner.web.contract import Answer, Body
from scanner.web.field_types import Given, Words, YesNo


class GradeAgain(Body):
    """Whether a finished return is graded again."""

    again: Given = False


class BegunAnswer(Answer):
    """The number of the return that was begun."""

    reference: str


class NewReason(Body):
    """A reason of returns: its code on the label, and its name for people."""

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
