"""A file of any shape on its way in: kept between two pages, looked at, and brought in as one of ours."""

from __future__ import annotations

import csv
import hashlib
import json
import secrets
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from io import BytesIO, StringIO
from itertools import islice
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlmodel import Session

from scanner.audit import service as audit
from scanner.audit.rules import Action
from scanner.data.imports import service as imports
from scanner.data.imports.cells import Column, amount
from scanner.data.imports.importer import SMALL_ROWS, Importer
from scanner.data.imports.report import ImportProblem, ImportProgress, ImportRefused, ImportReport
from scanner.data.imports.sheet import open_sheet
from scanner.data.imports.small import SMALL, Upload, rehearse
from scanner.data.mapping import rules, store
from scanner.data.mapping.ours import Ours, as_ours
from scanner.data.mapping.rules import Kinds, Plan, Source
from scanner.data.mapping.shops import SHOPS, FromShop, Shop, shop_of
from scanner.data.mapping.theirs import Theirs, open_theirs
from scanner.db.engine import Database
from scanner.errors import BadRequest, NotFound
from scanner.money import from_e4
from scanner.people.rules import OperatorView, Right

MOST_BYTES = 16_000_000
"""Of a file that is kept between two pages."""
KEPT_FOR = timedelta(days=1)
OWN, HOUSE = 3, 20
"""Files that are kept for one person, and in all: the oldest goes."""
HEADERS = 500
"""Headers that are remembered."""
LOOKED_AT = SMALL_ROWS
"""Rows on which the rules are tried beforehand, of a file that is large."""
SHOWN = 5
PRODUCTS = "products"
"""What a shop's export comes in as."""
LOST = "This file is gone: it was brought in, is older than a day, or somebody else sent it. Choose it again."
Importers = Mapping[str, type[Importer]]


@dataclass(frozen=True, slots=True)
class Draft:
    """A file between two pages."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a file would bring in. `rows`: the first, by our columns; `problems`: the first of `bad` in the rows `looked_at`.

    `whole`: all rows were looked at. `remembered`: the plan is that of an earlier file with this header.
    `asked`: by column, a date that can be two days.
    """

    theirs: Theirs
    plan: Plan
    shop: Shop | None = None
    found: FromShop | None = None
    missing: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    problems: tuple[ImportProblem, ...] = ()
    bad: int = 0
    notes: tuple[str, ...] = ()
    looked_at: int = 0
    whole: bool = True
    remembered: bool = False
    asked: Mapping[str, str] = field(default_factory=dict)

    @property
    def unclear(self) -> dict[str, str]:
        """By column, a date of which nobody has said whether the day stands first."""
        return {name: seen for name, seen in self.asked.items() if not self.plan.sources[name].order}

    @property
    def unused(self) -> tuple[str, ...]:
        """Their columns that are left alone."""
        return () if self.shop else self.plan.unused(self.theirs.names)


def keep(database: Database, name: str, data: bytes, by: OperatorView, now: datetime) -> str:
    """Keep a file between two pages; gives what opens it. Raises BadRequest for what is no table or too large."""
    by.demand(Right.IMPORT)
    if len(data) > MOST_BYTES:
        most = f"{MOST_BYTES // 1_000_000} MB"
        raise BadRequest(f"Expected at most {most}. Give the columns our names, and bring a larger file in by its kind.", "file")
    open_theirs(data)
    key = secrets.token_urlsafe(24)
    database.transact(_keep, _mark(key), by.id, name, _seal(key, data), now)
    return key


def _keep(session: Session, mark: str, operator_id: int, name: str, content: bytes, now: datetime) -> None:
    store.add_draft(session, mark, operator_id, name, content, now)
    store.drop_old_drafts(session, now - KEPT_FOR, operator_id, OWN, HOUSE)


def draft(session: Session, key: str, by: OperatorView, now: datetime) -> Draft:
    """A file that the person sent. Raises NotFound, in a sentence, for any other."""
    by.demand(Right.IMPORT)
    found = store.draft_of(session, _mark(key), by.id, now - KEPT_FOR)
    if found is None:
        raise NotFound(LOST)
    return Draft(found.name, _open(key, found.content))


def drop(session: Session, key: str, by: OperatorView, now: datetime) -> None:
    """Delete a file that nobody wants any more."""
    by.demand(Right.IMPORT)
    found = store.draft_of(session, _mark(key), by.id, now - KEPT_FOR)
    store.drop_draft(session, _mark(key), by.id)
    if found is not None:
        audit.note(session, by, Action.FILE_CANCELLED, "file", "before it was mapped", after={"file": found.name}, at=now)


