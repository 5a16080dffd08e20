"""The live camera: held over a label, it counts it once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import Browser, BrowserType, expect

from tests.browser.test_photo import label
from tests.support.handheld import Handheld
from tests.support.serving import CHROMIUM, Server
from tests.support.warehouse import LAMP, MUG

SIZE = (640, 480)


FRAMES_A_SECOND = 10
BLURRED = 2.3  # pixels: more than a module, too much for the device's own reader


def frame(*codes: str, blur: float = 0) -> Image.Image:
    """What the camera sees: labels, the first in the middle."""
    seen = Image.new("L", SIZE, 200)
    for place, code in enumerate(codes):
        picture = label(code).resize((300, 150))
        seen.paste(picture, (170, 165 + place * 160))
    return seen.filter(ImageFilter.GaussianBlur(blur)) if blur else seen


def film(path: Path, *frames: Image.Image) -> Path:
    """A film of YUV4MPEG2, played again and again."""
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{SIZE[0]} H{SIZE[1]} F{FRAMES_A_SECOND}:1 Ip A1:1 C420jpeg\n".encode())
        for each in frames:
            grey = each.tobytes()
            file.write(b"FRAME\n" + grey + bytes([128]) * (len(grey) // 2))
    return path


@pytest.fixture
def seeing(browser: Browser, tmp_path: Path) -> Iterator[object]:
    """Makes a Chromium whose camera sees these codes, or these frames."""
    opened: list[Browser] = []

    def see(*shown: str | Image.Image) -> Browser:
        kind: BrowserType = browser.browser_type
        frames = [one for one in shown if isinstance(one, Image.Image)] or [frame(*shown)]
        fake = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
        video = f"--use-file-for-fake-video-capture={film(tmp_path / 'camera.y4m', *frames)}"
        opened.append(kind.launch(executable_path=CHROMIUM, args=["--no-sandbox", *fake, video]))
        return opened[-1]

    yield see
    for each in opened:
        each.close()


@pytest.fixture
def rosa_sees(seeing, server: Server, receipt: str) -> Iterator[object]:
    """Rosa on her receipt, with the camera open."""
    hands: list[Handheld] = []

    def opened(*shown: str | Image.Image, without: str = "") -> Handheld:
        rosa = Handheld(seeing(*shown), server.url, permissions=["camera"])
        hands.append(rosa)
        if without:
            rosa.context.route(without, lambda route: route.abort())
        rosa.sign_in("BADGE-ROSA")
        rosa.open(f"/receiving/{receipt}")
        rosa.page.click("[data-take-photo]")
        return rosa

    yield opened
    for each in hands:
        each.close()


def test_a_label_held_before_the_camera_counts_once(rosa_sees) -> None:
    rosa = rosa_sees(MUG)
    expect(rosa.result).to_contain_text("Mug, blue")
    rosa.page.wait_for_timeout(2000)
    rosa.page.click("[data-camera-close]")
    expect(rosa.line("MUG-B")).to_have_text("1 / 24")
    expect(rosa.page.locator("[data-camera]")).to_be_hidden()


def test_of_two_labels_the_one_in_the_middle_counts(rosa_sees) -> None:
    rosa = rosa_sees(LAMP, MUG)
    expect(rosa.result).to_contain_text("Desk lamp")
    rosa.page.wait_for_timeout(1500)
    rosa.page.click("[data-camera-close]")
    expect(rosa.line("LAMP")).to_have_text("1 / 6")
    expect(rosa.line("MUG-B")).to_have_text("0 / 24")


def test_the_camera_stays_open_and_a_label_that_left_the_picture_counts_again(rosa_sees) -> None:
    shown, away = [frame(MUG)] * 2 * FRAMES_A_SECOND, [frame()] * 4 * FRAMES_A_SECOND
    rosa = rosa_sees(*shown, *away)
    expect(rosa.line("MUG-B")).to_have_text("2 / 24")
    expect(rosa.page.locator("[data-camera]")).to_be_visible()


def test_a_label_that_the_device_cannot_read_is_read_by_the_server_and_counts_once(rosa_sees) -> None:
    rosa = rosa_sees(frame(MUG, blur=BLURRED))
    asked = []
    rosa.page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/photos") else None)
    expect(rosa.result).to_contain_text("Mug, blue")
    with rosa.page.expect_response("**/photos"), rosa.page.expect_response("**/photos"):
        rosa.page.wait_for_timeout(5500)
    rosa.page.click("[data-camera-close]")
    expect(rosa.line("MUG-B")).to_have_text("1 / 24")
    assert len(asked) >= 2


def test_a_server_that_does_not_answer_holds_up_no_label_that_the_device_can_read(rosa_sees) -> None:
    rosa = rosa_sees(*[frame()] * 5 * FRAMES_A_SECOND, *[frame(MUG)] * 5 * FRAMES_A_SECOND)
    rosa.page.route("**/photos", lambda route: None)  # never answered
    expect(rosa.line("MUG-B")).to_have_text("1 / 24")


@pytest.mark.parametrize("without", ["**/ponyfill.js", "**/*.wasm"], ids=["as before Chromium 93", "as before Chromium 97"])
def test_in_an_old_browser_the_server_reads_and_the_page_says_so(rosa_sees, without: str) -> None:
    rosa = rosa_sees(MUG, without=without)
    expect(rosa.page.locator("[data-camera-words]")).to_contain_text("the server reads a picture")
    expect(rosa.page.locator("[data-choose-photo]")).to_be_visible()
    expect(rosa.line("MUG-B")).to_have_text("1 / 24")
    rosa.complaints.clear()  # zxing says in the console that it could not begin
