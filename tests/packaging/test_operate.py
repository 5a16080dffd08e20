"""`docs/operate.md` says what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scanner.cli import COMMANDS
from scanner.settings import Settings, load_settings
from scanner.watch.checks import CHECKS
from scanner.watch.metrics import Metrics

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operate.md").read_text()
ROW = re.compile(r"^\| `(SCANNER_[A-Z_]+)` \| (.+?) \| (.+?) \|$", re.MULTILINE)
TABLE = {name: default for name, _, default in ROW.findall(PAGE)}
NO_SETTINGS = {"SCANNER_FAILED_CHECKS", "SCANNER_LONG"}
"""What one process of a run of the tests tells another, and how long they may take."""


def test_every_variable_that_the_code_reads_is_in_the_table_and_no_other():
    read = {name for path in (ROOT / "scanner").rglob("*.py") for name in re.findall(r"\bSCANNER_[A-Z_]+\b", path.read_text())}
    assert set(TABLE) == read - NO_SETTINGS


@pytest.mark.parametrize("name", [name for name, default in TABLE.items() if default.isdigit()])
def test_a_number_in_the_table_is_the_default(name, tmp_path):
    settings = load_settings({"SCANNER_DATA": str(tmp_path)})
    assert getattr(settings, name.removeprefix("SCANNER_").lower()) == int(TABLE[name])


@pytest.mark.parametrize("name", [name for name, default in TABLE.items() if default == "off"])
def test_what_is_off_in_the_table_is_off(name, tmp_path):
    field = name.removeprefix("SCANNER_").lower()
    assert getattr(load_settings({"SCANNER_DATA": str(tmp_path)}), field) is False
    assert getattr(load_settings({"SCANNER_DATA": str(tmp_path), name: "1"}), field) is True


def test_every_metric_that_it_names_is_served(app):
    app.extensions["meters"] = Metrics(app)
    served = app.extensions["meters"].text().decode()
    kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", served, re.MULTILINE))
    samples = {name + more for name, kind in kinds.items() for more in PARTS.get(kind, ("",))}
    named = set(re.findall(r"\b(?:scanner|process)_[a-z_]+\b", "".join(re.findall(r"```yaml(.*?)```", PAGE, re.DOTALL))))
    assert named - samples == set()
    assert len(named) > 10


PARTS = {"histogram": ("_bucket", "_sum", "_count"), "counter": ("",)}


def test_every_check_has_what_to_do():
    for name in CHECKS:
        assert re.search(rf"^\| \*\*(`/readyz`|it) says .*`{name}`", PAGE, re.MULTILINE), name
        assert f"`{name}`" in PAGE.split("## Watching it")[1].split("Anybody may ask")[0]


def test_every_command_that_it_shows_is_there():
    shown = set(re.findall(r"-m scanner ([a-z]+)", PAGE))
    assert shown <= set(COMMANDS)
    assert {"serve", "backup", "restore", "resend", "verify", "move", "import", "token", "cert"} <= shown


def test_every_file_that_it_names_is_there():
    for name in re.findall(r"\b(packaging/[a-zA-Z.]+[a-zA-Z])", PAGE):
        assert (ROOT / name).exists() or name == "packaging/.env", name


def test_the_settings_have_no_secret_in_print():
    secrets = Settings("", secret_key="Zq7a", metrics_token="Zq7b", sentry_dsn="Zq7c")
    assert "Zq7" not in repr(secrets)
