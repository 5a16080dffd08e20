"""The commands that only a count obeys."""

from scanner.codes.commands import Command
from scanner.codes.labels import Label

COMMANDS = (Label(Command.EMPTY.value, "Nothing here", "The shelf is empty, or none of it is there"),)
