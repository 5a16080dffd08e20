"""How each kind of task looks: its page, what a scan changes there, what a code opens. The app says which there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app, url_for

from scanner.scans.decision import ScanResult, TaskKind
from scanner.scans.opening.service import Opener, Opening


@dataclass(frozen=True, slots=True)
class Face:
    """`page` and `finish` are endpoints that take a reference. `reply` renders what scans of one task changed on its page.

    `index` renders the page on which such tasks are chosen, with what came of opening one; `opener` finds one by a code.
    `arrive` is done once a code of the page that asks was looked up: it may find more (the task may begin with it), and record
    that somebody came by it.
    """

    page: str
    finish: str
    reply: Callable[[list[ScanResult]], str]
    index: Callable[[Opening | None], str]
    opener: Opener
    arrive: Callable[[Opening, str], Opening] | None = None


def face_of(kind: str) -> Face:
    """How tasks of a kind look."""
    face: Face = current_app.extensions["faces"][kind]
    return face


def faces() -> dict[TaskKind, Face]:
    """How tasks look, by kind."""
    found: dict[TaskKind, Face] = current_app.extensions["faces"]
    return found


def task_url(kind: str, reference: str) -> str:
    """Where a task's own page is."""
    return url_for(face_of(kind).page, reference=reference)
