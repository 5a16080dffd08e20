"""A WSGI app at work on one request, piece by piece: a thread makes a piece and is free again until that piece is sent."""

from __future__ import annotations

import contextvars
import functools
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from scanner.serving.environ import Environ
from scanner.serving.spools import told_as_no_room

App = Callable[..., Any]
Header = tuple[bytes, bytes]
PIECE_SECONDS = 0.05
"""A piece that takes longer to make goes out as it is."""


@dataclass(slots=True)
class Piece:
    """A part of an answer. `last` where nothing follows; `idle` where there is nothing new for now."""

    content: bytes
    last: bool
    idle: bool = False


class Answer:
    """What the app answers to one request. Its methods are called in the threads that work, one at a time."""

    def __init__(self, app: App, environ: Environ, piece_bytes: int) -> None:
        self.status = 0
        self.headers: list[Header] = []
        self._app = app
        self._environ = environ
        self._piece_bytes = piece_bytes
        self._written: list[bytes] = []
        self._blocks: Iterator[bytes] = iter(())
        self._close: Callable[[], None] | None = None
        # The pieces come from several threads, and what the app keeps for this request has to be there in each.
        self._context = contextvars.copy_context()

    @property
    def has_length(self) -> bool:
        """Whether the app said how long its answer is."""
        return any(name == b"content-length" for name, _ in self.headers)

    def begin(self) -> Piece:
        """Call the app; gives the first piece."""
        return self._context.run(self._begin)

    def more(self) -> Piece:
        """The next piece. A block that is empty ends it: there is nothing new for now."""
        return self._context.run(self._more)

    def hold(self, piece: Piece, file: IO[bytes]) -> Piece:
        """Have the rest made and kept in the file, for a client that has to be told the length first. Raises NoRoom."""
        with told_as_no_room():
            file.write(piece.content)
        while not (piece.last or piece.idle):
            piece = self.more()
            with told_as_no_room():
                file.write(piece.content)
        self.close()
        with told_as_no_room():
            file.seek(0)
        self.headers.append((b"content-length", b"%d" % os.fstat(file.fileno()).st_size))
        self._blocks, self._close = iter(functools.partial(file.read, self._piece_bytes), b""), file.close
        return Piece(b"", last=False)

    def close(self) -> None:
        """Tell the app that no more is wanted."""
        self._context.run(self._let_go)

    def _begin(self) -> Piece:
        try:
            blocks = self._app(self._environ, self._start)
            self._close = getattr(blocks, "close", None)
            self._blocks = iter(blocks)
            return self._more()
        except BaseException:
            self._let_go()
            raise

    def _more(self) -> Piece:
        until = time.monotonic() + PIECE_SECONDS
        size, idle = sum(map(len, self._written)), False
        for block in self._blocks:
            self._written.append(block)
            size, idle = size + len(block), not block
            if idle or size >= self._piece_bytes or time.monotonic() > until:
                return Piece(self._taken(), last=False, idle=idle)
        self._let_go()
        return Piece(self._taken(), last=True)

    def _taken(self) -> bytes:
        content, self._written = b"".join(self._written), []
        return content

    def _let_go(self) -> None:
        close, self._close = self._close, None
        if close is not None:
            close()
        self._environ["wsgi.input"].close()

    def _start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
        if self.status and exc_info is None:
            raise AssertionError("the app started its answer twice")
        self.status = int(status[:3])
        self.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return self._written.append
