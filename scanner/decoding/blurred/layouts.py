"""How EAN-13 (with UPC-A), EAN-8 and UPC-E are built from modules (GS1 General Specifications 5.2)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scanner.codes.numbers import expand_upce, has_check_digit

_A = (
    "0001101",
    "0011001",
    "0010011",
    "0111101",
    "0100011",
    "0110001",
    "0101111",
    "0111011",
    "0110111",
    "0001011",
)
_C = ["".join("10"[int(module)] for module in pattern) for pattern in _A]
_B = [pattern[::-1] for pattern in _C]

PATTERNS = (*_A, *_B, *_C)
"""Thirty digit patterns of seven modules, 1 a bar: number sets A, B and C, digits 0 to 9 in each."""

_SET = {"A": 0, "B": 10, "C": 20}
_EAN13_LEFT = (
    "AAAAAA",
    "AABABB",
    "AABBAB",
    "AABBBA",
    "ABAABB",
    "ABBAAB",
    "ABBBAA",
    "ABABAB",
    "ABABBA",
    "ABBABA",
)
_UPCE_BY_CHECK = (
    "BBBAAA",
    "BBABAA",
    "BBAABA",
    "BBAAAB",
    "BABBAA",
    "BAABBA",
    "BAAABB",
    "BABABA",
    "BABAAB",
    "BAABAB",
)


@dataclass(frozen=True, kw_only=True)
class Layout:
    """One symbology."""

    symbology: str
    modules: int
    guards: tuple[tuple[int, str], ...]  # (first module, bars as in PATTERNS)
    digits_at: tuple[int, ...]  # the first module of each digit
    heads: tuple[tuple[str, str], ...]  # (digits that the number sets alone say, number sets in their order)
    spell: Callable[[str, Sequence[int]], str]  # (head, digits) -> the whole number, "" when its check digit is wrong

    @cached_property
    def offsets(self) -> np.ndarray:
        """The first pattern of each digit's number set, heads x digits."""
        return np.array([[_SET[letter] for letter in letters] for _, letters in self.heads])

    @cached_property
    def touching(self) -> np.ndarray:
        """1 where a digit's neighbour to the right follows at once, 0 where guard bars are between."""
        touching: np.ndarray = (np.diff(self.digits_at) == 7).astype(float)
        return touching

    @cached_property
    def is_symmetric(self) -> bool:
        """Whether its guard bars look the same from both ends."""
        return {(self.modules - at - len(bars), bars[::-1]) for at, bars in self.guards} == set(self.guards)

    @cached_property
    def check_weights(self) -> np.ndarray | None:
        """Weights of all digits: the weighted sum is 0 modulo 10. None where the number must be spelled out first (UPC-E)."""
        if self.symbology == "UPC-E":
            return None
        digits = len(self.digits_at) + len(self.heads[0][0])
        return np.array([(1, 3)[(digits - 1 - place) % 2] for place in range(digits)])

    def states(self, number: str) -> np.ndarray | None:
        """The pattern of every digit of `number`; None when it is not of this symbology."""
        return _states(self, number)


def _spell_plain(head: str, digits: Sequence[int]) -> str:
    number = head + "".join(map(str, digits))
    return number if has_check_digit(number) else ""


def _spell_upce(head: str, digits: Sequence[int]) -> str:
    number = expand_upce(head[0] + "".join(map(str, digits)) + head[1])
    return number if has_check_digit(number) else ""


def _swap(letters: str) -> str:
    return letters.translate(str.maketrans("AB", "BA"))


EAN13 = Layout(
    symbology="EAN-13",
    modules=95,
    guards=((0, "101"), (45, "01010"), (92, "101")),
    digits_at=(*range(3, 45, 7), *range(50, 92, 7)),
    heads=tuple((str(first), left + "CCCCCC") for first, left in enumerate(_EAN13_LEFT)),
    spell=_spell_plain,
)
EAN8 = Layout(
    symbology="EAN-8",
    modules=67,
    guards=((0, "101"), (31, "01010"), (64, "101")),
    digits_at=(*range(3, 31, 7), *range(36, 64, 7)),
    heads=(("", "AAAACCCC"),),
    spell=_spell_plain,
)
UPCE = Layout(
    symbology="UPC-E",
    modules=51,
    guards=((0, "101"), (45, "010101")),
    digits_at=tuple(range(3, 45, 7)),
    heads=tuple(
        (f"{system}{check}", _swap(letters) if system else letters)
        for system in (0, 1)
        for check, letters in enumerate(_UPCE_BY_CHECK)
    ),
    spell=_spell_upce,
)


def _states(layout: Layout, number: str) -> np.ndarray | None:
    """Pattern indices of a number given in its own spelling: 13, 8, or for UPC-E 8 digits with 0 or 1 first."""
    if layout is UPCE:
        head, body = number[:1] + number[-1:], number[1:-1]
    else:
        head, body = number[: len(number) - len(layout.digits_at)], number[-len(layout.digits_at) :]
    for row, (name, _) in enumerate(layout.heads):
        if name == head and len(body) == len(layout.digits_at):
            states: np.ndarray = layout.offsets[row] + np.array([int(digit) for digit in body])
            return states
    return None
