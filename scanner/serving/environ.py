"""A request as WSGI has it (PEP 3333), made of one as ASGI has it."""

from __future__ import annotations

import sys
from typing import IO, Any
from urllib.parse import unquote_to_bytes

Environ = dict[str, Any]
SAID_ALL = "said all"
"""In the state of a request (ASGI) whose client will send no more, and may be gone: a stream with nothing new for it ends."""
NO_ROOM = "scanner.no_room"
"""In the environment of a request whose body did not come in, since there was no room for it: the app says so."""
STREAMS = "scanner.streams"
"""In the environment of each request here: an empty block of an answer gives its thread back (see `scans/live/views.py`)."""
_PLAIN = {b"content-type": "CONTENT_TYPE", b"content-length": "CONTENT_LENGTH"}


def environ_of(scope: dict[str, Any], body: IO[bytes], length: int | None) -> Environ:
    """The environment of a request whose body has `length` bytes; None where the request had none."""
    server, client = scope["server"] or ("", None), scope["client"] or ("", 0)
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or ""),
        "REMOTE_ADDR": client[0],
        "REMOTE_PORT": str(client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        STREAMS: True,
    }
    for name, value in scope["headers"]:
        _add(environ, name, value.decode("latin-1"))
    environ.pop("HTTP_TRANSFER_ENCODING", None)  # the body is whole now, and its length is known
    environ.pop("CONTENT_LENGTH", None)
    if length is not None:
        environ["CONTENT_LENGTH"] = str(length)
    return environ


def _add(environ: Environ, name: bytes, value: str) -> None:
    """Add a header. One with an underscore would pass for one with a hyphen, so it is left out."""
    if b"_" in name:
        return
    key = _PLAIN.get(name) or "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
    if key in environ:
        value = f"{environ[key]}{'; ' if name == b'cookie' else ','}{value}"
    environ[key] = value
