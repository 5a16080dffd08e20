"""Errors without the values that they hold. A database names the row that it refuses, Python the key that is missing."""

from __future__ import annotations

import os
import re
import traceback
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_SQLITE = ("sqlite3", "pysqlite3")
_FROM_QUOTE = re.compile(r"[\"'`“‘«].*|\n.*", re.DOTALL)
_IDENTIFIERS = ("table_name", "column_name", "constraint_name")


def described(error: BaseException) -> str:
    """The type of an error and the part of its message that holds no value of a user: `OperationalError: database is locked`."""
    cause = getattr(error, "orig", None) or error
    room = type(cause).__module__.partition(".")[0]
    if room in _SQLITE:
        return _joined(cause, without_values(str(cause)))
    if room == "psycopg":
        return _joined(cause, _of_postgres(cause))
    if isinstance(cause, OSError) and cause.errno is not None:
        return _joined(cause, os.strerror(cause.errno))
    return type(cause).__name__


def chain(error: BaseException) -> list[BaseException]:
    """The error and those that led to it, the first one last."""
    found: list[BaseException] = []
    each: BaseException | None = error
    while each is not None and each not in found:
        found.append(each)
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return found


def places(error: BaseException) -> Iterator[str]:
    """Where an error and those that led to it were raised, the first one first: lines of Python's traceback without values."""
    for each in reversed(chain(error)):
        for frame in traceback.extract_tb(each.__traceback__):
            yield f"{short(frame.filename)}:{frame.lineno} in {frame.name}: {frame.line or ''}"
        yield described(each)


def place(error: BaseException) -> str:
    """The innermost place of an error: file and line."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{short(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""


def _joined(error: BaseException, words: str) -> str:
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def without_values(message: str) -> str:
    """The message up to its first quotation or line break: both databases quote values, and psycopg puts rows into DETAIL."""
    return _FROM_QUOTE.sub("…", message).strip()


def _of_postgres(error: BaseException) -> str:
    """SQLSTATE, the message without values, and the names of the table, column and constraint (PostgreSQL's error fields).

    Without a SQLSTATE an OperationalError is of the connection: no row is in it, and where it went to is what one wants to know.
    """
    told = getattr(error, "diag", None)
    names = [str(name) for field in _IDENTIFIERS if (name := getattr(told, field, None))]
    state = getattr(error, "sqlstate", None)
    if state is None and type(error).__name__ == "OperationalError":
        return " ".join(str(error).split())
    message = getattr(told, "message_primary", None) or str(error)
    return " ".join([*([state] if state else []), without_values(message), *([f"({', '.join(names)})"] if names else [])])


def short(filename: str) -> str:
    """The path of a file below this checkout, or the end of any other."""
    path = Path(filename)
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else "/".join(path.parts[-3:])
