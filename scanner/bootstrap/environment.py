"""The virtual environment `.venv`: made once, mended when half made, renewed when the pins change."""

import hashlib
import json
import os
import shutil
import sys
import time
import tomllib
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from scanner.bootstrap import pip
from scanner.bootstrap.lock import alone
from scanner.bootstrap.requirement import satisfied
from scanner.bootstrap.say import SetupError, say

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
# How far set-up got; absent in a .venv that somebody else made.
STATE = VENV / "scanner-setup.json"
PROJECT = ROOT / "pyproject.toml"
PINS = ROOT / "constraints.txt"


def requirements(extras: Sequence[str] = ()) -> list[str]:
    """The requirement lines of pyproject.toml, those of the extras after the app's own."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    return project["dependencies"] + [line for extra in extras for line in project["optional-dependencies"][extra]]


def has(lines: Sequence[str]) -> bool:
    """True when the Python that runs this has every required library."""
    return all(satisfied(line, _installed_version) for line in lines)


def _installed_version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def ensure(extras: Sequence[str]) -> bool:
    """Have `.venv` hold the pinned libraries. True when that took work, False when it was ready.

    Raises SetupError with the cause and the cure.
    """
    if _ready(extras):
        return False
    if sys.platform == "win32":
        raise SetupError("On Windows, make a virtual environment and in it: pip install -c constraints.txt -e .")
    with alone(ROOT / ".venv.lock") as lock:
        if _ready(extras):
            return False
        _build(extras, lock)
    return True


def take_over(argv: Sequence[str]) -> None:
    """Go on as `.venv`'s Python, in place of this process."""
    os.execv(PYTHON, [str(PYTHON), "-m", "scanner", *argv])


def _ready(extras: Sequence[str]) -> bool:
    state = _state()
    done = state.get("extras", [])
    return set(extras) <= set(done) and _sound(state) and state["finished"] == _fingerprint(done)


def _state() -> dict:
    try:
        return json.loads(STATE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _sound(state: dict) -> bool:
    """True when set-up once came to its end, on the Python that is still the machine's."""
    return bool(state.get("finished")) and PYTHON.exists() and state["python"] == str(PYTHON.resolve())


def _fingerprint(extras: Sequence[str]) -> str:
    """Changes with the requirements and the pins."""
    parts = [*requirements(extras), PINS.read_text(encoding="utf-8")]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _build(extras: Sequence[str], lock: int) -> None:
    before = _state()
    extras = sorted({*extras, *before.get("extras", [])})
    wanted = requirements(extras)
    say(f"Setting up, once: {len(wanted)} libraries and what they need, into .venv …")
    started = time.monotonic()
    if not _sound(before):
        _start_afresh(extras, lock)
    _record(extras, finished=None)
    pip.install(wanted, PINS, PYTHON, lock)
    _record(extras, finished=_fingerprint(extras))
    say(f"Set up in {time.monotonic() - started:.0f} s.")


def _start_afresh(extras: Sequence[str], lock: int) -> None:
    """An empty `.venv`; one that somebody else made and that works is kept."""
    if PYTHON.exists() and not STATE.exists():
        return
    shutil.rmtree(VENV, ignore_errors=True)
    _record(extras, finished=None)
    pip.make_environment(VENV, lock)


def _record(extras: Sequence[str], finished: str | None) -> None:
    VENV.mkdir(exist_ok=True)
    state = {"extras": list(extras), "python": str(PYTHON.resolve()), "finished": finished}
    new = STATE.with_suffix(".new")
    new.write_text(json.dumps(state), encoding="utf-8")
    new.replace(STATE)
