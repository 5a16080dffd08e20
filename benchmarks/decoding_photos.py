"""Photos with known contents, and when a reading counts as right."""

import csv
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from scanner.codes.numbers import expand_upce


@dataclass(frozen=True)
class LabelledPhoto:
    """`expected` is the text in the barcode, several parted by " | ", empty where there is none to read."""

    name: str
    set: str
    expected: str
    bytes: bytes


def load(folder: Path) -> list[LabelledPhoto]:
    with open(folder / "expected.csv", newline="", encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    return [LabelledPhoto(row["photo"], row["set"], row["expected"], (folder / row["photo"]).read_bytes()) for row in rows]


def is_held_out(photo: LabelledPhoto) -> bool:
    """Half of the photos, by a hash of their names: nothing was tuned on them."""
    return int(sha256(photo.name.encode()).hexdigest(), 16) % 2 == 1


def is_right(photo: LabelledPhoto, texts: list[str]) -> bool:
    """One of the texts is the expected one; where there is nothing to read, nothing was read."""
    if not photo.expected:
        return not texts
    wanted = set().union(*(spellings(text, photo.set) for text in photo.expected.split(" | ")))
    return any(spellings(text, photo.set) & wanted for text in texts)


def spellings(text: str, set_name: str) -> set[str]:
    """A payload as it may be written: GTINs with leading zeros, no separators, no Codabar letters, no brackets."""
    plain = text.replace("\x1d", "").replace("\r\n", "\n").strip()
    if set_name.startswith("codabar"):
        return {plain.strip("ABCDabcd").lower()}
    found = {plain, plain.replace("(", "").replace(")", "")}
    if plain.isdigit() and set_name.startswith(("ean", "upc", "12 MP")):
        found.add(plain.zfill(14))
        if len(plain) == 8 and plain[0] in "01":
            found.add(expand_upce(plain).zfill(14))
    return found
