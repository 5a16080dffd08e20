"""Ports that are listened on, and how many clients may be connected."""

from __future__ import annotations

import contextlib
import socket

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


def room_for(connections: int) -> int:
    """How many connections this process may have, `connections` at most. Raises its limit of open files as far as that needs."""
    try:
        import resource  # not on Windows, which has no such limit
    except ImportError:
        return connections
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + SPARE
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return connections if soft == resource.RLIM_INFINITY else max(16, min(connections, soft - SPARE))
