"""Packages of the system: installed where that needs no question, named where it does."""

import ctypes.util
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from scanner.bootstrap.say import SetupError, say, tail


@dataclass(frozen=True)
class Need:
    """A Debian package, whether it is here, and what does not work without it."""

    package: str
    here: Callable[[], bool]
    without: str

    @property
    def notice(self) -> str:
        """One line for a person who runs the scanner without the package."""
        return f"Without {self.package}, {self.without}. Debian and Ubuntu: sudo apt-get install {self.package}"


def _library(name: str) -> Callable[[], bool]:
    return lambda: ctypes.util.find_library(name) is not None


PIP = Need("python3-pip", lambda: shutil.which("pip3") is not None, "set-up stops")
ZBAR = Need("libzbar0", _library("zbar"), "photos are decoded by zxing-cpp alone")
FOR_RUNNING = (ZBAR,)
FOR_TESTS = (
    ZBAR,
    Need("chromium", lambda: shutil.which("chromium") is not None, "browser tests are skipped"),
    Need("libatomic1", _library("atomic"), "browser tests are skipped"),
    Need("postgresql", lambda: any(Path("/usr/lib/postgresql").glob("*/bin/initdb")), "PostgreSQL tests are skipped"),
)


def require(needs: Iterable[Need], everything: bool) -> None:
    """Install what is missing. Raises SetupError if something still is and `everything` is required (in CI)."""
    missing = install(needs)
    if missing and everything:
        raise SetupError(f"CI runs every test, and these are missing: {_names(missing)}")


def install(needs: Iterable[Need]) -> list[Need]:
    """Install what is missing if this user may, else say what does not work. Gives what is still missing."""
    missing = [need for need in needs if not need.here()]
    if not missing:
        return []
    as_root = _as_root()
    if as_root is not None and shutil.which("apt-get"):
        say(f"Setting up, once: {_names(missing)} from the system's packages …")
        _apt_get(as_root, missing)
        missing = [need for need in missing if not need.here()]
    for need in missing:
        say(need.notice)
    return missing


def notices() -> list[str]:
    """A line for each missing package of a running scanner."""
    return [need.notice for need in FOR_RUNNING if not need.here()]


def _names(needs: Iterable[Need]) -> str:
    return ", ".join(need.package for need in needs)


def _as_root() -> list[str] | None:
    """What to put before a command to run it as root without a question; None where that is impossible."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return None


def _apt_get(as_root: list[str], needs: Iterable[Need]) -> None:
    apt = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
    install_command = [*apt, "install", "-y", "--no-install-recommends", *(need.package for need in needs)]
    # Fetching the package lists takes longer than most packages: only where the first try fails.
    for command in (install_command, [*apt, "update"], install_command):
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if command is install_command and done.returncode == 0:
            return
    say(f"apt-get failed:\n{tail(done.stdout)}")
