"""Makes whoever guesses wait. Kept in the database, for all processes together; no thread sleeps."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session

from scanner.errors import TooMany
from scanner.people import store as people
from scanner.people.guesses import rules, store
from scanner.people.guesses.rules import Debt, Limit, Tries

KEPT = timedelta(days=1)
"""Wrong tries are forgotten by then, whichever limit they are under."""


@dataclass(frozen=True, slots=True)
class Held:
    """What one try counts against."""

    limit: Limit | Debt
    tries: Tries


@dataclass(slots=True)
class Watch:
    """One try at a badge or a PIN, from a device at an address. Its rows are held in one order, against deadlocks."""

    session: Session
    device: str
    address: str
    now: datetime
    of_house: bool = False
    held: dict[str, Held] = field(default_factory=dict)

    def at_badge(self) -> None:
        """Raise TooMany where this device has to wait.

        A device of the house waits for its own wrong tries alone, until it has used up the free ones: then it is as likely in
        the hands of somebody who guesses.
        """
        self.of_house = people.is_of_house(self.session, self.device)
        own = self._hold(f"device:{self.device}", rules.DEVICE)
        if not self.of_house:
            self._hold(f"address:{self.address}", rules.ADDRESS)
        if not self.of_house or rules.level_now(own.limit, own.tries, self.now) > rules.DEVICE.free:
            self._hold("all", rules.ALL)
        self._refuse()

    def at_pin(self, operator_id: int) -> None:
        """Raise TooMany where too many PINs were tried on a badge: on this device, where its owner signed in before, else on
        all others together. So nobody who guesses elsewhere locks the owner out.
        """
        on = self.device if people.signed_in_on(self.session, self.device, operator_id) else "elsewhere"
        self._hold(f"pin:{operator_id}:{on}", rules.PIN)
        self._refuse()

    def failed(self) -> None:
        """Count the try against all that it was held to."""
        for key, held in self.held.items():
            store.keep(self.session, key, rules.after_failure(held.limit, held.tries, self.now))
        store.forget(self.session, self.now - KEPT)

    def succeeded(self, operator_id: int) -> bool:
        """Whether the device is of the house from now on. One person cannot make any number of devices so."""
        if self.of_house:
            return True
        key = f"new:{operator_id}"
        tries = store.hold(self.session, key, self.now)
        if rules.seconds_left(rules.NEW_DEVICES, tries, self.now) > 0:
            return False
        store.keep(self.session, key, rules.after_failure(rules.NEW_DEVICES, tries, self.now))
        return True

    def _hold(self, key: str, limit: Limit | Debt) -> Held:
        self.held[key] = Held(limit, store.hold(self.session, key, self.now))
        return self.held[key]

    def _refuse(self) -> None:
        wait_for(max(rules.seconds_left(each.limit, each.tries, self.now) for each in self.held.values()))


def count_code(session: Session, sender: str, now: datetime, *, is_new: bool) -> float:
    """Count an unknown code against its sender, a person or a token, and give the seconds that the sender waits for answers.

    A code that was unknown before is no further guess (`is_new`). One that is sent within a wait counts, too: else it would
    be answered for nothing afterwards.
    """
    tries = store.hold(session, _of_codes(sender), now, owed=True)
    if is_new:
        tries = rules.after_failure(rules.CODES, tries, now)
        store.keep(session, _of_codes(sender), tries)
    return rules.seconds_left(rules.CODES, tries, now)


def refuse_codes(session: Session, sender: str, now: datetime) -> None:
    """Raise TooMany where the sender tried too many unknown codes.

    Ask before a badge is answered, too: otherwise the answer tells that it is one.
    """
    wait_for(rules.seconds_left(rules.CODES, store.get(session, _of_codes(sender), now), now))


def refuse_new_codes(session: Session, operator_id: int, now: datetime) -> None:
    """Raise TooMany where the person named too many new codes that mean something else already."""
    wait_for(rules.seconds_left(rules.TAKEN, store.get(session, _of_new_codes(operator_id), now), now))


def count_taken(session: Session, operator_id: int, now: datetime, times: int = 1) -> float:
    """Count codes that a person would have given a meaning and that have one: any of them may be a badge.

    All are counted, lest a wait tell which of them is one. Gives the seconds that the person had to wait already, as who sends
    many at once has: then they are not answered.
    """
    tries = store.hold(session, _of_new_codes(operator_id), now)
    waits = rules.seconds_left(rules.TAKEN, tries, now)
    for _ in range(times):
        tries = rules.after_failure(rules.TAKEN, tries, now)
    store.keep(session, _of_new_codes(operator_id), tries)
    store.forget(session, now - KEPT)
    return waits


def wait_for(seconds: float) -> None:
    """Raise TooMany, which says how long, where there are seconds to wait."""
    if seconds > 0:
        whole = math.ceil(seconds)
        raise TooMany(rules.words(whole), whole)


def _of_new_codes(operator_id: int) -> str:
    return f"taken:{operator_id}"


def _of_codes(sender: str) -> str:
    return f"codes:{sender}"
