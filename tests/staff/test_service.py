"""Adding and changing people, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from scanner.data import imports
from scanner.data.imports.people import Operators
from scanner.data.records import service as records
from scanner.data.records.kinds import FOR_PROGRAMS
from scanner.errors import BadRequest, CodeTaken, Conflict, NotFound
from scanner.people import tokens
from scanner.people.sessions import service as sessions
from scanner.people.sessions.service import NewSession
from scanner.people.sign_in import nothing_is_a_label
from scanner.staff import service
from scanner.staff.tokens import service as staff_tokens
from tests.support.warehouse import NOW, Warehouse


class Office:
    """Sam, who keeps the list of people."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse, self.sam = warehouse, warehouse.operators["Sam"]

    def do(self, use_case: Any, *arguments: Any) -> Any:
        return self.warehouse.database.transact(use_case, *arguments, self.sam, NOW)

    def id_of(self, name: str) -> int:
        return self.warehouse.operators[name].id

    def add(self, name: str = "Nina", badge: str = "", roles: tuple[str, ...] = ("picker",)) -> Any:
        return self.do(service.add, name, list(roles), badge, None)

    def kept(self, operator_id: int) -> Any:
        with self.warehouse.database.read() as session:
            return service.person(session, operator_id, self.sam)

    def sign_in(self, badge: str) -> str | None:
        """Sign in on a new device; gives the secret of the session."""
        new = NewSession(secret=f"of {badge}", replaces="", device=f"device of {badge}", address="", browser="")
        done = self.warehouse.database.transact(sessions.begin_by_badge, badge, "", new, NOW, nothing_is_a_label)
        return new.secret if done.operator else None

    def is_signed_in(self, secret: str) -> bool:
        with self.warehouse.database.read() as session:
            return sessions.live(session, secret, NOW) is not None

    def is_token(self, token: str) -> bool:
        with self.warehouse.database.read() as session:
            return tokens.token_operator(session, token) is not None


@pytest.fixture
def office(warehouse: Warehouse) -> Office:
    return Office(warehouse)


def test_somebody_new_signs_in_with_the_card_that_they_have(office: Office) -> None:
    added = office.add(badge="CARD 77-1")
    assert added.badge == "" and office.sign_in("CARD 77-1")
    assert office.kept(added.id)[1:] == ("CARD 77-1", "Nina", "picker", None, True)


def test_or_with_a_badge_that_is_made(office: Office) -> None:
    added = office.add()
    assert added.badge.startswith("B-") and office.sign_in(added.badge)
    assert office.add("Nils").badge != added.badge


@pytest.mark.parametrize("badge", ["BADGE-ROSA", "badge-rosa", "LAMP", "9501101530003", "A-01-1", "PO-1001", "Rosa"])
def test_a_badge_means_nothing_else_yet(office: Office, badge: str) -> None:
    with pytest.raises(CodeTaken, match=r"means something else already\.$"):
        office.add(badge=badge)
    with pytest.raises(CodeTaken):
        office.do(service.give_badge, office.id_of("Theo"), badge)


@pytest.mark.parametrize("badge", ["CMD-UNDO", "CMD-QTY-5"])
def test_a_command_is_no_badge(office: Office, badge: str) -> None:
    with pytest.raises((BadRequest, CodeTaken)):
        office.add(badge=badge)


def test_a_name_is_nobodys_badge(office: Office) -> None:
    with pytest.raises(CodeTaken):
        office.add("badge-rosa")
    with pytest.raises(CodeTaken):
        office.add("Same", "SAME")


def test_a_new_badge_makes_the_old_one_void_at_once(office: Office) -> None:
    secret = office.sign_in("BADGE-ROSA")
    made = office.do(service.give_badge, office.id_of("Rosa"), "").badge
    assert secret and not office.is_signed_in(secret)
    assert office.sign_in("BADGE-ROSA") is None and office.sign_in(made)


def test_who_is_gone_is_signed_out_and_so_are_the_programs(office: Office) -> None:
    secret = office.sign_in("BADGE-ROSA")
    token = office.do(staff_tokens.make, office.id_of("Rosa"), "Shop").token
    assert office.is_token(token)
    office.do(service.leave, office.id_of("Rosa"))
    assert secret and not office.is_signed_in(secret) and not office.is_token(token)
    office.do(service.come_back, office.id_of("Rosa"))
    assert office.sign_in("BADGE-ROSA") and not office.is_token(token)


