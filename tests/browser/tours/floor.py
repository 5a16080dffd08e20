"""Tours of what people on the floor see: every room, every outcome of a scan."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from playwright.sync_api import expect

from tests.support.handheld import Handheld

MAKE = Callable[..., Handheld]
STOP = tuple[str, Handheld]


def each(device: Handheld, *codes: str) -> Iterator[STOP]:
    """A stop after each scan, named by the code and what the panel then says."""
    for code in codes:
        device.scan(code)
        device.expect_sent()
        yield f"{code}: {device.result.get_attribute('data-signal')}", device


def signing_in(make: MAKE) -> Iterator[STOP]:
    """The ways in, the ways that are shut, and each role's home."""
    device = make()
    device.open("/sign-in")
    yield "sign in", device
    device.scan("BADGE-NOBODY")
    expect(device.page.locator(".prompt--bad")).to_be_visible()
    yield "an unknown badge", device
    device.scan("BADGE-VERA")
    expect(device.page.locator("[name=pin]")).to_be_visible()
    yield "a PIN is asked for", device
    for name in ("ROSA", "THEO", "CARLA", "PIA", "SAM"):
        device = make(f"BADGE-{name}")
        device.open("/")
        yield f"home of {name.title()}", device
    device.open("/lock")
    yield "locked", device
    device = make("BADGE-ROSA")
    device.open("/nothing-here")
    yield "no such page", device
    device.open("/audit")
    yield "not allowed", device
    device.open("/")
    device.scan("NO-SUCH-CODE")
    expect(device.page.locator("main")).to_contain_text("NO-SUCH-CODE")
    yield "an unknown code", device
    for code in ("MUG-B", "A-01-1"):
        device.open(f"/where?code={code}")
        yield f"asked about {code}", device
    device.open("/sessions")
    yield "my devices", device


def receiving(make: MAKE) -> Iterator[STOP]:
    """A receipt from its list to its end."""
    rosa = make("BADGE-ROSA")
    rosa.open("/receiving")
    yield "receipts", rosa
    rosa.scan("PO-1001")
    rosa.page.wait_for_selector("#result")
    yield "a receipt", rosa
    yield from each(rosa, "MUG-B", "NO-SUCH-CODE", "A-01-1", "CMD-QTY-40", "MUG-B", "CMD-CANCEL", "CMD-UNDO")
    yield from each(rosa, "TEE-M", "TEE-M", "TEE-M", "TEE-M", "CMD-CONFIRM", "TOWEL-BL", "CMD-CONFIRM")
    rosa.open("/receiving/PO-1001")
    rosa.ask_for_item("NO-SUCH-CODE")
    yield "what is this code?", rosa
    rosa.open("/receiving/PO-1001")
    rosa.offline()
    rosa.burst(["LAMP", "LAMP"])
    rosa.expect_unsent(2)
    yield "two scans wait for Wi-Fi", rosa
    rosa.page.click("[data-outbox]")
    expect(rosa.page.locator("#outbox-dialog")).to_be_visible()
    yield "what waits is open", rosa
    rosa.page.keyboard.press("Escape")
    rosa.offline(False)
    rosa.scan("LAMP")
    rosa.expect_sent()
    for path in ("/tasks/PO-1001/scans", "/scans/1", "/receiving/PO-1001/finish"):
        rosa.open(path)
        yield path, rosa
    rosa.open("/receiving/PO-1001/finish")
    rosa.page.click("text=Finish short")
    rosa.page.wait_for_selector("text=Next receipt")
    yield "finished", rosa
    rosa.open("/receiving/PO-1002")
    yield "a delivery in cartons", rosa
    rosa.open("/receiving/PO-1003")
    yield "a long receipt", rosa


def returns(make: MAKE) -> Iterator[STOP]:
    """Goods that come back."""
    theo = make("BADGE-THEO")
    theo.open("/returns")
    yield "returns", theo
    theo.scan("RMA-2002")
    theo.page.wait_for_selector("#result")
    yield "a return", theo
    yield from each(theo, "LAMP", "CMD-CANCEL", "MUG-B", "CMD-DAMAGED")
    theo.open("/returns/RMA-2004")
    theo.scan("SET-DESK")
    theo.expect_sent()
    yield "a kit in hand", theo


def counting(make: MAKE) -> Iterator[STOP]:
    """A section, blind."""
    carla = make("BADGE-CARLA")
    carla.open("/counting")
    yield "counts that are due", carla
    carla.scan("A-01-1")
    carla.page.wait_for_selector("#result")
    yield "a count", carla
    yield from each(carla, "A-01-1", "CMD-EMPTY", "A-01-2", "MUG-B", "CMD-QTY-5", "MUG-B", "NO-SUCH-CODE", "CMD-UNDO", "CMD-DONE")


def moves(make: MAKE) -> Iterator[STOP]:
    """From the dock to the shelves, and what is in hand meanwhile."""
    rosa = make("BADGE-ROSA")
    rosa.open("/moves")
    yield "moves", rosa
    rosa.open("/moves/MOVES")
    yield "nothing in hand", rosa
    yield from each(rosa, "DOCK", "BULB-E27", "MUG-B", "NO-SUCH-CODE", "TEE-M", "CMD-UNDO", "A-01-2", "BULB-E27", "CMD-DAMAGED")
    rosa.open("/moves/papers")
    yield "papers for vendors", rosa


def orders(make: MAKE) -> Iterator[STOP]:
    """Picked, short, packed, shipped."""
    pia = make("BADGE-PIA")
    for path in ("/orders", "/carts", "/picking"):
        pia.open(path)
        yield path, pia
    pia.open("/orders/SO-6004")
    yield "an order", pia
    shelf = pia.page.locator("#next .next__shelf").inner_text()
    item = pia.page.locator("#lines .line__sku").first.inner_text().split(" ")[0]
    yield from each(pia, "LAMP", shelf, item, "TOWEL-BL", "CMD-UNDO", "CMD-SHORT", "CMD-SHIP")
    for path in ("/orders/SO-6003", "/orders/SO-6003/pack", "/orders/SO-6003/finish", "/orders/SO-6006"):
        pia.open(path)
        yield path, pia
