"""No spelling of an address that messages may not go to is ever connected to; those of a shop's own network are."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.errors import BadRequest
from scanner.webhooks import connecting
from scanner.webhooks.connecting import AddressRefused, reach, refused_now
from scanner.webhooks.post import post
from scanner.webhooks.rules import address_of, why_refused
from tests.support.receivers import PATIENCE, Receiver, receiving

FORBIDDEN = (
    "169.254.0.0/16",
    "0.0.0.0/8",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "192.0.0.0/24",
    "100.100.100.200/32",
    "168.63.129.16/32",
)
FORBIDDEN_6 = (
    "fe80::/10",
    "ff00::/8",
    "fec0::/10",
    "fd00:ec2::/32",
    "fd20:ce::/32",
    "fd00:c1::/32",
    "::/128",
    "4000::/3",
    "100::/64",
)
TAKEN = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "8.8.8.0/24", "100.64.0.0/16")


UNHURRIED = settings(deadline=None)
"""A thread looks each name up, and may wait for its turn on a busy machine."""
LOCAL_NAT64 = 0x64FF9B << 96 | 1 << 80


def of_networks(networks: tuple[str, ...]) -> st.SearchStrategy[IPv4Address]:
    found = [IPv4Network(text) for text in networks]
    return st.sampled_from(found).flatmap(lambda net: st.integers(int(net[0]), int(net[-1]))).map(IPv4Address)


def of_networks_6(networks: tuple[str, ...]) -> st.SearchStrategy[IPv6Address]:
    found = [IPv6Network(text) for text in networks]
    return st.sampled_from(found).flatmap(lambda net: st.integers(int(net[0]), int(net[-1]))).map(IPv6Address)


def spellings_4(address: IPv4Address) -> list[str]:
    """Ways in which machines read one IPv4 address: decimal, hex, octal, mixed, with fewer parts, with a dot at the end."""
    a, b, c, d = address.packed
    number, rest, low = int(address), int(address) & 0xFFFFFF, int(address) & 0xFFFF
    whole = [str(address), str(number), f"{number:#x}", f"0{number:o}", f"0X{number:X}"]
    short = [f"{a}.{rest}", f"{a}.{b}.{low}", f"{a:#010x}.{rest}", f"{a:#x}.0{b:o}.{low}"]
    parts = [f"{a:#x}.{b:#x}.{c:#x}.{d:#x}", f"0{a:o}.0{b:o}.0{c:o}.0{d:o}"]
    return [text + dot for dot in ("", ".") for text in (*whole, *short, *parts)]


TOPS = {
    "mapped": 0xFFFF << 32,
    "translated": 0xFFFF << 48,
    "compatible": 0,
    "NAT64": 0x64FF9B << 96,
    "local NAT64": LOCAL_NAT64,
    "ISATAP": 0x20010DB8 << 96 | 0x5EFE << 32,
    "ISATAP of a global address": 0x20010DB8 << 96 | 0x02005EFE << 32,
}
"""What stands above the last 32 bits, where these are an IPv4 address."""


def spellings_6(address: IPv4Address) -> list[str]:
    """IPv6 addresses that stand for an IPv4 address."""
    low = int(address)
    held = [top | low for top in TOPS.values() if top | low != 1]  # ::1 is this machine, which is taken
    if address not in IPv4Network("0.0.0.0/8"):  # there, other bits of the same address are read
        held += [LOCAL_NAT64 | low >> 16 << 64 | (low & 0xFFFF) << 40, LOCAL_NAT64 | low >> 24 << 64 | (low & 0xFFFFFF) << 32]
        held += [LOCAL_NAT64 | low << 24]  # prefixes of 48, 56 and 64 bits; bits 64 to 71 are left out (RFC 6052 2.2)
    held += [0x2002 << 112 | low << 80 | 1, 0x20010000 << 96 | low << 64 | 0xF7F7F7F7]  # 6to4, Teredo by its server
    held += [0x20010000 << 96 | 0x08080808 << 64 | low ^ 0xFFFFFFFF]  # Teredo by its client
    return [text for each in map(IPv6Address, held) for text in (each.compressed, each.exploded, each.compressed.upper())]


class Wire:
    """A resolver that gives what it is told, and a socket factory that only notes what it was asked to connect to."""

    def __init__(self, *addresses: str) -> None:
        self.addresses, self.asked, self.connected = addresses, 0, list[str]()

    def look(self, host: str, port: int) -> connecting.Found:
        self.asked += 1
        return [
            (socket.AF_INET6 if ":" in each else socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port))
            for each in self.addresses
        ]

    def dial(self, family: int, address: connecting.SocketAddress, seconds: float) -> socket.socket:
        self.connected.append(address[0])
        raise ConnectionRefusedError("nobody is there")

    def reach(self, host: str = "shop.example") -> None:
        reach(host, 80, 5, self.look, self.dial)


@UNHURRIED
@given(of_networks(FORBIDDEN), st.data())
def test_no_spelling_of_a_forbidden_address_is_taken_by_the_form_or_connected_to(
    address: IPv4Address, data: st.DataObject
) -> None:
    wire = Wire()
    wire.look = connecting.look_up  # type: ignore[method-assign]
    spelled = data.draw(st.sampled_from(spellings_4(address)))
    with pytest.raises(BadRequest):
        address_of(f"http://{spelled}/hook")
    with pytest.raises(AddressRefused):
        wire.reach(spelled.removesuffix("."))  # as it is sent; with the dot a resolver would ask the network for a name
    assert wire.connected == []


@UNHURRIED
@given(of_networks(FORBIDDEN), st.data())
def test_no_address_that_stands_for_a_forbidden_one_is_taken_or_connected_to(address: IPv4Address, data: st.DataObject) -> None:
    spelled = data.draw(st.sampled_from(spellings_6(address)))
    wire = Wire(spelled)
    with pytest.raises(BadRequest):
        address_of(f"http://[{spelled}]/hook")
    with pytest.raises(AddressRefused):
        wire.reach()
    assert wire.connected == []


@UNHURRIED
@given(of_networks_6(FORBIDDEN_6), st.sampled_from(["", "%1", "%eth0"]))
def test_no_forbidden_address_of_ipv6_is_taken_or_connected_to_in_any_zone(address: IPv6Address, zone: str) -> None:
    wire = Wire(f"{address}{zone}")
    with pytest.raises(BadRequest):
        address_of(f"https://[{address}{zone}]/hook")
    with pytest.raises(AddressRefused):
        wire.reach()
    assert wire.connected == []


@UNHURRIED
@given(of_networks(TAKEN), st.data())
def test_every_spelling_of_an_address_of_the_shop_is_taken_and_connected_to(address: IPv4Address, data: st.DataObject) -> None:
    spelled = data.draw(st.sampled_from(spellings_4(address)[:11]))
    assert address_of(f"http://{spelled}/hook").hostname == spelled.lower()
    wire = Wire(str(address))
    with pytest.raises(ConnectionRefusedError):
        wire.reach(spelled)
    assert wire.connected == [str(address)]


@pytest.mark.parametrize(
    "spelled", ["１６９.２５４.１６９.２５４", "①⑥⑨.②⑤④.①⑥⑨.②⑤④", "169。254。169。254", "２８５２０３９１６６", "0xA9FEA9FE"]
)
def test_digits_of_other_scripts_are_refused_at_the_form_and_at_the_connection(spelled: str) -> None:
    with pytest.raises(BadRequest):
        address_of(f"http://{spelled}/")
    wire = Wire()
    wire.look = connecting.look_up  # type: ignore[method-assign]
    with pytest.raises((AddressRefused, OSError, UnicodeError)):
        wire.reach(spelled)
    assert wire.connected == []


@UNHURRIED
@given(of_networks(FORBIDDEN), st.data())
def test_a_check_of_the_text_alone_is_seen_to_be_too_little(address: IPv4Address, data: st.DataObject) -> None:
    """The broken variant: what the form did before. Some spelling gets through to a wire that the tests above see."""
    through = [spelled for spelled in spellings_4(address) if not says_link_local(spelled)]
    assert through
    wire = Wire(str(address))
    with pytest.raises(ConnectionRefusedError):
        wire.dial(socket.AF_INET, wire.look(through[0], 80)[0][4], 1)
    assert wire.connected == [str(address)]


def says_link_local(text: str) -> bool:
    try:
        return IPv4Address(text).is_link_local
    except ValueError:
        return False


class TestAName:
    def test_is_looked_up_once_and_that_very_address_connected_to(self) -> None:
        wire = Wire("93.184.216.34")
        with pytest.raises(ConnectionRefusedError):
            wire.reach()
        assert wire.asked == 1 and wire.connected == ["93.184.216.34"]

    def test_that_turns_to_a_forbidden_address_later_is_refused_then(self) -> None:
        wire = Wire("93.184.216.34")
        assert refused_now("shop.example", 80, 5, wire.look) == ""
        wire.addresses = ("169.254.169.254",)
        with pytest.raises(AddressRefused, match=r"shop\.example, which is 169\.254\.169\.254"):
            wire.reach()
        assert wire.connected == []

    def test_with_several_addresses_is_connected_to_at_the_good_ones_alone(self) -> None:
        wire = Wire("fe80::1%2", "192.168.1.5", "::ffff:169.254.169.254", "192.168.1.6")
        with pytest.raises(ConnectionRefusedError):
            wire.reach("shop.local")
        assert wire.connected == ["192.168.1.5", "192.168.1.6"]

    def test_that_is_never_answered_is_given_up_in_time(self) -> None:
        wire = Wire()

        over = threading.Event()

        def hang(host: str, port: int) -> connecting.Found:
            over.wait(PATIENCE)
            return []

        with pytest.raises(TimeoutError):
            reach("slow.example", 80, 0.05, hang, wire.dial)
        assert refused_now("slow.example", 80, 0.05, hang) == ""
        over.set()


@pytest.mark.parametrize(
    "host",
    ["..", "a..b", "-shop.example", "shop-.example", "x" * 64 + ".example", ".".join(["abcdefgh"] * 29), "1.2.3.4.5", "256.1.1.1",
     "09.1.1.1", "0x.1.1.1", "shop.0x7f", "%31%32%37.1", "127.1%00.example", "[::1%lo]", "[1.2.3.4]", "a\\b.example"],
)  # fmt: skip
def test_a_host_that_cannot_be_is_refused_at_once(host: str) -> None:
    with pytest.raises(BadRequest):
        address_of(f"http://{host}/hook")


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("HTTPS://Shop.Example./Hook?a=B", "https://shop.example/Hook?a=B"),
        ("http://[2001:DB8::1]:8080/x", "http://[2001:db8::1]:8080/x"),
        ("http://erp:8069/hook", "http://erp:8069/hook"),
        ("http://my_erp.local/", "http://my_erp.local/"),
    ],
)
def test_one_address_has_one_spelling(url: str, kept: str) -> None:
    assert address_of(url).geturl() == kept


@pytest.mark.parametrize(
    "address", ["::1", "127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.1.2.3", "64:ff9b::8.8.8.8", "fd12:3456::1", "2606:4700::1111"]
)
def test_this_machine_and_private_networks_are_fine(address: str) -> None:
    assert why_refused(address) == ""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def send(url: str, **more: object) -> object:
    return post(url, secret="whsec_c2VjcmV0", uuid="x", timestamp=0, payload="{}", seconds=5, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("spelled", ["127.0.0.1", "127.1", "0x7f.1", "2130706433", "localhost", "LOCALHOST."])
def test_a_system_on_this_machine_is_reached_however_it_is_spelled(receiver: Receiver, spelled: str) -> None:
    assert send(f"http://{spelled}:{receiver.port}/hook?x=1").taken  # type: ignore[attr-defined]
    (message,) = receiver.messages
    assert message.path == "/hook?x=1"
    assert message.headers["host"] == f"{spelled.lower().removesuffix('.')}:{receiver.port}"


def test_a_proxy_of_the_environment_is_not_asked(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert send(receiver.url).taken  # type: ignore[attr-defined]
        assert proxy.messages == [] and len(receiver.messages) == 1


def test_a_kept_address_that_is_refused_says_why_in_the_log() -> None:
    answer = send("http://2852039166/latest/meta-data")
    assert answer.status is None and "169.254.169.254" in answer.error and "keys" in answer.error  # type: ignore[attr-defined]