def test_another_role_ends_the_sessions_and_another_name_does_not(office: Office) -> None:
    secret = office.sign_in("BADGE-ROSA")
    assert secret
    office.do(service.change, office.id_of("Rosa"), "Rosa Ruiz", ["receiver"], "")
    assert office.is_signed_in(secret)
    office.do(service.change, office.id_of("Rosa"), "Rosa Ruiz", ["picker"], "")
    assert not office.is_signed_in(secret)


def test_the_second_of_two_editors_hears_of_the_first(office: Office) -> None:
    shown = office.kept(office.id_of("Rosa")).version
    office.do(service.change, office.id_of("Rosa"), "Rosa", ["picker"], shown)
    with pytest.raises(Conflict, match="Somebody else changed Rosa meanwhile"):
        office.do(service.change, office.id_of("Rosa"), "Rosa Ruiz", ["receiver"], shown)
    assert office.kept(office.id_of("Rosa")).roles == "picker"


def test_the_last_supervisor_neither_goes_nor_loses_the_role(office: Office) -> None:
    sam = office.sam.id
    with pytest.raises(Conflict, match="only supervisor"):
        office.do(service.leave, sam)
    with pytest.raises(Conflict, match="only supervisor"):
        office.do(service.change, sam, "Sam", ["picker"], "")
    office.add("Sue", roles=("supervisor",))
    office.do(service.leave, sam)


def test_of_two_supervisors_who_send_each_other_away_at_once_one_stays(office: Office) -> None:
    sue, sam = office.add("Sue", roles=("supervisor",)).id, office.sam.id
    start, refused = threading.Barrier(2), []

    def leave(operator_id: int) -> None:
        start.wait()
        try:
            office.do(service.leave, operator_id)
        except Conflict as problem:
            refused.append(problem.message)

    both = [threading.Thread(target=leave, args=(each,)) for each in (sue, sam)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert len(refused) == 1 and [office.kept(each).active for each in (sue, sam)].count(True) == 1


@pytest.mark.parametrize("other", ["file", "program"])
def test_nor_does_a_file_or_a_program_send_away_one_while_a_page_does_the_other(office: Office, other: str) -> None:
    sue, sam = office.add("Sue", badge="CARD-SUE", roles=("supervisor",)).id, office.sam.id
    kind, database = FOR_PROGRAMS["operators"], office.warehouse.database
    start, refused = threading.Barrier(2), []

    def page() -> None:
        office.do(service.leave, sam)

    def file() -> None:
        database.transact(imports.import_csv, "operators", BytesIO(b"badge,active\nCARD-SUE,no\n"), None, NOW)

    def program() -> None:
        sent = records.check(database, kind, Operators, {"badge": "CARD-SUE", "active": "no"}, office.sam)
        database.transact(records.put, kind, Operators, sent, 0, office.sam, NOW)

    def go(way: Callable[[], None]) -> None:
        start.wait()
        try:
            way()
        except (Conflict, BadRequest) as problem:
            refused.append(problem)

    both = [threading.Thread(target=go, args=(way,)) for way in (page, file if other == "file" else program)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert len(refused) == 1 and [office.kept(each).active for each in (sue, sam)].count(True) == 1


def test_nobody_gets_a_token_who_is_gone_or_unknown(office: Office) -> None:
    office.do(service.leave, office.id_of("Rosa"))
    with pytest.raises(Conflict, match="Rosa is gone"):
        office.do(staff_tokens.make, office.id_of("Rosa"), "Shop")
    with pytest.raises(NotFound):
        office.do(staff_tokens.make, 99_999, "Shop")


def test_one_token_is_revoked_and_the_others_stay(office: Office) -> None:
    one, other = (office.do(staff_tokens.make, office.id_of("Rosa"), name) for name in ("Shop", "Till"))
    office.do(staff_tokens.revoke, one.id)
    assert not office.is_token(one.token) and office.is_token(other.token)
    with pytest.raises(NotFound, match="revoked already"):
        office.do(staff_tokens.revoke, one.id)
