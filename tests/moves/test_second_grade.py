"""Goods that could not be sold reach a place to be sold only with a grade said on the way, whatever the detour."""

from __future__ import annotations

from io import BytesIO
from random import Random

import pytest

from scanner.catalogue.locations import LocationKind
from scanner.data.imports import import_csv
from scanner.moves.putting import SECOND_GRADE
from scanner.scans.request import Source
from tests.moves.test_scans import ended, move
from tests.support.warehouse import NOW, TEE

UNSOLD = sorted(kind.upper() for kind in SECOND_GRADE)
SOLD = ("A-01-1", "A-01-2", "DOCK", "REFURBISH")
"""Shelves, and the places from which goods go to shelves without another look."""
PLACES = (*SOLD, *UNSOLD, "PACKING", "RETURNS")
PEOPLE = ("Rosa", "Theo")


@pytest.fixture
def unsold(warehouse):
    """T-shirts at every place whose goods are looked at once more, and nowhere else."""
    rows = "".join(f"{place},TEE-M,9\n" for place in UNSOLD)
    warehouse.database.transact(import_csv, "stock", BytesIO(f"location,sku,units\n{rows}".encode()), None, NOW)
    return warehouse


def sold(warehouse):
    """T-shirts where they are sold or are about to be, by the record. None are there, so what is taken there counts below."""
    return sum(units for (place, _), units in warehouse.stock().items() if place in SOLD)


def program(warehouse, **more):
    return warehouse.scan(TEE, by="Sam", task="MOVES", device="program", source=Source.API, **more)


def own(warehouse, name):
    return f"CART-{warehouse.operators[name].id}"


@pytest.mark.parametrize("place", UNSOLD)
@pytest.mark.parametrize("by", SOLD)
def test_a_program_says_the_grade_on_every_way(unsold, place, by):
    said = program(unsold, location=place, to=by)
    assert ended(said) == ("refused", "unexpected") and "disposition" in said.message
    grade = "refurbish" if by == "REFURBISH" else "restock"
    assert ended(program(unsold, location=place, to=by, disposition=grade)) == ("accepted", "moved")


@pytest.mark.parametrize("place", UNSOLD)
@pytest.mark.parametrize("by", SOLD)
def test_another_hand_is_no_way_round(unsold, place, by):
    move(unsold, place, TEE, by="Rosa")
    move(unsold, own(unsold, "Rosa"), by="Theo", device="theo")
    move(unsold, f"CMD-TAKE-{own(unsold, 'Rosa')}", by="Theo", device="theo")
    for _ in range(2):
        assert move(unsold, by, by="Theo", device="theo").outcome == "refused"
    assert program(unsold, location=own(unsold, "Theo"), to=by).outcome == "refused"
    assert sold(unsold) == 0


def test_undo_on_one_device_brings_nothing_back_that_another_one_took_meanwhile(unsold):
    move(unsold, "A-01-1", TEE)
    move(unsold, "A-01-2", "QUARANTINE", TEE, device="other")
    said = move(unsold, "CMD-UNDO")
    assert ended(said) == ("refused", "undone") and "stood at QUARANTINE" in said.message
    assert sold(unsold) == 0


@pytest.mark.parametrize("seed", range(12))
def test_no_detour_leads_to_a_place_to_be_sold(unsold, seed):
    """Whatever two people on three devices and a program scan: without a grade nothing comes to be sold."""
    chance = Random(seed)
    for name in PEOPLE:
        move(unsold, "DAMAGED", TEE, "DAMAGED", by=name, device=name)
    carts = [own(unsold, name) for name in PEOPLE]
    takes = [f"CMD-TAKE-{cart}" for cart in carts]
    for _ in range(70):
        by, device = chance.choice(PEOPLE), chance.choice(("a", "b", "c"))
        if chance.random() < 0.15:
            at, to = chance.choice((*PLACES[:-1], *carts)), chance.choice((*PLACES, *carts))
            program(unsold, location=at, to=to)
        else:
            code = chance.choice((TEE, TEE, TEE, *PLACES, *carts, *takes, "CMD-UNDO", "CMD-CONFIRM"))
            move(unsold, code, by=by, device=device)
        assert sold(unsold) <= 0


def test_every_place_to_be_sold_is_walked():
    """A kind of place that comes new is looked at here."""
    assert {kind.upper() for kind in LocationKind} == {
        *UNSOLD, "SHELF", "DOCK", "REFURBISH", "PACKING", "BENCH", "CART", "SUPPLIER", "CUSTOMER", "ADJUSTMENT",
    }  # fmt: skip
