"""Which addresses messages may go to. An address that holds an IPv4 address is judged by that one.

Private addresses are fine: shops run their systems there. So is this machine itself (loopback): a shop's own system may well run
beside the app, what is posted there changes nothing in the app, since it brings no session and no token, and nothing of an answer
but its status line is kept. What is refused never is another system of a shop: a link-local address, at which machines of a cloud
get their own keys; the other addresses of that kind; "any", multicast, broadcast and reserved ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from socket import inet_aton, inet_ntoa
from urllib.parse import SplitResult, quote, unquote_to_bytes, urlsplit

from scanner.errors import BadRequest

MOST_CHARACTERS = 1000
MOST_IN_A_NAME = 253
"""Letters, digits and dots of a host's name (RFC 1035 2.3.4)."""
SEES_KEYS = "at it, machines of a cloud get their own keys"
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_ENCODED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_PORTS = {"http": 80, "https": 443}
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")

_REFUSED_4 = (
    (IPv4Network("169.254.0.0/16"), SEES_KEYS),
    (IPv4Network("168.63.129.16/32"), SEES_KEYS),  # Azure
    (IPv4Network("100.100.100.200/32"), SEES_KEYS),  # Alibaba
    (IPv4Network("192.0.0.0/24"), SEES_KEYS),  # Oracle (192.0.0.192); the rest is the IETF's (RFC 6890)
    (IPv4Network("0.0.0.0/8"), "it names no machine"),
    (IPv4Network("224.0.0.0/4"), "it is for many machines at once"),
    (IPv4Network("255.255.255.255/32"), "it is for all machines at once"),
    (IPv4Network("240.0.0.0/4"), "it is reserved"),
)
_REFUSED_6 = (
    (IPv6Network("fe80::/10"), SEES_KEYS),
    (IPv6Network("fd00:ec2::/32"), SEES_KEYS),  # Amazon
    (IPv6Network("fd20:ce::/32"), SEES_KEYS),  # Google
    (IPv6Network("fd00:c1::/32"), SEES_KEYS),  # Oracle
    (IPv6Network("fd00:42::/32"), SEES_KEYS),  # Scaleway
    (IPv6Network("ff00::/8"), "it is for many machines at once"),
)
_TAKEN_6 = (IPv6Network("2000::/3"), IPv6Network("fc00::/7"), IPv6Network("::1/128"))
"""Global unicast (RFC 4291 2.4), unique local (RFC 4193), and this machine. All else names nobody, or is reserved."""
_LOW_32 = (
    IPv6Network("::ffff:0:0/96"),  # mapped (RFC 4291 2.5.5.2)
    IPv6Network("::ffff:0:0:0/96"),  # translated (RFC 2765 2.1)
    IPv6Network("::/96"),  # compatible (RFC 4291 2.5.5.1)
    IPv6Network("64:ff9b::/96"),  # NAT64 (RFC 6052 2.1)
)
_SIX_TO_FOUR = IPv6Network("2002::/16")  # RFC 3056
_TEREDO = IPv6Network("2001::/32")  # RFC 4380
_LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")  # RFC 8215
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})  # RFC 5214 6.1
_OF_NO_MACHINE = IPv4Network("0.0.0.0/8")


def why_refused(address: str) -> str:
    """Why no message goes to an IP address, in words; empty where one may.

    A zone (`fe80::1%eth0`) is not part of the address. Raises ValueError for what is not an IP address.
    """
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv4Address):
        return _why_refused_4(found)
    for network, why in _REFUSED_6:
        if found in network:
            return why
    if found == IPv6Address("::"):
        return "it names no machine"
    held = [] if found.is_loopback else list(_held_in(found))
    if refused := next(filter(None, map(_why_refused_4, held)), ""):
        return refused
    return "" if held or any(found in network for network in _TAKEN_6) else "it is reserved"


def _why_refused_4(address: IPv4Address) -> str:
    return next((why for network, why in _REFUSED_4 if address in network), "")


