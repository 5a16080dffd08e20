"""Sending an e-mail by SMTP (RFC 5321), over TLS wherever the server offers it."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

SECONDS = 20
"""How long the server may take for each answer."""
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


def send(server: MailServer, mail: EmailMessage, seconds: float = SECONDS) -> int:
    """Hand in an e-mail; gives to how many of its addresses it does not go. Raises NotSent."""
    try:
        smtp = _connected(server, _domain(str(mail["From"])), seconds)
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


def _connected(server: MailServer, name: str, seconds: float) -> smtplib.SMTP:
    if server.tls:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, name, timeout=seconds, context=context)
    smtp = smtplib.SMTP(server.host, server.port, name, timeout=seconds)
    try:
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
    """The server must prove its name before it gets a password. Without one, TLS with anybody beats none, as between servers."""
    context = ssl.create_default_context()
    if not server.user or server.is_here:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _domain(address: str) -> str:
    return address.rpartition("@")[2] or "localhost"
