"""What a page says of the last scan. Every kind of task makes a `Panel`; `scans/_panel.html` draws them all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scanner.scans.result import ItemName, LineCount, Outcome, Reason, ScanResult
from scanner.scans.signals import SIGNS, signal_of
from scanner.words import signed

LARGEST_DIGITS = 9_999
LONG_WORDS, MANY_WORDS = 60, 100
"""Characters that fit a phone of 360 pixels beside a large number, and beside a small one."""
LONG_TITLE = 24
"""Characters of a name that fit one line there: what is longer takes room of the words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Big:
    """The largest thing on the page: how many, or where."""

    text: str
    of: str = ""  # beneath it, as "of 24"
    long: bool = False  # too wide for the largest letters


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """The one thing to do about a result."""

    label: str
    code: str = ""  # the command that the button scans; without one the button leads to where the code gets an item
    about: str = ""  # what is not done yet; said where the page draws the button under the thumb, and not in the panel


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The last result, or what to do before there is one."""

    signal: str  # the word that colour, sound and buzz go by
    sign: str  # the picture
    title: str  # the item
    words: str
    notice: str = ""  # what is to be known besides, whatever came of the scan: on a line of its own colour
    quiet: bool = False  # the number says it: the words are read aloud and not shown
    big: Big | None = None
    effect: tuple[str, ...] = ()  # what the scan did, on the panel's last row
    action: Action | None = None
    other: Action | None = None  # another answer to what the panel asks
    task: str = ""
    seq: int | None = None

    @property
    def wordy(self) -> str:
        """Whether the words are `long`, beside which a number stays small, or so `many` that they stand alone."""
        long = len(self.words) + max(0, len(self.title) - LONG_TITLE)
        if self.quiet or long <= LONG_WORDS:
            return ""
        return "many" if long > MANY_WORDS else "long"


def ready(*, sign: str, title: str, words: str, big: Big | None = None) -> Panel:
    """The panel before any scan."""
    return Panel(signal="ready", sign=sign, title=title, words=words, big=big)


def after(
    result: ScanResult,
    *,
    words: str | None = None,
    notice: str = "",
    quiet: bool = False,
    big: Big | None = None,
    effect: Iterable[str] = (),
    action: Action | None = None,
    other: Action | None = None,
) -> Panel:
    """The panel after a scan. A place that was scanned is its big text, and an unknown code can be linked, on every task."""
    signal = signal_of(result)
    return Panel(
        signal=signal,
        sign=SIGNS[signal],
        title=result.item.name if result.item else "",
        words=words_of(result) if words is None else words,
        notice=notice,
        quiet=quiet,
        big=place(result.opens or result.location or "") if signal == "located" else big,
        effect=tuple(part for part in effect if part),
        action=LINK if action is None and result.reason == Reason.UNKNOWN else action,
        other=other,
        task=result.task,
        seq=result.seq,
    )


LINK = Action(label="Link it to an item")


def words_of(result: ScanResult) -> str:
    """The message without the item's name in front: the name stands above it in large letters."""
    return without_name(result.message, result.item)


def without_name(message: str, item: ItemName | None) -> str:
    """`Mug: 3 of 24.` -> `3 of 24.`"""
    if item is None or not message.startswith(item.name):
        return message
    rest = message[len(item.name) :].lstrip(":, ")
    return rest[:1].upper() + rest[1:]


def without_count(words: str, line: LineCount | None) -> str:
    """`3 of 24. Now its grade.` -> `Now its grade.`, for where the count stands beside it in large digits."""
    return words.removeprefix(f"{line.scanned:,} of {line.expected:,}. ") if line and line.expected else words


def number(units: int, of: str = "") -> Big:
    """Units as the big number."""
    return Big(text=f"{units:,}", of=of, long=abs(units) > LARGEST_DIGITS)


def change(units: int) -> Big:
    """Units with their sign as the big number."""
    return Big(text=signed(units), long=abs(units) > LARGEST_DIGITS)


def wait(result: ScanResult) -> Big:
    """Units that wait for an answer as the big number."""
    return number(result.waiting, "waits" if result.waiting == 1 else "wait")


def place(code: str, of: str = "") -> Big | None:
    """A location as the big text."""
    return Big(text=code, of=of, long=True) if code else None


def accepted(result: ScanResult) -> bool:
    """Whether it counts."""
    return result.outcome == Outcome.ACCEPTED


def takes_back(result: ScanResult) -> bool:
    """Whether it undid an earlier scan."""
    return accepted(result) and result.reason == Reason.UNDONE and result.units < 0


def progress_of(line: LineCount | None) -> str:
    """`13 of 24`; nothing where nothing was expected."""
    return f"{line.scanned:,} of {line.expected:,}" if line and line.expected is not None else ""
