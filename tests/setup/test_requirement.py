import sys

import pytest

from scanner.bootstrap import environment
from scanner.bootstrap.requirement import satisfied


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


def test_this_environment_has_all_that_the_project_asks_for():
    assert environment.has(environment.requirements(["test"]))


def test_every_requirement_is_pinned():
    pinned = {line.split("==")[0].lower() for line in environment.PINS.read_text().splitlines() if "==" in line}
    asked = {line.split(">=")[0].split("[")[0].lower() for line in environment.requirements(["test", "heic"])}
    assert asked <= pinned
