"""The mark that a SQLite database was seen damaged: without it, a restart would make all look healthy, with scans missing.

It lies beside the database, or where that disk takes none in the data folder. A restore takes it away, and so does `resend`.
"""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from scanner.db.marks import in_data_folder
from scanner.files import make_folder, write_private
from scanner.settings import sqlite_url

END = ".damaged"
HEADER = 48
"""Bytes of the header of a log's index. There are two copies, then how many frames were copied back."""
BEGUN_MEANWHILE = 2**16
"""Generations of a log from one look to the next, at most: more is the number of a log that is none."""


@dataclass(frozen=True, slots=True)
class Damage:
    """What was seen, as the end of a sentence, and when."""

    at: datetime
    what: str

    def words(self) -> str:
        """Both, for a sentence."""
        return f"{self.what} (seen on {self.at.astimezone():%Y-%m-%d at %H:%M})"


def note(file: Path, what: str) -> None:
    """Leave the mark. The first one stays; where no disk takes it there is none."""
    if found(file):
        return
    content = json.dumps({"at": datetime.now(UTC).isoformat(), "what": what}).encode()
    for mark in marks_of(file):
        with contextlib.suppress(OSError):
            make_folder(mark.parent)
            write_private(mark, content)
            return


def found(file: Path) -> Damage | None:
    """The damage that was noted, None where there is none. A mark that cannot be read is one, too."""
    for mark in marks_of(file):
        if mark.exists():
            try:
                said = json.loads(mark.read_text())
                return Damage(datetime.fromisoformat(said["at"]), str(said["what"]))
            except (OSError, ValueError, KeyError, TypeError):
                return Damage(datetime.fromtimestamp(mark.stat().st_mtime, UTC), f"{file} was found damaged")
    return None


def forget(file: Path) -> None:
    """Take the mark away."""
    for mark in marks_of(file):
        mark.unlink(missing_ok=True)


def refusal(file: Path, damage: Damage) -> str:
    """Why nothing opens a database with the mark, and the two ways out."""
    database = f"--database {shlex.quote(sqlite_url(file.absolute()))}"
    return (
        f"{damage.words()}: scans that devices got acknowledged may be missing in {file}. Nothing was opened. Restore a backup "
        f"(python3 -m scanner restore BACKUP {database}), or go on with what is there (python3 -m scanner resend {database}). "
        "After either one devices send again their last 24 hours."
    )


class Index(NamedTuple):
    """What the index of a log says: its generation (first salt), its frames, how many are in the database, bytes of a page."""

    generation: int
    salts: bytes
    frames: int
    copied: int
    page: int

    def fits(self, size: int) -> bool:
        """Whether a log of so many bytes holds all the frames (https://sqlite.org/fileformat2.html#the_write_ahead_log)."""
        return size >= (32 + self.frames * (24 + self.page) if self.frames else 0)


def index_in(descriptor: int | None) -> Index | None:
    """The index in an open file, None where there is none that is whole.

    It is kept by the system when the process dies (https://sqlite.org/walformat.html#the_wal_index_header).
    """
    content = os.pread(descriptor, 2 * HEADER + 4, 0) if descriptor is not None else b""
    if len(content) < 2 * HEADER + 4 or content[:HEADER] != content[HEADER : 2 * HEADER] or not content[12]:
        return None
    frames, copied = (int.from_bytes(content[at : at + 4], sys.byteorder) for at in (16, 2 * HEADER))
    page = int.from_bytes(content[14:16], sys.byteorder)
    return Index(int.from_bytes(content[32:36], "big"), content[32:40], frames, copied, page=65536 if page == 1 else page)


def lacks(now: Index | None, left: Index | None) -> bool:
    """Whether a log, as it was read anew, lacks what was committed to it when its index was left.

    After a crash it has all of that or more. After a power cut the index may be of an earlier generation of the log; and beside a
    server at work a later one may have begun meanwhile, of which nothing is committed yet. One begins once all is copied.
    """
    if left is None or not left.frames or now is None:
        return False
    if now.salts == left.salts and now.frames >= left.frames:
        return False
    if 0 < (now.generation - left.generation) % 2**32 < (2**31 if now.frames else BEGUN_MEANWHILE):
        return False
    return now.frames > 0 or left.copied < left.frames  # a log that is gone and was copied as a whole is not missed


def marks_of(file: Path) -> tuple[Path, Path]:
    """Where the mark may lie: beside the database, or in the data folder; the same by whichever name it is opened."""
    real = os.path.realpath(file)
    return Path(f"{real}{END}"), in_data_folder(real).with_suffix(END)
