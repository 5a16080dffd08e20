"""Whether the files of a SQLite database are still those that were opened.

A file can be removed, replaced or cut short while a server has it open. What is written then goes to a file that nobody will
find again. So the files are looked at before each use, and after each commit before anybody is told of it. A look takes
about 8 microseconds.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from scanner.db import damage
from scanner.errors import DomainError

BESIDE = ("-wal", "-shm")
"""Files that SQLite keeps beside a database in use: its log, and the index of the log."""
FOUND_DAMAGED = (11, 26)
"""SQLITE_CORRUPT and SQLITE_NOTADB (https://sqlite.org/rescode.html)."""
CANNOT_LOOK = (3, 5, 6, 7, 8, 13, 14)
"""PERM, BUSY, LOCKED, NOMEM, READONLY, FULL, CANTOPEN: they say nothing of what is in the file."""
GONE = "The server's database file is gone. Nothing is recorded; devices keep their scans. Tell who looks after the server."
REPLACED = (
    "Another file stands in place of the server's database. Nothing is recorded; devices keep their scans. "
    "Tell who looks after the server."
)
CUT_SHORT = (
    "The server's database file is damaged. Nothing is recorded; devices keep their scans. Tell who looks after the server."
)
LOG_GONE = "The log of the server's database was removed. Nothing is recorded until it is put right; devices keep their scans."
WHAT_TO_DO = {
    GONE: "Put this very file back, and the server goes on; or stop it and restore a backup.",
    REPLACED: "Put the old file back, and the server goes on; or restart it on this one.",
    CUT_SHORT: "Stop the server. Start it again: it says what was seen, and the two ways to go on.",
    LOG_GONE: "The server saves what was in it, and goes on by itself.",
}
_log = logging.getLogger(__name__)


class DatabaseGone(DomainError):
    """The database file is not the one that was opened. What was written is not certain to be in it."""


class Damaged(DatabaseGone):
    """The database was seen damaged before, or while nobody had it open, and nobody has said since how to go on."""


class _Seen(NamedTuple):
    """One file: device and inode say which it is."""

    device: int
    inode: int
    size: int


class Watch:
    """Watches the files at `path`.

    `close_all` closes every connection. `save_log` copies the log into the database by an open one, and says whether all of it
    is there. `is_whole` reads the whole database for damage; None where it could not be read. `though_damaged`: one that was seen
    damaged is opened.
    """

    def __init__(
        self, path: Path, close_all: Callable[[], None], save_log: Callable[[], bool], is_whole: Callable[[Path], bool | None], *,
        though_damaged: bool = False,
    ) -> None:  # fmt: skip
        self.path = Path(os.path.abspath(path))
        self._close_all, self._save_log, self._is_whole = close_all, save_log, is_whole
        self._files: dict[str, _Seen] = {}
        self._opening: _Seen | None = None
        self._users = 0
        self._state = threading.RLock()
        self._damaged, self._though_damaged = False, though_damaged
        self._left: damage.Index | None = None
        self._index: int | None = None
        self._marks: tuple[Path, ...] = ()
        self._told: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is known which files these are."""
        return bool(self._files)

    def opening(self) -> None:
        """Note which file is about to be opened for the first time. Raises Damaged where it has the mark."""
        if not self._though_damaged and (seen := damage.found(self.path)):
            raise Damaged(damage.refusal(self.path, seen))
        self._opening = _seen(str(self.path))
        self._marks = damage.marks_of(self.path)
        with self._state:
            if self._index is not None and not self._has_index():  # of a first try that failed
                self._see_what_was_lost()
                self._close_index()
            if self._index is None and self._opening.size:  # SQLite deletes what is beside an empty one
                self._open_index()
                self._left = damage.index_in(self._index)

    def _open_index(self) -> None:
        """Open the index of the log until all is closed: closing it before would end SQLite's locks on it.

        See https://sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_.
        """
        with contextlib.suppress(OSError):
            self._index = os.open(self._index_path, os.O_RDONLY)

    def _close_index(self) -> None:
        index, self._index = self._index, None
        if index is not None:
            os.close(index)

    def _has_index(self) -> bool:
        """Whether the index that is open is the one that lies beside the database, and not one that was there before."""
        with contextlib.suppress(OSError):
            return self._index is not None and os.path.samestat(os.fstat(self._index), os.stat(self._index_path))
        return False

    @property
    def _index_path(self) -> str:
        return f"{os.path.realpath(self.path)}-shm"

    def opened(self) -> None:
        """Note which files these are at the first connection; at later ones raise DatabaseGone if they are others."""
        if self._files:
            self.check()
            return
        real = os.path.realpath(self.path)
        now = _seen(str(self.path))
        if self._opening is None or (now.device, now.inode) != (self._opening.device, self._opening.inode):
            self._left = None
            raise DatabaseGone(REPLACED)
        self._see_what_was_lost()
        with self._state:
            if not self._has_index():  # SQLite has made another since
                self._close_index()
                self._open_index()
        self._files = {str(self.path): _seen(str(self.path))} | {real + end: _seen(real + end) for end in BESIDE}

    def closed(self) -> None:
        """Forget which files they were: every connection is closed."""
        self._files, self._told, self._left = {}, None, None
        self._close_index()

    def _see_what_was_lost(self) -> None:
        """Raise Damaged where the log lost something while nobody had it open, or before a process died."""
        if not damage.lacks(damage.index_in(self._index), self._left):
            return
        what = f"The log of {self.path} was cut short, removed or overwritten"
        damage.note(self.path, what)
        if not self._though_damaged:
            seen = damage.found(self.path) or damage.Damage(datetime.now(UTC), what)  # no disk may have taken the mark
            raise Damaged(damage.refusal(self.path, seen))

    def note_damage(self, what: str) -> None:
        """Use these files no more, and leave a mark, so that no restart does either."""
        with self._state:
            if not self._damaged:
                self._damaged = True
                damage.note(self.path, what)

    def look_for_marks(self) -> None:
        """Take over the damage that another process saw."""
        if self._files and not self._damaged and not self._though_damaged:
            self._damaged = any(map(os.path.exists, self._marks))

    def judged(self, error: BaseException | None) -> BaseException | None:
        """DatabaseGone in place of what SQLite raises where it finds the files damaged; else the error itself."""
        cause = getattr(error, "orig", None) or error
        if getattr(cause, "sqlite_errorcode", 0) & 0xFF not in FOUND_DAMAGED or not self._files:
            return error
        with contextlib.suppress(DatabaseGone):
            self.check()  # what happened to the files may explain it
            self.note_damage(f"SQLite found {self.path} damaged: {cause}")
        return DatabaseGone(self._trouble() or CUT_SHORT)

    def check(self) -> None:
        """Raise DatabaseGone unless every file is the one that was opened."""
        trouble = self._trouble()
        if trouble != self._told:
            self._tell(trouble)
        if trouble:
            raise DatabaseGone(trouble)

    @contextlib.contextmanager
    def in_use(self) -> Iterator[None]:
        """Use the files, which must be the ones that were opened. Raises DatabaseGone."""
        with self._state:
            self.look_for_marks()
            self._mend_or_raise()
            self._users += 1
        try:
            yield
        except Exception as error:
            judged = self.judged(error)
            if judged is error or judged is None:
                raise
            raise judged from error
        finally:
            with self._state:
                self._users -= 1

    def _mend_or_raise(self) -> None:
        """Open connections still hold a log that was removed. All of it is copied into the database before they are closed."""
        try:
            self.check()
        except DatabaseGone as trouble:
            if trouble.message != LOG_GONE or self._users or not self._save_log():
                raise
            self._close_all()
            _log.warning("What was in the log of the database is saved in it; the server goes on.")

    def _trouble(self) -> str | None:
        if self._damaged:
            return CUT_SHORT
        files = self._files
        for path, before in files.items():
            try:
                now = os.stat(path)
            except OSError:
                return GONE if path == str(self.path) else LOG_GONE
            if now.st_ino != before.inode or now.st_dev != before.device:
                return REPLACED if path == str(self.path) else LOG_GONE
            if now.st_size != before.size and not self._may_be(path, before, now.st_size):
                return CUT_SHORT
        return None

    def _may_be(self, path: str, before: _Seen, size: int) -> bool:
        """Whether the file may have this size now. It shrinks by VACUUM or another program's checkpoint, or by damage."""
        with self._state:
            if size < before.size and not (is_sound := self._is_sound(path, size)):
                if is_sound is not None:  # else it is looked at again
                    self.note_damage(f"{path} was cut from {before.size:,} to {size:,} bytes")
                return False
            self._files[path] = before._replace(size=size)
            return True

    def _is_sound(self, path: str, size: int) -> bool | None:
        """Whether a file that shrank is sound; None where nobody can say just now.

        An empty database is not, and SQLite would delete the log beside it.
        A log that another program emptied in good order is told by its index: reading all of a large database takes seconds,
        in which everybody waits.
        """
        if path.endswith("-wal") and (index := damage.index_in(self._index)) and index.fits(size):
            return True
        return (size > 0 or path != str(self.path)) and self._is_whole(self.path)

    def _tell(self, trouble: str | None) -> None:
        with self._state:
            if trouble == self._told:
                return
            self._told = trouble
        if trouble:
            _log.error(f"{trouble} {WHAT_TO_DO[trouble]}")  # constant words: nothing in a line of the log is anybody's
        else:
            _log.warning("The database file is back. The server records again.")


def _seen(path: str) -> _Seen:
    found = os.stat(path)
    return _Seen(found.st_dev, found.st_ino, found.st_size)
