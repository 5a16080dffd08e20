"""Writing a record for a page or a program, and counting the codes of which the answer says that they are taken, as of files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from scanner.data.records.rules import NotTaken
from scanner.people.guesses import service as guesses
from scanner.people.rules import OperatorView
from scanner.web.context import now, read, transact

T = TypeVar("T")


def write(by: OperatorView, use_case: Callable[..., T], *arguments: Any) -> T:
    """Carry out a use case. Raises TooMany where the person named too many codes that mean something else, and as it does."""
    read(guesses.refuse_new_codes, by.id, now())
    try:
        return transact(use_case, *arguments)
    except NotTaken as problem:
        count(by, problem)
        raise


def count(by: OperatorView, problem: NotTaken) -> None:
    """Count what was said to be taken."""
    if problem.told_taken:
        guesses.wait_for(transact(guesses.count_taken, by.id, now(), problem.told_taken))
