import pytest

from scanner.data import store
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
        bring_in("operators", "badge,name,pin\nBADGE-SAM,Samuel,2468\n")
        bring_in("operators", "badge,name\nBADGE-SAM,Sam\n")
        assert database.transact(sign_in, "BADGE-SAM", "2468", device="d", address="a", now=NOON).operator.name == "Sam"

    def test_leave(self, bring_in, database, dump):
        bring_in("operators", "badge,name,active\nBADGE-OLGA,Olga,no\n")
        assert database.transact(sign_in, "BADGE-OLGA", None, device="d", address="a", now=NOON).operator is None
        assert dump("operators") == "badge,name,roles,active\nBADGE-OLGA,Olga,,no\n"

    @pytest.mark.parametrize(
        ("row", "problem"),
        [
            (
                "BADGE-X,X,boss,",
                "expected roles out of receiver; returns; counter; supervisor; service; picker; finance, got 'boss'",
            ),
            (
                "BADGE-X,X,receiver,12",
                "expected a PIN of 4 to 12 digits (where zeros in front are lost, format the column as text), got",
            ),
            ("DOCK,X,receiver,", "expected a code that means nothing else yet, got something else, which is not shown"),
            (",X,receiver,", "expected something, got nothing"),
            ("BADGE-X,,receiver,", "column name: expected the name of a new person, got nothing"),
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


class TestTheLastSupervisor:
    HEAD = "badge,name,roles,active\n"

    @pytest.fixture
    def sam(self, bring_in):
        bring_in("operators", self.HEAD + "B-SAM,Sam,supervisor,yes\nB-ROSA,Rosa,picker,yes\nB-OLD,Olga,supervisor,no\n")

    @pytest.mark.parametrize(
        ("rows", "line", "column"),
        [
            ("B-SAM,Sam,picker,yes", 2, "roles"),
            ("B-ROSA,Rosa,receiver,yes\nB-SAM,Sam,supervisor,no", 3, "active"),
            ("B-SAM,Sam,picker,no\nB-OLD,Olga,supervisor,no", 2, "active"),
        ],
    )
    def test_is_not_taken_by_a_file(self, bring_in, dump, sam, rows, line, column):
        before = dump("operators")
        [problem] = problems(bring_in, "operators", self.HEAD + rows + "\n")
        expected = "a supervisor to be left (make somebody else supervisor first)"
        assert problem == f"line {line}, column {column}: expected {expected}, got the last one"
        assert dump("operators") == before

    def test_goes_where_the_same_file_makes_another(self, bring_in, dump, sam):
        bring_in("operators", self.HEAD + "B-SAM,Sam,picker,yes\nB-ROSA,Rosa,supervisor,yes\n")
        assert "B-ROSA,Rosa,supervisor" in dump("operators")

    def test_and_the_one_before_do_not_go_together(self, bring_in, sam):
        bring_in("operators", self.HEAD + "B-ROSA,Rosa,supervisor,yes\n")
        assert len(problems(bring_in, "operators", self.HEAD + "B-SAM,Sam,,no\nB-ROSA,Rosa,,no\n")) == 2
        bring_in("operators", self.HEAD + "B-SAM,Sam,,no\n")

    def test_may_get_another_name_and_pin(self, bring_in, dump, sam):
        bring_in("operators", "badge,name,pin\nB-SAM,Samuel,2468\n")
        assert "B-SAM,Samuel,supervisor" in dump("operators")

    def test_is_nobodys_concern_where_there_is_none(self, bring_in):
        bring_in("operators", self.HEAD + "B-ROSA,Rosa,picker,yes\n")
        bring_in("operators", self.HEAD + "B-ROSA,Rosa,receiver,no\n")


class TestABadgeIsNobodysName:
    """Everybody reads names, and a badge is a key."""

    @pytest.mark.parametrize("name", ["73519264", "'73519264", '"=""73519264"""', "BADGE-ROSA", "badge-rosa", "Badge-Two"])
    def test_neither_the_own_nor_one_of_the_record_or_the_file(self, bring_in, dump, name):
        bring_in("operators", "badge,name\nBADGE-ROSA,Rosa\n")
        text = f"badge,name\n73519264,{name}\nBADGE-TWO,Two\n"
        (problem,) = problems(bring_in, "operators", text)
        assert problem.startswith("line 2, column name: expected a name that is nobody's badge") and problem.endswith(
            "got a badge"
        )
        assert "73519264" not in dump("operators")

    def test_nor_of_who_is_here_already(self, bring_in):
        bring_in("operators", "badge,name\nBADGE-ROSA,Rosa\n")
        assert "nobody's badge" in problems(bring_in, "operators", "badge,name\nBADGE-ROSA,BADGE-ROSA\n")[0]

    def test_nor_is_a_name_of_the_record_a_new_badge(self, bring_in):
        bring_in("operators", "badge,name\nBADGE-ROSA,73519264\n")
        assert "nobody's name" in problems(bring_in, "operators", "badge,name\n73519264,Nils\n")[0]

    @pytest.mark.parametrize("badge_first", [True, False])
    def test_nor_far_apart_in_a_file(self, bring_in, badge_first):
        between = "".join(f"MANY-{at},Person {at}\n" for at in range(2_500))
        rows = ["BADGE-NILS,Nils\n", "BADGE-OLGA,badge-nils\n"]
        first, last = rows if badge_first else rows[::-1]
        (problem,) = problems(bring_in, "operators", f"badge,name\n{first}{between}{last}")
        assert "nobody's" in problem and problem.startswith("line 2503,")

    def test_who_has_had_one_from_an_earlier_version_may_leave_and_get_a_name(self, bring_in, database, dump):
        bring_in("operators", "badge,name\n73519264,Nils\n")
        database.transact(lambda session: session.execute(store.operator.update().values(name="73519264")))
        bring_in("operators", "badge,active\n73519264,no\n")
        bring_in("operators", "badge,name\n73519264,Nils\n")
        assert dump("operators") == "badge,name,roles,active\n73519264,Nils,,no\n"
