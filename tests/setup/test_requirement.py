import sys

import pytest

from scanner.bootstrap import environment
from scanner.bootstrap.requirement import canonical, included, satisfied


@pytest.mark.parametrize(
    ("line", "version", "met"),
    [
        ("flask>=3.1", "3.1", True),
        ("flask>=3.1", "3.1.3", True),
        ("flask>=3.1", "3.10", True),  # ten is more than one: numbers, not text
        ("flask>=3.1", "3.0.9", False),
        ("flask>=3.1", None, False),
        ("flask", "0.1", True),
        ("sqlmodel>=0.0.30", "0.0.50", True),
        ("psycopg[binary]>=3.2", "3.3.9", True),
        ("pytest>=9", "9.0.0rc1", True),
        (f"tiny>=1; sys_platform == '{sys.platform}'", None, False),
        ("tiny>=1; sys_platform == 'somewhere'", None, True),
    ],
)
def test_requirement_is_met_by_what_is_installed(line, version, met):
    assert satisfied(line, lambda name: version) is met


def test_a_form_that_is_not_known_is_refused_rather_than_guessed():
    with pytest.raises(ValueError, match=r"flask~=3\.1"):
        satisfied("flask~=3.1", lambda name: "3.1")


@pytest.mark.parametrize("name", ["Flask-WTF", "flask_wtf", "flask.wtf"])
def test_a_library_is_known_by_any_spelling_of_its_name(name):
    assert canonical(name) == "flask-wtf"


def test_an_extra_may_include_others_of_the_project():
    assert included("warehouse-scanner[heic,test]", "warehouse-scanner") == ["heic", "test"]


@pytest.mark.parametrize("line", ["psycopg[binary]>=3.2", "psycopg[binary]", "flask>=3.1"])
def test_extras_of_another_library_include_nothing(line):
    assert included(line, "warehouse-scanner") == []


def test_an_included_extra_asks_for_what_it_would_ask_for_alone():
    assert set(environment.requirements(["test"])) < set(environment.requirements(["dev"]))


@pytest.fixture
def library(tmp_path, monkeypatch):
    """Have a library of this folder name be the only one that is installed."""
    monkeypatch.setattr(sys, "path", [str(tmp_path / "python311.zip"), str(tmp_path)])
    return lambda name: (tmp_path / name).mkdir()


@pytest.mark.parametrize(
    "name",
    [
        "flask_wtf-1.3.0.dist-info",
        "Flask_WTF-1.3.0.dist-info",  # older libraries keep their capitals
        "Flask_WTF-1.3.0.egg-info",  # Debian's
        "Flask_WTF-1.3.0-py3.11.egg-info",
    ],
)
def test_a_library_is_found_by_the_folder_beside_it(library, name):
    library(name)
    assert environment.has(["flask-wtf>=1.3"])


def test_a_library_that_is_too_old_is_as_good_as_none(library):
    library("flask_wtf-1.2.9.dist-info")
    assert not environment.has(["flask-wtf>=1.3"])


def test_a_library_without_its_folder_is_missing(library):
    library("flask_wtf")
    assert not environment.has(["flask-wtf>=1.3"])


def test_this_environment_has_all_that_the_project_asks_for():
    assert environment.has(environment.requirements(["test"]))


def test_every_requirement_is_pinned():
    pinned = {line.split("==")[0].lower() for line in environment.PINS.read_text().splitlines() if "==" in line}
    asked = {line.split(">=")[0].split("[")[0].lower() for line in environment.requirements(["dev", "heic", "node"])}
    assert asked <= pinned
