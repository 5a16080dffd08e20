"""The labels of totes."""

from __future__ import annotations

from sqlmodel import Session

from scanner.codes.labels import Label
from scanner.codes.totes import PREFIX

MOST = 24
"""How many are printed: a sheet of them."""


def totes(_session: Session) -> list[Label]:
    """Numbered labels for the boxes on carts."""
    return [Label(f"{PREFIX}{number}", f"Tote {number}", "The box of one order") for number in range(1, MOST + 1)]
