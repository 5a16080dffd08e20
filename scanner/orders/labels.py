"""The commands that only an order obeys."""

from scanner.codes.commands import Command
from scanner.codes.labels import Label

COMMANDS = (
    Label(Command.SHORT.value, "Not there", "The next goods of the list are not at this shelf"),
    Label(Command.SHORT_DAMAGED.value, "Damaged", "They are there, and cannot be sold"),
    Label(Command.SHORT_PLACE.value, "Wrong place", "Something else is in their place"),
    Label(Command.SHIP.value, "Ship", "The parcel is closed and goes"),
)
