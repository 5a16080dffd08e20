"""Errors that a person or a program can be told. `web/errors.py` gives each its HTTP status."""

from __future__ import annotations


class DomainError(Exception):
    """An error that the caller can mend. `message` says what was expected and what came."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class BadRequest(DomainError):
    """The request is wrong and can never be recorded."""


class NotSignedIn(DomainError):
    """Nobody is signed in, or the token is not known."""


class NotAllowed(DomainError):
    """The person may not do this."""


class ConfirmFirst(NotAllowed):
    """The person may do this, once the PIN or the badge was given again."""


class NotFound(DomainError):
    """There is nothing of that name."""


class Conflict(DomainError):
    """The request contradicts the record. Nothing was changed."""


class CodeTaken(Conflict):
    """A code means something else already. What that is, nobody is told: it may be somebody's badge."""

    def __init__(self, code: str, field: str) -> None:
        super().__init__(f"{code} means something else already.", field)


class TooLarge(DomainError):
    """More bytes, pixels or rows than are taken at once."""


class TooMany(DomainError):
    """Too many tries. The next one is taken in `retry_after` seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Overloaded(DomainError):
    """More is under way than can be done soon. Nothing was recorded; trying again in a moment is right."""


class AfterBadge(DomainError):
    """A scan that came after another person's badge, in the name of who was there before: nobody knows whose it is."""


class BadgeScanned(DomainError):
    """A badge was read where a scan was expected: a hand-over. No scan is recorded. `own`: it is the badge of who scanned it."""

    def __init__(self, message: str, field: str, *, own: bool) -> None:
        super().__init__(message, field)
        self.own = own
