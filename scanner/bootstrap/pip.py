"""Makes the environment and fills it, with the pip of the machine.

The python3 of Debian has no ensurepip without python3-venv. Its pip refuses to install outside an environment, but can fill
another one (`--python`).
"""

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from scanner.bootstrap import system
from scanner.bootstrap.say import SetupError, tail

NO_NETWORK = re.compile(r"NewConnectionError|NameResolutionError|ConnectTimeout|Connection refused|unreachable", re.I)
OFFLINE = "The package index could not be reached. Set-up needs the network once; pip's own settings count."
IS_NEW_ENOUGH = "import sys, pip; sys.exit([int(n) for n in pip.__version__.split('.')[:2]] < [22, 3])"
NO_PIP = "Set-up needs pip 22.3 or newer, and there is none."


def make_environment(folder: Path, lock: int) -> None:
    """Make an empty virtual environment in `folder`, of the Python that this one is based on."""
    done = _run([_base_python(), "-m", "venv", "--without-pip", str(folder)], lock)
    if done.returncode:
        raise SetupError(f"A virtual environment could not be made in {folder}:\n{tail(done.stdout)}")


def install(lines: Sequence[str], pins: Path, python: Path, lock: int) -> None:
    """Install the requirement lines at their pinned versions into the environment of `python`.

    Raises SetupError when there is no pip, no network, or pip fails, with its last words.
    """
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-user"]
    done = _run([*_pip(python, lock), "install", *quiet, "--constraint", str(pins), *lines], lock)
    if done.returncode and NO_NETWORK.search(done.stdout):
        raise SetupError(OFFLINE)
    if done.returncode:
        raise SetupError(f"pip could not install the libraries. It said:\n{tail(done.stdout)}")


def _pip(python: Path, lock: int) -> list[str]:
    """The command of a pip that fills the environment of `python`: the pip of the machine, or else its own."""
    borrowed = [_base_python(), "-m", "pip", "--python", str(python)]
    if _can_be_borrowed(lock):
        return borrowed
    if _run([str(python), "-m", "ensurepip"], lock).returncode == 0:
        return [str(python), "-m", "pip"]
    if system.install([system.PIP]) or not _can_be_borrowed(lock):
        raise SetupError(NO_PIP)
    return borrowed


def _can_be_borrowed(lock: int) -> bool:
    """Whether the Python of the machine has a pip with `--python`. Not by starting pip, which is slow."""
    return _run([_base_python(), "-c", IS_NEW_ENOUGH], lock).returncode == 0


def _base_python() -> str:
    """The Python outside any virtual environment: it has pip, and it stays."""
    return getattr(sys, "_base_executable", sys.executable)


def _run(command: Sequence[str], lock: int) -> subprocess.CompletedProcess[str]:
    pipe = subprocess.PIPE
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=subprocess.STDOUT, text=True, pass_fds=(lock,))
