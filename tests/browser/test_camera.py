"""The live camera: held over a label, it counts it once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserType, expect

from tests.browser.handheld import Handheld
from tests.browser.serving import CHROMIUM, Server
from tests.browser.test_photo import label
from tests.warehouse import LAMP, MUG

SIZE = (640, 480)


def film(path: Path, *codes: str) -> Path:
    """What the camera sees for ever: one frame of YUV4MPEG2 with labels, the first in the middle."""
    frame = Image.new("L", SIZE, 200)
    for place, code in enumerate(codes):
        picture = label(code).resize((300, 150))
        frame.paste(picture, (170, 165 + place * 160))
    grey = frame.tobytes()
    header = f"YUV4MPEG2 W{SIZE[0]} H{SIZE[1]} F10:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(header + b"FRAME\n" + grey + bytes([128]) * (len(grey) // 2))
    return path


@pytest.fixture
def seeing(browser: Browser, tmp_path: Path) -> Iterator[object]:
    """Makes a Chromium whose camera sees these codes."""
    opened: list[Browser] = []

    def see(*codes: str) -> Browser:
        kind: BrowserType = browser.browser_type
        fake = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
        video = f"--use-file-for-fake-video-capture={film(tmp_path / 'camera.y4m', *codes)}"
        opened.append(kind.launch(executable_path=CHROMIUM, args=["--no-sandbox", *fake, video]))
        return opened[-1]

    yield see
    for each in opened:
        each.close()


def test_a_label_held_before_the_camera_counts_once(seeing, server: Server, receipt: str) -> None:  # type: ignore[no-untyped-def]
    rosa = Handheld(seeing(MUG), server.url, permissions=["camera"])
    rosa.sign_in("BADGE-ROSA")
    rosa.open(f"/receiving/{receipt}")
    rosa.page.click("[data-take-photo]")
    expect(rosa.result).to_contain_text("Mug, blue")
    rosa.page.wait_for_timeout(2000)
    rosa.page.click("[data-camera-close]")
    expect(rosa.line("MUG-B")).to_have_text("1 / 24")
    expect(rosa.page.locator("[data-camera]")).to_be_hidden()
    rosa.close()


def test_of_two_labels_the_one_in_the_middle_counts(seeing, server: Server, receipt: str) -> None:  # type: ignore[no-untyped-def]
    rosa = Handheld(seeing(LAMP, MUG), server.url, permissions=["camera"])
    rosa.sign_in("BADGE-ROSA")
    rosa.open(f"/receiving/{receipt}")
    rosa.page.click("[data-take-photo]")
    expect(rosa.result).to_contain_text("Desk lamp")
    rosa.page.wait_for_timeout(1500)
    rosa.page.click("[data-camera-close]")
    expect(rosa.line("LAMP")).to_have_text("1 / 6")
    expect(rosa.line("MUG-B")).to_have_text("0 / 24")
    rosa.close()
