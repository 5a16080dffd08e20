"""An answer for whoever asks, a person or a program. Who asks about too many unknown codes has to wait: one may be a badge."""

from __future__ import annotations

from scanner.asking import service
from scanner.asking.answer import Answer, AnswerKind
from scanner.people.guesses import service as guesses
from scanner.people.rules import OperatorView
from scanner.scans import limits
from scanner.scans.pages import workflows
from scanner.web.context import now, read


def tell(code: str, by: OperatorView, sender: str) -> Answer:
    """What a code is. Raises BadRequest for what is no code, TooMany after too many unknown ones."""
    answer = read(service.where, code, workflows(), by)
    if answer.kind is AnswerKind.PERSON:
        read(guesses.refuse_codes, sender, now())
    elif answer.kind is AnswerKind.UNKNOWN:
        limits.count(sender)
    return answer
