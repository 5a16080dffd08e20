"""What is wrong with the files of HTTPS, in one plain sentence with the name of the file and what to do."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes

from scanner.errors import DomainError

NEW_SERVER = (
    "put the right one back, or delete server.pem and server.key and run: python3 -m scanner cert. Without HTTPS on purpose, as "
    "behind a proxy, delete ca.pem and ca.key, too."
)
NEW_AUTHORITY = (
    "put the right one back, or delete ca.pem, ca.key, server.pem and server.key, run: python3 -m scanner cert, and have the "
    "phones install the new authority."
)


@dataclass(frozen=True, slots=True)
class Certificates:
    """The files: the certificate of the authority, and the certificate of the server with its key."""

    authority: Path
    authority_key: Path
    certificate: Path
    key: Path

    @property
    def exist(self) -> bool:
        """Whether HTTPS was set up here: where one file is left of it, plain HTTP is not what was asked for."""
        return any(path.exists() for path in (self.certificate, self.key, self.authority, self.authority_key))


class BadFile(DomainError):
    """A file of HTTPS is missing or wrong; `message` says which and what to do."""


def check(files: Certificates) -> None:
    """Raise BadFile where the server cannot speak HTTPS with these files."""
    certificate_of(files.authority, NEW_AUTHORITY)
    key, certificate = key_of(files.key, NEW_SERVER), certificate_of(files.certificate, NEW_SERVER)
    demand_pair(files.certificate, certificate, files.key, key, NEW_SERVER)


def certificate_of(path: Path, what_to_do: str) -> x509.Certificate:
    """The first certificate in a file. Raises BadFile."""
    content = _content(path, what_to_do)
    try:
        return x509.load_pem_x509_certificate(content)
    except ValueError as error:
        raise BadFile(f"{path} holds no certificate in PEM: {what_to_do}") from error


def key_of(path: Path, what_to_do: str) -> PrivateKeyTypes:
    """The key in a file. Raises BadFile."""
    content = _content(path, what_to_do)
    try:
        return serialization.load_pem_private_key(content, None)
    except TypeError as error:
        raise BadFile(f"{path} is a key that is locked with a password, which nobody can give here: {what_to_do}") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadFile(f"{path} holds no key in PEM: {what_to_do}") from error


def demand_pair(path: Path, certificate: x509.Certificate, key_path: Path, key: PrivateKeyTypes, what_to_do: str) -> None:
    """Raise BadFile where the key is not that of the certificate."""
    if _bytes(key.public_key()) != _bytes(certificate.public_key()):
        raise BadFile(f"{key_path} is not the key of {path}: {what_to_do}")


def tls_in(files: Certificates, context: ssl.SSLContext) -> ssl.SSLContext:
    """The same context with these files in it. Raises BadFile where OpenSSL will have none of them."""
    try:
        context.load_cert_chain(files.certificate, files.key)
    except ssl.SSLError as error:
        why = (error.reason or str(error)).lower().replace("_", " ")
        raise BadFile(f"{files.certificate} and its key are refused by OpenSSL ({why}): {NEW_SERVER}") from error
    return context


def _content(path: Path, what_to_do: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise BadFile(f"There is no file {path}, which HTTPS needs: {what_to_do}") from error
    except IsADirectoryError as error:
        raise BadFile(f"{path} is a folder, and a file was expected: {what_to_do}") from error
    except PermissionError as error:
        raise BadFile(f"This user may not read {path}: give it the right to.") from error


def _bytes(key: PublicKeyTypes) -> bytes:
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
