"""What the pages of the first hour send and are told."""

from __future__ import annotations

from scanner.web.contract import Answer, Body
from scanner.web.field_types import Words


class FirstPerson(Body):
    """The one-time code, and who the first supervisor is. Without a badge one is made."""

    code: Words = ""
    name: Words = ""
    pin: Words = ""
    badge: Words = ""


class StepAnswer(Answer):
    """A step of the first hour."""

    key: str
    title: str
    done: bool
