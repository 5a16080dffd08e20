"""`python3 -m scanner`: makes the machine ready where it is not, then runs the command."""

import sys

OLDEST_PYTHON = (3, 11)


def main(argv: "list[str]") -> int:
    """Run one command; without one, the demo. Returns the exit code."""
    if sys.version_info < OLDEST_PYTHON:
        # An old Python must be able to parse this file, to print this instead of a syntax error.
        print("The scanner needs Python 3.11 or newer; this is %d.%d." % sys.version_info[:2], file=sys.stderr)  # noqa: UP031
        return 1
    from scanner import bootstrap

    argv = argv or ["demo"]
    if not bootstrap.make_ready(argv):
        return 1
    if bootstrap.is_testing(argv):
        bootstrap.run_tests(argv)
    from scanner.cli import main as command_line

    return command_line(argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
