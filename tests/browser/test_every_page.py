"""Every page in every state: for people who see little, read large letters, hold a small phone, or wear gloves."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.tours import TOURS, desk
from tests.browser.tours.walk import Faults, demo_server, make_demo, told, walk
from tests.test_javascript import MODULES, Node, node

__all__ = ["node"]
REACH = (Path(__file__).parent / "tours" / "reach.js").read_text()
PHONE: ViewportSize = {"width": 390, "height": 844}
SMALLEST: ViewportSize = {"width": 320, "height": 568}
DESK: ViewportSize = {"width": 1280, "height": 800}
AXE = """async (rules) => {
  const resultTypes = ["violations", "incomplete"];
  const options = rules ? { resultTypes, runOnly: { type: "rule", values: rules } } : { resultTypes };
  const { violations, incomplete } = await axe.run(document, options);
  const short = (rules) => rules.flatMap((rule) => rule.nodes.map((node) => [rule.id, node.target.join(" "), rule.help]));
  return [short(violations), short(incomplete)];
}"""
DECIDED = (
    # The panel of what waits is striped: axe measures no stripes. Both colours of the stripes are measured with every word on
    # them by test_look.py, which wants more of them (7) than axe does.
    ("color-contrast", ".result__"),
    ("color-contrast", ".result--held"),
    ("color-contrast", 'button[data-try="held"]'),
    ("color-contrast", ".unbroken"),
    # Shelves of a count that lie beneath the buttons which stay in sight: scrolled to, they are as dark as the others.
    ("color-contrast", "li[data-place="),
    # One sign is too short for axe to call it text: it is as dark as the digits beside it, and has a name.
    ("color-contrast", "button[data-digit"),
    ("label-content-name-mismatch", "button[data-digit"),
    # Words of a dialog stand on its own ground, which covers all that axe finds beneath.
    ("color-contrast", "p[data-outbox-summary"),
    # The small arrow at the column by which a list is sorted: as dark as the column's name beside it.
    ("color-contrast", 'span[aria-hidden="true"]'),
    # Rows of a list that lie beneath the bar which stays in sight on a phone: scrolled to, they are as dark as the others.
    ("color-contrast", "tr:nth-child("),
)
"""What axe cannot decide by itself: the rule, what it is about, and above it what a person saw there."""


def is_decided(rule: str, where: str) -> bool:
    """Whether somebody has looked at it."""
    return any(rule == known and where.startswith(about) for known, about in DECIDED)


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo warehouse, made once."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    make_demo(path)
    return path


class Walks:
    """What is found at the stops of each tour, each walked once, on a demo warehouse of its own, for all that is looked at."""

    def __init__(self, browser: Browser, demo_file: Path, folder: Path) -> None:
        self._browser, self._demo_file, self._folder = browser, demo_file, folder
        self._found: dict[str, dict[str, Faults]] = {}

    def found(self, tour: str, look: str) -> str:
        """What one of the `LOOKS` found on a tour, as a person reads it."""
        if tour not in self._found:
            with demo_server(self._demo_file, self._folder / tour) as server:
                self._found[tour] = walk(self._browser, server, tour, LOOKS)
        return told(self._found[tour][look])


def axe(page: Page) -> list[str]:
    """What axe finds, on a phone and at a desk, light and dark. In the dark nothing but the colours is otherwise."""
    found = set()
    page.evaluate((MODULES / "axe-core" / "axe.min.js").read_text())
    for size, scheme in product((PHONE, DESK), ("light", "dark")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        violations, incomplete = page.evaluate(AXE, ["color-contrast"] if scheme == "dark" else None)
        found |= {f"{rule}: {where} ({why})" for rule, where, why in violations}
        found |= {f"not decided: {rule}: {where}" for rule, where, _ in incomplete if not is_decided(rule, where)}
    page.emulate_media(color_scheme="light")
    return sorted(found)


def reach(page: Page, size: ViewportSize, lowest: int = 0) -> list[str]:
    """What cannot be reached in a window of this size, or is lower than a finger needs."""
    page.set_viewport_size(size)
    faults: list[str] = page.evaluate(REACH, lowest)
    return faults


def large_letters(page: Page) -> list[str]:
    """What cannot be reached by somebody who asks their browser for letters of 200 %."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    faults = reach(page, PHONE)
    cdp.send("Page.setFontSizes", {"fontSizes": {"standard": 16, "fixed": 13}})
    cdp.detach()
    return faults


LOOKS: dict[str, Callable[[Page], list[str]]] = {
    "axe": axe,
    "finger": lambda page: reach(page, PHONE, 44),
    "smallest": lambda page: reach(page, SMALLEST),
    "letters": large_letters,
}


@pytest.fixture(scope="module")
def walks(browser: Browser, node: Node, demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Walks:
    return Walks(browser, demo_file, tmp_path_factory.mktemp("walks"))


@pytest.mark.parametrize("tour", TOURS, scope="module")
class TestOnEveryPage:
    """By its scope the tests of one tour run one after the other, so that one process walks it for all."""

    def test_axe_finds_nothing(self, walks: Walks, tour: str) -> None:
        assert walks.found(tour, "axe") == ""

    def test_everything_can_be_reached_on_the_smallest_phone(self, walks: Walks, tour: str) -> None:
        assert walks.found(tour, "smallest") == ""

    def test_everything_can_be_reached_with_letters_of_200_percent(self, walks: Walks, tour: str) -> None:
        assert walks.found(tour, "letters") == ""

    def test_what_a_finger_hits_is_44_pixels_high(self, walks: Walks, tour: str) -> None:
        assert walks.found(tour, "finger") == ""


NO_PAGES = {
    "static", "health.healthz", "watch.readyz", "watch.metrics", "evidence.photo", "evidence.thumbnail", "counting.places",
    "discrepancies.following",
    "live.events", "live.changes",
}  # fmt: skip
"""What answers a browser with something else than a page: files, words for programs, a part of a page, the way on."""
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
