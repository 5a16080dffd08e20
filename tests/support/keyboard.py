"""A scanner on a keyboard of any layout: real key events, at times of their own, so that a busy machine changes nothing."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import CDPSession, Page

ALT, CTRL, SHIFT = 1, 2, 8
PLAIN = "`1234567890-=[]\\;',./"
WITH_SHIFT = '~!@#$%^&*()_+{}|:"<>?'
CODES = [
    "Backquote", *[f"Digit{digit}" for digit in "1234567890"], "Minus", "Equal", "BracketLeft", "BracketRight", "Backslash",
    "Semicolon", "Quote", "Comma", "Period", "Slash",
]  # fmt: skip
US = {plain: (code, 0) for plain, code in zip(PLAIN, CODES, strict=True)}
US |= {above: (code, SHIFT) for above, code in zip(WITH_SHIFT, CODES, strict=True)}
US |= {letter: (f"Key{letter.upper()}", 0) for letter in "abcdefghijklmnopqrstuvwxyz"}
US |= {letter: (f"Key{letter}", SHIFT) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
"""What a scanner that is set for the USA presses for a character: the key and Shift."""

CONTROLS = {"\x04": "d", "\x1d": "]", "\x1e": "^"}
"""What a scanner presses with Ctrl for a control character."""

LAYOUTS: dict[str, dict[str, str]] = {
    "us": {},
    # What another layout types where the keyboard of the USA types something else.
    "french": dict(zip("1234567890-qawzmQAWZM;:!@#$%^&*()_,<.>/?", "&é\"'(-è_çà)aqzw,AQZW?mM1234567890°;.:/!§", strict=True)),
    "german": dict(zip("-_yzYZ/?;:'\"", "ß?zyZY-_öÖäÄ", strict=True)),
    "spanish": dict(zip("-_/?", "'?-_", strict=True)),
    "swedish": dict(zip("-_/?", "+?-_", strict=True)),
    "turkish": dict(zip("-_i", "*?ı", strict=True)),
    "russian": dict(zip("QWERTYUIOPASDFGHJKLZXCVBNM", "ЙЦУКЕНГШЩЗФЫВАПРОЛДЯЧСМИТЬ", strict=True)),
}  # fmt: skip


class Keyboard:
    """Presses keys of a page through the debugging protocol."""

    def __init__(self, page: Page, layout: str = "us", *, caps: bool = False) -> None:
        self.page = page
        self.layout = LAYOUTS[layout]
        self.caps = caps
        self.clock = 0.0
        self.cdp: CDPSession = page.context.new_cdp_session(page)

    def scan(self, text: str, *, every: float = 10, ends: Sequence[str] = ("Enter",), at_once: bool = False) -> None:
        """Press the keys of a scanner for the text, `every` ms, and then the end keys; `at_once`: as if no time had passed."""
        keys = [self._key(character) for character in text] + [_named(end) for end in ends]
        self.clock = self.clock if at_once else max(time.time(), self.clock)
        for key in keys:
            self.clock += every / 1000
            self.press(key, self.clock)

    def press(self, key: dict[str, Any], at: float | None = None) -> None:
        """Press one key, at a time in s since 1970."""
        at = time.time() if at is None else at
        self.cdp.send("Input.dispatchKeyEvent", {"type": "keyDown", "timestamp": at, **key})
        self.cdp.send("Input.dispatchKeyEvent", {"type": "keyUp", "timestamp": at, **{**key, "text": ""}})

    def nameless(self, key: str = "Unidentified", code: str = "", at: float | None = None) -> None:
        """Press a key whose text comes later, if at all (229)."""
        sent = {"key": key, "code": code, "windowsVirtualKeyCode": 229, "timestamp": time.time() if at is None else at}
        self.cdp.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **sent})
        self.cdp.send("Input.dispatchKeyEvent", {"type": "keyUp", **sent})

    def taken(self, codes: Sequence[str], *, every: float = 10) -> None:
        """Press keys of a scanner that an IME takes, `every` ms."""
        self.clock = max(time.time(), self.clock)
        for code in codes:
            self.clock += every / 1000
            self.nameless("Process", code, self.clock)

    def compose(self, text: str) -> None:
        """Show text that an IME has not decided on."""
        self.cdp.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})

    def commit(self, text: str) -> None:
        """Put text in, as an IME does."""
        self.cdp.send("Input.insertText", {"text": text})

    def _key(self, character: str) -> dict[str, Any]:
        if character in CONTROLS:
            return self._key(CONTROLS[character]) | {"modifiers": CTRL | US[CONTROLS[character]][1], "text": ""}
        code, modifiers = US[character]
        typed = self.layout.get(character, character)
        if self.caps and typed.isalpha() and code.startswith("Key"):
            typed = typed.swapcase()
        return {"key": typed, "code": code, "modifiers": modifiers, "text": typed}


def _named(name: str) -> dict[str, Any]:
    key = "Enter" if name == "NumpadEnter" else name
    return {"key": key, "code": name, "text": "\r" if key == "Enter" else ""}
