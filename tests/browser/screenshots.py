"""Makes the README's pictures anew from the running app and its demo warehouse: `python3 -m tests.browser.screenshots`."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, expect, sync_playwright

from scanner import demo
from scanner.db.engine import Database
from scanner.db.migrations import migrate
from tests.support.handheld import Handheld
from tests.support.serving import CHROMIUM, ROOT, Server

FOLDER = ROOT / "static" / "screenshots"
PHONE = {"width": 360, "height": 640}
TALL = {"width": 360, "height": 760}
DESK = {"width": 1100, "height": 620}
COLORS = 64
"""Enough for flat colours and letters; a picture stays small."""

MUG, CASE, LAMP, TEE = "9501234500001", "MUG-B", "LAMP", "TEE-M"


def main() -> None:
    """Serve the demo, take every picture."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(_demo(Path(folder)), Path(folder))
        server.start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            receive(browser, server.url)
            put_away(browser, server.url)
            pick(browser, server.url)
            grade(browser, server.url)
            count(browser, server.url)
            supervise(browser, server.url)
        finally:
            browser.close()
            server.stop()


def put_away(browser: Browser, url: str) -> None:
    """Rosa's phone, with goods from the dock in her hand."""
    rosa = Handheld(browser, url, viewport=TALL, device_scale_factor=2)
    rosa.sign_in("BADGE-ROSA")
    rosa.open("/moves/MOVES")
    rosa.burst(["DOCK", "BULB-E27", "MUG-B", "MUG-B"])
    rosa.expect_sent()
    expect(rosa.page.locator("#in-hand")).to_have_text("3 in your hand")
    keep(rosa, "put-away")
    rosa.burst(["CMD-UNDO", "CMD-UNDO", "CMD-UNDO"])
    rosa.expect_sent()
    rosa.close()


def pick(browser: Browser, url: str) -> None:
    """Pia's phone, at the second shelf of an order."""
    pia = Handheld(browser, url, viewport=TALL, device_scale_factor=2)
    pia.sign_in("BADGE-PIA")
    pia.open("/orders/SO-6004")
    shelf = pia.page.locator("#next .next__shelf").inner_text()
    pia.scan(shelf)
    pia.expect_signal("located")
    pia.scan(pia.page.locator("#lines .line__sku").first.inner_text().split(" ")[0])
    pia.expect_sent()
    keep(pia, "pick")
    pia.close()


def receive(browser: Browser, url: str) -> None:
    """Rosa's phone, from her badge to the end of an order."""
    rosa = Handheld(browser, url, viewport=PHONE, device_scale_factor=2)
    rosa.open("/sign-in")
    keep(rosa, "sign-in")
    rosa.sign_in("BADGE-ROSA")
    rosa.open("/receiving")
    keep(rosa, "receipts")
    rosa.scan("PO-1001")
    rosa.page.wait_for_selector("#result")
    for code in ["CMD-QTY-12", "MUG-B", "MUG-B"]:
        rosa.scan(code)
    rosa.expect_sent()
    expect(rosa.line("MUG-B")).to_have_text("13 / 24")
    keep(rosa, "scan")
    rosa.burst([TEE] * 4)
    rosa.expect_signal("held")
    keep(rosa, "over")
    show_photo(rosa)
    keep(rosa, "photo")
    rosa.page.click("[data-close]")
    rosa.offline()
    rosa.burst([LAMP, LAMP])
    rosa.expect_unsent(2)
    keep(rosa, "offline")
    rosa.offline(False)
    rosa.scan("CMD-LEAVE")
    rosa.expect_sent()
    rosa.open("/receiving/PO-1001/finish")
    keep(rosa, "finish")
    rosa.page.click("text=Finish short")
    rosa.page.wait_for_selector("text=Next receipt")
    rosa.close()


def grade(browser: Browser, url: str) -> None:
    """Theo's phone: an item in hand, and a damaged one that is asked about."""
    theo = Handheld(browser, url, viewport=TALL, device_scale_factor=2)
    theo.sign_in("BADGE-THEO")
    theo.open("/returns")
    theo.scan("RMA-2002")
    theo.page.wait_for_selector("#result")
    theo.burst(["MUG-B"])
    theo.expect_sent()
    keep(theo, "return")
    theo.burst(["CMD-DAMAGED"])
    theo.expect_sent()
    keep(theo, "reason")
    theo.close()


def count(browser: Browser, url: str) -> None:
    """Carla's handheld in the aisle."""
    carla = Handheld(browser, url, viewport=TALL, device_scale_factor=2)
    carla.sign_in("BADGE-CARLA")
    carla.open("/counting")
    carla.scan("A-01-1")
    carla.page.wait_for_selector("#result")
    carla.burst(["A-01-1", "CMD-EMPTY", "A-01-2", "MUG-B", "MUG-B", "CMD-QTY-5", "MUG-B"])
    carla.expect_sent()
    keep(carla, "count")
    carla.close()


def supervise(browser: Browser, url: str) -> None:
    """Sam's desk: what is off after that, what came back, and what is to be counted."""
    sam = Handheld(browser, url, viewport=DESK)
    sam.sign_in("BADGE-SAM")
    sam.open("/progress")
    keep(sam, "progress")
    sam.open("/discrepancies")
    keep(sam, "discrepancies")
    sam.open("/service")
    keep(sam, "customer-returns")
    sam.open("/plan")
    keep(sam, "plan")
    sam.open("/items/MUG-B")
    keep(sam, "item")
    sam.close()


def show_photo(device: Handheld) -> None:
    """Two labels in one photo."""
    picture = Image.new("L", (700, 700), 255)
    for place, code in enumerate((LAMP, "MUG-B")):
        bars = Image.fromarray(zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.Code128).to_image(scale=4))
        picture.paste(bars.resize((bars.width, 180)), (60, 80 + 340 * place))
    file = BytesIO()
    picture.save(file, "JPEG", quality=90)
    photo = {"name": "labels.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}
    device.page.set_input_files("[data-photo] input[type=file]", photo)
    device.page.wait_for_selector("#photo-dialog[open]")


def keep(device: Handheld, name: str) -> None:
    """Write what the device shows, in few colours."""
    device.page.evaluate("document.fonts.ready")
    taken = Image.open(BytesIO(device.page.screenshot()))
    taken.convert("RGB").quantize(COLORS).save(FOLDER / f"{name}.png", optimize=True)


def _demo(folder: Path) -> str:
    database = Database(f"sqlite:///{folder / 'demo.db'}")
    migrate(database)
    fill: Callable[..., None] = demo.fill
    database.transact(fill, datetime.now(UTC))
    database.dispose()
    return str(database.url)


if __name__ == "__main__":
    main()
