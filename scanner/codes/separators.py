"""GS, the separator of GS1, in the spellings that scanners, editors and label programs give it."""

from __future__ import annotations

import re

from scanner.codes.elements import CHARACTERS, NO_SEPARATOR, Elements, Unreadable, read_elements
from scanner.codes.typed import GS

_NAMED = r"[<{\[(](?:GS|FNC1|F1|0?x?1D|29)[>}\])]"
_SPELLED = re.compile(
    _NAMED + r"|\u241d|\u2194|\^\]|\\x1d|\\u001d|\\035|\\F1?|&#(?:29|x1d);|%1D|~d029|~1|_x001D_|U\+(?:001|241)D", re.IGNORECASE
)


def spelled_out(text: str) -> Elements | None:
    """The elements of a label whose separator came in another spelling; None where the text has no such spelling.

    A spelling is a separator where all of the label is read with it. Else what it stands in cannot be read.
    """
    marked = _SPELLED.sub(GS, text)
    if marked != text and (read := read_elements(marked)).is_whole:
        return read
    strange = sorted({each for each in text if each != GS and not CHARACTERS.fullmatch(each)})
    for each in strange:
        if (read := read_elements(marked.replace(each, GS))).is_whole:
            return read
    if not strange and (marked == text or not re.search(_NAMED, text, re.IGNORECASE)):
        return None  # what looks like a spelling may be a part of a lot
    return _not_set(read_elements(marked if marked != text else text.replace(strange[0], GS)))


def _not_set(read: Elements) -> Elements:
    """The first element stands; whatever a wrong separator may have spoilt does not."""
    (first, value), *others = read.values.items() if read.values else (("", ""),)
    spoilt = [Unreadable(ai, text, NO_SEPARATOR) for ai, text in others]
    named = [Unreadable(each.ai, each.text, NO_SEPARATOR) for each in read.unreadable] or spoilt
    return Elements({first: value} if first else {}, named)
