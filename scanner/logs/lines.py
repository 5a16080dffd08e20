"""How a line looks: text for a terminal, JSON for what collects lines."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from scanner.logs.described import described, places, without_values

FIELDS = (
    "request", "method", "route", "status", "ms", "bytes", "operator", "check", "place", "suppressed",
)  # fmt: skip
"""Names under which a line may have a value, as in `log.error("…", extra={"check": "disk"})`: nothing that a person made up."""
MASK = "…"
_WITH_DIGIT = re.compile(r"\S*\d\S*")

about: ContextVar[dict[str, object]] = ContextVar("about", default={})  # noqa: B039 - never changed
"""Fields of the request that is being answered. Every line that is said meanwhile has them."""


def message_of(record: logging.LogRecord) -> str:
    """The text of a record, with numbers and errors put in and everything else masked."""
    text = str(record.msg)
    if not record.args:  # a library may have put a value into its text by itself
        return text if record.name.startswith("scanner") else _WITH_DIGIT.sub(MASK, without_values(text))
    try:
        if isinstance(record.args, Mapping):
            return text % {name: _harmless(value) for name, value in record.args.items()}
        return text % tuple(_harmless(value) for value in record.args)
    except (TypeError, ValueError, KeyError):
        return text


def fields_of(record: logging.LogRecord) -> dict[str, object]:
    """The fields of a record and of its request."""
    said = about.get() | {name: record.__dict__[name] for name in FIELDS if name in record.__dict__}
    return {name: value for name, value in said.items() if value is not None}


class TextLines(logging.Formatter):
    """One line of text; an error's places below it, indented."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        fields = "".join(f" {name}={value}" for name, value in fields_of(record).items())
        line = f"{_moment(record)} {record.levelname} {record.name}: {message_of(record)}{fields}"
        return "\n    ".join([line, *_error_lines(record)])


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        said: dict[str, Any] = {
            "time": _moment(record), "level": record.levelname.lower(), "logger": record.name, "message": message_of(record),
        }  # fmt: skip
        said |= fields_of(record)
        if error := list(_error_lines(record)):
            said |= {"error": error[-1], "traceback": error[:-1]}
        return json.dumps(said, ensure_ascii=False, default=lambda _: MASK)


def _harmless(value: object) -> object:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return described(value) if isinstance(value, BaseException) else MASK


def _error_lines(record: logging.LogRecord) -> Iterator[str]:
    if record.exc_info and record.exc_info[1] is not None:
        yield from places(record.exc_info[1])


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
