"""References in the addresses of pages. Shops and suppliers give them: they may be anything, as `x/finish`, `office` or `..`."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from werkzeug.routing import PathConverter

_LIKE_A_WORD = re.compile(r"[a-z.-]+")
"""What the fixed words of addresses look like."""


class Reference(PathConverter):
    """A reference as one part of an address that no other part can be taken for.

    It is percent-encoded once more than others, with its slashes, and so is the first letter of what may be a word that stands
    in its place in another address. What is typed plain is found as well, where it means nothing else.
    """

    def to_url(self, value: str) -> str:
        first, rest = ("", value) if not _LIKE_A_WORD.fullmatch(value) else (f"%{ord(value[0]):02X}", value[1:])
        return super().to_url(first + quote(rest, safe=""))

    def to_python(self, value: str) -> str:
        return unquote(value)


class Whole(PathConverter):
    """The rest of a program's address as it is, from whatever it begins with: `/SO-1` too."""

    regex, part_isolating = ".+?", False
