"""`python3 -m scanner` on a bare machine, on a copy of the set-up with one tiny library and its own command line."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
BARE_PYTHON = sys._base_executable
COMMAND_LINE = """
import sys
import tiny
def main(argv):
    print(tiny.VERSION, *argv)
    return 7
"""


class Checkout:
    """A copy of the project's start in a folder of its own, with a package index in a second folder."""

    def __init__(self, folder: Path):
        self.root, self.wheels = folder / "checkout", folder / "wheels"
        self.wheels.mkdir()
        shutil.copytree(ROOT / "scanner/bootstrap", self.root / "scanner/bootstrap")
        for name in ("__init__.py", "__main__.py"):
            shutil.copy(ROOT / "scanner" / name, self.root / "scanner")
        self.write("scanner/cli.py", COMMAND_LINE)
        self.publish("1.0")
        self.publish("1.1")
        self.pin("1.0")

    def write(self, name: str, text: str) -> None:
        (self.root / name).write_text(text, encoding="utf-8")

    def pin(self, version: str) -> None:
        self.write("pyproject.toml", '[project]\ndependencies = ["tiny>=1"]\n[project.optional-dependencies]\ntest = []\n')
        self.write("constraints.txt", f"tiny=={version}\n")

    def publish(self, version: str) -> None:
        about = f"tiny-{version}.dist-info"
        with zipfile.ZipFile(self.wheels / f"tiny-{version}-py3-none-any.whl", "w") as wheel:
            wheel.writestr("tiny.py", f'VERSION = "{version}"\n')
            wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n")
            wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{about}/RECORD", "")

    def begin(self, *argv: str, **environ: str) -> subprocess.Popen:
        index = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels), "PIP_CONFIG_FILE": os.devnull}
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        pipe = subprocess.PIPE
        command = [BARE_PYTHON, "-m", "scanner", *argv]
        start_new = {"start_new_session": True, "text": True, "stdout": pipe, "stderr": pipe}
        return subprocess.Popen(command, cwd=self.root, env=kept | index | environ, **start_new)

    def start(self, *argv: str, **environ: str) -> subprocess.CompletedProcess:
        process = self.begin(*argv, **environ)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(argv, process.returncode, out, err)

    def stand_in(self, tool: str, exit_code: int = 0) -> None:
        """A tool of the tests that says its name and arguments, in a `.venv` that a first start has made."""
        program = self.root / ".venv/bin" / tool
        program.write_text(f'#!/bin/sh\necho {tool} "$@"\nexit {exit_code}\n', encoding="utf-8")
        program.chmod(0o755)

    @property
    def installed(self) -> Path:
        return next(self.root.glob(".venv/lib/python*/site-packages/tiny.py"))


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


