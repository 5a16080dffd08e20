"""What a printer may be, so that it is no way into the network."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanner.errors import BadRequest
from scanner.labels.printers.rules import PrinterSettings, checked

DOCK = PrinterSettings("Dock", "192.168.1.50", 9100, "roll-57x32", 203)


@pytest.mark.parametrize("host", ["192.168.1.50", "printer", "label-1.shop.lan", "fe80::1", "127.0.0.1", "10.0.0.1"])
@pytest.mark.parametrize("port", [9100, 9109, 6101])
def test_a_printer_is_a_host_and_a_port_of_label_printers(host, port):
    said = replace(DOCK, host=host, port=port)
    assert checked(said) == said


@pytest.mark.parametrize("port", [0, 22, 80, 443, 5432, 6100, 9099, 9110, 65536])
def test_no_other_port_is_a_printer_s(port):
    with pytest.raises(BadRequest, match=f"9100 to 9109 or 6101, got {port}"):
        checked(replace(DOCK, port=port))


@pytest.mark.parametrize(
    "host", ["", " ", "a b", "http://printer", "printer/path", "user@printer", "printer:80", "0.0.0.0", "224.0.0.1",
             "255.255.255.255", "1.2.3", "3232235826", "-a", "a" * 254, "a\nb", "[::1]"],
)  # fmt: skip
def test_what_is_no_host_is_refused(host):
    with pytest.raises(BadRequest, match="the printer's name in the network or its IP address"):
        checked(replace(DOCK, host=host))


@pytest.mark.parametrize(("field", "value"), [("roll", "a4-24"), ("dpi", 600)])
def test_only_known_rolls_and_resolutions_are_taken(field, value):
    with pytest.raises(BadRequest, match=r"^Expected "):
        checked(replace(DOCK, **{field: value}))
