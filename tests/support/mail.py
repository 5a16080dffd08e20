"""A mail server for tests: aiosmtpd on a real socket, with TLS and passwords as asked for."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from scanner.https.certificates import make_certificates

USER, PASSWORD = "shop", "pass:w@rd/"


class Mailbox:
    """What a server got. `refuses`: addresses that it takes nothing for; `answers`, `parts`: its words to a message, to QUIT."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.was_tls: list[bool] = []
        self.users: list[str] = []
        self.refuses: set[str] = set()
        self.answers = "250 OK"
        self.parts = "221 Bye"
        self.port = 0

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if address in self.refuses:
            return "550 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:
        return self.parts

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answers.startswith("250"):
            self.mails.append(message_from_bytes(envelope.content, policy=default))
            self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
            self.was_tls.append(session.ssl is not None)
        return self.answers


@contextmanager
def mail_server(folder: Path, *, starttls: bool = False, tls: bool = False, password: bool = False) -> Iterator[Mailbox]:
    """A server that listens while the block runs; `127.0.0.1` is the name that its certificate proves."""
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import AuthResult, LoginPassword

    box = Mailbox()

    def knows(server: Any, session: Any, envelope: Any, mechanism: str, given: LoginPassword) -> AuthResult:
        box.users.append(given.login.decode())
        return AuthResult(success=(given.login, given.password) == (USER.encode(), PASSWORD.encode()), handled=False)

    context = _context(folder) if starttls or tls else None
    asks = {"auth_required": starttls, "auth_require_tls": starttls, "authenticator": knows} if password else {}
    more = {"tls_context": context, "require_starttls": False} if starttls else {}
    controller = Controller(box, "127.0.0.1", 0, ssl_context=context if tls else None, ready_timeout=10, **more, **asks)
    controller.port = _free_port()
    box.port = controller.port
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def _free_port() -> int:
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _context(folder: Path) -> ssl.SSLContext:
    files = make_certificates(folder, ["127.0.0.1"], datetime.now(UTC))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)
    return context
