"""The folder of the backups. A good one is a file there under its name, as its note says; so what is listed can be restored."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import shutil
import stat
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path

from sqlalchemy.engine import URL

from scanner.data import noted
from scanner.data.nightly.rules import Failed, Kept, State
from scanner.db.marks import marked_since
from scanner.db.trouble import in_words, place_of
from scanner.files import make_folder, write_private
from scanner.settings import Settings, data_folder

FORM = "%Y%m%dT%H%M%SZ"
NEVER_A_FOLDER = (errno.EEXIST, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG)
"""Why a path is none that any mending of a disk makes a folder."""


@dataclass(frozen=True, slots=True)
class Folder:
    """Where the backups of one warehouse are; `name` is how their files begin, and theirs alone.

    `chosen`: somebody named this folder, so it may be of another disk, and is not made anew each night.
    """

    path: Path
    name: str
    end: str
    chosen: bool = False

    def file_of(self, at: datetime) -> Path:
        """The file of a backup of this moment."""
        return self.path / f"{self.name}-{at.astimezone(UTC):{FORM}}.nightly{self.end}"

    def kept(self) -> list[Kept]:
        """Every good backup, the oldest first. Files that somebody else put there are none of them."""
        return [one for one in self.all() if not one.damage]

    def all(self, *, thorough: bool = False) -> list[Kept]:
        """The same with those that were damaged since. `thorough`: all of each is read and compared with what was verified."""
        found = []
        with contextlib.suppress(OSError):
            for file in self.path.iterdir():
                if (at := self._moment_of(file.name)) and (file.is_symlink() or not file.is_dir()):
                    found.append(_looked_at(file, at, thorough))
        return sorted(found)

    def clear(self) -> None:
        """Delete what was left by a backup that was killed, and the notes of backups that are gone."""
        half = re.compile(rf"\.{re.escape(self.name)}(\.failed\.json|-\d{{8}}T\d{{6}}Z\.nightly.*)\.new-.*")
        for left in list(self.path.iterdir()):
            if half.fullmatch(left.name):
                left.unlink(missing_ok=True)
            elif left.name.startswith(self.scratch):
                shutil.rmtree(left, ignore_errors=True)
            elif left.suffix == noted.END and self._moment_of(left.stem) and not left.with_suffix("").exists():
                left.unlink(missing_ok=True)

    @property
    def scratch(self) -> str:
        """How folders begin in which a backup of this warehouse is tried."""
        return f".{self.name}.scratch-"

    def _moment_of(self, name: str) -> datetime | None:
        """The moment of the backup of this name; None where it is the name of none of this warehouse."""
        if match := re.fullmatch(rf"{re.escape(self.name)}-(\d{{8}}T\d{{6}}Z)\.nightly{re.escape(self.end)}", name):
            with contextlib.suppress(ValueError):  # no day of any month
                return datetime.strptime(match[1], FORM).replace(tzinfo=UTC)
        return None

    def trouble(self) -> str:
        """Why no backup can be written here, as far as it can be seen without trying; empty where it may be."""
        try:
            if not stat.S_ISDIR(self.path.stat().st_mode):
                return in_words(FileExistsError(errno.EEXIST, ""), str(self.path))
            if not os.access(self.path, os.W_OK | os.X_OK):
                read_only = os.statvfs(self.path).f_flag & os.ST_RDONLY if hasattr(os, "statvfs") else 0
                return in_words(OSError(errno.EROFS if read_only else errno.EACCES, ""), str(self.path))
        except FileNotFoundError:
            return gone(self.path) if self.chosen else ""  # the other one is made with the first backup
        except OSError as error:
            return in_words(error, str(self.path))
        return ""

    def failed(self) -> Failed | None:
        """The failure since the last good one."""
        return max((failed for note in self._failures if (failed := _failure_of(note))), default=None)

    def note_failure(self, failed: Failed) -> None:
        """Keep what went wrong, for the page and for the next start: here, or where nothing can be written, in the data folder.

        A full disk may not even take that.
        """
        for note in self._failures:
            with contextlib.suppress(OSError):
                write_private(note, json.dumps({"at": failed.at.isoformat(), "why": failed.why}).encode())
                return

    def forget_failure(self) -> None:
        """A good one was made since. What the two are dated says nothing of that: the clock may have been put right between."""
        for note in self._failures:
            with contextlib.suppress(OSError):
                note.unlink(missing_ok=True)

    @property
    def _failures(self) -> tuple[Path, Path]:
        return self.path / f"{self.name}.failed.json", data_folder() / f"{self.name}.backup-failed.json"


def make_ready(settings: Settings) -> None:
    """See before a server starts that the folder of the backups can be one. Raises ValueError where none ever can.

    The one in the data folder is made. One that somebody chose is not: its disk may be away, and what lies in its place is
    another. Whatever else is wrong with it stops no warehouse: each backup fails until that is mended.
    """
    if at_of(settings.backup_at) is None:
        return
    path = _path_of(settings)
    try:
        if settings.backup_folder is None:
            make_folder(path)
        elif not stat.S_ISDIR(path.stat().st_mode):
            raise FileExistsError(errno.EEXIST, "")
    except OSError as error:
        if error.errno in NEVER_A_FOLDER:
            raise ValueError(f"SCANNER_BACKUPS: no backup can be kept in {path}. {in_words(error, str(path))}") from error


def gone(path: Path) -> str:
    """What is said of a chosen folder that is not there."""
    return f"There is no folder {path} for backups: mount its disk, or make it."


def folder_of(url: URL, settings: Settings) -> Folder:
    """Where the backups of this database are."""
    path, chosen = _path_of(settings), settings.backup_folder is not None
    if url.get_backend_name() != "sqlite":
        return Folder(path, f"{url.database}-{_short(place_of(url))}", ".dump", chosen)
    file = Path(str(url.database)).absolute()
    name = file.stem if file.parent == data_folder().absolute() else f"{file.stem}-{_short(str(file))}"
    return Folder(path, name, ".db", chosen)


def state_of(url: URL, settings: Settings, *, thorough: bool = False) -> State:
    """What is known of the backups of this database, from the folder alone. `thorough` reads all of each."""
    folder = folder_of(url, settings)
    found, since = folder.all(thorough=thorough), marked_since(url)
    kept, damaged = [one for one in found if not one.damage], tuple(one for one in found if one.damage)
    missing = "" if url.get_backend_name() == "sqlite" or shutil.which("pg_dump") else "pg_dump"
    newest = kept.pop() if kept else None
    return State(at_of(settings.backup_at), newest, folder.failed(), since, missing, tuple(kept), damaged, folder.trouble())


def last_good(url: URL, settings: Settings, now: datetime) -> Kept | None:
    """The last good backup of this database, None where there is none."""
    return state_of(url, settings).last(now)


def at_of(text: str) -> time | None:
    """The time of day that a setting names, as 03:00 or 3; None for off. Raises ValueError."""
    if text.strip().lower() in ("off", "never"):
        return None
    with contextlib.suppress(ValueError):
        hour, _, minute = text.partition(":")
        return time(int(hour), int(minute or 0))
    raise ValueError(f"SCANNER_BACKUP_AT: expected a time such as 03:00, or off, got {text!r}")


def _path_of(settings: Settings) -> Path:
    return settings.backup_folder or data_folder() / "backups"


def _failure_of(note: Path) -> Failed | None:
    try:
        said = json.loads(note.read_text())
        return Failed(datetime.fromisoformat(said["at"]), str(said["why"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _looked_at(file: Path, at: datetime, thorough: bool) -> Kept:
    try:
        size, checked, damage = noted.look_at(file, thorough=thorough)
    except OSError as error:
        return Kept(at, str(file), 0, checked=False, damage=f"it cannot be read: {error.strerror or error}")
    return Kept(at, str(file), size, checked=checked, damage=damage)


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:6]
