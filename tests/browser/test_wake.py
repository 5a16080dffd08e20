"""The screen stays on from the first scan, where the browser can do that."""

from __future__ import annotations

from tests.browser.conftest import MAKE
from tests.support.warehouse import MUG

COUNT = """window.locks = 0;
Object.defineProperty(navigator, "wakeLock", { value: { request: async () => { window.locks += 1;
  return { addEventListener() {}, release: async () => { window.locks -= 1; } }; } } });"""


def test_a_scan_keeps_the_screen_on_and_a_page_that_is_only_read_does_not(handheld: MAKE, receipt: str) -> None:
    rosa = handheld()
    rosa.context.add_init_script(COUNT)
    rosa.sign_in("BADGE-ROSA")
    rosa.open(f"/receiving/{receipt}")
    assert rosa.page.evaluate("window.locks") == 0
    for _ in range(2):
        rosa.scan(MUG)
    rosa.expect_sent()
    assert rosa.page.evaluate("window.locks") == 1
