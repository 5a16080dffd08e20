"""The result of opening a task by a code."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TaskChoice:
    """One of several tasks that a code may mean."""

    kind: str
    reference: str
    detail: str  # tells it from the others


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The task that a code opens, or several to choose from, or why there is none."""

    kind: str
    reference: str | None = None
    choices: list[TaskChoice] = field(default_factory=list)
    message: str = ""
    by_goods: bool = False  # found by an item on it, not by a label
    known: bool = False  # the code means something to the kind of task, though it opens nothing: the message says what
    starts: str = ""  # the section whose count can be started
