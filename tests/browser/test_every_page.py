"""Every page in every state: for people who see little, read large letters, hold a small phone, or wear gloves."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from scanner import demo
from scanner.db.engine import Database
from scanner.db.migrations import migrate
from tests.browser.tours import TOURS, desk
from tests.support.handheld import Handheld
from tests.support.serving import CHROMIUM, Server
from tests.test_javascript import MODULES, Node, node

__all__ = ["node"]
REACH = (Path(__file__).parent / "tours" / "reach.js").read_text()
PHONE, SMALLEST, DESK = {"width": 390, "height": 844}, {"width": 320, "height": 568}, {"width": 1280, "height": 800}
LARGE_LETTERS = ["--no-sandbox", "--blink-settings=defaultFontSize=32"]
"""As somebody sets them who asks their browser for letters of 200 %."""

AXE = """async () => {
  const { violations, incomplete } = await axe.run(document, { resultTypes: ["violations", "incomplete"] });
  const short = (rules) => rules.flatMap((rule) => rule.nodes.map((node) => [rule.id, node.target.join(" "), rule.help]));
  return [short(violations), short(incomplete)];
}"""
DECIDED = (
    # The panel of what waits for a yes is striped: axe measures no stripes. Both colours of the stripes are measured with every
    # word on them by test_look.py, which wants more of them (7) than axe does.
    ("color-contrast", ".result__"),
    # One sign is too short for axe to call it text: it is as dark as the digits beside it, and has a name.
    ("color-contrast", "button[data-digit"),
    ("label-content-name-mismatch", "button[data-digit"),
)
"""What axe cannot decide by itself: the rule, what it is about, and above it what a person saw there."""


def is_decided(rule: str, where: str) -> bool:
    """Whether somebody has looked at it."""
    return any(rule == known and where.startswith(about) for known, about in DECIDED)


Faults = dict[str, list[str]]


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo warehouse, made once."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.transact(demo.fill, datetime.now(UTC))
    database.dispose()
    return path


@pytest.fixture
def demo_server(demo_file: Path, tmp_path: Path) -> Iterator[Server]:
    """A server on a demo warehouse of the test's own."""
    shutil.copy(demo_file, tmp_path / "demo.db")
    server = Server(f"sqlite:///{tmp_path / 'demo.db'}", tmp_path)
    server.start()
    yield server
    server.stop()


def walk(browser: Browser, server: Server, tour: str, look: Callable[[Page], list[str]], **options: Any) -> Faults:
    """What `look` finds at the stops of a tour; the same fault is told once, with where it was seen."""
    devices: list[Handheld] = []
    seen: Faults = defaultdict(list)

    def make(badge: str | None = None) -> Handheld:
        device = Handheld(browser, server.url, **options)
        devices.append(device)
        if badge:
            device.sign_in(badge)
        return device

    stops = 0
    for name, device in TOURS[tour](make):
        stops += 1
        for fault in look(device.page):
            seen[fault].append(name)
    for device in devices:
        device.close()
    assert stops
    return seen


def told(faults: Faults) -> str:
    """The faults as a person reads them."""
    return "\n".join(f"{fault}   [{len(at)}: {', '.join(at[:3])}]" for fault, at in sorted(faults.items()))


@pytest.mark.parametrize("tour", TOURS)
def test_axe_finds_nothing(browser: Browser, demo_server: Server, node: Node, tour: str) -> None:
    script = (MODULES / "axe-core" / "axe.min.js").read_text()

    def look(page: Page) -> list[str]:
        found = set()
        for size, scheme in product((PHONE, DESK), ("light", "dark")):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.evaluate(script)
            violations, incomplete = page.evaluate(AXE)
            found |= {f"{rule}: {where} ({why})" for rule, where, why in violations}
            found |= {f"not decided: {rule}: {where}" for rule, where, _ in incomplete if not is_decided(rule, where)}
        return sorted(found)

    faults = walk(browser, demo_server, tour, look)
    assert not faults, told(faults)


@pytest.mark.parametrize("tour", TOURS)
def test_everything_can_be_reached_on_the_smallest_phone(browser: Browser, demo_server: Server, tour: str) -> None:
    faults = walk(browser, demo_server, tour, lambda page: page.evaluate(REACH, 0), viewport=SMALLEST)
    assert not faults, told(faults)


@pytest.fixture(scope="session")
def large_letters(browser: Browser) -> Iterator[Browser]:
    """A Chromium whose letters are twice as large."""
    launched = browser.browser_type.launch(executable_path=CHROMIUM, args=LARGE_LETTERS)
    yield launched
    launched.close()


@pytest.mark.parametrize("tour", TOURS)
def test_everything_can_be_reached_with_letters_of_200_percent(large_letters: Browser, demo_server: Server, tour: str) -> None:
    faults = walk(large_letters, demo_server, tour, lambda page: page.evaluate(REACH, 0), viewport=PHONE)
    assert not faults, told(faults)


@pytest.mark.parametrize("tour", TOURS)
def test_what_a_finger_hits_is_44_pixels_high(browser: Browser, demo_server: Server, tour: str) -> None:
    faults = walk(browser, demo_server, tour, lambda page: page.evaluate(REACH, 44), viewport=PHONE)
    assert not faults, told(faults)


NO_PAGES = {
    "static", "health.healthz", "watch.readyz", "watch.metrics", "evidence.photo", "evidence.thumbnail", "counting.places",
    "live.events", "live.changes",
}  # fmt: skip
"""What answers a browser with something else than a page: files, words for programs, a part of a page."""
ELSEWHERE = {
    "counting.task", "counting.finish", "links.link", "photos.photo", "scans.task", "auth.confirm", "auth.sign_in", "auth.locked",
    "carts.task", "picking.task", "opening.opened_before", "papers.paper", "data.progress", "beginning.set_up", "mapping.page",
}  # fmt: skip
"""Pages with an address that is not known before: the tours of the floor stop at them."""


def test_every_page_is_on_a_tour(app) -> None:
    urls = app.url_map.bind("localhost")
    listed = {*desk.PAGES, *desk.SERVICE, *desk.TASKS, *desk.FORMS}
    seen = {urls.match(path.partition("?")[0])[0] for path in listed}
    names = {rule.endpoint: rule.rule for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    pages = {name for name, rule in names.items() if not rule.startswith("/api/") and "." not in rule}
    assert pages - seen - ELSEWHERE - NO_PAGES == set()
