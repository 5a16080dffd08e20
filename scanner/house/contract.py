"""What a supervisor sends of a setting, and is told."""

from __future__ import annotations

from scanner.web.contract import Answer, Body
from scanner.web.field_types import Words


class NewValue(Body):
    """What a setting shall be, as text."""

    value: Words = ""


class SettingAnswer(Answer):
    """A setting of the shop. `fixed`: the environment of the server sets it."""

    key: str
    title: str
    value: str
    fixed: bool
