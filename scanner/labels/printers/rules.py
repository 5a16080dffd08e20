"""What a printer may be: a host, and a port that label printers listen on, so that it is no way to anything else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address

from scanner.errors import BadRequest, Conflict
from scanner.labels.rules import RESOLUTIONS, ROLLS, Dots, Roll

PORT = 9100
PORTS = frozenset({*range(9100, 9110), 6101})
"""9100 is the port of raw printing, those after it are of print servers with several, 6101 is of some mobile printers."""
LONGEST_NAME = 40
LONGEST_HOST = 253
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")


class NotPrinted(Conflict):
    """The printer did not take it, or not all of it."""


@dataclass(frozen=True, slots=True)
class PrinterSettings:
    """What is said of a printer."""

    name: str
    host: str
    port: int
    roll: str
    dpi: int

    @property
    def onto(self) -> Roll:
        """The labels that are loaded."""
        return ROLLS[self.roll]

    @property
    def dots(self) -> Dots:
        """How fine it prints."""
        return RESOLUTIONS[self.dpi]

    def facts(self) -> dict[str, object]:
        """As the audit has it."""
        return {"name": self.name, "host": self.host, "port": self.port, "roll": self.roll, "dpi": self.dpi}


def checked(said: PrinterSettings) -> PrinterSettings:
    """The same, where it can be a printer. Raises BadRequest."""
    if said.port not in PORTS:
        raise BadRequest(f"Expected a port of label printers, 9100 to 9109 or 6101, got {said.port}.", "port")
    if said.roll not in ROLLS:
        raise BadRequest(f"Expected one of {', '.join(ROLLS)}, got {said.roll[:40]!r}.", "roll")
    if said.dpi not in RESOLUTIONS:
        raise BadRequest(f"Expected 203 or 300 dpi, got {said.dpi}.", "dpi")
    if not is_host(said.host):
        raise BadRequest("Expected the printer's name in the network or its IP address, such as 192.168.1.50.", "host")
    return said


def is_host(host: str) -> bool:
    """Whether this can be a printer's name or address: of one machine."""
    try:
        address = ip_address(host)
    except ValueError:
        return len(host) <= LONGEST_HOST and bool(_HOST.fullmatch(host)) and not host.replace(".", "").isdigit()
    return not (address.is_multicast or address.is_unspecified or str(address) == "255.255.255.255")
