"""The image, the compose file and the unit hold to what is promised of them; `test_image.py` builds the image and runs it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from scanner.bootstrap.environment import requirements
from tests.packaging.test_operate import TABLE

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "packaging"
UNIT = FOLDER / "scanner.service"
MOST_EXPOSED = 20
"""Tenths, as `systemd-analyze security` counts: 10 is a unit without any limit."""


def instructions(name: str) -> list[tuple[str, str]]:
    text = re.sub(r"\\\n\s*", "", (FOLDER / name).read_text())
    return [tuple(line.split(maxsplit=1)) for line in text.splitlines() if line and not line.startswith("#")]


def copied_by(image: list[tuple[str, str]]) -> set[str]:
    """What is copied from the checkout."""
    lines = [argument.split() for word, argument in image if word == "COPY"]
    return {name for line in lines if line[0] != "--from=build" for name in line[:-1]}


@pytest.fixture(scope="module")
def image() -> list[tuple[str, str]]:
    return instructions("Containerfile")


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load((FOLDER / "compose.yaml").read_text())


def test_the_image_has_all_that_the_app_reads(image):
    copied = copied_by(image)
    assert {"scanner", "templates", "static", "pyproject.toml", "constraints.txt"} <= copied
    assert all((ROOT / name).exists() for name in copied)


def test_the_image_runs_as_a_user_without_rights_and_has_a_health_check(image):
    last = dict(image)
    assert last["USER"] == "10001:10001" and last["STOPSIGNAL"] == "SIGTERM"
    assert "/healthz" in last["HEALTHCHECK"]
    installed = [argument for word, argument in image if word == "RUN" and "apt-get install" in argument][-1]
    assert not re.search(r"gcc|build-essential|pip|-dev\b", installed)


def test_a_docker_build_is_sent_what_is_copied_and_nothing_else(image):
    kept = {line[1:] for line in (FOLDER / "Containerfile.dockerignore").read_text().splitlines() if line.startswith("!")}
    assert {name.split("/")[0] for name in copied_by(image)} == kept


def test_the_service_of_the_compose_file_can_write_to_its_data_alone(compose):
    app = compose["services"]["app"]
    assert app["read_only"] and app["cap_drop"] == ["ALL"] and "no-new-privileges:true" in app["security_opt"]
    assert app["tmpfs"] == ["/tmp"] and app["volumes"] == ["data:/var/lib/scanner"]
    assert app["depends_on"]["database"]["condition"] == "service_healthy"
    assert {service["logging"]["options"]["max-size"] for service in compose["services"].values()} == {"10m"}


def test_the_compose_file_has_no_secret_and_names_settings_that_there_are(compose):
    said = compose["services"]["app"]["environment"]
    assert {name for name in said if name.startswith("SCANNER_")} <= set(TABLE)
    for name in ("PGPASSWORD", "SCANNER_SECRET_KEY"):
        assert said[name].startswith("${") and ":?" in said[name], "without a value it does not start"


def test_the_unit_is_understood():
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd here")
    said = subprocess.run([analyze, "verify", UNIT], capture_output=True, text=True, timeout=60)
    complaints = [line for line in said.stderr.splitlines() if UNIT.name in line and "is not executable" not in line]
    assert complaints == [], "that nothing is installed in /opt/scanner is no fault of the unit"


def test_the_unit_may_do_little():
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd here")
    command = [analyze, "security", "--offline=yes", f"--threshold={MOST_EXPOSED}", "--no-pager", UNIT]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert said.returncode == 0, said.stdout[-2000:]


def test_a_unit_without_limits_would_be_seen(tmp_path):
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd here")
    bare = tmp_path / "bare.service"
    bare.write_text("[Service]\nExecStart=/bin/true\n")
    command = [analyze, "security", "--offline=yes", f"--threshold={MOST_EXPOSED}", "--no-pager", bare]
    assert subprocess.run(command, capture_output=True, timeout=60).returncode != 0


def test_the_extras_that_the_image_may_have_are_those_of_the_project():
    for extra in ("sentry", "heic"):
        assert len(requirements([extra])) > len(requirements())
