"""Versions of an order: what a newer one changes, and which are refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from scanner.errors import BadRequest, Conflict

NO_VERSION: Final = -(1 << 62)
"""Of an order that was made from its shipment: any version of the shop's is newer, whether it is a number or a time."""
MOST_LINES, MOST_UNITS = 1_000, 1_000_000
MOST_OF_A_LINE = 2_000_000_000
"""Units that a line of a task can expect: those of a kit's part may be many more than of the kit."""
PARTS_CHANNEL = "/"
"""Stands between the channel and the number of an order where both are written, and so in no channel."""
NO_CHANNEL = f"a channel without {PARTS_CHANNEL}"
LONGEST = {"channel": 40, "reference": 64, "customer": 200, "line": 64, "sku": 64}
"""Longest texts of the fields, in characters."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Version:
    """The shop's version: a whole number, or microseconds since 1970."""

    number: int
    is_time: bool = False

    @classmethod
    def at(cls, moment: datetime) -> Version:
        """The version of a moment."""
        since = moment.astimezone(UTC) - _EPOCH
        return cls((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds, is_time=True)

    @property
    def said(self) -> int | str | None:
        """As the shop said it; None where it never said any."""
        if self.number == NO_VERSION:
            return None
        return (_EPOCH + timedelta(microseconds=self.number)).isoformat() if self.is_time else self.number


@dataclass(frozen=True, slots=True)
class GivenLine:
    """A line as the shop says it. `name` is its own word for it."""

    name: str
    sku: str
    ordered: int
    cancelled: int = 0

    @property
    def wanted(self) -> int:
        """Units to send."""
        return self.ordered - self.cancelled


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenOrder:
    """One version of an order. None of `placed_at`, `due_at` and `customer` says that it stays as it is.

    `whole`: it has all lines of the order, so that one which is not in it is cancelled. A file may have a part of them.
    """

    channel: str
    reference: str
    version: Version
    placed_at: datetime | None = None
    due_at: datetime | None = None
    customer: str | None = None
    lines: tuple[GivenLine, ...] = ()
    cancelled: bool = False
    whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredOrder:
    """An order as the database has it, by the names of its lines.

    `went`: by line the units that went, of one that is open, or shipped in part with a rest; None where all that goes went.
    """

    version: Version
    placed_at: datetime | None
    due_at: datetime | None
    customer: str
    cancelled: bool
    shipped: bool
    lines: Mapping[str, GivenLine] = field(default_factory=dict)
    went: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a newer version comes to: the whole order as it is from now on, and which of its lines differ.

    `cancels_rest`: the shop cancels what has not gone of an order that was shipped in part. `ends`: nothing is to go any more of
    an open order of which a part went without a scan, so that it is shipped.
    """

    order: StoredOrder
    added: tuple[GivenLine, ...] = ()
    changed: tuple[GivenLine, ...] = ()
    cancels_rest: bool = False
    ends: bool = False


def check(given: GivenOrder) -> None:
    """Raise BadRequest, with the field, for what makes no sense whatever is stored."""
    if not given.lines and not given.cancelled:
        raise BadRequest("Expected 1 to 1,000 lines, got none.", "lines")
    if len(given.lines) > MOST_LINES:
        raise BadRequest(f"Expected 1 to {MOST_LINES:,} lines, got {len(given.lines):,}.", "lines")
    names: set[str] = set()
    for place, line in enumerate(given.lines):
        if line.name in names:
            raise BadRequest(f"Expected each line once, got {line.name} again.", f"lines[{place}].line")
        if line.cancelled > line.ordered:
            words = f"Expected at most the {line.ordered:,} units that were ordered, got {line.cancelled:,} cancelled."
            raise BadRequest(words, f"lines[{place}].cancelled")
        names.add(line.name)


def is_newer(stored: StoredOrder, given: GivenOrder) -> bool:
    """Whether a version is newer than the stored one. Raises BadRequest where the two cannot be compared."""
    old, new = stored.version, given.version
    if old.number == NO_VERSION:
        return True
    if old.is_time != new.is_time:
        kinds = ("a whole number", "a time")
        raise BadRequest(
            f"Expected a version that is {kinds[old.is_time]}, as the stored one is, got {kinds[new.is_time]}.", "version"
        )
    return new.number > old.number


def change(stored: StoredOrder, given: GivenOrder, items: Mapping[str, int] | None = None) -> Change | None:
    """What a version changes; None where it is the same or an older one. `items`: by SKU, as one may have been renamed.

    Raises BadRequest for a version that cannot be compared, and Conflict where the order is shipped and would change: one that
    went in part only where less would be wanted than went.
    """
    if not is_newer(stored, given):
        return None
    lines = _lines(stored, given)
    if stored.shipped and (stored.went is None or _is_same(stored, given, lines)):
        _demand_same(stored, given, lines)
        return Change(order=replace(_head(stored, given), lines=stored.lines))
    if stored.shipped or stored.went:
        lines = _beside_what_went(stored, stored.went or {}, given, lines, items or {})
    cancels = given.cancelled and not stored.shipped and not stored.went
    return Change(
        cancels_rest=stored.shipped and given.cancelled,
        ends=not stored.shipped and bool(stored.went) and not _to_go(lines, stored.went or {}),
        order=replace(_head(stored, given), lines=lines, cancelled=cancels),
        added=tuple(line for name, line in lines.items() if name not in stored.lines),
        changed=tuple(line for name, line in lines.items() if name in stored.lines and stored.lines[name] != line),
    )


def _head(stored: StoredOrder, given: GivenOrder) -> StoredOrder:
    return replace(
        stored,
        version=given.version,
        placed_at=given.placed_at or stored.placed_at,
        due_at=given.due_at if given.whole else given.due_at or stored.due_at,
        customer=stored.customer if given.customer is None else given.customer,
        cancelled=given.cancelled,
    )


def _lines(stored: StoredOrder, given: GivenOrder) -> dict[str, GivenLine]:
    """The lines from now on. One that is gone is cancelled in full: it is kept, as somebody may have picked for it."""
    said = {line.name: line for line in given.lines}
    keep = not given.whole or (given.cancelled and not said)
    return {
        name: said.get(name) or (line if keep else replace(line, cancelled=line.ordered)) for name, line in stored.lines.items()
    } | {name: line for name, line in said.items() if name not in stored.lines}


def _is_same(stored: StoredOrder, given: GivenOrder, lines: Mapping[str, GivenLine]) -> bool:
    return not given.cancelled and wanted(lines.values()) == wanted(stored.lines.values())


def _to_go(lines: Mapping[str, GivenLine], went: Mapping[str, int]) -> bool:
    return any(line.wanted > went.get(name, 0) for name, line in lines.items())


def _beside_what_went(
    stored: StoredOrder, went: Mapping[str, int], given: GivenOrder, lines: Mapping[str, GivenLine], items: Mapping[str, int]
) -> dict[str, GivenLine]:  # fmt: skip
    """The lines of an order that went in part: what is cancelled of it is what has not gone."""
    if given.cancelled:
        return {name: replace(line, cancelled=line.ordered - went.get(name, 0)) for name, line in stored.lines.items()}
    for name, units in went.items():
        if units and (words := _why_gone(lines[name], stored.lines[name], units, items)):
            raise Conflict(f"{given.reference} is shipped in part: {words}. Nothing was changed.", "lines")
    return dict(lines)


def _why_gone(line: GivenLine, old: GivenLine, went: int, items: Mapping[str, int]) -> str:
    """Why a line cannot become this, of which so many units went; empty where it can."""
    if line.sku != old.sku and items.get(line.sku, line.sku) != items.get(old.sku, old.sku):
        return f"{went:,} of line {line.name} went as {old.sku}, so it cannot be of {line.sku}"
    return f"{went:,} of line {line.name} went already, so no less can be wanted than that" if line.wanted < went else ""


def _demand_same(stored: StoredOrder, given: GivenOrder, lines: Mapping[str, GivenLine]) -> None:
    """Of a shipped order only what goes with it may be said later: when it was placed, say."""
    if not _is_same(stored, given, lines):
        raise Conflict(f"{given.reference} is shipped: what was ordered cannot change any more. Nothing was changed.", "lines")


def wanted(lines: Iterable[GivenLine]) -> Counter[str]:
    """SKU -> units to send, without zeros."""
    found: Counter[str] = Counter()
    for line in lines:
        if line.wanted:
            found[line.sku] += line.wanted
    return found


@dataclass(frozen=True, slots=True)
class Part:
    """A line of the task that is picked for a line of the order: `units` of an item in one that was ordered."""

    line_id: int
    item_id: int
    units: int
    expected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How lines of a task become those of a line of the order: (line id, units, expected), dropped ones, new ones."""

    kept: tuple[tuple[int, int, int], ...] = ()
    dropped: tuple[int, ...] = ()
    new: tuple[tuple[int, int, int], ...] = ()  # item id, units, expected


def fit(
    there: Sequence[Part], contents: Mapping[int, int], units: int, went: Mapping[int, int] | None = None
) -> Fit:  # fmt: skip
    """Have the task expect what is in `units` of what was ordered. `contents`: item id -> units in one.

    `went`: item id -> units that went before and are not to go again.

    What was picked for a part that is in it no longer is free: its line expects nothing.
    """
    mine: dict[int, Part] = {}
    for part in there:
        if part.item_id in contents:
            mine.setdefault(part.item_id, part)
    left = {item: max(_expected(each, units) - (went or {}).get(item, 0), 0) for item, each in contents.items()}
    kept = tuple((part.line_id, contents[item], left[item]) for item, part in mine.items())
    dropped = tuple(part.line_id for part in there if part not in mine.values())
    new = tuple((item, each, left[item]) for item, each in contents.items() if item not in mine and (left[item] or went is None))
    return Fit(kept=kept, dropped=dropped, new=new)


def _expected(each: int, units: int) -> int:
    return min(each * units, MOST_OF_A_LINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """How far a line of a task is: `gone` went without a scan, `packed` is or was in the parcel, what is gone among it."""

    expected: int
    scanned: int
    gone: int = 0
    packed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """Units that are taken off a line, and out of what is noted of the parcel."""

    units: int = 0
    packed: int = 0


def release(line: Picked, *, closed: bool) -> Released:
    """What is picked of a line and wanted no more.

    The parcel of an order that is `closed` is no more. One of an order that goes keeps what is in it: shipping says what to take
    out. Once the order wants more again, what was off it is not part of the parcel: somebody may have put it away.
    """
    if closed:
        return Released(units=max(line.scanned - line.gone, 0), packed=max(line.packed - line.gone, 0))
    off = max(line.packed - line.scanned, 0) if line.expected > line.scanned else 0
    return Released(units=max(line.scanned - max(line.expected, line.gone), 0), packed=off)
