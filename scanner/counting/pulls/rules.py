"""Counts before their day."""

from __future__ import annotations

from enum import StrEnum


class Pull(StrEnum):
    """Why a place is counted before its day."""

    SHORT_PICK = "short pick"
    BELOW_ZERO = "more taken than there"
    FOUND_RETURN = "found return"
    RECEIVING = "receiving discrepancy"
    CAME_LATE = "movement that came late"
    LINKED_LATE = "code linked late"
    NO_SALE = "no sale though on hand"