def propose(session: Session, file: Draft, kinds: Importers, kind: str = "") -> tuple[Theirs, Plan, bool]:
    """What a file seems to be, or what feeds the columns of the kind that was chosen; and whether that is remembered."""
    theirs = read(file, kinds)
    if kind == "" and (shop := shop_of(theirs)):
        return theirs, Plan(shop.key), False
    before = _remembered(session, theirs, kinds)
    if before and kind in ("", before.kind):
        return theirs, before, True
    if kind:
        return theirs, rules.guess(kind, columns_of(kinds, kind), theirs.header, (cells for _, cells in theirs.first)), False
    every = {each: importer.columns for each, importer in kinds.items()}
    return theirs, rules.best_guess(every, theirs.header, (cells for _, cells in theirs.first), file.name), False


def read(file: Draft, kinds: Importers) -> Theirs:
    """The table that a file is."""
    every: Kinds = {kind: importer.columns for kind, importer in kinds.items()}
    return open_theirs(file.data, lambda name: rules.is_known(name, every))


def columns_of(kinds: Importers, kind: str) -> rules.Columns:
    """Our columns of a kind of file. Raises BadRequest for a kind that there is not."""
    if kind not in kinds:
        raise BadRequest(f"Expected one of {', '.join(kinds)}, got {kind[:40]!r}.", "kind")
    return kinds[kind].columns


def look(
    database: Database, theirs: Theirs, plan: Plan, kinds: Importers, by: OperatorView, now: datetime, *, remembered: bool = False
) -> Look:
    """What a plan would bring in. Of a large file the first rows are tried."""
    by.demand(Right.IMPORT)
    most = None if len(theirs.data) <= SMALL else LOOKED_AT
    missing: tuple[str, ...] = ()
    ours = Ours(b"", 0)
    if shop := _shop(theirs, plan):
        found = shop.read(theirs, None)
        seen = found if most is None else shop.read(theirs, most)
        made, problems, bad, rows = seen.content, found.problems, found.bad, found.rows
        importer = kinds[PRODUCTS]
    else:
        importer, found = kinds[plan.kind], None
        missing = plan.missing(importer.columns)
        ours = as_ours(theirs, plan, importer.columns, most)
        made, problems, bad, rows = ours.content, ours.problems, ours.bad, ours.rows
    looked = Look(theirs=theirs, plan=plan, shop=shop, found=found, missing=missing, remembered=remembered, asked=ours.asked)
    looked = replace(looked, problems=problems, bad=bad, looked_at=rows if most is None else min(rows, most), whole=most is None)
    names, first = _first_rows(made, importer)
    looked = replace(looked, columns=names, rows=first)
    if missing or bad or looked.unclear:
        return looked
    tried = rehearse(database, importer, BytesIO(made), by.id, now)
    return replace(looked, problems=tuple(map(ours.where, tried.problems)), bad=tried.bad, notes=tuple(tried.notes))


