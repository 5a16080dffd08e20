"""The commands that only a receipt obeys."""

from scanner.codes.commands import Command
from scanner.codes.labels import Label

COMMANDS = (Label(Command.BACK_ORDER.value, "Done, back order", "Finishes; the rest stays on order"),)
