"""Tours of what is read and written at a desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from playwright.sync_api import expect

from tests.support.handheld import Handheld

MAKE = Callable[..., Handheld]
STOP = tuple[str, Handheld]

MONTH = f"{date.today():%Y-%m}"
PAGES = (
    "/", "/audit", "/carts", "/count-results", "/count-results/adjustments", "/count-results/lines", "/counting", "/data",
    "/data/bring", "/discrepancies", "/discrepancies?state=all&kind=variance&sort=value&least=1", "/discrepancies?owner=nobody",
    "/discrepancies/1", "/discrepancies/1?state=open&sort=value", "/discrepancies/settle?chosen=1&chosen=2", "/items",
    "/items/MUG-B", "/items/MUG-B/change", "/items/MUG-B/merge", "/labels", "/labels/printers", "/moves", "/moves/papers",
    "/orders", "/orders/office", "/orders/office/SO-6003", "/people", "/people/1", "/people/1/sessions", "/people/new",
    "/people/tokens", "/picking", "/plan", "/plan/classes", "/plan/policy", "/plan/sections/A-01", "/progress", "/receiving",
    "/records", "/records/items", "/records/barcodes", "/records/kits", "/records/locations", "/records/sections",
    "/records/suppliers", "/records/receipts", "/records/items/new", "/records/items/edit?sku=MUG-B",
    "/drift", f"/drift/{MONTH}", f"/drift/{MONTH}/movements", "/drift/accounts",
    "/records/locations/generate", "/reorder", "/reorder?show=all", "/reports/returns",
    "/reports/returns/scans?by=reason&key=arrived+broken", "/return-reasons",
    "/returns", "/scans/1", "/search", "/search?q=MUG", "/search?q=no+such+thing", "/service", "/service/announce", "/sessions",
    "/set-up-scanner", "/signals", "/signals?state=closed&kind=no+sale", "/signs",
    "/signals/1", "/signals/2", "/signals/4", "/signals/6",
    "/set-up/sample", "/set-up/steps", "/set-up/items", "/settings", "/webhooks",
    "/where?code=MUG-B",
)  # fmt: skip
SERVICE = ("/", "/service", "/service/announce", "/service/RMA-2002", "/service/RMA-2006", "/orders/office")
TASKS = (
    "/receiving/PO-1001", "/receiving/PO-1001/finish", "/tasks/PO-1001/scans", "/orders/SO-6003", "/orders/SO-6003/pack",
    "/orders/SO-6003/finish", "/returns/RMA-2002", "/moves/MOVES", "/receiving/PO-0990",
)  # fmt: skip
FORMS = (
    "/items/MUG-B/change", "/people/new", "/people/tokens", "/records/items/new", "/records/locations/generate",
    "/records/suppliers/new", "/service/announce", "/settings", "/return-reasons", "/labels/printers",
    "/data/bring", "/plan/policy", "/discrepancies/1", "/drift", "/signals/3",
)  # fmt: skip
"""Pages with a form: sent as it stands, it is refused in words, or taken."""


def shown(device: Handheld, paths: tuple[str, ...]) -> Iterator[STOP]:
    for path in paths:
        answer = device.page.goto(device.url + path)
        assert answer and answer.status == 200, f"{path}: {answer and answer.status}"
        device.ready()
        yield path, device


def pages(make: MAKE) -> Iterator[STOP]:
    """All that a supervisor can open."""
    yield from shown(make("BADGE-SAM"), PAGES)


def service(make: MAKE) -> Iterator[STOP]:
    """Customer service's pages; her badge wants a PIN, too."""
    vera = make()
    vera.open("/sign-in")
    vera.scan("BADGE-VERA")
    vera.page.fill("[name=pin]", "2468")
    vera.page.locator("main").get_by_role("button", name="OK").click()
    vera.page.wait_for_url(lambda url: "/sign-in" not in url)
    yield from shown(vera, SERVICE)


def tasks(make: MAKE) -> Iterator[STOP]:
    """The floor's pages as a supervisor sees them."""
    yield from shown(make("BADGE-SAM"), TASKS)


def forms(make: MAKE) -> Iterator[STOP]:
    """Each form with every part of the page unfolded, then as it comes back."""
    sam = make("BADGE-SAM")
    yield from shown(sam, ("/webhooks",))
    for path in FORMS:
        sam.open(path)
        sam.page.evaluate("() => document.querySelectorAll('details').forEach((part) => part.setAttribute('open', ''))")
        yield f"{path}, all unfolded", sam
        sam.page.evaluate("() => document.querySelectorAll('main form').forEach((form) => (form.noValidate = true))")
        sam.page.evaluate("() => document.body.setAttribute('data-before', '')")
        sam.page.locator("main form[method=post] button:visible").first.click()
        expect(sam.page.locator("body[data-before]")).to_have_count(0)
        sam.ready()
        yield f"{path}, sent as it stands", sam