@pytest.fixture(scope="module")
def venv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `.venv` that a first start made for the tests. It holds no path of its own, so that copies of it serve."""
    made = Checkout(tmp_path_factory.mktemp("started"))
    made.write("pytest.py", "")
    assert "Set up in" in made.start("test", "--version").stderr
    return made.root / ".venv"


@pytest.fixture
def started(checkout: Checkout, venv: Path) -> Checkout:
    """A checkout after its first start."""
    shutil.copytree(venv, checkout.root / ".venv", symlinks=True)
    return checkout


def test_first_start_sets_up_and_runs_the_command(checkout):
    first = checkout.start("token", "--operator", "Rosa")
    assert (first.stdout, first.returncode) == ("1.0 token --operator Rosa\n", 7), first.stderr
    assert re.match(r"Setting up, once: .*\n(.*\n)*Set up in \d+ s\.\n", first.stderr)


def test_second_start_finds_everything_done(started):
    made = started.installed.stat().st_ctime_ns
    second = started.start("token")
    assert (second.stdout, second.stderr) == ("1.0 token\n", "")
    assert started.installed.stat().st_ctime_ns == made


def test_without_a_command_the_demo_starts(started):
    assert started.start().stdout == "1.0 demo\n"


def test_new_pins_are_installed_by_the_next_start(started):
    started.pin("1.1")
    assert started.start("verify").stdout == "1.1 verify\n"


@pytest.mark.parametrize("moment", ["Setting up", "venv", "tiny"])
def test_a_set_up_killed_midway_is_repaired_by_the_next_start(checkout, moment):
    process = checkout.begin("verify")
    process.stderr.readline()
    if moment == "venv":
        wait_for(lambda: any(checkout.root.glob(".venv/bin/python")), process)
    if moment == "tiny":
        wait_for(lambda: any(checkout.root.glob(".venv/lib/*/site-packages/tiny*")), process)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert checkout.start("verify").stdout == "1.0 verify\n"


def wait_for(condition, process: subprocess.Popen) -> None:
    while not condition() and process.poll() is None:
        time.sleep(0.001)


def test_a_half_installed_library_is_repaired_by_the_next_start(started):
    started.write(".venv/scanner-setup.json", '{"extras": [], "finished": null}')
    started.installed.unlink()
    assert started.start("verify").stdout == "1.0 verify\n"


def test_a_library_taken_out_of_a_ready_environment_is_put_back(started):
    for left in started.installed.parent.glob("tiny-*"):
        shutil.rmtree(left)
    assert started.start("verify").stdout == "1.0 verify\n"


def test_an_environment_whose_python_is_gone_is_made_again(started):
    for python in (started.root / ".venv/bin").glob("python*"):
        python.unlink()
        python.symlink_to("/nowhere/python3")
    assert started.start("verify").stdout == "1.0 verify\n"


def test_of_two_starts_at_once_one_sets_up_and_both_run(checkout):
    both = [checkout.begin("verify"), checkout.begin("verify")]
    results = [process.communicate(timeout=120) for process in both]
    assert [out for out, _ in results] == ["1.0 verify\n"] * 2
    assert sum("Set up in" in err for _, err in results) == 1


def test_an_environment_made_by_somebody_else_is_filled_not_replaced(checkout):
    subprocess.run([BARE_PYTHON, "-m", "venv", "--without-pip", str(checkout.root / ".venv")], check=True)
    checkout.write(".venv/theirs", "")
    assert checkout.start("verify").stdout == "1.0 verify\n"
    assert (checkout.root / ".venv/theirs").exists()


def test_without_a_network_the_index_is_named_as_the_cause(checkout):
    closed = {"PIP_NO_INDEX": "0", "PIP_FIND_LINKS": "", "PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "1"}
    failed = checkout.start("verify", **closed)
    assert failed.returncode == 1
    assert "The package index could not be reached." in failed.stderr
    assert checkout.start("verify").stdout == "1.0 verify\n"


def test_a_library_that_does_not_exist_is_named(checkout):
    checkout.write("constraints.txt", "tiny==9\n")
    failed = checkout.start("verify")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert "pip could not install the libraries." in failed.stderr and "tiny" in failed.stderr


def test_an_environment_that_has_the_libraries_just_runs(started):
    renamed = started.root / ".venv"
    own = renamed.rename(started.root / "own")
    kept = {"PATH": os.environ["PATH"]}
    ran = subprocess.run([own / "bin/python", "-m", "scanner", "verify"], cwd=started.root, env=kept, capture_output=True)
    assert ran.stdout == b"1.0 verify\n"
    assert not renamed.exists()


@pytest.mark.parametrize("command", [["--help"], ["-h"], ["test", "--help"], ["check", "--help"]])
def test_help_waits_for_no_set_up(checkout, command):
    checkout.write("scanner/cli.py", "def main(argv): print(*argv)")
    assert checkout.start(*command).stdout == " ".join(command) + "\n"
    assert not (checkout.root / ".venv").exists()


@pytest.fixture
def tools(started) -> Checkout:
    """The same, with stand-ins for the tools of the tests."""
    started.write("pytest.py", "import sys; print('pytest', *sys.argv[1:])")
    for tool in ("ruff", "mypy", "lint-imports"):
        started.stand_in(tool)
    return started


CHECKED = [
    "lint: ruff check .",
    "format: ruff format --check --output-format concise .",
    "imports: lint-imports --no-logo",
    "types: mypy",
]
SPREAD = "pytest -n auto --maxprocesses 4 --dist worksteal"


def test_the_checks_run_before_the_tests(tools):
    assert tools.start("test").stdout.splitlines() == [*CHECKED, SPREAD]


def test_check_runs_the_checks_and_the_quick_tests(tools):
    quick = f"{SPREAD} -m not browser and not postgres and not faults and not slow and not long"
    assert tools.start("check").stdout.splitlines() == [*CHECKED, quick]


def test_with_arguments_pytest_runs_alone(tools):
    assert tools.start("test", "tests/x", "-k", "y").stdout.splitlines() == [f"{SPREAD} tests/x -k y"]


def test_pytest_runs_after_a_failed_check_and_is_told_of_it(tools):
    tools.stand_in("mypy", exit_code=1)
    said = tools.start("test").stdout.splitlines()
    assert said == [*CHECKED[:3], "types: FAILED, mypy", "    mypy", f"{SPREAD} -p scanner.bootstrap.verdict"]


def test_an_old_python_is_told_which_one_is_needed(monkeypatch, capsys):
    from scanner.__main__ import main

    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    assert main([]) == 1
    assert capsys.readouterr().err == "The scanner needs Python 3.11 or newer; this is 3.9.\n"
