"""The one-time code of a shop without a supervisor, what its first person gives, and what the first hour has to do."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass

from scanner.errors import BadRequest
from scanner.web.field_types import UNPRINTABLE

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""What codes are made of: nothing that is read as something else (0 and O, 1, I and L)."""
LENGTH = 8
MOST_NAME, MOST_BADGE = 120, 128
_PIN = re.compile(r"[0-9]{4,12}")


def code_of(secret_key: str, nonce: str) -> str:
    """The one-time code of a shop: whoever knows the server's secret key makes the same one, and nobody else makes it."""
    said = hmac.digest(secret_key.encode(), f"set-up {nonce}".encode(), hashlib.sha256)
    number, letters = int.from_bytes(said, "big"), ""
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters += ALPHABET[place]
    return letters


def in_groups(code: str) -> str:
    """A code as people read it: `ABCD-2345`."""
    return f"{code[:4]}-{code[4:]}"


def is_code(said: str, code: str) -> bool:
    """Whether somebody typed the code, in any case and with anything between its groups. Takes as long for any guess."""
    typed = re.sub(r"[^0-9A-Z]", "", said[:40].upper())
    return hmac.compare_digest(typed.encode(), code.encode())


NUMBERED = "ITEM-"
"""How a SKU begins that is a number of the shop's own."""


def next_number(there: Iterable[str]) -> str:
    """The SKU after the highest of those that are numbers: `ITEM-0001` where none is."""
    numbers = [int(sku[len(NUMBERED) :]) for sku in there if re.fullmatch(f"{NUMBERED}[0-9]{{1,9}}", sku)]
    return f"{NUMBERED}{max(numbers, default=0) + 1:04d}"


@dataclass(frozen=True, slots=True)
class Owner:
    """The first supervisor, as given. Without a badge one is made."""

    name: str
    pin: str
    badge: str = ""


def owner_of(name: str, pin: str, badge: str) -> Owner:
    """What was typed, without the blanks around it. Raises BadRequest that names the field."""
    name, pin, badge = name.strip(), pin.strip(), badge.strip()
    if not name or len(name) > MOST_NAME or UNPRINTABLE.search(name):
        raise BadRequest(f"Expected your name, of at most {MOST_NAME} characters.", "name")
    if not _PIN.fullmatch(pin):
        raise BadRequest("Expected a PIN of 4 to 12 digits.", "pin")
    if len(badge) > MOST_BADGE or not (badge.isprintable()):
        raise BadRequest(f"Expected a badge of at most {MOST_BADGE} characters that can be printed.", "badge")
    if badge.lower() == name.lower():
        raise BadRequest("Expected a badge that is not your name: everybody may read names.", "badge")
    return Owner(name, pin, badge)


@dataclass(frozen=True, slots=True)
class There:
    """What of the first hour is there already."""

    items: bool = False
    shelves: bool = False
    stock: bool = False
    people: bool = False
    work: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do in the first hour: the question that it answers, one line of help, and the pages that do it.

    `pages`: the name of each page's function, what else its address needs (`kind=items`), and the words of the link.
    """

    key: str
    title: str
    help: str
    pages: tuple[tuple[str, str, str], ...]


STEPS = (
    Step("items", "What you sell", "Bring in a file of your shop, scan each item and type its name, or type it in.", (
        ("beginning.items", "", "Scan each item"),
        ("mapping.choose", "", "Bring in a file"),
        ("records.listed", "kind=items", "Type it in"),
    )),
    Step("shelves", "Where it stands", "Each shelf has a code. Make them by the aisle, then print their labels.", (
        ("places.generate", "", "Make shelves"),
        ("mapping.choose", "", "Bring in a file"),
        ("labels.index", "group=locations", "Print their labels"),
    )),
    Step("stock", "What is there", "Count each shelf once: it is booked at once. Or bring in what your shop has on record.", (
        ("counting.index", "", "Count"),
        ("mapping.choose", "", "Bring in a file"),
    )),
    Step("people", "Who works here", "Everybody needs a badge, and a role that says what they may do.", (
        ("staff.new", "", "Add a person"),
        ("mapping.choose", "", "Bring in a file"),
    )),
    Step("work", "The first goods", "Enter a receipt, or announce a return. Then scan its goods.", (
        ("records.listed", "kind=receipts", "Enter a receipt"),
        ("mapping.choose", "", "Bring in a file"),
        ("service.index", "", "Announce a return"),
    )),
)  # fmt: skip
"""In the order in which they are done."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A step, and whether it is done."""

    step: Step
    done: bool


def standing(there: There) -> list[Standing]:
    """Every step, and whether it is done."""
    return [Standing(step, getattr(there, step.key)) for step in STEPS]


def left(there: There) -> int:
    """How many steps are left."""
    return sum(not each.done for each in standing(there))
