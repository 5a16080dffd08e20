"""Sends failures to a collector that speaks Sentry's protocol: what the log says of them, and nothing more.

The library's own integrations stay off: they would send addresses, headers, bodies and variables. It sends what it counts as
personal (`send_default_pii`) only where that is switched on.
"""

from __future__ import annotations

import logging
from typing import Any

import sentry_sdk
from sentry_sdk.utils import event_from_exception

from scanner.logs.described import described
from scanner.logs.lines import fields_of, message_of

STOP_SECONDS = 2
_OF_THE_SENDING = ("sentry_sdk", "urllib3")
_KEPT = {
    "event_id", "timestamp", "level", "logger", "message", "tags", "exception", "platform", "release", "environment", "sdk",
}  # fmt: skip
_KEPT_OF_A_FRAME = {"filename", "function", "module", "lineno", "context_line", "in_app"}


class ToCollector(logging.Handler):
    """Sends each error that the log says to the collector of a DSN (`https://KEY@HOST/PROJECT`)."""

    def __init__(self, dsn: str) -> None:
        super().__init__(logging.ERROR)
        sentry_sdk.init(
            dsn, release="", default_integrations=False, auto_enabling_integrations=False,
            include_local_variables=False, include_source_context=True, max_request_body_size="never", max_breadcrumbs=0,
            traces_sample_rate=None, send_client_reports=False, before_send=only_what_the_log_says,
            shutdown_timeout=STOP_SECONDS, server_name="",
        )  # fmt: skip

    def emit(self, record: logging.LogRecord) -> None:
        """Send one failure. Nobody waits for the collector: a thread of the library sends."""
        if record.name.startswith(_OF_THE_SENDING):
            return  # a collector that is away would be told that it is
        error = record.exc_info[1] if record.exc_info else None
        event: dict[str, Any] = {}
        hint: dict[str, Any] = {}
        if error is not None:
            options = sentry_sdk.get_client().options
            event, hint = event_from_exception(error, client_options=options)  # type: ignore[assignment]
            _hide_values(event, error)
        event |= {
            "level": "fatal" if record.levelno >= logging.CRITICAL else "error", "logger": record.name,
            "message": message_of(record), "tags": {name: str(value) for name, value in fields_of(record).items()},
        }  # fmt: skip
        sentry_sdk.capture_event(event, hint)  # type: ignore[arg-type]


def only_what_the_log_says(event: Any, _hint: Any) -> Any:
    """The event without whatever else the library put into it: requests, users, variables, the name of the machine."""
    kept = {name: value for name, value in event.items() if name in _KEPT}
    for each in kept.get("exception", {}).get("values", ()):
        frames = each.get("stacktrace", {}).get("frames", ())
        each["stacktrace"] = {"frames": [{name: frame[name] for name in _KEPT_OF_A_FRAME & frame.keys()} for frame in frames]}
    return kept


def _hide_values(event: dict[str, Any], error: BaseException) -> None:
    """Put what may be told of each error in place of its message."""
    told = {type(each).__name__: described(each) for each in _all_of(error)}
    for each in event["exception"]["values"]:
        each["value"] = told.get(each["type"], "")
        each["mechanism"] = {"type": "generic", "handled": True}


def _all_of(error: BaseException) -> list[BaseException]:
    """The error, those that led to it, and those that it groups."""
    found: list[BaseException] = []
    ahead = [error]
    while ahead:
        each = ahead.pop()
        if each in found:
            continue
        found.append(each)
        ahead += [*getattr(each, "exceptions", ()), *filter(None, (each.__cause__, each.__context__))]
    return found
