"""How large a body may be: what the view takes, from who is known here; a form from anybody else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scanner.people import tokens
from scanner.people.body_limits import body_limit_of
from tests.people.test_pages import Device

MB = 1024 * 1024
FORM = 256 * 1024


@pytest.fixture
def token(app):
    return app.extensions["database"].transact(tokens.create_token, "Rosa", datetime.now(UTC))


def limit(app, path, **more):
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": path, "SERVER_NAME": "here", "SERVER_PORT": "80", "wsgi.url_scheme": "http"}
    return body_limit_of(app, environ | {"CONTENT_LENGTH": str(60 * MB)} | more)


@pytest.mark.parametrize("path", ["/api/v1/decode", "/data/items", "/api/v1/scans", "/nowhere"])
def test_a_stranger_may_send_no_more_than_a_form(app, path):
    assert limit(app, path) == FORM


@pytest.mark.parametrize("said", ["Bearer nonsense", "Bearer ", "Basic cm9zYTpyb3Nh"])
def test_a_token_that_is_not_known_is_a_strangers(app, said):
    assert limit(app, "/api/v1/decode", HTTP_AUTHORIZATION=said) == FORM
    assert limit(app, "/data/items", HTTP_AUTHORIZATION=said) == FORM


def test_a_program_may_send_what_the_view_takes(app, token):
    assert limit(app, "/api/v1/decode", HTTP_AUTHORIZATION=f"Bearer {token}") == 15 * MB
    assert limit(app, "/api/v1/scans", HTTP_AUTHORIZATION=f"Bearer {token}") == FORM


def test_a_person_may_send_a_file(app):
    desk = Device(app)
    desk.post("/sign-in", badge="BADGE-SAM")
    assert limit(app, "/data/items", HTTP_COOKIE=f"scanner={desk.cookie('scanner')}") == 64 * MB
