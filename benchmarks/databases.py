"""PostgreSQL and SQLite side by side, in turns of one run: scans on one line, and spread over as many as there are clients.

Each with its floor (`floor.py`), from 1 and from 8 clients; PostgreSQL with one and with two processes of the app. Databases of
their own are made on the server of the URL, and dropped at the end.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy.engine import URL, make_url

from benchmarks.load import ROOT, Load, post_from, python_of, server
from scanner.db.engine import Database
from scanner.db.migrations import migrate
from scanner.people import tokens
from tests.support.warehouse import fill

CLIENTS = 8
HUGE = 1_000_000_000
LOADS = (("1 client", 1, False), ("8 clients on one line", CLIENTS, False), ("8 clients spread", CLIENTS, True))
MAKE = "import sys, benchmarks.databases as b; print(b.warehouse(sys.argv[1]))"


@dataclass(frozen=True)
class Target:
    """Something to post to: its ports, and a token a client where it is the app: each is a device."""

    name: str
    ports: tuple[int, ...]
    tokens: tuple[str, ...] = ()


def compare(url: str, seconds: float, rounds: int, beside: Path | None = None) -> None:
    """Measure everything in turns, `rounds` times, and print it. `beside`: another checkout of the app, on PostgreSQL."""
    found: dict[tuple[str, str], list[Load]] = {}
    with _targets(make_url(url), beside) as targets:
        for number in range(rounds + 1):
            for load, clients, spread in LOADS:
                for target in targets:
                    got = _post(target, clients, seconds if number else 0.5, spread=spread)
                    if number:  # the first round only warms up
                        found.setdefault((load, target.name), []).append(got)
    for load, _, _ in LOADS:
        _report(load, {name: loads for (where, name), loads in found.items() if where == load})


def warehouse(url: str) -> str:
    """A warehouse with receipts that never fill, each of an item of its own; gives the tokens of as many devices."""
    database = Database(url)
    migrate(database)
    made = fill(database)
    made.add_items([f"ITEM-{number}" for number in range(CLIENTS)])
    for number in range(CLIENTS):
        made.add_receipt(f"PO-{number}", [(f"ITEM-{number}", HUGE)])
    database.transact(_label)
    made_tokens = [database.transact(tokens.create_token, "Rosa", datetime.now(UTC)) for _ in range(CLIENTS)]
    database.dispose()
    return " ".join(made_tokens)


def _label(session: Any) -> None:
    """Give each item a barcode, as goods have."""
    from sqlalchemy import insert, select

    from scanner.catalogue.tables import Barcode, Item
    from scanner.db.sql import run, table_of

    items, barcodes = table_of(Item), table_of(Barcode)
    rows = run(session, select(items.c.id, items.c.sku).where(items.c.sku.like("ITEM-%"))).all()
    run(session, insert(barcodes), [{"code": _code(int(row.sku[5:])), "item_id": row.id, "units": 1} for row in rows])


def _code(number: int) -> str:
    return f"SHELF-LABEL-{number}"


@contextmanager
def _targets(url: URL, beside: Path | None) -> Iterator[list[Target]]:
    """Everything that is measured, running."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))

        def floor(database: str) -> tuple[int, ...]:
            return (stack.enter_context(server("-m", "benchmarks.floor", database)),)

        def app(name: str, database: str, processes: int = 1, checkout: Path = ROOT) -> list[Target]:
            devices = _made(checkout, database)
            command = ("-m", "benchmarks.serve", database)
            ports = tuple(stack.enter_context(server(*command, checkout=checkout)) for _ in range(processes))
            return [
                Target(f"{name}, {count} process{'es' * (count > 1)}", ports[:count], devices) for count in (1, 2)[:processes]
            ]

        fresh = [stack.enter_context(fresh(url)) for _ in range(3 if beside else 2)]
        targets = [
            Target("SQLite floor", floor(str(folder / "floor.db"))),
            *app("SQLite", f"sqlite:///{folder / 'scans.db'}"),
            Target("PostgreSQL floor", floor(fresh[0])),
            *app("PostgreSQL", fresh[1], 2),
        ]
        if beside:
            targets += app("beside: PostgreSQL", fresh[2], 2, beside.resolve())
        yield targets


@contextmanager
def fresh(url: URL) -> Iterator[str]:
    """An empty database on the server, for as long as it is measured."""
    name = f"scanner_{uuid4().hex[:12]}"
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield url.set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _made(checkout: Path, database: str) -> tuple[str, ...]:
    command = [python_of(checkout), "-c", MAKE, database]
    made = subprocess.run(command, cwd=checkout, stdout=subprocess.PIPE, text=True, check=True)
    return tuple(made.stdout.split())


def _post(target: Target, clients: int, seconds: float, *, spread: bool) -> Load:
    def scan(client: int) -> dict[str, str]:
        line = client if spread else 0
        return {
            "id": str(uuid4()), "task": f"PO-{line}", "code": _code(line), "source": "wedge",
            "scanned_at": "2026-11-23T09:30:00+00:00",
        }  # fmt: skip

    path = "/api/v1/scans" if target.tokens else "/"
    headers = [{"Authorization": f"Bearer {token}"} for token in target.tokens]
    return post_from(clients, seconds, target.ports, path, headers or [{}], scan)


def _report(load: str, found: dict[str, list[Load]]) -> None:
    rounds = len(next(iter(found.values())))
    print(f"\n{load}: the round with the median rate of {rounds}")
    for name, loads in found.items():
        print(f"  {name:32} {sorted(loads, key=lambda each: each.per_second)[rounds // 2]}")
    for over, under in (
        ("PostgreSQL, 1 process", "SQLite, 1 process"),
        ("PostgreSQL, 2 processes", "PostgreSQL, 1 process"),
        ("PostgreSQL, 1 process", "PostgreSQL floor"),
        ("PostgreSQL, 1 process", "beside: PostgreSQL, 1 process"),
    ):
        if under in found:
            print(f"  {over} : {under}  {_ratio(found[over], found[under]):.2f}")


def _ratio(over: Sequence[Load], under: Sequence[Load]) -> float:
    """The median of the rates' ratios, each within one round: what the machine does besides hits both."""
    return statistics.median(one.per_second / other.per_second for one, other in zip(over, under, strict=True))


if __name__ == "__main__":
    sys.exit("python -m benchmarks.scans --database URL")
