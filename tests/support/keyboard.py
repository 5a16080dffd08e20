"""A scanner on a keyboard of any layout: real key events, at times of their own, so that a busy machine changes nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
US |= {" ": ("Space", 0)}
"""What a scanner that is set for the USA presses for a character: the key and Shift."""

CONTROLS = {"\x04": "d", "\x1d": "]", "\x1e": "^"}
"""What a scanner presses with Ctrl for a control character."""

VIRTUAL = {"Enter": 13, "NumpadEnter": 13, "Tab": 9, "Escape": 27, "Space": 32}
"""Windows' numbers of keys that do something of their own in a page."""

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
    """Presses keys of a page through the debugging protocol.

    The keys of one scan go to the browser in one piece: were each sent when the one before was answered, a machine that stops for
    a second in between would make two codes of one, as silence does.
    """

    def __init__(self, page: Page, layout: str = "us", *, caps: bool = False) -> None:
        self.page = page
        self.layout = LAYOUTS[layout]
        self.caps = caps
        self.clock = 0.0
        self.cdp: CDPSession = page.context.new_cdp_session(page)
        self._held: list[tuple[str, dict[str, Any]]] | None = None

    @contextmanager
    def together(self) -> Iterator[None]:
        """Send all that is pressed meanwhile in one piece."""
        if self._held is not None:
            yield
            return
        self._held = []
        try:
            yield
            self._send_all(self._held)
        finally:
            self._held = None

    def _send(self, method: str, **told: Any) -> None:
        if self._held is None:
            self.cdp.send(method, told)
        else:
            self._held.append((method, told))

    def _send_all(self, messages: Sequence[tuple[str, dict[str, Any]]]) -> None:
        async def send() -> None:
            await asyncio.gather(*(self.cdp._impl_obj.send(method, told, None) for method, told in messages))

        self.cdp._sync(send())

    def scan(self, text: str, *, every: float = 10, ends: Sequence[str] = ("Enter",), at_once: bool = False) -> None:
        """Press the keys of a scanner for the text, `every` ms, and then the end keys; `at_once`: as if no time had passed."""
        keys = [self._key(character) for character in text] + [_named(end) for end in ends]
        self.clock = self.clock if at_once else max(time.time(), self.clock)
        with self.together():
            for key in keys:
                self.clock += every / 1000
                self.press(key, self.clock)

    def stall(self, text: str, *, after: int, ms: float) -> None:
        """Scan a text, with a stall after so many of its keys."""
        with self.together():
            self.scan(text[:after], ends=())
            self.clock += ms / 1000
            self.scan(text[after:], at_once=True)

    def press(self, key: dict[str, Any], at: float | None = None) -> None:
        """Press one key, at a time in s since 1970."""
        at = time.time() if at is None else at
        with self.together():
            self._send("Input.dispatchKeyEvent", type="keyDown", timestamp=at, **key)
            self._send("Input.dispatchKeyEvent", type="keyUp", timestamp=at, **{**key, "text": ""})

    def nameless(self, key: str = "Unidentified", code: str = "", at: float | None = None) -> None:
        """Press a key whose text comes later, if at all (229)."""
        sent = {"key": key, "code": code, "windowsVirtualKeyCode": 229, "timestamp": time.time() if at is None else at}
        with self.together():
            self._send("Input.dispatchKeyEvent", type="rawKeyDown", **sent)
            self._send("Input.dispatchKeyEvent", type="keyUp", **sent)

    def taken(self, codes: Sequence[str], *, every: float = 10) -> None:
        """Press keys of a scanner that an IME takes, `every` ms."""
        self.clock = max(time.time(), self.clock)
        with self.together():
            for code in codes:
                self.clock += every / 1000
                self.nameless("Process", code, self.clock)

    def compose(self, text: str) -> None:
        """Show text that an IME has not decided on."""
        self._send("Input.imeSetComposition", text=text, selectionStart=len(text), selectionEnd=len(text))

    def commit(self, text: str) -> None:
        """Put text in, as an IME does."""
        self._send("Input.insertText", text=text)

    def _key(self, character: str) -> dict[str, Any]:
        if character in CONTROLS:
            return self._key(CONTROLS[character]) | {"modifiers": CTRL | US[CONTROLS[character]][1], "text": ""}
        code, modifiers = US.get(character, ("", 0))
        typed = self.layout.get(character, character)
        if self.caps and typed.isalpha() and code.startswith("Key"):
            typed = typed.swapcase()
        return {"key": typed, "code": code, "modifiers": modifiers, "text": typed, "windowsVirtualKeyCode": VIRTUAL.get(code, 0)}


def _named(name: str) -> dict[str, Any]:
    key = "Enter" if name == "NumpadEnter" else name
    return {"key": key, "code": name, "text": "\r" if key == "Enter" else "", "windowsVirtualKeyCode": VIRTUAL.get(name, 0)}
