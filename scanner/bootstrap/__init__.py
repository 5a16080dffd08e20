"""Makes a bare machine ready: a virtual environment with the pinned libraries, and a few system packages.

Only the standard library is used, since this runs before anything is installed. Messages go to stderr, since stdout belongs to
the command. A module that only a set-up or the tests need is imported there.
"""

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from scanner.bootstrap import environment
from scanner.bootstrap.say import SetupError, say

__all__ = ["is_testing", "make_ready", "run_tests"]

HELP = (["-h"], ["--help"])
SIDE_BY_SIDE = ("-n", "auto", "--maxprocesses", "4", "--dist", "worksteal")
"""How many tests run at once. A later `-n 0` runs them one after another."""
QUICK = ("-m", "not browser and not postgres and not faults and not slow and not long")
"""The tests that `check` runs."""


def make_ready(argv: Sequence[str]) -> bool:
    """True when this process can run `argv`; False when it cannot, and the reason has been printed.

    Does not return where `.venv` has the libraries and this is another Python: the Python of `.venv` takes over.
    """
    if _asks_for_help(argv):
        return True
    try:
        _make_ready(argv)
    except SetupError as error:
        say(str(error))
        return False
    except KeyboardInterrupt:
        say("Set-up interrupted; the next start takes it up again.")
        return False
    return True


def is_testing(argv: Sequence[str]) -> bool:
    """True for `test`, with or without arguments for pytest, and for `check`."""
    return not _asks_for_help(argv) and (argv[0] == "test" or list(argv) == ["check"])


def _asks_for_help(argv: Sequence[str]) -> bool:
    """True for a call for help that needs only the standard library."""
    return list(argv) in HELP or (argv[0] in ("test", "check") and list(argv[1:]) in HELP)


def _make_ready(argv: Sequence[str]) -> None:
    testing = is_testing(argv)
    extras = _extras_for_tests() if testing else ()
    if not environment.has(environment.requirements(extras)):
        _fill_and_take_over(argv, extras)
    if testing:
        _make_ready_for_tests(everything=argv[0] == "test")


def _extras_for_tests() -> tuple[str, ...]:
    from scanner.bootstrap import node

    return ("test",) if node.is_on_path() else ("node", "test")


def _fill_and_take_over(argv: Sequence[str], extras: Sequence[str]) -> None:
    from scanner.bootstrap import building, system

    if environment.is_this():
        building.distrust()
    if building.ensure(extras) and not is_testing(argv):
        system.install(system.FOR_RUNNING)
    environment.take_over(argv)


def _make_ready_for_tests(everything: bool) -> None:
    from scanner.bootstrap import node, system

    node.put_on_path()
    if everything:
        system.require(system.FOR_TESTS, everything=bool(os.environ.get("CI")))


def run_tests(argv: Sequence[str]) -> NoReturn:
    """Run the checks, then pytest in place of this process. Exit code: that of pytest, or 1 if a check failed.

    `test` runs every test and `check` the quick ones. `test` with arguments runs pytest alone, with these.
    """
    from scanner.bootstrap import checks, verdict

    os.chdir(environment.ROOT)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # some hundred servers start, and each would compile the app again
    command, *arguments = argv
    after_checks = [] if arguments else verdict.options(checks.run())
    chosen = QUICK if command == "check" else arguments
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *SIDE_BY_SIDE, *after_checks, *chosen])
