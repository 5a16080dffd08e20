"""What the project requires, and whether this Python or the virtual environment `.venv` has it.

Every command begins here, so this imports nothing that only a set-up needs.
"""

import contextlib
import hashlib
import json
import os
import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

from scanner.bootstrap.requirement import canonical, included, satisfied

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
# How far set-up got. A .venv that somebody else made has no such file.
STATE = VENV / "scanner-setup.json"
PROJECT = ROOT / "pyproject.toml"
PINS = ROOT / "constraints.txt"
# The folder that pip leaves beside a library, such as Flask_WTF-1.3.0.dist-info; Debian's have egg-info.
NOTE = re.compile(r"(?P<name>.+?)-(?P<version>\d[^-]*)(?:-py[\d.]+)?\.(?:dist|egg)-info")


def requirements(extras: Sequence[str] = ()) -> list[str]:
    """The requirement lines of pyproject.toml: those of the app, then those of the extras."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    return [*project["dependencies"], *(line for extra in extras for line in _of_extra(project, extra))]


def _of_extra(project: dict[str, Any], extra: str) -> Iterator[str]:
    for line in project["optional-dependencies"].get(extra, []):
        others = included(line, project.get("name", ""))
        for other in others:
            yield from _of_extra(project, other)
        if not others:
            yield line


def has(lines: Sequence[str]) -> bool:
    """True when the Python that runs this has every required library."""
    versions = _installed()
    return all(satisfied(line, versions.get) for line in lines)


def _installed() -> dict[str, str]:
    """The libraries on the path and their versions, by the names of pip's folders. No file is opened."""
    found: dict[str, str] = {}
    for folder in sys.path:
        for note in filter(None, map(NOTE.fullmatch, _names_in(folder))):
            found.setdefault(canonical(note["name"]), note["version"])
    return found


def _names_in(folder: str) -> list[str]:
    with contextlib.suppress(OSError):
        return os.listdir(folder or ".")
    return []


def ready(extras: Sequence[str]) -> bool:
    """True when `.venv` has what these extras require, at the pinned versions."""
    state = read_state()
    done = state.get("extras", [])
    return set(extras) <= set(done) and sound(state) and state["finished"] == fingerprint(done)


def read_state() -> dict[str, Any]:
    """The notes of the last set-up of `.venv`; empty when there was none."""
    try:
        return dict(json.loads(STATE.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def sound(state: dict[str, Any]) -> bool:
    """True when a set-up was finished, with the Python that the machine still has."""
    return bool(state.get("finished")) and PYTHON.exists() and state["python"] == str(PYTHON.resolve())


def fingerprint(extras: Sequence[str]) -> str:
    """A hash of the requirements and the pins."""
    parts = [*requirements(extras), PINS.read_text(encoding="utf-8")]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def is_this() -> bool:
    """True when the Python of `.venv` runs this."""
    return Path(sys.prefix) == VENV


def take_over(argv: Sequence[str]) -> NoReturn:
    """Go on with the Python of `.venv`, in place of this process."""
    os.execv(PYTHON, [str(PYTHON), "-m", "scanner", *argv])
