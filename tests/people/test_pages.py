import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from scanner.data import store
from scanner.people import session as web_session
from scanner.people.guesses import rules as guesses
from scanner.people.sign_in import hash_pin
from scanner.people.tables import SignIn
from scanner.people.views import local

SCAN = {"task": "PO-1001", "code": "9501101530003", "source": "wedge", "scanned_at": "2026-11-23T09:30:00+01:00"}


def token_of(page):
    return re.search(r'name="csrf-token" content="([^"]+)"', page.text)[1]


def waited(**time):
    """The times of a scan that waited so long on its device."""
    sent = datetime.fromisoformat(SCAN["scanned_at"]) + timedelta(**time)
    return {"sent_at": sent.isoformat()}


def an_hour_ago(app):
    """Have everybody who signed in so far have done so an hour earlier."""
    with_times = select(SignIn.id, SignIn.at)

    def move(session):
        for number, at in session.execute(with_times).all():
            session.execute(update(SignIn).where(SignIn.id == number).values(at=at - timedelta(hours=1)))

    app.extensions["database"].transact(move)


class Device:
    """A browser: it keeps cookies, and sends the token of the page that it shows."""

    def __init__(self, app):
        self.client = app.test_client()

    def get(self, path, **more):
        return self.client.get(path, **more)

    def post(self, path, **fields):
        token = token_of(self.client.get("/sign-in"))
        return self.client.post(path, data={"csrf_token": token, **fields})

    def send(self, **fields):
        token = token_of(self.client.get("/sign-in"))
        return self.client.post("/scans", json={"id": str(uuid4()), **SCAN, **fields}, headers={"X-CSRFToken": token})

    def cookie(self, name):
        found = self.client.get_cookie(name)
        return found.value if found else None


@pytest.fixture
def device(app):
    return Device(app)


@pytest.fixture
def give_pin(app):
    def give_pin(name, pin):
        database = app.extensions["database"]
        change = store.operator.update().where(store.operator.c.name == name).values(pin_hash=hash_pin(pin))
        database.transact(lambda session: session.execute(change))

    return give_pin


@pytest.fixture
def later(monkeypatch):
    """Moves the clock of sessions on."""

    def later(**more):
        real = web_session.now()
        monkeypatch.setattr(web_session, "now", lambda: real + timedelta(**more))

    return later


