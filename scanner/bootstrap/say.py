"""What the set-up tells the person at the terminal."""

import sys


class SetupError(Exception):
    """Set-up cannot go on; the text says what is missing and what to do about it."""


def say(line: str) -> None:
    """Print one line of progress; stdout is left to the command."""
    print(line, file=sys.stderr, flush=True)


def tail(output: str, lines: int = 8) -> str:
    """The last lines of the output of a tool, indented."""
    return "\n".join(f"    {line}" for line in output.strip().splitlines()[-lines:])
