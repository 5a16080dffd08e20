"""What the bench sends of returns, and what it is told."""

from __future__ import annotations

from scanner.web.contract import Answer, Body
from scanner.web.field_types import Given


class GradeAgain(Body):
    """Whether a finished return is graded again."""

    again: Given = False


class BegunAnswer(Answer):
    """The number of the return that was begun."""

    reference: str
