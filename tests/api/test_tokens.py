import pytest

from scanner.data import store
from tests.people.test_pages import Device
from tests.support.program import scan


class TestATokenIsNeeded:
    @pytest.mark.parametrize(
        "header", [None, "", "Bearer", "Bearer ", "Bearer wrong", "Basic dTpw", "Bearer \x80\xff", "bearer\t" + "0" * 48]
    )
    def test_and_must_be_known(self, app, header):
        headers = {} if header is None else {"Authorization": header}
        answer = app.test_client().get("/api/v1/tasks", headers=headers)
        assert answer.status_code == 401 and answer.json["error"]["code"] == "not_signed_in"
        assert answer.headers["WWW-Authenticate"] == "Bearer"

    def test_and_comes_before_what_is_sent(self, app):
        answer = app.test_client().post("/api/v1/scans", json={}, headers={"Authorization": "Bearer wrong"})
        assert answer.status_code == 401

    def test_but_not_to_read_what_there_is(self, app):
        assert app.test_client().get("/api/v1/openapi.json").json["openapi"] == "3.1.0"

    def test_and_a_page_session_is_none(self, app):
        device = Device(app)
        device.post("/sign-in", badge="BADGE-SAM")
        assert device.get("/api/v1/tasks").status_code == 401

    def test_and_tells_nobody_what_address_there_is(self, app):
        assert app.test_client().get("/api/v1/nothing").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("post", "/scans", scan()),
        ("post", "/decode", None),
        ("get", "/tasks", None),
        ("post", "/tasks", {"kind": "count", "section": "A-01"}),
        ("get", "/tasks/PO-1001", None),
        ("post", "/tasks/PO-1001/finish", {"confirm": True}),
        ("get", "/stock", None),
        ("get", "/discrepancies", None),
        ("get", "/movements", None),
    ],
)
def test_somebody_without_a_job_here_may_do_nothing(app, program, method, path, body):
    hire = store.operator.insert().values(badge="BADGE-OLGA", name="Olga", roles="", active=True)
    app.extensions["database"].transact(lambda session: session.execute(hire))
    olga = program("Olga")
    answer = olga.post(path, body) if method == "post" else olga.get(path)
    assert answer.status_code == 403 and answer.json["error"]["code"] == "not_allowed"
