"""Sends the messages that wait until they are taken: at least once, each time under the same uuid.

1. Claim a message in a short transaction: its next try moves into the future.
2. Send it, with no transaction open.
3. Write down what came of it.

Where a process dies in between, the claim runs out and any process sends the message again. Each address has its own thread,
so that none waits for another. An address that fails is left alone for a while.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from scanner.db.engine import Database
from scanner.webhooks import store
from scanner.webhooks.post import PostResult, post
from scanner.webhooks.store import Claimed

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long is waited, in seconds. As it stands, a message is given up after about a week."""

    answer: float = 20  # for one answer
    look: float = 1  # between looks for what waits
    first: float = 2  # from the first failure to the next try; each further pause is twice as long
    longest: float = 3600  # the longest pause
    tries: int = 180  # after so many the message is given up
    hold: float = 30  # the longest that other messages wait for an address that failed

    def after(self, attempt: int, answer: PostResult) -> float:
        """Seconds from a failed try to the next; random by a fifth, so that not all messages come at the same time."""
        doubled = self.first * 2.0 ** min(attempt - 1, 30)
        return max(min(doubled, self.longest) * random.uniform(0.8, 1.2), answer.retry_after)

    @property
    def claim(self) -> timedelta:
        """How long a process keeps a message to itself: longer than a try takes."""
        return timedelta(seconds=20 + 3 * self.answer)


KEPT = timedelta(days=90)
"""How long delivered messages stay in the log."""
DROPPED_AT_ONCE = 200
"""Messages deleted in one transaction: few, so that no scan waits for it."""
DROP_EVERY = 60.0
"""Seconds between two such transactions."""
ADDRESSES_AT_ONCE = 8
STOP_WITHIN = 8
"""Seconds that `stop` waits for what is being sent. What takes longer is sent again by the next server."""


class Sender:
    """A thread that looks for what waits, and one thread for each address that is being sent to."""

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
        """Start looking for messages."""
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether it looks for messages."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Start no more sending, and wait a little for what is being sent."""
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
            except Exception:  # the thread must live on, or nothing is sent any more
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
        for address in waiting:
            self._talk_to(address)

    def _drop_old(self) -> None:
        """Give up what waits for nobody. Delete what was delivered long ago, a little at a time; at once while there is more."""
        if time.monotonic() < self._drop_at:
            return
        self._database.transact(store.give_up_removed)
        dropped = self._database.transact(store.drop_delivered, self._now() - KEPT, DROPPED_AT_ONCE)
        self._drop_at = time.monotonic() + (0 if dropped == DROPPED_AT_ONCE else DROP_EVERY)

    def _talk_to(self, address: int) -> None:
        thread = threading.Thread(target=self._empty, args=(address,), name=f"webhook {address}", daemon=True)
        with self._state:
            self._talking[address] = thread
        thread.start()

    def _empty(self, address: int) -> None:
        """Send an address its messages, one after the other, until one is not taken."""
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
        answer = post(
            claimed.url,
            secret=claimed.secret,
            uuid=claimed.uuid,
            timestamp=int(now.timestamp()),
            payload=claimed.payload,
            seconds=self._patience.answer,
        )
        if answer.taken:
            self._database.transact(store.delivered, claimed.id, answer.status or 0, self._now())
        else:
            self._put_off(claimed, answer)
        return answer.taken

    def _put_off(self, claimed: Claimed, answer: PostResult) -> None:
        pause = self._patience.after(claimed.attempts, answer)
        later = self._now() + timedelta(seconds=pause)
        self._hold(claimed.webhook_id, pause)
        self._database.transact(
            store.failed,
            claimed.id,
            attempt=claimed.attempts,
            status=answer.status,
            error=answer.error,
            next_at=later,
            give_up=claimed.attempts >= self._patience.tries,
        )

    def _hold(self, address: int, pause: float) -> None:
        """Send an address nothing for a while."""
        with self._state:
            self._held_until[address] = time.monotonic() + min(pause, self._patience.hold)
