"""Which settings are the shop's, and what each may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from scanner import variables
from scanner.errors import BadRequest
from scanner.money import from_e4, to_e4
from scanner.variables import MOST, Environment


class Kind(StrEnum):
    """What a setting is, and so how it is asked for."""

    NUMBER = "number"
    YES_NO = "yes or no"
    TIME = "time"
    TEXT = "text"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class ShopSetting:
    """A setting of the shop: the field of `Settings`, and the words that ask for it."""

    key: str
    title: str
    help: str
    kind: Kind
    unit: str = ""

    @property
    def variable(self) -> str:
        """The environment variable that sets it for good."""
        return f"SCANNER_{self.key.upper()}"


SHOP_SETTINGS = (
    ShopSetting("house_name", "Name of the warehouse", "Printed on papers, and shown on the home page.", Kind.TEXT),
    ShopSetting("currency", "Currency", "Three letters such as EUR or USD. They stand beside every amount.", Kind.TEXT),
    ShopSetting("packing", "Scan each unit into its parcel", "No: what is picked counts as packed.", Kind.YES_NO),
    ShopSetting("return_days", "An announced return is late after", "It is then shown as overdue.", Kind.NUMBER, "days"),
    ShopSetting(
        "idle_lock_minutes", "A device locks itself after", "Whoever picks it up scans a badge. Unsent scans stay.", Kind.NUMBER,
        "minutes without a scan",
    ),
    ShopSetting(
        "ask_again_above", "Ask once more before settling more than", "Of discrepancies, at cost: one of them, or many together.",
        Kind.MONEY,
    ),
    ShopSetting("backup_at", "Backup each night at", "A time such as 03:00, or off.", Kind.TIME),
    ShopSetting("digest_at", "Digest each day at", "What is open, off and due. A time such as 07:00, or off.", Kind.TIME),
    ShopSetting(
        "digest_to", "The digest goes by e-mail to", "Addresses, parted by commas, once the server knows a mail server.",
        Kind.TEXT,
    ),
    ShopSetting(
        "gs_character", "Your scanners type this between two fields",
        "Empty, unless the page “Set up the scanner” says otherwise.", Kind.TEXT,
    ),
)  # fmt: skip
"""In the order in which they are shown."""
_BY_KEY = {each.key: each for each in SHOP_SETTINGS}


def setting(key: str) -> ShopSetting:
    """The shop's setting of that name. Raises BadRequest."""
    if key not in _BY_KEY:
        raise BadRequest(f"Expected one of {', '.join(_BY_KEY)}, got {key[:40]!r}.", "key")
    return _BY_KEY[key]


def understood(key: str, text: str) -> Any:
    """What a text means as the value of a setting. Raises BadRequest in words."""
    chosen = setting(key)
    try:
        return _READ[key]({chosen.title: text}, chosen.title)
    except ValueError as error:
        raise BadRequest(str(error), key) from None


def values_of(chosen: Mapping[str, str], fixed: frozenset[str]) -> dict[str, Any]:
    """What the shop chose, as fields of the settings, but for those that are fixed. What is not understood is left out."""
    values = {}
    for key in chosen.keys() & _BY_KEY.keys() - fixed:
        with suppress(BadRequest):  # kept by a version that took more
            values[key] = understood(key, chosen[key])
    return values


def as_text(value: Any) -> str:
    """A value as it is kept and shown in a field."""
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)


def _number_of(variable: str) -> Callable[[Environment, str], int]:
    def read(said: Environment, title: str) -> int:
        if not said[title].strip():
            raise ValueError(f"{title}: expected a whole number from 1, got nothing.")
        return variables.number(said, title, 1, MOST[variable])

    return read


def _yes_no(said: Environment, title: str) -> bool:
    if not said[title].strip():
        raise ValueError(f"{title}: expected yes or no, got nothing.")
    return variables.yes_no(said, title)


def _amount(said: Environment, title: str) -> Decimal:
    if not said[title].strip():
        raise ValueError(f"{title}: expected an amount such as 100.00, got nothing.")
    try:
        return from_e4(to_e4(said[title].strip()))  # as every amount that people type is read
    except ValueError as error:
        raise ValueError(f"{title}: expected {error}, got {said[title].strip()[:40]!r}.") from None


_READ: dict[str, Callable[[Environment, str], Any]] = {
    "house_name": variables.name,
    "currency": variables.currency,
    "packing": _yes_no,
    "return_days": _number_of("SCANNER_RETURN_DAYS"),
    "idle_lock_minutes": _number_of("SCANNER_IDLE_LOCK_MINUTES"),
    "ask_again_above": _amount,
    "backup_at": lambda said, title: variables.time_or_off(said, title, ""),
    "digest_at": lambda said, title: variables.time_or_off(said, title, ""),
    "digest_to": variables.addresses,
    "gs_character": variables.separator,
}
