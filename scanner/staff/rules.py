"""Who may give which role, what a new badge is like, and that somebody is always there who may do all of this."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import NamedTuple

from scanner.errors import BadRequest, Conflict, NotAllowed
from scanner.people.rules import RIGHTS, OperatorView, Role, join_roles

LONGEST_NAME, LONGEST_BADGE, LONGEST_TOKEN_NAME = 120, 128, 80
LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""Of a badge that is made: none is taken for another one, read aloud or by hand."""
MADE_LENGTH = 12
_PIN = re.compile(r"[0-9]{4,12}")


class Kept(NamedTuple):
    """A person as the database has one."""

    id: int
    badge: str
    name: str
    roles: str
    pin_hash: str | None
    active: bool

    @property
    def version(self) -> str:
        """Another one whenever name, roles, or whether the person is gone, are others. It tells nothing of badge and PIN."""
        said = "\0".join((self.name, self.roles, str(self.active)))
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    @property
    def is_supervisor(self) -> bool:
        """Whether the person may do everything, now."""
        return self.active and Role.SUPERVISOR in self.roles.split(";")

    def facts(self) -> dict[str, object]:
        """As the audit takes it: badge and PIN only as far as that they changed."""
        named = "without a name" if self.name == self.badge else self.name
        return {"name": named, "roles": self.roles, "active": self.active, "badge": self.badge, "pin": self.pin_hash}


def made_badge(choose: Callable[[str], str]) -> str:
    """A badge that nobody guesses: 58 random bits, if `choose` gives any of some letters with the same odds."""
    return "B-" + "".join(choose(LETTERS) for _ in range(MADE_LENGTH))


def checked_roles(said: list[str], by: OperatorView) -> str:
    """Roles as they are stored. Raises BadRequest for an unknown one, NotAllowed for more than who gives them may do."""
    if unknown := sorted(set(said) - set(Role)):
        raise BadRequest(f"Expected roles out of {', '.join(Role)}, got {unknown[0][:40]!r}.", "roles")
    for role in said:
        demand_may_give(by, role)
    return join_roles(frozenset(said))


def demand_role(given: str) -> None:
    """Raise BadRequest where somebody would be let in and could do nothing."""
    if not given:
        raise BadRequest("Choose at least one role.", "roles")


def demand_may_give(by: OperatorView, role: str) -> None:
    """Raise NotAllowed for a role that lets somebody do what the giver may not."""
    if any(not by.may(right) for right in RIGHTS[Role(role)]):
        raise NotAllowed(f"{by.name} may not make anybody {role}: that is more than {by.name} may do.", "roles")


def checked_pin(pin: str) -> str:
    """A PIN that was typed. Raises BadRequest, which never says what came."""
    if not _PIN.fullmatch(pin.strip()):
        raise BadRequest("Expected a PIN of 4 to 12 digits.", "pin")
    return pin.strip()


def demand_same(kept: Kept, version: str) -> None:
    """Raise Conflict where somebody else changed the person since the form was shown."""
    if version and version != kept.version:
        raise Conflict(f"Somebody else changed {kept.name} meanwhile. Nothing was saved: look at it as it is now.", "version")


def demand_supervisor_left(before: Kept, after: Kept, others: int) -> None:
    """Raise Conflict where nobody would be left who may do everything."""
    if before.is_supervisor and not after.is_supervisor and not others:
        raise Conflict(f"{before.name} is the only supervisor. Make somebody else supervisor first.", "roles")


def demand_other_name(name: str, taken: bool, sure: bool) -> None:
    """Raise Conflict where somebody else is called the same, and nobody said that this is meant."""
    if taken and not sure:
        raise Conflict(f"Somebody else here is called {name}. Is this another person? Then say so.", "same_name")


def ends_sessions(before: Kept, after: Kept) -> bool:
    """Whether the person has to sign in anew everywhere: all but a new name."""
    return before._replace(name=after.name) != after
