"""Which codes aisles, bays and levels make. Letters run A to Z, then AA; a number is as long as its first is written (01)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from scanner.errors import BadRequest

MOST = 5_000
LONGEST_CODE = 64
PARTS = ("aisle", "bay", "level")
USUAL = "{aisle}-{bay}-{level}"
SECTIONS = ("aisle", "bay")
_LETTERS = re.compile(r"[A-Z]{1,2}")
_NUMBER = re.compile(r"[0-9]{1,4}")
_NAMED = re.compile(r"places (\S{1,64}) to (\S{1,64})")
_PLAIN = re.compile(r"[A-Za-z0-9._-]*")
_PART = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Span:
    """From one to another, both included: `A` to `D`, or `01` to `12`."""

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Layout:
    """How the places of a warehouse are called. `section`: whether an aisle or a bay is counted together."""

    aisle: Span
    bay: Span
    level: Span
    pattern: str = USUAL
    section: str = "bay"

    def span(self, part: str) -> Span:
        """The first and last of a part."""
        found: Span = getattr(self, part)
        return found


@dataclass(frozen=True, slots=True)
class Made:
    """A place: its code and its section."""

    code: str
    section: str


def count_of(layout: Layout) -> int:
    """How many places there would be. Raises BadRequest for a span that runs backwards, or that is none, and for too many."""
    number = 1
    for part in PARTS:
        number *= len(_every(layout.span(part), part))
    if number > MOST:
        raise BadRequest(
            f"Expected at most {MOST:,} places at once, got {number:,}. Make one aisle after the other.", "aisle_last"
        )
    return number


def places(layout: Layout) -> list[Made]:
    """Every place in the order of the walk. Raises BadRequest as `count_of`, and for a pattern that makes no codes."""
    count_of(layout)
    pattern = _checked(layout.pattern)
    head = _section_pattern(pattern, layout.section)
    made = [
        Made(_filled(pattern, values), _filled(head, values) if head else "")
        for values in _values(layout)
    ]  # fmt: skip
    if len({each.code for each in made}) < len(made):
        raise BadRequest("Expected a code that tells each place from the others, such as with a - between its parts.", "pattern")
    if longest := next((each.code for each in made if len(each.code) > LONGEST_CODE), ""):
        raise BadRequest(f"Expected codes of at most {LONGEST_CODE} characters, got {len(longest)}.", "pattern")
    return made


def summary(made: list[Made], there: int) -> str:
    """`96 places, A-01-1 to D-08-3, 3 are there already`."""
    said = f"{len(made):,} {'place' if len(made) == 1 else 'places'}, {made[0].code} to {made[-1].code}"
    return said + (f", {there:,} {'is' if there == 1 else 'are'} there already" if there else "")


def _values(layout: Layout) -> Iterator[dict[str, str]]:
    for each in product(*(_every(layout.span(part), part) for part in PARTS)):
        yield dict(zip(PARTS, each, strict=True))


def _every(span: Span, part: str) -> list[str]:
    first, last = span.first.strip().upper(), span.last.strip().upper()
    if _LETTERS.fullmatch(first) and _LETTERS.fullmatch(last):
        found = [_letters(number) for number in _range(_of_letters(first), _of_letters(last))]
    elif _NUMBER.fullmatch(first) and _NUMBER.fullmatch(last):
        width = len(first) if first[0] == "0" else 0
        found = [str(number).zfill(width) for number in _range(int(first), int(last))]
    else:
        raise BadRequest(
            f"Expected the {part}s as letters (A to D) or as numbers (01 to 12), got {first[:10]!r} to {last[:10]!r}.",
            f"{part}_first",
        )
    if not found:
        raise BadRequest(f"Expected the {part}s from the first to the last, got {first} to {last}: swap them.", f"{part}_last")
    return found


def _range(first: int, last: int) -> range:
    return range(first, last + 1)


def _of_letters(text: str) -> int:
    number = 0
    for letter in text:
        number = number * 26 + ord(letter) - 64
    return number


def _letters(number: int) -> str:
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def named(first: str, last: str) -> str:
    """What the file of some places is called."""
    return f"places {first} to {last}"


def range_of(name: str) -> tuple[str, str] | None:
    """The first and the last of the places in a file of that name; None for another file."""
    said = _NAMED.fullmatch(name)
    return (said[1], said[2]) if said else None


def _checked(pattern: str) -> str:
    pattern = pattern.strip()
    named = _PART.findall(pattern)
    if sorted(named) != sorted(PARTS) or not _PLAIN.fullmatch(_PART.sub("", pattern)):
        raise BadRequest(
            f"Expected a pattern with {{aisle}}, {{bay}} and {{level}} once each, and letters, digits, - . or _ between them, "
            f"got {pattern[:60]!r}.", "pattern",
        )  # fmt: skip
    return pattern


def _section_pattern(pattern: str, section: str) -> str:
    """The beginning of the pattern up to the part that is counted together."""
    if section not in SECTIONS:
        raise BadRequest(f"Expected a section by aisle or by bay, got {section[:20]!r}.", "section")
    return pattern[: pattern.index(f"{{{section}}}") + len(section) + 2]


def _filled(pattern: str, values: dict[str, str]) -> str:
    return _PART.sub(lambda part: values[part[1]], pattern)
