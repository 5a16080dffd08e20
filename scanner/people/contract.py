"""What the pages of signing in send."""

from __future__ import annotations

from scanner.web.contract import Body
from scanner.web.field_types import Words


class ComeBack(Body):
    """The path to come back to."""

    next: Words = ""


class SignInForm(ComeBack):
    """A badge, and its PIN where one is set. `code` is a badge that was scanned in another field."""

    badge: Words = ""
    code: Words = ""
    pin: Words = ""


class ConfirmForm(ComeBack):
    """The PIN again, or the badge of a person without one. `code` is a badge that was scanned in another field."""

    badge: Words = ""
    code: Words = ""
    pin: Words = ""

    def key(self) -> str:
        """What was given."""
        return self.pin or self.badge or self.code
