"""What is sent of a printer, and what programs are told of it."""

from __future__ import annotations

from typing import Annotated

from scanner.labels.printers.rules import LONGEST_HOST, LONGEST_NAME, PORT, PrinterSettings
from scanner.web.contract import Answer, Body
from scanner.web.field_types import Printable, WholeNumber, Words


class PrinterToKeep(Body):
    """A printer: its name for people, where it is in the network, and what is loaded."""

    name: Annotated[str, Printable(LONGEST_NAME)]
    host: Annotated[str, Printable(LONGEST_HOST)]
    port: WholeNumber = PORT
    roll: Words
    dpi: WholeNumber

    def settings(self) -> PrinterSettings:
        """As the rules have it."""
        return PrinterSettings(self.name, self.host, self.port, self.roll, self.dpi)


class PrinterAnswer(Answer):
    """A printer that was added."""

    id: int
    message: str
