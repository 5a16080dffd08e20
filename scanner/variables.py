"""Reads environment variables. Each value is understood or refused in one sentence; one that is empty is not set."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from pathlib import Path
from urllib.parse import unquote, urlsplit

Environment = Mapping[str, str]

MOST = {
    "SCANNER_IDLE_LOCK_MINUTES": 366 * 24 * 60,
    "SCANNER_DECODE_PROCESSES": 64,
    "SCANNER_RETURN_DAYS": 3_650,
    "SCANNER_WEBHOOK_SECONDS": 600,
    "SCANNER_DISK_FREE_MB": 1_000_000_000,
}
"""The largest number that a setting may be: more is a slip."""
_YES, _NO = ("1", "yes", "on", "true"), ("0", "no", "off", "false")
_AMOUNT = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,2})?")
_TIME = re.compile(r"([01]?[0-9]|2[0-3])(:[0-5]?[0-9])?")
SHORTEST_TOKEN = 16
LONGEST_SEPARATOR = 16
LONGEST_NAME = 60
_CURRENCY = re.compile(r"[A-Z]{3}")  # ISO 4217
LONGEST_ADDRESSES = 1_000
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*")
"""As browsers check an address (HTML, 4.10.5.1.5)."""


def yes_no(environment: Environment, name: str, *, unset: bool = False) -> bool:
    """Whether a variable says yes, by any of the usual words; `unset` where it is not set. Raises ValueError for what is neither
    yes nor no."""
    text = _text(environment, name)
    word = text.lower()
    if word and word not in _YES + _NO:
        raise ValueError(f"{name}: expected 1 (or yes, on, true) or 0 (or no, off, false), got {text!r}.")
    return word in _YES if word else unset


def number(environment: Environment, name: str, default: int, most: int) -> int:
    """A whole number from 1 to `most`. Raises ValueError."""
    text = _text(environment, name)
    if not text:
        return default
    if not (text.isascii() and text.isdigit()) or int(text[:20]) < 1:
        raise ValueError(f"{name}: expected a whole number from 1, got {_short(text)}")
    if int(text[:20]) > most:
        raise ValueError(f"{name}: expected a whole number from 1 to {most}, got {_short(text)}")
    return int(text)


def amount(environment: Environment, name: str, default: str) -> Decimal:
    """An amount of money, with two decimals. Raises ValueError."""
    text = _text(environment, name) or default
    if not _AMOUNT.fullmatch(text) or not text.isascii():
        raise ValueError(f"{name}: expected an amount such as 100.00, got {_short(text)}.")
    return Decimal(text.replace(",", ".")).quantize(Decimal("0.01"))


def word(environment: Environment, name: str, words: tuple[str, ...]) -> str:
    """One of the words, the first one where it is not set. Raises ValueError."""
    text = _text(environment, name)
    if text and text.lower() not in words:
        raise ValueError(f"{name}: expected {' or '.join(words)}, got {_short(text)}.")
    return text.lower() or words[0]


def time_or_off(environment: Environment, name: str, default: str) -> str:
    """A time of day such as 03:00, or `off`. Raises ValueError, also for what is empty: that may mean off."""
    text = environment.get(name, default).strip()
    if not _TIME.fullmatch(text) and text.lower() not in ("off", "never"):
        raise ValueError(f"{name}: expected a time such as 03:00, or off, got {_short(text)}.")
    return text


def token(environment: Environment, name: str) -> str:
    """A token that somebody made, empty where none is set. Raises ValueError for one that can be guessed or not be sent."""
    text = _text(environment, name)
    if text and len(text) < SHORTEST_TOKEN:
        raise ValueError(f"{name}: expected at least {SHORTEST_TOKEN} characters, got {len(text)}.")
    if not all("!" <= character <= "~" for character in text):
        raise ValueError(f"{name}: expected letters, digits and signs of ASCII without blanks, got something else.")
    return text


def separator(environment: Environment, name: str) -> str:
    """What stands for a separator in a code, empty where none is set. Blanks count. Raises ValueError for a letter or a digit."""
    text = environment.get(name, "")
    if len(text) > LONGEST_SEPARATOR or (len(text) == 1 and text.isalnum()):
        raise ValueError(f"{name}: expected what scanners type for GS and no code has in it, got {_short(text)}.")
    return text


def folder(environment: Environment, name: str) -> Path | None:
    """A folder, None where none is set. Raises ValueError for one in the home of nobody that is known here."""
    text = environment.get(name, "")
    try:
        return Path(text).expanduser() if text.strip() else None
    except RuntimeError:
        raise ValueError(f"{name}: expected a folder, got {_short(text)}, which is in the home of nobody known here.") from None


def name(environment: Environment, name: str) -> str:
    """A name for people to read, empty where none is set. Raises ValueError."""
    text = _text(environment, name)
    if len(text) > LONGEST_NAME or not text.isprintable():
        raise ValueError(f"{name}: expected at most {LONGEST_NAME} printable characters, got {_short(text)}.")
    return text


def currency(environment: Environment, name: str) -> str:
    """The three letters of a currency, empty where none is set. Raises ValueError."""
    text = _text(environment, name).upper()
    if text and not _CURRENCY.fullmatch(text):
        raise ValueError(f"{name}: expected the three letters of a currency such as EUR, got {_short(text)}.")
    return text


def secret(environment: Environment, name: str) -> str:
    """A secret as it stands, empty where none is set. Raises ValueError for one of blanks."""
    text = environment.get(name, "")
    if text and not text.strip():
        raise ValueError(f"{name}: expected a secret, got blanks.")
    return text


def collector(environment: Environment, name: str) -> str:
    """The DSN of a Sentry-compatible collector, empty where none is set. Raises ValueError; its key is not told."""
    text = _text(environment, name)
    if text and not _is_dsn(text):
        got = "something else" if "@" in text else _short(text)
        raise ValueError(f"{name}: expected an address such as https://KEY@HOST/NUMBER, got {got}.")
    return text


def mail_server(environment: Environment, name: str) -> str:
    """The address of an SMTP server, empty where none is set. Raises ValueError; its password is not told."""
    text = _text(environment, name)
    if text and not _is_mail_server(text):
        got = "something else" if "@" in text else _short(text)
        raise ValueError(f"{name}: expected an address such as smtp://USER:PASSWORD@HOST:587 or smtps://HOST, got {got}.")
    parts = urlsplit(text)
    if not all(map(_is_plain, (unquote(parts.username or ""), unquote(parts.password or "")))):
        raise ValueError(f"{name}: expected a user and a password of plain ASCII characters, got others, which SMTP cannot send.")
    if text and not _is_host(parts.hostname or ""):
        raise ValueError(f"{name}: expected a host such as mail.example, got {_short(parts.hostname or '')}.")
    return text


def addresses(environment: Environment, name: str, *, most: int = 20) -> str:
    """Addresses of e-mail, parted by `, `; empty where none is set. Raises ValueError."""
    text = _text(environment, name)
    found = [each.strip() for each in text.split(",")] if text else []
    if not all(map(_ADDRESS.fullmatch, found)) or len(text) > LONGEST_ADDRESSES or len(found) > most:
        expected = "one address" if most == 1 else f"up to {most} addresses, parted by commas,"
        raise ValueError(f"{name}: expected {expected} such as sam@shop.example, got {_short(text)}.")
    return ", ".join(found)


def unknown(environment: Environment, prefix: str, known: Collection[str]) -> list[str]:
    """A sentence for each variable with that prefix that nobody reads; it names the nearest one that is read."""
    found = sorted(name for name in environment if name.upper().startswith(prefix) and name not in known)
    return [f"{name}: there is no such setting, so it is left alone{_nearest(name.upper(), known)}." for name in found]


def _nearest(name: str, known: Collection[str]) -> str:
    from difflib import get_close_matches  # seldom needed

    return "".join(f"; {near} may be meant" for near in get_close_matches(name, known, 1, 0.75))


def _is_dsn(text: str) -> bool:
    try:
        parts = urlsplit(text)
        is_numbered = re.fullmatch(r"(/.*)?/[0-9]+/?", parts.path) is not None
        return parts.scheme in ("http", "https") and bool(parts.username and parts.hostname) and is_numbered and parts.port != 0
    except ValueError:
        return False


def _is_mail_server(text: str) -> bool:
    try:
        parts = urlsplit(text)
        has_more = parts.path not in ("", "/") or parts.query or parts.fragment
        is_whole = parts.port != 0 and bool(parts.username) == bool(parts.password)
        return parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and is_whole and not has_more and text.isprintable()
    except ValueError:
        return False


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _is_host(name: str) -> bool:
    try:
        return bool(name.encode("idna"))
    except UnicodeError:
        return False


def _text(environment: Environment, name: str) -> str:
    return environment.get(name, "").strip()


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:59] + "…")
