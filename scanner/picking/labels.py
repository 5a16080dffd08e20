"""The labels that say what is scanned next."""

from scanner.codes.labels import Label
from scanner.picking.rules import PickTask

COMMANDS = (
    Label(PickTask.PICKS.value, "Picked", "What is scanned next is taken from its shelf"),
    Label(PickTask.SHORT_PICKS.value, "Not here", "What is scanned next could not be picked"),
)
