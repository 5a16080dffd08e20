"""Settings of the server, from environment variables."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from pathlib import Path

from sqlalchemy.engine import URL

from scanner.files import give_name, half_done, keep_folder_private, keep_private, make_folder

SHORTEST_TOKEN = 16


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
    metrics: bool = False  # /metrics is served
    metrics_token: str = field(default="", repr=False)  # who reads them shows it; without one, only this machine may


def data_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder for the data of this user (XDG base directories)."""
    if chosen := environment.get("SCANNER_DATA"):
        return Path(chosen).expanduser()
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
        "gs_character": environment.get("SCANNER_GS_CHARACTER", ""),
        "decode_processes": _number(environment, "SCANNER_DECODE_PROCESSES", 1),
        "return_days": _number(environment, "SCANNER_RETURN_DAYS", 14),
        "webhook_seconds": _number(environment, "SCANNER_WEBHOOK_SECONDS", 20),
        "backup_at": _time_or_off(environment, "SCANNER_BACKUP_AT", "03:00"),
        "backup_folder": Path(chosen).expanduser() if (chosen := environment.get("SCANNER_BACKUPS")) else None,
        "log": _word(environment, "SCANNER_LOG", ("text", "json")),
        "access_log": environment.get("SCANNER_ACCESS_LOG", "") == "1",
        "disk_free_mb": _number(environment, "SCANNER_DISK_FREE_MB", 100),
        "sentry_dsn": environment.get("SCANNER_SENTRY_DSN", ""),
        "metrics": environment.get("SCANNER_METRICS", "") == "1",
        "metrics_token": _token(environment, "SCANNER_METRICS_TOKEN"),
        "https": environment.get("SCANNER_HTTPS", "") == "1",
        "proxy": environment.get("SCANNER_PROXY", "") == "1",
    }
    values |= {name: value for name, value in given.items() if value is not None}
    if "secret_key" not in values:
        values["secret_key"] = environment.get("SCANNER_SECRET_KEY") or _kept_secret(folder)
    return Settings(**values)  # type: ignore[arg-type]


def _number(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, str(default))
    if not text.isdigit() or int(text) < 1:
        raise ValueError(f"{name}: expected a whole number from 1, got {text!r}")
    return int(text)


def _word(environment: Mapping[str, str], name: str, words: tuple[str, ...]) -> str:
    """The word of a variable, the first one where it is not set."""
    word = environment.get(name) or words[0]
    if word not in words:
        raise ValueError(f"{name}: expected {' or '.join(words)}, got {word!r}")
    return word


def _time_or_off(environment: Mapping[str, str], name: str, default: str) -> str:
    """A time of day such as 03:00, or `off`."""
    text = environment.get(name, default).strip()
    hour, _, minute = text.partition(":")
    is_time = hour.isdigit() and int(hour) < 24 and (minute or "0").isdigit() and int(minute or 0) < 60
    if not is_time and text.lower() not in ("off", "never"):
        raise ValueError(f"{name}: expected a time such as 03:00, or off, got {text!r}")
    return text


def _token(environment: Mapping[str, str], name: str) -> str:
    """A token that somebody made, empty where none is set. One that can be guessed is refused."""
    token = environment.get(name, "")
    if token and len(token) < SHORTEST_TOKEN:
        raise ValueError(f"{name}: expected at least {SHORTEST_TOKEN} characters, got {len(token)}")
    return token


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
