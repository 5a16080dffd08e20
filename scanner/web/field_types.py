"""The types of fields that are sent and answered. Each checks a value and says in words what was expected and what came."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, GetCoreSchemaHandler, PlainSerializer, ValidationInfo, WithJsonSchema, WrapValidator
from pydantic_core import CoreSchema, core_schema

from scanner.money import to_e4

UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""What no name or code of ours has, and PostgreSQL or UTF-8 in part refuse."""
MOST_NUMBER = 999_999_999
MOST_SEARCHED = 100
SPANS = (30, 90, 365)
"""How far back a chart can go, in days."""
_PERCENT = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{1,2})?")


def kind_of(value: Any) -> str:
    """The kind of a JSON value, in words."""
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "nothing"}
    return names.get(type(value), "a number")


def _whole_number(value: Any) -> int:
    digits = value.strip() if isinstance(value, str) else ""
    if digits.isascii() and digits.isdigit() and len(digits) <= 9:
        return int(digits)
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 10**9 and value == int(value):
        return int(value)  # 3.0 is a whole number in JSON
    raise ValueError(f"Expected a whole number, got {_shown(value)}.")


def _uuid(value: Any) -> UUID:
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError):
        raise ValueError(f"Expected a UUID, got {_shown(value)}.") from None


def _moment(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (ValueError, TypeError):
        raise ValueError(f"Expected an ISO 8601 time, got {_shown(value)}.") from None
    if not 1900 < moment.year < 9999:  # what no zone can carry out of the calendar
        raise ValueError(f"Expected a time of this age, got {value[:40]!r}.")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _moment_or_none(value: Any) -> datetime | None:
    return _moment(value) if value not in (None, "") else None


def _whole_number_or_none(value: Any) -> int | None:
    return _whole_number(value) if value not in (None, "") else None


def _yes_no(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value is None or (isinstance(value, str) and value.lower() in ("", "0", "1", "true", "false")):
        return str(value).lower() in ("1", "true")
    raise ValueError(f"Expected true or false, got {_shown(value)}.")


def _words(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    raise ValueError(f"Expected a text, got {_shown(value)}.")


def _true_or_false(value: Any) -> bool:
    if value is None or isinstance(value, bool):
        return bool(value)
    raise ValueError(f"Expected true or false, got {kind_of(value)}.")


def _percent(value: Any, info: ValidationInfo) -> int:
    text = _number(value, info)
    if not _PERCENT.fullmatch(text):
        raise ValueError(f"Expected a percentage such as 2.5, with at most two decimals, got {text[:40]!r}.")
    return int(Decimal(text.replace(",", ".")) * 100)


def _money(value: Any, info: ValidationInfo) -> int:
    text = _number(value, info)
    try:
        return to_e4(text, None if isinstance(value, str) else ".")  # a number of JSON has a point
    except ValueError as error:
        raise ValueError(f"Expected {error}, got {text[:40]!r}.") from None


def _number(value: Any, info: ValidationInfo) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"Expected a number in {info.field_name}.")
    return str(value).strip()


def _search(value: Any) -> str:
    return _words(value)[:MOST_SEARCHED].replace("\x00", "")


def _span(value: Any) -> int:
    return next((span for span in SPANS if value == str(span)), SPANS[1])


def _shown(value: Any) -> str:
    return "nothing" if value is None else repr(str(value)[:40])


Words = Annotated[str, BeforeValidator(_words)]
"""A text as it was typed; the use case says what it may be."""
WholeNumber = Annotated[int, BeforeValidator(_whole_number)]
"""Given as a number or as its digits, in a form as well as in JSON."""
WholeNumberOrNone = Annotated[int | None, BeforeValidator(_whole_number_or_none)]
"""The same; an empty field is None."""
Id = Annotated[UUID, BeforeValidator(_uuid)]
"""A UUID in any of its spellings."""
Moment = Annotated[datetime, BeforeValidator(_moment)]
"""A time in ISO 8601, made aware: without an offset it is UTC."""
MomentOrNone = Annotated[datetime | None, BeforeValidator(_moment_or_none)]
"""The same; an empty field is None."""
YesNo = Annotated[bool, BeforeValidator(_yes_no)]
"""True or false in JSON, 1 or 0 in a form; nothing is no."""
TrueOrFalse = Annotated[bool, BeforeValidator(_true_or_false)]
"""True or false in JSON alone, for what must not happen by a mistake."""
Percent = Annotated[int, BeforeValidator(_percent)]
"""`2.5` -> 250 hundredths of a per cent."""
PercentOrNone = Annotated[
    int | None, BeforeValidator(lambda value, info: _percent(value, info) if value not in (None, "") else None)
]
"""The same; an empty field is None."""
Money = Annotated[int, BeforeValidator(_money)]
"""`12.50` -> 125000 ten-thousandths."""
Search = Annotated[str, BeforeValidator(_search)]
"""What is looked for: the first characters of it, without those that a database cannot hold."""
Span = Annotated[int, BeforeValidator(_span)]
"""One of SPANS. For anything else the middle one."""
Given = Annotated[bool, BeforeValidator(lambda _value: True)]
"""Whether a field is there at all, whatever it says."""
Ticked = Annotated[bool, BeforeValidator(lambda value: value == "1")]
"""Whether a field says 1. Anything else is no."""
UNCHECKED = WrapValidator(lambda value, _check: value)
"""Makes a type one that is described and not checked: whoever takes the value checks it."""
Time = Annotated[
    datetime,
    PlainSerializer(datetime.isoformat, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""A time in an answer, in ISO 8601 with its offset."""


@dataclass(frozen=True, slots=True)
class Printable:
    """Makes a `str` one of printable characters, from `least` to `most` of them. White space alone is none."""

    most: int
    least: int = 1

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The check before pydantic's own."""
        return core_schema.no_info_before_validator_function(
            self._checked, core_schema.str_schema(min_length=self.least or None, max_length=self.most)
        )

    def _checked(self, value: Any) -> str:
        if value is None and not self.least:
            return ""
        text = value.strip() if isinstance(value, str) else ""
        if not isinstance(value, str) or not self.least <= len(text) <= self.most or UNPRINTABLE.search(value):
            got = self._told(value, text)
            raise ValueError(f"Expected {self.least} to {self.most} printable characters, got {got}.")
        return text

    def _told(self, value: Any, text: str) -> str:
        if isinstance(value, str) and not text:
            return "nothing"
        if text and self.least <= len(text) <= self.most:
            return "one that cannot be printed"
        return f"{len(text)} of them" if text else kind_of(value)


@dataclass(frozen=True, slots=True)
class Several:
    """Makes a `list` one of `least` to `most`. `expected`: the words for it. What is in it is checked by the list's own type."""

    most: int
    expected: str
    least: int = 1

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The check before pydantic's own."""
        inner: Any = handler(source)
        return core_schema.no_info_before_validator_function(
            self._checked, {**inner, "min_length": self.least, "max_length": self.most}
        )

    def _checked(self, value: Any) -> list[Any]:
        if isinstance(value, list) and self.least <= len(value) <= self.most:
            return value
        raise ValueError(f"Expected {self.expected}.")


@dataclass(frozen=True, slots=True)
class OneOf:
    """Makes a `str` one of these words. Where `otherwise` is given, anything else is taken as that."""

    words: tuple[str, ...]
    otherwise: str | None = None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Pydantic's own check, or the choice before it."""
        if self.otherwise is None:
            return core_schema.literal_schema([str(each) for each in self.words])
        return core_schema.no_info_before_validator_function(self._chosen, handler(source))

    def _chosen(self, value: Any) -> Any:
        return value if value in self.words else self.otherwise


@dataclass(frozen=True, slots=True)
class Between:
    """Makes an `int` a whole number from `least` to `most`, given as a number or as its digits."""

    least: int
    most: int

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The check before pydantic's own."""
        return core_schema.no_info_before_validator_function(self._checked, core_schema.int_schema(ge=self.least, le=self.most))

    def _checked(self, value: Any) -> int:
        number = _whole_number(value)
        if not self.least <= number <= self.most:
            raise ValueError(f"Expected a whole number from {self.least:,} to {self.most:,}, got {number:,}.")
        return number


Seq = Annotated[int, Between(0, MOST_NUMBER)]
"""The number of a row or of a scan."""
