"""Behind a proxy every request comes from the proxy's address; what it says of the phone's own counts only when told to."""

import pytest

from scanner.app import create_app
from scanner.people.guesses import rules
from scanner.settings import Settings, load_settings
from tests.conftest import new_database
from tests.people.test_pages import Device
from tests.support.warehouse import fill


@pytest.fixture
def app_behind(tmp_path):
    made = []

    def app_behind(**proxy):
        database = new_database("sqlite", tmp_path)
        fill(database)
        made.append(create_app(Settings(str(database.url), secret_key="for tests", **proxy), database))
        return made[-1]

    yield app_behind
    for app in made:
        app.extensions["decoder"].close()
        app.extensions["database"].dispose()


def status_after_guesses_from_elsewhere(app):
    for guess in range(rules.ADDRESS.free + 4):
        sign_in(app, "BADGE-NOBODY", f"10.0.1.{guess}")
    return sign_in(app, "BADGE-ROSA", "10.0.2.1").status_code


def sign_in(app, badge, phone):
    device = Device(app)
    device.client.environ_base["HTTP_X_FORWARDED_FOR"] = phone
    return device.post("/sign-in", badge=badge)


@pytest.mark.slow
def test_guesses_from_one_phone_do_not_lock_out_another(app_behind):
    assert status_after_guesses_from_elsewhere(app_behind(proxy=True)) == 303


def test_without_a_proxy_nobody_chooses_the_address_that_guesses_are_counted_by(app_behind):
    assert status_after_guesses_from_elsewhere(app_behind()) == 429


@pytest.mark.parametrize(("word", "proxy"), [("1", True), ("", False)])
def test_the_proxy_is_set_from_the_environment(word, proxy, tmp_path):
    settings = load_settings({"SCANNER_PROXY": word, "SCANNER_DATA": str(tmp_path)})
    assert settings.proxy is proxy
