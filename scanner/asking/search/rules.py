"""Names that are close to what was typed: other hyphens, accents or plurals, a letter wrong, missing or too many, two swapped."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache

SHORTEST = 4
"""Letters of a word in which an error is looked for: of a shorter one, too much is close to it."""
LONG = 8
"""Letters from which on two errors are taken."""
_MARKS = re.compile("[\u0300-\u036f]")
_SIGNS = re.compile(r"[^\w\n]+|_+")
_WORD = re.compile(r"[^\W_]+")
Named = tuple[str, str]


def near(typed: str, named: Sequence[Named], most: int) -> list[str]:
    """The first keys of `named`, pairs of a key and a name, that are close to what was typed; the closest kind of them alone."""
    wanted = [_stem(word) for word in words_of(typed)][:8]
    if not wanted:
        return []
    text = _plain("\n".join(" ".join(each).replace("\n", " ") for each in named))  # all at once, which is the quicker
    joined = _at(_SIGNS.sub("", text).split("\n"), lambda line: _has_all(wanted, line))
    if joined:
        return [named[at][0] for at in joined[:most]]
    known = set(_WORD.findall(text))
    close = [[word for word in known if is_close(want, word)] for want in wanted]
    if not all(close):
        return []
    found = _at(text.split("\n"), lambda line: all(any(word in line for word in each) for each in close))
    return [named[at][0] for at in found[:most]]


def _at(lines: list[str], fits: Callable[[str], bool]) -> list[int]:
    return [at for at, line in enumerate(lines) if fits(line)]


def words_of(text: str) -> list[str]:
    """Its words in small letters, without accents and signs."""
    return _WORD.findall(_plain(text))


def _plain(text: str) -> str:
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    return text.casefold()


def is_close(typed: str, word: str) -> bool:
    """Whether a word differs by one error, or by two where it is long."""
    errors = 0 if len(typed) < SHORTEST else 1 if len(typed) < LONG else 2
    if abs(len(typed) - len(word)) > errors or len(_letters(typed).symmetric_difference(word)) > 2 * errors:
        return False
    return _errors(typed, word) <= errors


def _has_all(wanted: list[str], joined: str) -> bool:
    return all(word in joined for word in wanted) or "".join(wanted) in joined


def _stem(word: str) -> str:
    """Without the s of a plural."""
    return word[:-1] if len(word) >= SHORTEST and word[-1] == "s" and word[-2] != "s" else word


@lru_cache(8)
def _letters(word: str) -> frozenset[str]:
    return frozenset(word)


def _errors(one: str, other: str) -> int:
    """Letters to change, leave out, put in or swap with the next, to make one word of the other."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        row = [at]
        for to, wanted in enumerate(other, 1):
            least = min(last[to] + 1, row[to - 1] + 1, last[to - 1] + (letter != wanted))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == wanted:
                least = min(least, before[to - 2] + 1)
            row.append(least)
        before, last = last, row
    return last[-1]
