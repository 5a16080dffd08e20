"""Sending an e-mail by SMTP (RFC 5321), over TLS wherever the server offers it."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

SECONDS = 20
"""How long the server may take for each answer."""
WHOLE = 300
"""How long a try may take as a whole: a server that answers byte by byte keeps to the limit of each answer."""
PORTS = {"smtp": 25, "smtps": 465}
SUBMISSION = 587
"""The port where a server takes what people send, once it knows who they are (RFC 6409)."""


class NotSent(Exception):
    """An e-mail could not be sent. What is said has no address, password or answer of the server in it but its number."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where e-mails are handed in. `tls`: from the first byte on, rather than once it is offered."""

    host: str
    port: int
    tls: bool
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def is_here(self) -> bool:
        """Whether it is this machine, on the way to which nobody listens."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def server_of(url: str) -> MailServer:
    """The server of an address such as `smtp://user:password@host:587`, as the settings have checked it."""
    parts = urlsplit(url)
    port = parts.port or (SUBMISSION if parts.scheme == "smtp" and parts.username else PORTS[parts.scheme])
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(parts.hostname or "", port, parts.scheme == "smtps", user, password)


def message(subject: str, text: str, sender: str, to: tuple[str, ...]) -> EmailMessage:
    """A plain e-mail. Raises ValueError for a line break in what stands in its head."""
    made = EmailMessage(policy=SMTP)
    made["Subject"], made["From"], made["To"] = subject, sender, ", ".join(to)
    made["Date"], made["Message-ID"] = formatdate(localtime=True), make_msgid(domain=_domain(sender))
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no reply that nobody wrote
    made.set_content(text)
    return made


class _Line:
    """A connection that another thread may cut off, also while it greets: the copy stays where TLS takes the first one over."""

    def __init__(self) -> None:
        self._copy: socket.socket | None = None
        self._turn = threading.Lock()
        self.is_cut = False

    def hold(self, made: socket.socket) -> None:
        """Have this one cut off."""
        with self._turn:
            self._copy = made.dup()
        if self.is_cut:
            made.close()
            raise TimeoutError

    def cut(self) -> None:
        """End whatever goes on."""
        with self._turn:
            self.is_cut = True
            if self._copy is not None:
                with suppress(OSError):
                    self._copy.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Give the copy back."""
        with self._turn:
            if self._copy is not None:
                self._copy.close()
                self._copy = None


def send(server: MailServer, mail: EmailMessage, seconds: float = SECONDS, whole: float = WHOLE) -> int:
    """Hand in an e-mail; gives to how many of its addresses it does not go. Raises NotSent."""
    line = _Line()
    cut = threading.Timer(whole, line.cut)
    cut.daemon = True
    cut.start()
    try:
        return _sent(server, mail, seconds, line)
    except NotSent:
        if line.is_cut:
            raise NotSent(TimeoutError.__name__) from None
        raise
    finally:
        cut.cancel()
        line.close()


def _sent(server: MailServer, mail: EmailMessage, seconds: float, line: _Line) -> int:
    try:
        smtp = _connected(server, _domain(str(mail["From"])), seconds, line)
        try:
            if server.user:
                smtp.login(server.user, server.password)
            refused = len(smtp.send_message(mail))
            with suppress(OSError, smtplib.SMTPException):  # it was taken, whatever the server says to the goodbye
                smtp.quit()
        finally:
            smtp.close()
        return refused
    except smtplib.SMTPResponseException as problem:
        raise NotSent(f"{type(problem).__name__}, {problem.smtp_code}") from None
    except (OSError, smtplib.SMTPException, UnicodeError) as problem:  # also a host or password that cannot be sent
        raise NotSent(type(problem).__name__) from None


def _connected(server: MailServer, name: str, seconds: float, line: _Line) -> smtplib.SMTP:
    made = socket.create_connection((server.host, server.port), seconds)
    line.hold(made)
    smtp = smtplib.SMTP(local_hostname=name, timeout=seconds)
    smtp.sock = made
    try:
        if server.tls:
            smtp.sock = _context(server).wrap_socket(made, server_hostname=server.host)
        code, words = smtp.getreply()
        if code != 220:
            raise smtplib.SMTPConnectError(code, words)
        if server.tls:
            return smtp
        smtp._host = server.host  # type: ignore[attr-defined]  # whose name STARTTLS has proved
        smtp.ehlo()
        if smtp.has_extn("starttls"):
            smtp.starttls(context=_context(server))
            smtp.ehlo()
        elif server.user and not server.is_here:
            raise smtplib.SMTPNotSupportedError  # a password never goes where anybody can read it
    except BaseException:
        smtp.close()
        raise
    return smtp


def _context(server: MailServer) -> ssl.SSLContext:
    """The server must prove its name before it gets a password, or where TLS is asked for; on this machine never.

    Where neither holds, TLS with anybody beats none, as between servers.
    """
    context = ssl.create_default_context()
    if server.is_here or not (server.user or server.tls):
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _domain(address: str) -> str:
    return address.rpartition("@")[2] or "localhost"
