"""Walks a tour and looks at each stop."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from scanner import demo
from scanner.db.engine import Database
from scanner.db.migrations import migrate
from scanner.house import store as house
from tests.browser.tours import TOURS
from tests.support.handheld import PHONE, Handheld
from tests.support.patterns import add_signals
from tests.support.serving import Server

Look = Callable[[Page], list[str]]
Faults = dict[str, list[str]]
"""Each fault once, with the stops at which it was seen."""


def make_demo(path: Path) -> None:
    """A demo warehouse in a new file."""
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.transact(demo.fill, datetime.now(UTC))
    database.transact(add_signals)
    database.transact(house.keep, "currency", "EUR")
    database.dispose()


@contextmanager
def demo_server(file: Path, folder: Path) -> Iterator[Server]:
    """A server on a copy of a demo warehouse."""
    folder.mkdir(exist_ok=True)  # it is there after a walk that failed
    shutil.copy(file, folder / "demo.db")
    server = Server(f"sqlite:///{folder / 'demo.db'}", folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def walk(browser: Browser, server: Server, tour: str, looks: Mapping[str, Look], **options: Any) -> dict[str, Faults]:
    """What each of the `looks` finds at the stops of a tour. `options` are those of the handhelds."""
    devices: list[Handheld] = []
    found: dict[str, Faults] = {look: defaultdict(list) for look in looks}
    size = {"viewport": PHONE} | options

    def make(badge: str | None = None) -> Handheld:
        device = Handheld(browser, server.url, **size)
        devices.append(device)
        if badge:
            device.sign_in(badge)
        return device

    stops = list[str]()
    for name, device in TOURS[tour](make):
        stops.append(name)
        for look, seen in found.items():
            for fault in looks[look](device.page):
                seen[fault].append(name)
        device.page.set_viewport_size(size["viewport"])
    for device in devices:
        device.close()
    assert stops
    return found


def told(faults: Faults) -> str:
    """The faults as a person reads them."""
    return "\n".join(f"{fault}   [{len(at)}: {', '.join(at[:3])}]" for fault, at in sorted(faults.items()))
