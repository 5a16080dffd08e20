"""The page of all signs: nothing that a device says is missing from it."""

from __future__ import annotations

import re
from pathlib import Path

from scanner.scans.signals import SIGNS
from scanner.scans.signs import MEANINGS
from tests.moves.test_pages import signed_in

FEEDBACK = Path(__file__).parents[2] / "static" / "js" / "feedback.js"


def test_every_signal_has_its_meaning() -> None:
    assert set(SIGNS) - {"ready"} <= set(MEANINGS)


def test_every_sound_can_be_tried() -> None:
    listed = re.search(r"const GRAVITY = \[(.*?)\]", FEEDBACK.read_text())
    assert listed and set(re.findall(r'"([\w-]+)"', listed[1])) == set(MEANINGS)


def test_the_page_has_a_button_for_each(app) -> None:
    page = signed_in(app, "Rosa").get("/signs").get_data(as_text=True)
    assert re.findall(r'data-try="([\w-]+)"', page) == list(MEANINGS)
    assert 'href="/signs"' in signed_in(app, "Carla").get("/").get_data(as_text=True)
