"""HTTPS in the local network, with an authority of our own and a certificate for this machine.

Browsers allow the camera and the service worker only over HTTPS. Each phone installs the certificate of the authority once. The
key of the authority never leaves this folder. iOS accepts a server certificate for at most 398 days, so it is renewed in time.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from scanner.files import keep_private, make_folder, write_private
from scanner.https import checks
from scanner.https.checks import Certificates

AUTHORITY_DAYS = 3650
SERVER_DAYS = 397
RENEW_DAYS = 30
"""Days before its end at which the server certificate is renewed."""


def certificates_in(folder: Path) -> Certificates:
    """The paths in a data folder, whether or not the files exist."""
    return Certificates(*(folder / name for name in ("ca.pem", "ca.key", "server.pem", "server.key")))


def make_certificates(folder: Path, names: Iterable[str], now: datetime) -> Certificates:
    """Make what is missing. Renew what ends soon or does not cover one of `names` (host names, IP addresses).

    Raises BadFile where a file is not what it should be.
    """
    files = certificates_in(folder)
    make_folder(folder)
    names = list(dict.fromkeys(names))
    is_new = not files.authority.exists()
    if is_new:
        _make_authority(files, now)
    if is_new or not (files.certificate.exists() and files.key.exists()) or _is_stale(files, names, now):
        _make_server(files, names, now)
    checks.check(files)
    for file in (files.authority, files.authority_key, files.certificate, files.key):
        keep_private(file)
    return files


def _make_authority(files: Certificates, now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Warehouse scanner {now:%Y-%m-%d %H%M}")])
    certificate = (
        _builder(name, name, key.public_key(), now, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write_key(files.authority_key, key)
    write_private(files.authority, certificate.public_bytes(serialization.Encoding.PEM))


def _make_server(files: Certificates, names: list[str], now: datetime) -> None:
    authority, authority_key = _authority(files)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    certificate = (
        _builder(subject, authority.subject, key.public_key(), now, SERVER_DAYS)
        .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    _write_key(files.key, key)
    chain = certificate.public_bytes(serialization.Encoding.PEM) + files.authority.read_bytes()
    write_private(files.certificate, chain)


def _authority(files: Certificates) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """Who signs the certificate of the server. Raises BadFile."""
    authority = checks.certificate_of(files.authority, checks.NEW_AUTHORITY)
    key = checks.key_of(files.authority_key, checks.NEW_AUTHORITY)
    checks.demand_pair(files.authority, authority, files.authority_key, key, checks.NEW_AUTHORITY)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise checks.BadFile(f"{files.authority_key} is not a key that this app made: {checks.NEW_AUTHORITY}")
    return authority, key


def _is_stale(files: Certificates, names: list[str], now: datetime) -> bool:
    certificate = checks.certificate_of(files.certificate, checks.NEW_SERVER)
    try:
        has = set(certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    except x509.ExtensionNotFound:
        has = set()
    lacks = {_general_name(name) for name in names} - has
    return bool(lacks) or certificate.not_valid_after_utc < now + timedelta(days=RENEW_DAYS)


def _builder(
    subject: x509.Name, issuer: x509.Name, public_key: ec.EllipticCurvePublicKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # the clock of a phone may be behind
        .not_valid_after(now + timedelta(days=days - 1))
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    """Write a key to a file that only its owner can read."""
    write_private(
        path,
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )
