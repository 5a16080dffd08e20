"""Compares the counters with the sums of the whole record."""

from __future__ import annotations

from sqlmodel import Session

from scanner.scans.history import store as reports


def verify(session: Session) -> list[str]:
    """What differs, a sentence each; empty when nothing does."""
    wrong = [
        f"{row.reference} line {row.position}: the counter says {row.counter}, the scans {row.folded}"
        for row in reports.wrong_lines(session)
    ]
    folded, counted = reports.folded_stock(session), reports.counted_stock(session)
    for location_id, item_id in sorted(folded.keys() | counted.keys()):
        said, moved = counted.get((location_id, item_id), 0), folded.get((location_id, item_id), 0)
        if said != moved:
            wrong.append(f"item {item_id} at location {location_id}: the counter says {said}, the movements {moved}")
    return wrong