class TestSigningIn:
    def test_works_by_badge_alone_and_leads_home(self, device):
        answer = device.post("/sign-in", badge="BADGE-ROSA")
        assert answer.status_code == 303 and answer.location == "/"
        assert "Rosa" in device.get("/").text

    def test_leads_back_to_the_page_that_wanted_it(self, device):
        answer = device.get("/receiving/PO-1001?x=1")
        assert answer.status_code == 302 and answer.location == "/sign-in?next=/receiving/PO-1001?x%3D1"
        assert device.post("/sign-in", badge="BADGE-ROSA", next="/receiving/PO-1001?x=1").location == "/receiving/PO-1001?x=1"

    def test_gives_an_unknown_badge_nothing(self, device):
        answer = device.post("/sign-in", badge="BADGE-NOBODY")
        assert answer.status_code == 401 and "not known here" in answer.text
        assert device.get("/").status_code == 302

    @pytest.mark.parametrize("badge", ["", "   "])
    def test_wants_a_badge(self, device, badge):
        assert device.post("/sign-in", badge=badge).status_code == 400

    def test_asks_for_the_pin_where_one_is_set(self, device, give_pin):
        give_pin("Sam", "2468")
        asked = device.post("/sign-in", badge="BADGE-SAM")
        assert asked.status_code == 200 and 'name="pin"' in asked.text
        assert device.get("/").status_code == 302
        assert device.post("/sign-in", badge="BADGE-SAM", pin="1111").status_code == 401
        assert device.post("/sign-in", badge="BADGE-SAM", pin="2468").status_code == 303

    def test_is_refused_after_too_many_guesses(self, device):
        device.post("/sign-in", badge="BADGE-ROSA")
        for guess in range(guesses.DEVICE.free + 2):
            device.post("/sign-in", badge=f"BADGE-{guess}")
        answer = device.post("/sign-in", badge="BADGE-ROSA")
        assert answer.status_code == 429 and answer.headers["Retry-After"] == "1"
        assert "Wait 1 second, then try again." in answer.text

    def test_needs_the_token_of_a_page(self, app):
        assert app.test_client().post("/sign-in", data={"badge": "BADGE-ROSA"}).status_code == 401

    @pytest.mark.parametrize("badge", ["", "BADGE-ROSA"])
    def test_takes_no_token_of_another_session_with_its_page_cookie(self, app, device, badge):
        """Somebody on the same network or domain can plant a cookie beside that of the session."""
        device.post("/sign-in", badge="BADGE-SAM")
        stranger = Device(app)
        if badge:
            stranger.post("/sign-in", badge=badge)
        token = token_of(stranger.get("/sign-in"))
        device.client.set_cookie("page", stranger.cookie("page"))
        answer = device.client.post("/lock", data={"csrf_token": token}, headers={"Accept": "application/json"})
        assert answer.status_code == 401 and answer.json["error"]["code"] == "stale_page"
        assert device.get("/receiving").status_code == 200
        assert device.post("/lock").status_code == 303

    def test_takes_the_token_of_a_page_that_is_older_than_another(self, device):
        device.post("/sign-in", badge="BADGE-SAM")
        token = token_of(device.get("/"))
        device.get("/receiving")
        assert device.client.post("/lock", data={"csrf_token": token}).status_code == 303

    def test_starts_a_new_session(self, device):
        device.get("/sign-in")
        before = device.cookie("scanner")
        device.post("/sign-in", badge="BADGE-ROSA")
        rosas = device.cookie("scanner")
        device.post("/sign-in", badge="BADGE-SAM")
        assert len({before, rosas, device.cookie("scanner")}) == 3

    def test_ends_for_who_has_left(self, app, device):
        device.post("/sign-in", badge="BADGE-ROSA")
        gone = store.operator.update().where(store.operator.c.name == "Rosa").values(active=False)
        app.extensions["database"].transact(lambda session: session.execute(gone))
        assert device.get("/").status_code == 302

    def test_sets_cookies_that_scripts_and_other_sites_do_not_get(self, device):
        answer = device.post("/sign-in", badge="BADGE-ROSA")
        cookies = answer.headers.getlist("Set-Cookie")
        assert cookies and all("HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies)

    def test_over_https_sets_cookies_that_only_https_gets(self, app):
        answer = app.test_client().get("/", base_url="https://scanner.local")
        assert answer.status_code == 302
        page = app.test_client().post("/sign-in", base_url="https://scanner.local")
        assert page.status_code == 401


class TestHandingOver:
    def test_takes_one_badge_scan(self, device):
        device.post("/sign-in", badge="BADGE-ROSA")
        assert device.post("/sign-in", badge="BADGE-SAM", next="/receiving/PO-1001").location == "/receiving/PO-1001"
        assert 'data-name="Sam"' in device.get("/receiving/PO-1001").text

    def test_leaves_the_device_the_scans_of_the_one_before(self, app, device):
        device.post("/sign-in", badge="BADGE-ROSA")
        an_hour_ago(app)
        device.post("/sign-in", badge="BADGE-SAM")
        rosa = app.extensions["warehouse"].operators["Rosa"].id
        assert device.send(operator=rosa, **waited(minutes=10)).status_code == 200
        seen = "SELECT operator_id FROM scan"
        with app.extensions["database"].read() as session:
            assert session.connection().exec_driver_sql(seen).scalars().all() == [rosa]

    def test_gives_no_device_the_name_of_somebody_who_was_never_there(self, app, device):
        device.post("/sign-in", badge="BADGE-SAM")
        assert device.send(operator=app.extensions["warehouse"].operators["Rosa"].id).status_code == 403
        assert device.send(operator=999_999).status_code == 403

    def test_leaves_the_device_their_scans_when_a_backup_has_forgotten_who_signed_in(self, app, device):
        device.post("/sign-in", badge="BADGE-ROSA")
        device.post("/sign-in", badge="BADGE-SAM")
        database = app.extensions["database"]
        database.transact(lambda session: session.execute(SignIn.__table__.delete()))
        operators = app.extensions["warehouse"].operators
        assert device.send(operator=operators["Rosa"].id, **waited(minutes=10)).status_code == 200
        assert device.send(operator=operators["Rosa"].id).status_code == 403
        assert device.send(operator=operators["Theo"].id).status_code == 403

    @pytest.mark.slow
    def test_among_hundreds_keeps_the_cookie_of_a_size_that_browsers_take(self, app, device):
        database, rosa = app.extensions["database"], app.extensions["warehouse"].operators["Rosa"]
        crowd = [
            {"id": 10**8 + n, "badge": f"CROWD-{n}", "name": f"P{n}", "roles": "receiver", "active": True} for n in range(70)
        ]
        database.transact(lambda session: session.execute(store.operator.insert(), crowd))
        device.post("/sign-in", badge="BADGE-ROSA")
        an_hour_ago(app)
        for person in crowd:
            device.post("/sign-in", badge=person["badge"])
        assert len(device.cookie("device")) < 2000
        assert device.send(operator=rosa.id, **waited(minutes=10)).status_code == 200

    def test_to_a_made_up_device_cookie_is_to_a_new_device(self, app, device):
        device.post("/sign-in", badge="BADGE-ROSA")
        device.post("/sign-in", badge="BADGE-SAM")
        device.client.set_cookie("device", "handheld-1")
        assert device.send(operator=app.extensions["warehouse"].operators["Rosa"].id).status_code == 403


class TestLocking:
    def test_sends_every_page_to_the_lock(self, device):
        device.post("/sign-in", badge="BADGE-ROSA")
        assert device.post("/lock").location == "/lock"
        assert device.get("/receiving").location == "/lock?next=/receiving"
        assert "Scan a badge to go on" in device.get("/lock").text

    def test_is_ended_by_a_badge(self, device):
        device.post("/sign-in", badge="BADGE-ROSA")
        device.post("/lock")
        device.post("/sign-in", badge="BADGE-ROSA", next="/receiving")
        assert device.get("/receiving").status_code == 200

    def test_still_takes_the_scans_of_the_device(self, device):
        device.post("/sign-in", badge="BADGE-ROSA")
        device.post("/lock")
        assert device.send().status_code == 200

    def test_comes_by_itself_after_idle_minutes(self, device, later):
        device.post("/sign-in", badge="BADGE-ROSA")
        later(minutes=11)
        assert device.get("/receiving").location == "/lock?next=/receiving"

    def test_does_not_come_while_somebody_works(self, device, later):
        device.post("/sign-in", badge="BADGE-ROSA")
        for _ in range(3):
            later(minutes=6)
            assert device.get("/receiving").status_code == 200

    def test_comes_although_a_page_asks_for_news_by_itself(self, device, later):
        device.post("/sign-in", badge="BADGE-SAM")
        htmx = {"HX-Request": "true"}
        for _ in range(2):
            later(minutes=6)
            answer = device.get("/progress", headers=htmx)
        assert answer.status_code == 401 and answer.headers["HX-Redirect"] == "/lock"

    def test_of_nobody_is_the_sign_in_page(self, device):
        assert device.get("/lock").location == "/sign-in"


class TestSigningOut:
    def test_leaves_nobody_signed_in(self, device):
        device.post("/sign-in", badge="BADGE-ROSA")
        assert device.post("/sign-out").location == "/sign-in"
        assert device.get("/").status_code == 302

    def test_makes_a_scan_wait_for_somebody(self, device):
        answer = device.send()
        assert answer.status_code == 401 and answer.json["error"]["code"] == "not_signed_in"


@pytest.mark.parametrize(
    ("path", "people"),
    [
        ("/receiving", {"Rosa", "Sam"}),
        ("/progress", {"Sam"}),
        ("/discrepancies", {"Rosa", "Theo", "Sam", "Vera"}),
        ("/data", {"Sam"}),
        ("/data/items.csv", {"Sam"}),
    ],
)
def test_a_page_is_for_those_whose_job_needs_it(app, path, people):
    let_in = set()
    for name in ("Rosa", "Theo", "Carla", "Sam", "Vera"):
        device = Device(app)
        device.post("/sign-in", badge=f"BADGE-{name.upper()}")
        answer = device.get(path)
        assert answer.status_code in (200, 403)
        if answer.status_code == 200:
            let_in.add(name)
    assert let_in == people


@pytest.mark.parametrize("target", ["/", "/receiving/PO-1001", "/items/A%20B?q=1&r=2#top"])
def test_one_comes_back_to_a_path_of_this_server(target):
    assert local(target) == target


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "evil", "",
        None, "/a\r\nSet-Cookie: x=1", "/\t/evil.example", "/ /evil", "/sign-in", "/lock?next=/lock", "/" + "a" * 600,
    ],
)  # fmt: skip
def test_one_comes_back_to_nothing_else(target):
    assert local(target) == ""
