"""Settings of the server, from environment variables."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL

from scanner import variables
from scanner.files import give_name, half_done, keep_folder_private, keep_private, make_folder
from scanner.variables import MOST

SETTINGS = (
    *MOST,
    *("SCANNER_DATABASE", "SCANNER_DATA", "SCANNER_SECRET_KEY", "SCANNER_BACKUP_AT", "SCANNER_BACKUPS", "SCANNER_GS_CHARACTER"),
    *("SCANNER_HTTPS", "SCANNER_PROXY", "SCANNER_LOG", "SCANNER_ACCESS_LOG"),
    *("SCANNER_METRICS", "SCANNER_METRICS_TOKEN", "SCANNER_SENTRY_DSN", "SCANNER_PACKING"),
    *("SCANNER_HOUSE_NAME", "SCANNER_CURRENCY", "SCANNER_ASK_AGAIN_ABOVE"),
    *("SCANNER_SMTP", "SCANNER_MAIL_FROM", "SCANNER_DIGEST_TO", "SCANNER_DIGEST_AT"),
)
"""The environment variables that are read."""
OF_TESTS = ("SCANNER_LONG", "SCANNER_FAILED_CHECKS")


@dataclass(frozen=True, slots=True)
class Settings:
    """How one server runs."""

    database_url: str = field(repr=False)  # may have a password in it
    _: KW_ONLY
    secret_key: str = field(repr=False)  # signs the session cookies
    https: bool = False  # cookies travel over TLS only
    proxy: bool = False  # one proxy in front says where a request came from
    idle_lock_minutes: int = 10
    gs_character: str = ""  # what wedge scanners type in place of the GS1 separator
    body_bytes: int = 256 * 1024
    photo_bytes: int = 15 * 1024 * 1024
    import_bytes: int = 64 * 1024 * 1024
    decode_processes: int = 1
    decode_budget_ms: int = 1500
    demo: bool = False
    public_url: str = ""  # where phones reach the server, for the labels page
    return_days: int = 14  # an announced return that has not come by then is overdue
    webhook_seconds: int = 20  # a receiver may take to answer
    backup_at: str = "03:00"  # local time of each night's backup, or off
    backup_folder: Path | None = None  # where backups are kept; None: in the data folder
    log: str = "text"  # or "json"
    access_log: bool = False  # a line for each request
    disk_free_mb: int = 100  # with less, the server says that it is not ready
    sentry_dsn: str = field(default="", repr=False)  # where errors are sent, too
    packing: bool = True  # each unit is scanned into the parcel before an order goes
    metrics: bool = False  # /metrics is served
    metrics_token: str = field(default="", repr=False)  # who reads them shows it; without one, only this machine may
    ask_again_above: Decimal = Decimal("100.00")  # settling more than that is asked once more
    house_name: str = ""  # of the warehouse, for papers and the home page
    currency: str = ""  # of every amount, by ISO 4217
    smtp: str = field(default="", repr=False)  # where e-mails are handed in; may have a password in it
    mail_from: str = ""  # who sends them; empty: the first who gets them
    digest_to: str = ""  # the addresses that the day's digest goes to, parted by commas
    digest_at: str = "07:00"  # local time of each day's digest, or off
    fixed: frozenset[str] = frozenset()  # the fields that the environment says, which no page changes

    def changed(self, values: Mapping[str, Any]) -> Settings:
        """The same with other values of some fields."""
        return replace(self, **values)


def data_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder for the data of this user (XDG base directories)."""
    if chosen := variables.folder(environment, "SCANNER_DATA"):
        return chosen
    base = environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "scanner"


def sqlite_url(file: Path) -> str:
    """The address of a SQLite file, whichever letters are in its name."""
    return URL.create("sqlite", database=str(file)).render_as_string()


def load_settings(environment: Mapping[str, str] = os.environ, **given: object) -> Settings:
    """Settings from the environment. Values in `given` that are not None win. Raises ValueError."""
    folder = data_folder(environment)
    values: dict[str, object] = {
        "database_url": environment.get("SCANNER_DATABASE") or sqlite_url(folder / "warehouse.db"),
        "idle_lock_minutes": _number(environment, "SCANNER_IDLE_LOCK_MINUTES", 10),
        "gs_character": variables.separator(environment, "SCANNER_GS_CHARACTER"),
        "decode_processes": _number(environment, "SCANNER_DECODE_PROCESSES", 1),
        "return_days": _number(environment, "SCANNER_RETURN_DAYS", 14),
        "webhook_seconds": _number(environment, "SCANNER_WEBHOOK_SECONDS", 20),
        "backup_at": variables.time_or_off(environment, "SCANNER_BACKUP_AT", "03:00"),
        "backup_folder": variables.folder(environment, "SCANNER_BACKUPS"),
        "log": variables.word(environment, "SCANNER_LOG", ("text", "json")),
        "access_log": variables.yes_no(environment, "SCANNER_ACCESS_LOG"),
        "disk_free_mb": _number(environment, "SCANNER_DISK_FREE_MB", 100),
        "sentry_dsn": variables.collector(environment, "SCANNER_SENTRY_DSN"),
        "metrics": variables.yes_no(environment, "SCANNER_METRICS"),
        "metrics_token": variables.token(environment, "SCANNER_METRICS_TOKEN"),
        "https": variables.yes_no(environment, "SCANNER_HTTPS"),
        "packing": variables.yes_no(environment, "SCANNER_PACKING", unset=True),
        "proxy": variables.yes_no(environment, "SCANNER_PROXY"),
        "ask_again_above": variables.amount(environment, "SCANNER_ASK_AGAIN_ABOVE", "100.00"),
        "house_name": variables.name(environment, "SCANNER_HOUSE_NAME"),
        "currency": variables.currency(environment, "SCANNER_CURRENCY"),
        "smtp": variables.mail_server(environment, "SCANNER_SMTP"),
        "mail_from": variables.addresses(environment, "SCANNER_MAIL_FROM", most=1),
        "digest_to": variables.addresses(environment, "SCANNER_DIGEST_TO"),
        "digest_at": variables.time_or_off(environment, "SCANNER_DIGEST_AT", "07:00"),
        "fixed": frozenset(name.removeprefix("SCANNER_").lower() for name in SETTINGS if environment.get(name, "").strip()),
    }
    values |= {name: value for name, value in given.items() if value is not None}
    if "secret_key" not in values:
        values["secret_key"] = variables.secret(environment, "SCANNER_SECRET_KEY") or _kept_secret(folder)
    return Settings(**values)  # type: ignore[arg-type]


def unknown_settings(environment: Mapping[str, str] = os.environ) -> list[str]:
    """A sentence for each variable whose name begins as that of a setting does, and that nobody reads."""
    return [said for said in variables.unknown(environment, "SCANNER_", SETTINGS) if not said.startswith(OF_TESTS)]


def _number(environment: Mapping[str, str], name: str, default: int) -> int:
    return variables.number(environment, name, default, MOST[name])


def _kept_secret(folder: Path) -> str:
    """The secret of this installation: made at the first start, readable only by its owner."""
    path = folder / "secret_key"
    make_folder(folder)
    if not path.exists() or not path.stat().st_size:  # empty: the disk was full
        with contextlib.suppress(FileExistsError), half_done(path) as new:
            new.write_text(secrets.token_hex(32))
            path.unlink(missing_ok=True)
            give_name(new, path)
    keep_folder_private(folder)
    keep_private(path)
    return path.read_text().strip()
