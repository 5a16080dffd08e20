"""Sends what waits, until it is taken: at least once, each time under the same number.

A message is claimed by moving its next try into the future, in a short transaction; then it is sent, with no transaction
open; then what came of it is written down. A process that dies in between leaves it claimed, and any process sends it again
when the claim has run out. One address never waits for another, and an address that fails is left alone for a while.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row

from scanner.db.engine import Database
from scanner.webhooks import store
from scanner.webhooks.post import Answer, post

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long, in seconds: for one answer, between looks for what waits, from a first failure to the next try (each further
    one twice as long), at most so, and how many tries before it is given up: as it stands, about a week. `hold` is the longest
    that other messages wait for an address that failed.
    """

    answer: float = 20
    look: float = 1
    first: float = 2
    longest: float = 3600
    tries: int = 180
    hold: float = 30

    def after(self, attempt: int, answer: Answer) -> float:
        """Seconds from a failed try to the next, spread so that receivers are not met by all at once."""
        doubled = self.first * 2 ** min(attempt - 1, 30)
        return max(min(doubled, self.longest) * random.uniform(0.8, 1.2), answer.retry_after)

    @property
    def claim(self) -> timedelta:
        """How long a message is one process's: longer than a try takes."""
        return timedelta(seconds=20 + 3 * self.answer)


KEPT = timedelta(days=90)
"""How long the log shows what was delivered."""
DROPPED_AT_ONCE, DROP_EVERY = 200, 60.0
"""Messages in one short transaction, so that no scan waits for it, and seconds between two such."""
ADDRESSES_AT_ONCE = 8
STOP_WITHIN = 8
"""Seconds that an end waits for what is under way. What takes longer is sent again by the next server."""


class Sender:
    """The thread that looks for what waits, and one thread for each address that it is talking to."""

    def __init__(self, database: Database, patience: Patience | None = None, now: Callable[[], datetime] | None = None) -> None:
        self._database, self._patience = database, patience or Patience()
        self._now = now or (lambda: datetime.now(UTC))
        self._stopped = threading.Event()
        self._state = threading.Lock()
        self._talking: dict[int, threading.Thread] = {}
        self._held_until: dict[int, float] = {}
        self._drop_at = 0.0
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Begin nothing more, and wait a little for what is under way."""
        self._stopped.set()
        self._thread.join(STOP_WITHIN)
        with self._state:
            talking = list(self._talking.values())
        for thread in talking:
            thread.join(STOP_WITHIN)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._look()
                self._drop_old()
            except Exception:  # whatever it is, what waits must go out once it is over
                log.exception("could not look after the messages")
            self._stopped.wait(self._patience.look)

    def _look(self) -> None:
        with self._state:
            moment = time.monotonic()
            held = {address for address, until in self._held_until.items() if until > moment}
            but, free = held | self._talking.keys(), ADDRESSES_AT_ONCE - len(self._talking)
        if free <= 0:
            return
        with self._database.read() as session:
            waiting = store.due(session, self._now(), but, free)
        for row in waiting:
            self._talk_to(row.webhook_id)

    def _drop_old(self) -> None:
        """Drop what was delivered long ago, a little at a time: sooner again while there is more of it."""
        if time.monotonic() < self._drop_at:
            return
        dropped = self._database.transact(store.drop_delivered, self._now() - KEPT, DROPPED_AT_ONCE)
        self._drop_at = time.monotonic() + (0 if dropped == DROPPED_AT_ONCE else DROP_EVERY)

    def _talk_to(self, address: int) -> None:
        thread = threading.Thread(target=self._empty, args=(address,), name=f"webhook {address}", daemon=True)
        with self._state:
            self._talking[address] = thread
        thread.start()

    def _empty(self, address: int) -> None:
        """Send an address what waits for it, one after the other, until one is not taken."""
        try:
            while not self._stopped.is_set() and self._send_next(address):
                pass
        except Exception:
            log.exception("could not send to address %s", address)
            self._hold(address, self._patience.first)
        finally:
            with self._state:
                del self._talking[address]

    def _send_next(self, address: int) -> bool:
        """Send the next message; False when there is none, or when it was not taken."""
        with self._database.read() as session:
            found = store.next_due(session, address, self._now())
        if found is None:
            return False
        now = self._now()
        claimed = self._database.transact(store.claim, found, now, now + self._patience.claim)
        if claimed is None:
            return True  # another process has it
        answer = post(claimed.url, claimed.secret, claimed.uuid, int(now.timestamp()), claimed.payload, self._patience.answer)
        if answer.taken:
            self._database.transact(store.delivered, claimed.id, answer.status or 0, self._now())
        else:
            self._put_off(claimed, answer)
        return answer.taken

    def _put_off(self, claimed: Row[Any], answer: Answer) -> None:
        pause = self._patience.after(claimed.attempts, answer)
        give_up = claimed.attempts >= self._patience.tries
        later = self._now() + timedelta(seconds=pause)
        self._hold(claimed.webhook_id, pause)
        self._database.transact(
            store.failed, claimed.id, claimed.attempts, answer.status, answer.error, later, give_up=give_up
        )  # fmt: skip

    def _hold(self, address: int, pause: float) -> None:
        """Leave an address alone for a while, whatever else waits for it."""
        with self._state:
            self._held_until[address] = time.monotonic() + min(pause, self._patience.hold)