def _first_rows(made: bytes, importer: type[Importer]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The first rows as they would come in; a row with a fault as it stands there. What may be a key is not shown."""
    lines = csv.reader(StringIO(made.decode(), newline=""))
    header = tuple(next(lines, []))
    columns = {column.name: column for column in importer.columns}
    stored: dict[int, Mapping[str, Any]] = {}
    with suppress(BadRequest), open_sheet(BytesIO(made), importer.columns, ImportProgress()) as sheet:
        stored = {row.line: row.values for row in islice(sheet.rows, SHOWN)}
    rows: list[tuple[str, ...]] = []
    begins = lines.line_num + 1
    for cells in lines:
        if any(cells):
            said = stored.get(begins, {})
            rows.append(tuple(_shown(columns[name], said, cell) for name, cell in zip(header, cells, strict=False)))
        if len(rows) == SHOWN:
            break
        begins = lines.line_num + 1
    return header, tuple(rows)


def _shown(column: Column, said: Mapping[str, Any], cell: str) -> str:
    if column.is_secret and cell:
        return "•••"
    value = said.get(column.name)
    if value is None:
        return cell
    if column.parse is amount:
        return str(from_e4(value))
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)


def bring_in(
    database: Database, key: str, file: Draft, theirs: Theirs, plan: Plan, kinds: Importers, by: OperatorView, now: datetime
) -> ImportReport | int:
    """Bring a file in by a plan, as `imports.service.take_upload` does. Then it is kept no longer; what it was taken for is.

    Raises ImportRefused with lines of their file, and what `take_upload` raises.
    """
    by.demand(Right.IMPORT)
    made: bytes
    ours = Ours(b"", 0)
    if shop := _shop(theirs, plan):
        found = shop.read(theirs, None)
        kind, made, problems, bad = PRODUCTS, found.content, found.problems, found.bad
    else:
        columns = columns_of(kinds, plan.kind)
        if any(column.is_secret and plan.sources.get(column.name, Source(0)).at is None for column in columns):
            raise BadRequest("Expected a column of the file for what is a key, got one for all rows.", "fixed")
        if missing := plan.missing(columns):
            raise BadRequest(f"Choose what says {' and '.join(missing)}.", missing[0])
        ours = as_ours(theirs, plan, columns)
        for name, seen in ours.asked.items():
            if not plan.sources[name].order:
                raise BadRequest(f"Say what stands first in {seen}: the day or the month.", name)
        kind, made, problems, bad = plan.kind, ours.content, ours.problems, ours.bad
    if bad:
        raise ImportRefused(kind, problems, bad)
    upload = Upload(kind=kind, stream=BytesIO(made), name=file.name, operator_id=by.id)
    try:
        done = imports.take_upload(database, upload, kinds, by, now)
    except ImportRefused as refused:
        refused.problems = tuple(map(ours.where, refused.problems))
        raise
    database.transact(_over, _mark(key), by.id, None if shop else (_digest(theirs), _as_json(theirs, plan)), now)
    return done


def _over(session: Session, mark: str, operator_id: int, plan: tuple[str, str] | None, now: datetime) -> None:
    store.drop_draft(session, mark, operator_id)
    if plan is not None:
        store.keep_plan(session, *plan, now, HEADERS)


def _shop(theirs: Theirs, plan: Plan) -> Shop | None:
    """The shop whose export a plan takes as it is. Raises BadRequest where the file is none of it."""
    shop = next((each for each in SHOPS if each.key == plan.kind), None)
    if shop is not None and not shop.tell(theirs):
        raise BadRequest(f"Expected {shop.title}, got another file.", "kind")
    return shop


def _remembered(session: Session, theirs: Theirs, kinds: Importers) -> Plan | None:
    """What a file with this header was taken for the last time, where all of that is still here."""
    stored = store.plan_of(session, _digest(theirs))
    if stored is None:
        return None
    said = json.loads(stored.plan)
    if said["kind"] not in kinds:
        return None
    names = {column.name for column in kinds[said["kind"]].columns}
    return Plan(said["kind"], {name: Source(*source) for name, source in said["sources"].items() if name in names})


def _as_json(theirs: Theirs, plan: Plan) -> str:
    return json.dumps(
        {"kind": plan.kind, "sources": {name: [each.at, each.fixed, each.order] for name, each in plan.sources.items()}}
    )


def _digest(theirs: Theirs) -> str:
    return hashlib.sha256(json.dumps(theirs.header).encode()).hexdigest()


def _mark(key: str) -> str:
    return hashlib.sha256(f"draft {key}".encode()).hexdigest()


def _secret(key: str) -> AESGCM:
    """The key is in the address alone, so that neither the database nor a backup tells what PINs are in a file."""
    return AESGCM(hashlib.sha256(f"content {key}".encode()).digest())


def _seal(key: str, data: bytes) -> bytes:
    nonce = secrets.token_bytes(12)
    return nonce + _secret(key).encrypt(nonce, zlib.compress(data, 1), None)


def _open(key: str, content: bytes) -> bytes:
    try:
        return zlib.decompress(_secret(key).decrypt(content[:12], content[12:], None))
    except (InvalidTag, zlib.error):
        raise NotFound(LOST) from None


def sources_of(
    names: Sequence[str], columns: Mapping[str, str | int], fixed: Mapping[str, str], dates: Mapping[str, str]
) -> dict[str, Source]:  # fmt: skip
    """What a program says: by our column the name of theirs or its place from 0, or one value for all rows.

    `dates`: what stands first in those of a column.
    """
    if wrong := next((ours for ours, order in dates.items() if order not in rules.ORDERS), None):
        raise BadRequest(f"Expected {' or '.join(rules.ORDERS)}, got {dates[wrong][:40]!r}.", f"dates.{wrong}")
    found = {}
    for ours, said in columns.items():
        at = names.index(said) if isinstance(said, str) and said in names else said
        if isinstance(at, str) or not 0 <= at < len(names):
            raise BadRequest(f"Expected one of the columns of the file, got {str(said)[:80]!r}.", f"columns.{ours}")
        found[ours] = Source(at, order=dates.get(ours, ""))
    return found | {ours: Source(fixed=value) for ours, value in fixed.items() if value}
