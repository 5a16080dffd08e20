"""What one client may take of the server: bytes, seconds and connections."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken, and how long is waited. Sizes are in bytes."""

    threads: int = 32  # requests worked on at the same time
    connections: int = 4096
    spools: int = 512  # bodies and answers on the disk
    handshakes: int = 512
    head_bytes: int = 32 * 1024  # address and headers together
    body_bytes: int = 256 * 1024  # taken of anybody; for more the app is asked
    memory_bytes: int = 64 * 1024  # of one body or answer; what is larger waits on the disk, or at its source
    handshake_seconds: float = 10
    head_seconds: float = 20  # from the first byte of a request to the last of its headers
    idle_seconds: float = 75  # without a request
    quiet_seconds: float = 10  # without a byte of a body
    slow_seconds: float = 20  # after these a body must have come at `slow_rate`
    slow_rate: float = 500  # bytes a second
    reader_seconds: float = 30  # without a byte taken of an answer
    drain_seconds: float = 10  # for a client that still sends what was refused
    stop_seconds: float = 10  # for requests under way
    event_seconds: float = 0.5  # until a stream that had nothing new is asked again

    def wait_for_body(self, come: int, since_start: float) -> float:
        """Seconds until the next bytes have to be there, `since_start` seconds after the head, when `come` bytes came so far."""
        at_this_rate = max(self.slow_seconds, come / self.slow_rate) - since_start
        return max(0.0, min(self.quiet_seconds, at_this_rate))
