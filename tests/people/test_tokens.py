from datetime import UTC, datetime

import pytest
from sqlmodel import select

from scanner.errors import BadRequest, NotFound
from scanner.people.tables import ApiToken, Operator
from scanner.people.tokens import create_token, revoke_tokens, token_operator

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def hired(database):
    def hire(session):
        for badge, name in (("BADGE-ROSA", "Rosa"), ("BADGE-KIM-1", "Kim"), ("BADGE-KIM-2", "Kim")):
            session.add(Operator(badge=badge, name=name, roles="receiver"))

    database.transact(hire)
    return database


def owner(database, token):
    with database.read() as session:
        found = token_operator(session, token)
    return found.name if found else None


@pytest.mark.parametrize("who", ["Rosa", "rosa", "BADGE-ROSA", " Rosa "])
def test_a_token_stands_for_the_person_it_was_made_for(hired, who):
    assert owner(hired, hired.transact(create_token, who, NOON)) == "Rosa"


def test_each_token_is_another_one(hired):
    first, second = (hired.transact(create_token, "Rosa", NOON) for _ in range(2))
    assert first != second and owner(hired, first) == owner(hired, second) == "Rosa"


@pytest.mark.parametrize("guess", ["", "x", "0" * 48, "é\x00", "\ud800"])
def test_a_made_up_token_stands_for_nobody(hired, guess):
    hired.transact(create_token, "Rosa", NOON)
    assert owner(hired, guess) is None


def test_the_database_does_not_know_the_token_itself(hired):
    token = hired.transact(create_token, "Rosa", NOON)
    with hired.read() as session:
        assert token not in repr(session.exec(select(ApiToken)).one().model_dump())


def test_a_revoked_token_is_no_token(hired):
    tokens = [hired.transact(create_token, name, NOON) for name in ("Rosa", "Rosa", "BADGE-KIM-1")]
    assert hired.transact(revoke_tokens, "Rosa", NOON) == 2
    assert [owner(hired, token) for token in tokens] == [None, None, "Kim"]
    assert hired.transact(revoke_tokens, "Rosa", NOON) == 0


def test_the_token_of_somebody_who_left_is_no_token(hired):
    token = hired.transact(create_token, "Rosa", NOON)
    hired.transact(lambda s: setattr(s.exec(select(Operator).where(Operator.name == "Rosa")).one(), "active", False))
    assert owner(hired, token) is None


def test_a_name_that_nobody_has_is_named(hired):
    with pytest.raises(NotFound, match="'Nobody'"):
        hired.transact(create_token, "Nobody", NOON)


def test_a_name_that_two_have_wants_the_badge(hired):
    with pytest.raises(BadRequest, match="badge"):
        hired.transact(create_token, "Kim", NOON)
    assert owner(hired, hired.transact(create_token, "BADGE-KIM-2", NOON)) == "Kim"
