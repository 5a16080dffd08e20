"""One real server for all browser tests, one Chromium, and for each test a receipt and handhelds of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

from scanner.data import store
from scanner.db.engine import Database
from scanner.db.migrations import migrate
from scanner.people.sign_in import hash_pin
from tests.support.handheld import Handheld
from tests.support.serving import CHROMIUM, Server
from tests.support.warehouse import Warehouse, fill

MAKE = Callable[..., Handheld]
GIVE_PIN = Callable[[str], str]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    without = pytest.fail if os.environ.get("CI") else pytest.skip
    if not Path(CHROMIUM).exists():
        without(f"no Chromium at {CHROMIUM}")
    with sync_playwright() as playwright:
        try:
            launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        except Error as error:
            without(f"Chromium does not start here: {error.message.splitlines()[0]}")
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Warehouse]]:
    """The app in a process of its own on a SQLite file, and the small warehouse in it."""
    yield from serve(tmp_path_factory.mktemp("served"))


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[tuple[Server, Warehouse]]:
    """The same for one test alone, which may stop it."""
    yield from serve(tmp_path)


def serve(folder: Path) -> Iterator[tuple[Server, Warehouse]]:
    """Fill a warehouse, serve it, and clean up."""
    database = Database(f"sqlite:///{folder / 'warehouse.db'}")
    migrate(database)
    warehouse = fill(database)
    server = Server(str(database.url), folder)
    server.start()
    yield server, warehouse
    server.stop()
    database.dispose()


@pytest.fixture
def warehouse(served: tuple[Server, Warehouse]) -> Warehouse:
    """The rows behind the pages."""
    return served[1]


@pytest.fixture
def server(served: tuple[Server, Warehouse]) -> Server:
    """The process that serves the pages."""
    return served[0]


_numbers = count(1)


@pytest.fixture
def receipt(warehouse: Warehouse) -> str:
    """An open receipt of the test's own: 24 mugs, 6 lamps, 3 T-shirts."""
    reference = f"PO-T{next(_numbers)}"
    warehouse.add_receipt(reference, [("MUG-B", 24), ("LAMP", 6), ("TEE-M", 3)])
    return reference


@pytest.fixture
def pin_of(warehouse: Warehouse) -> Iterator[GIVE_PIN]:
    """Has a person's badge want a PIN until the test is over: other tests sign everybody in without one."""
    given: list[str] = []

    def give(name: str, pin: str = "2468") -> str:
        given.append(name)
        _set_pin(warehouse, name, hash_pin(pin))
        return pin

    yield give
    for name in given:
        _set_pin(warehouse, name, None)


def _set_pin(warehouse: Warehouse, name: str, pin_hash: str | None) -> None:
    change = store.operator.update().where(store.operator.c.name == name).values(pin_hash=pin_hash)
    warehouse.database.transact(lambda session: session.execute(change))


@pytest.fixture
def handheld(browser: Browser, server: Server) -> Iterator[MAKE]:
    """Makes handhelds: `handheld("BADGE-ROSA", receipt)` is signed in and on the receipt's page."""
    made: list[Handheld] = []

    def make(badge: str | None = None, reference: str | None = None, **options: object) -> Handheld:
        device = Handheld(browser, server.url, **options)
        made.append(device)
        if badge:
            device.sign_in(badge)
        if reference:
            device.open(f"/receiving/{reference}")
        return device

    yield make
    for device in made:
        device.close()