def _held_in(address: IPv6Address) -> Iterator[IPv4Address]:
    """The IPv4 addresses that an IPv6 address stands for."""
    number = int(address)
    if any(address in network for network in _LOW_32) or (number >> 32) & 0xFFFFFFFF in _ISATAP:
        yield IPv4Address(number & 0xFFFFFFFF)
    elif address in _SIX_TO_FOUR:
        yield IPv4Address((number >> 80) & 0xFFFFFFFF)
    elif address in _TEREDO:
        yield IPv4Address((number >> 64) & 0xFFFFFFFF)  # the server
        yield IPv4Address(~number & 0xFFFFFFFF)  # the client, its bits turned over
    elif address in _LOCAL_NAT64:
        yield from _by_any_length(number)


def _by_any_length(number: int) -> Iterator[IPv4Address]:
    """The address behind a translator whose prefix may have any length from 48 up (RFC 6052 2.2); bits 64 to 71 are left out."""
    without = (number >> 64 << 56) | (number & (1 << 56) - 1)  # 120 bits
    read = [IPv4Address(without >> (120 - end) & 0xFFFFFFFF) for end in (80, 88, 96)] + [IPv4Address(number & 0xFFFFFFFF)]
    meant = [address for address in read if address not in _OF_NO_MACHINE]
    yield from meant or read[-1:]


def address_of(url: str) -> SplitResult:
    """The parts of an address of http or https, in one spelling. Raises BadRequest in words for what is none, or is refused.

    Nothing is looked up: what a name stands for is judged when it is connected to.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        port, host = parts.port, (parts.hostname or "").lower().removesuffix(".")
    except ValueError:
        raise BadRequest(f"Expected an address such as https://shop.example/returns, got {url[:200]!r}.", "url") from None
    plain = url.isascii() and url.isprintable() and not set(" \\") & set(url) and len(url) <= MOST_CHARACTERS
    if not plain or parts.scheme not in ("http", "https") or port == 0:
        raise BadRequest(f"Expected an address that begins with http:// or https://, got {url[:200]!r}.", "url")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise BadRequest("Expected an address without a name, a password or a #: messages are signed instead.", "url")
    if refused := (number := number_of(host)) and why_refused(number):
        raise BadRequest(refusal(host, number, refused), "url")
    if not (number or _is_name(host)):
        raise BadRequest(f"Expected the name or the IP address of a machine after {parts.scheme}://, got {host[:200]!r}.", "url")
    bare = f"[{host}]" if ":" in host else host
    return parts._replace(netloc=bare if port is None else f"{bare}:{port}")


def alike(url: str) -> str:
    """An address that was taken, in the one form of all its spellings: that of RFC 3986 6.2, and of the machine's number.

    It is for comparing alone: what is kept and sent to is the address as somebody spelled it.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").removesuffix(".")
    port = parts.port or _PORTS.get(parts.scheme)
    return f"{parts.scheme}://{_one_number(host) or host} {port}{_plain(parts.path) or '/'}?{_plain(parts.query)}"


def _one_number(host: str) -> str:
    if not (number := number_of(host)):
        return ""
    found = ip_address(number)
    return str((isinstance(found, IPv6Address) and found.ipv4_mapped) or found)


def _plain(text: str) -> str:
    """A path or a query whose letters, digits and `-._~` are not encoded; whatever else is encoded is so in capitals."""
    return _ENCODED.sub(lambda run: quote(unquote_to_bytes(run[0]), safe=""), text)


def number_of(host: str) -> str:
    """The IP address that a host spells, empty for a name. Machines take 127.1, 0x7f000001 and 017700000001 for one too."""
    try:
        return str(IPv6Address(host)) if ":" in host and "%" not in host else inet_ntoa(inet_aton(host))
    except (OSError, ValueError):
        return ""


def refusal(host: str, address: str, why: str) -> str:
    """The words for an address that no message goes to."""
    spelled = host if host == address else f"{host}, which is {address}"
    return f"No message goes to {spelled}: {why}."


def _is_name(host: str) -> bool:
    """Whether it can be a host's name (RFC 1123 2.1): no part is empty, and the last is not a number."""
    parts = host.split(".")
    return len(host) <= MOST_IN_A_NAME and all(map(_LABEL.fullmatch, parts)) and not _NUMBER.fullmatch(parts[-1])
