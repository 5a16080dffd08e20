"""Who can answer for something: of people only those who may see it."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from scanner.catalogue.tables import Section
from scanner.db.sql import run
from scanner.discrepancies import owners
from scanner.errors import BadRequest
from scanner.people.rules import Right
from scanner.people.tables import Operator


@pytest.fixture
def session(warehouse):
    """Carla and Pat count; another Pat is a supervisor. Carla answers for a section, and so does Quentin, who is nobody here."""

    def fill(session):
        people = [("P1", "Pat", "supervisor"), ("P2", "Pat", "counter")]
        rows = [{"badge": badge, "name": name, "roles": roles, "active": True} for badge, name, roles in people]
        run(session, insert(Operator.__table__), rows)
        run(session, insert(Section.__table__), [{"code": "A-01", "owner": "Quentin"}, {"code": "A-02", "owner": "Carla"}])

    warehouse.database.transact(fill)
    with warehouse.database.read() as reading:
        yield reading


def test_without_a_right_everybody_can_be_named(session):
    assert {"Carla", "Pat", "Quentin", "Sam", "purchasing"} <= set(owners.known(session))


def test_with_a_right_people_who_have_it_and_names_of_no_person(session):
    found = owners.known(session, Right.SEE_SIGNALS)
    assert {"Pat", "Quentin", "Sam", "purchasing"} <= set(found) and not {"Carla", "Rosa"} & set(found)


def test_who_has_it_not_is_refused_in_a_sentence(session):
    assert owners.checked(session, "pat", Right.SEE_SIGNALS) == "Pat"
    with pytest.raises(BadRequest, match="carla may not see signals"):
        owners.checked(session, "carla", Right.SEE_SIGNALS)
