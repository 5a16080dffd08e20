"""The API against its own description: whatever a tool makes of it is answered as described, and never by a 500."""

import re

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from scanner.api import openapi
from scanner.app import create_app
from scanner.people import tokens
from scanner.settings import Settings
from tests.conftest import new_database
from tests.support.warehouse import NOW, fill

EACH_TIME_THE_SAME = settings(
    max_examples=15, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def described(request, tmp_path_factory):
    database = new_database(request.param, tmp_path_factory.mktemp("described"))
    app = create_app(Settings(str(database.url), secret_key="for tests"), database)
    fill(database)
    app.extensions["token"] = database.transact(tokens.create_token, "Sam", NOW)
    yield app
    app.extensions["decoder"].close()
    database.dispose()


@pytest.mark.slow
@pytest.mark.parametrize(("path", "method"), list(openapi.ROUTES))
def test_every_request_that_can_be_made_is_answered_as_described(described, path, method):
    api = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", described)
    headers = {"Authorization": f"Bearer {described.extensions['token']}", "Accept-Encoding": "identity"}

    @EACH_TIME_THE_SAME
    @given(case=api[path][method].as_strategy())
    def ask(case):
        case.call_and_validate(headers=headers, checks=CHECKS)

    ask()


def test_every_address_is_described_and_only_those(app):
    described = {
        (method, "/api/v1" + path)
        for path, methods in app.test_client().get("/api/v1/openapi.json").json["paths"].items()
        for method in methods
    }
    served = {
        (method.lower(), re.sub("<(?:[a-z]+:)?([a-z_]+)>", r"{\1}", str(rule)))
        for rule in app.url_map.iter_rules() if str(rule).startswith("/api/v1/")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }  # fmt: skip
    assert described == served - {("get", "/api/v1/openapi.json")}


@pytest.mark.parametrize(("method", "path"), [("get", "/scans"), ("delete", "/tasks"), ("put", "/tasks/PO-1001")])
def test_a_method_that_is_not_taken_is_405_in_json(rosa, method, path):
    answer = getattr(rosa.client, method)(f"/api/v1{path}", headers=rosa.headers)
    assert answer.status_code == 405 and answer.json["error"]["code"] == "method_not_allowed"


def test_it_says_that_a_late_scan_needs_the_time_when_it_was_sent(app):
    fields = app.test_client().get("/api/v1/openapi.json").json["components"]["schemas"]["Scan"]["properties"]
    assert "`sent_at`" in fields["scanned_at"]["description"]
    assert "taken as made when it came" in fields["sent_at"]["description"]


def test_it_says_that_a_cancellation_needs_its_version_alone(app):
    order = app.test_client().get("/api/v1/openapi.json").json["components"]["schemas"]["OrderToTake"]
    assert order["required"] == ["version"] and "needs its `version` alone" in order["description"]
