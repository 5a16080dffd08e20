import pytest

from scanner.people.sign_in import sign_in
from scanner.people.tokens import create_token, token_operator
from tests.data.imports.conftest import NOON
from tests.support.said import problems


class TestOperators:
    def test_sign_in_with_the_badge_and_pin_of_the_file(self, bring_in, database):
        bring_in("operators", "badge,name,roles,pin\nBADGE-SAM,Sam,counter; Supervisor,2468\n")
        assert database.transact(sign_in, "BADGE-SAM", None, device="d", address="a", now=NOON).needs_pin
        sam = database.transact(sign_in, "BADGE-SAM", "2468", device="d", address="a", now=NOON).operator
        assert sam.roles == {"supervisor", "counter"}

    def test_keep_their_pin_when_the_file_has_none(self, bring_in, database):
        bring_in("operators", "badge,pin\nBADGE-SAM,2468\n")
        bring_in("operators", "badge,name\nBADGE-SAM,Sam\n")
        assert database.transact(sign_in, "BADGE-SAM", "2468", device="d", address="a", now=NOON).operator.name == "Sam"

    def test_leave(self, bring_in, database, dump):
        bring_in("operators", "badge,name,active\nBADGE-OLGA,Olga,no\n")
        assert database.transact(sign_in, "BADGE-OLGA", None, device="d", address="a", now=NOON).operator is None
        assert dump("operators") == "badge,name,roles,active\nBADGE-OLGA,Olga,,no\n"

    @pytest.mark.parametrize(
        ("row", "problem"),
        [
            ("BADGE-X,X,boss,", "expected roles out of receiver; returns; counter; supervisor; service, got 'boss'"),
            (
                "BADGE-X,X,receiver,12",
                "expected a PIN of 4 to 12 digits (where zeros in front are lost, format the column as text), got",
            ),
            ("DOCK,X,receiver,", "expected a code that means nothing else yet, got something else, which is not shown"),
            (",X,receiver,", "expected something, got nothing"),
        ],
    )
    def test_are_refused_with_what_is_wrong(self, bring_in, row, problem):
        assert problem in problems(bring_in, "operators", f"badge,name,roles,pin\n{row}\n")[0]


def test_who_left_has_no_token_any_more_and_gets_none_back(bring_in, database):
    bring_in("operators", "badge,name,roles\nBADGE-ROSA,Rosa,receiver\n")
    token = database.transact(create_token, "Rosa", NOON)
    for active in ("no", "yes"):
        bring_in("operators", f"badge,name,roles,active\nBADGE-ROSA,Rosa,receiver,{active}\n")
        with database.read() as session:
            assert token_operator(session, token) is None
