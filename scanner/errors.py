"""What can be wrong with a request. The web turns each into its HTTP status in one place."""

from __future__ import annotations


class DomainError(Exception):
    """Something a person or a program can be told and can mend; `message` says what was expected and what came."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class BadRequest(DomainError):
    """It can never be recorded as it stands."""


class NotSignedIn(DomainError):
    """Nobody is signed in, or the token is not known."""


class NotAllowed(DomainError):
    """The person is known and may not do this."""


class NotFound(DomainError):
    """There is nothing of that name."""


class Conflict(DomainError):
    """It contradicts what is recorded already; nothing was changed."""


class TooLarge(DomainError):
    """More bytes, pixels or rows than are taken at once."""


class TooMany(DomainError):
    """Too many tries; `retry_after` seconds from now another one is taken."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class BadgeScanned(DomainError):
    """A person's badge was read where a scan was expected: a hand-over, not a scan. Nothing is recorded of it."""
