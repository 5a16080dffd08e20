"""How EAN-13 (with UPC-A), EAN-8 and UPC-E are built from modules (GS1 General Specifications 5.2)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scanner.codes.reading import expand_upce, has_check_digit

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


@dataclass(frozen=True)
class Layout:
    """One symbology.  `heads` are the ways its number sets may follow each other, each with the digits
    that this alone says; `spell` makes (head, digits) the whole number, "" when its check digit is wrong."""

    symbology: str
    modules: int
    guards: tuple[tuple[int, str], ...]
    digits_at: tuple[int, ...]
    heads: tuple[tuple[str, str], ...]
    spell: Callable[[str, Sequence[int]], str]

    @cached_property
    def offsets(self) -> np.ndarray:
        """First pattern of the number set in force, heads x digits."""
        return np.array([[_SET[letter] for letter in letters] for _, letters in self.heads])

    @cached_property
    def touching(self) -> np.ndarray:
        """Whether each digit's neighbour to the right follows at once, with no guard bars between; 1 or 0."""
        return (np.diff(self.digits_at) == 7).astype(float)

    @cached_property
    def check_weights(self) -> np.ndarray | None:
        """Weights of all digits, modulo 10 nought; None where the digits must be spelled out first (UPC-E)."""
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
    "EAN-13", 95, ((0, "101"), (45, "01010"), (92, "101")),
    (*range(3, 45, 7), *range(50, 92, 7)),
    tuple((str(first), left + "CCCCCC") for first, left in enumerate(_EAN13_LEFT)),
    _spell_plain,
)  # fmt: skip
EAN8 = Layout(
    "EAN-8", 67, ((0, "101"), (31, "01010"), (64, "101")),
    (*range(3, 31, 7), *range(36, 64, 7)), (("", "AAAACCCC"),), _spell_plain,
)  # fmt: skip
UPCE = Layout(
    "UPC-E", 51, ((0, "101"), (45, "010101")), tuple(range(3, 45, 7)),
    tuple(
        (f"{system}{check}", _swap(letters) if system else letters)
        for system in (0, 1)
        for check, letters in enumerate(_UPCE_BY_CHECK)
    ),
    _spell_upce,
)  # fmt: skip


def _states(layout: Layout, number: str) -> np.ndarray | None:
    """Pattern indices of a number given in its own spelling: 13, 8, or for UPC-E 8 digits with 0 or 1 first."""
    if layout is UPCE:
        head, body = number[:1] + number[-1:], number[1:-1]
    else:
        head, body = number[: len(number) - len(layout.digits_at)], number[-len(layout.digits_at) :]
    for row, (name, _) in enumerate(layout.heads):
        if name == head and len(body) == len(layout.digits_at):
            return layout.offsets[row] + np.array([int(digit) for digit in body])
    return None
