"""What is sent of people and of tokens, and answered."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from scanner.staff.rules import LONGEST_BADGE, LONGEST_NAME, LONGEST_TOKEN_NAME
from scanner.web.answers import SavedAnswer
from scanner.web.contract import Answer, Body
from scanner.web.field_types import Printable, Time, WholeNumber, Words, YesNo


def _listed(value: Any) -> list[str]:
    """Roles as a list, or as a text that parts them by `;`."""
    if isinstance(value, str):
        return [part.strip().lower() for part in value.split(";") if part.strip()]
    if value is None:
        return []
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return [each for each in value if each]
    raise ValueError("Expected a list of roles.")


RoleNames = Annotated[list[str], BeforeValidator(_listed)]
Name = Annotated[str, Printable(LONGEST_NAME)]
MaybeBadge = Annotated[str, Printable(LONGEST_BADGE, least=0)]


class PersonToAdd(Body):
    """Somebody new."""

    name: Name
    roles: RoleNames = Field(default_factory=list)
    badge: MaybeBadge = Field("", description="Of a card that they have already. Left out, one is made.")
    pin: Words = Field("", description="4 to 12 digits; left out, the badge alone signs in.")
    same_name: YesNo = Field(False, description="Yes: it is another person than the one of that name who is here.")


class PersonToChange(Body):
    """Name and roles, and the `version` that they are changed from."""

    name: Name
    roles: RoleNames = Field(default_factory=list)
    version: Words = ""
    same_name: YesNo = False


class NewBadge(Body):
    """Another badge in place of the one that is void from now on."""

    badge: MaybeBadge = Field("", description="Left out, one is made.")


class NewPin(Body):
    """The PIN from now on."""

    pin: Words = Field("", description="4 to 12 digits; left out, there is none any more.")


class TokenToMake(Body):
    """A token: whose, and what for."""

    operator: WholeNumber
    name: Annotated[str, Printable(LONGEST_TOKEN_NAME)]


class PersonAnswer(SavedAnswer):
    """Somebody who was added or changed. The badge is told when it was made here."""

    id: int
    badge: str = ""


class TokenMadeAnswer(SavedAnswer):
    """A new token. Nobody is told it again."""

    id: int
    token: str


class PersonShownAnswer(Answer):
    """Somebody who works here, or did. Of badge and PIN nothing is told."""

    id: int
    name: str
    roles: list[str]
    active: bool
    version: str


class TokenShownAnswer(Answer):
    """A token, by what it is known by; the token itself is told once."""

    id: int
    operator: str
    name: str
    created_at: Time
    seen_at: Time | None = None
