"""The labels of moves."""

from scanner.codes.commands import Command
from scanner.codes.labels import Label
from scanner.moves import MOVES

COMMANDS = (
    Label(MOVES, "Put away, move", "What is scanned next goes from a place to a place"),
    Label(Command.SENT.value, "Sent back", "What is in hand, out of VENDOR, went back to its vendor"),
)
