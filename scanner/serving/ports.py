"""Ports that are listened on, and how many clients may be connected."""

from __future__ import annotations

import contextlib
import socket
from dataclasses import dataclass

BACKLOG = 1024
SPARE = 512
"""File descriptors for all else: the database, files, workers."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; "::" takes IPv4 too. Raises OSError where the port cannot be had."""
    family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    both = host == "::" and socket.has_dualstack_ipv6()
    listener = socket.create_server(address[:2], family=family, backlog=BACKLOG, dualstack_ipv6=both)
    listener.setblocking(False)
    return listener


@dataclass(frozen=True, slots=True)
class Room:
    """How many file descriptors there are for clients: for their connections, and for bodies and answers on the disk."""

    connections: int
    spools: int


def room_for(connections: int, spools: int) -> Room:
    """What this process may have of that, so many at most. Raises its limit of open files as far as that needs."""
    try:
        import resource  # not on Windows, which has no such limit
    except ImportError:
        return Room(connections, spools)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + spools + SPARE
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return Room(connections, spools)
    return shared(soft - SPARE, connections, spools)


def shared(files: int, connections: int, spools: int) -> Room:
    """Share descriptors that are fewer than wanted: a quarter is for the disk, and a few there are for each in any case."""
    on_disk = max(4, min(spools, files // 4))
    return Room(max(16, min(connections, files - on_disk)), on_disk)
