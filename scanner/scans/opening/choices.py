"""What a code opens."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the tasks that a code may mean, and what tells it from the others."""

    kind: str
    reference: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The task that a code opens; or, where several could be meant, those; or why none."""

    kind: str
    reference: str | None = None
    choices: list[Choice] = field(default_factory=list)
    message: str = ""
    by_goods: bool = False  # no label named the task, the goods led there
    starts: str = ""  # the section whose count can be started, where none is open
