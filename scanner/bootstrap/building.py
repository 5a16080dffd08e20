"""Makes the virtual environment `.venv`, mends a half-made one, and renews it when the pins change."""

import json
import shutil
import sys
import time
from collections.abc import Sequence

from scanner.bootstrap import pip
from scanner.bootstrap.environment import PINS, PYTHON, ROOT, STATE, VENV, fingerprint, read_state, ready, requirements, sound
from scanner.bootstrap.lock import alone
from scanner.bootstrap.say import SetupError, say


def ensure(extras: Sequence[str]) -> bool:
    """Have `.venv` hold the pinned libraries. True when something had to be installed.

    Raises SetupError with the cause and the cure.
    """
    if ready(extras):
        return False
    if sys.platform == "win32":
        raise SetupError("On Windows, make a virtual environment and in it: pip install -c constraints.txt -e .")
    with alone(ROOT / ".venv.lock") as lock:
        if ready(extras):
            return False
        _build(extras, lock)
    return True


def distrust() -> None:
    """Have the next `ensure` fill `.venv` again, since a library was taken out of it."""
    _record(read_state().get("extras", []), finished=None)


def _build(extras: Sequence[str], lock: int) -> None:
    before = read_state()
    extras = sorted({*extras, *before.get("extras", [])})
    wanted = requirements(extras)
    say(f"Setting up, once: {len(wanted)} libraries and what they need, into .venv …")
    started = time.monotonic()
    if not sound(before):
        _start_afresh(extras, lock)
    _record(extras, finished=None)
    pip.install(wanted, PINS, PYTHON, lock)
    _record(extras, finished=fingerprint(extras))
    say(f"Set up in {time.monotonic() - started:.0f} s.")


def _start_afresh(extras: Sequence[str], lock: int) -> None:
    """Make an empty `.venv`. A working one that somebody else made is kept."""
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
