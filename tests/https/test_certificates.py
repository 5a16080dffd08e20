"""An authority of one's own, and a certificate that phones accept."""

from __future__ import annotations

import ssl
import stat
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from scanner.https.certificates import SERVER_DAYS, certificates_in, make_certificates

NOW = datetime.now(UTC)
NAMES = ["192.168.1.20", "warehouse.local", "localhost", "127.0.0.1"]


@pytest.fixture
def made(tmp_path):
    return make_certificates(tmp_path / "data", NAMES, NOW)


def certificate(path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_nothing_is_there_before(tmp_path):
    assert not certificates_in(tmp_path).exist


def test_the_server_is_named_by_host_and_address(made):
    assert made.exist
    names = certificate(made.certificate).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["warehouse.local", "localhost"]
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["192.168.1.20", "127.0.0.1"]


def test_ios_accepts_its_validity(made):
    served = certificate(made.certificate)
    assert served.not_valid_after_utc - served.not_valid_before_utc <= timedelta(days=398)
    assert served.not_valid_after_utc > NOW + timedelta(days=SERVER_DAYS - 2)


def test_the_authority_signed_it(made):
    certificate(made.certificate).verify_directly_issued_by(certificate(made.authority))
    context = ssl.create_default_context(cafile=str(made.authority))
    assert context.cert_store_stats()["x509_ca"] == 1


def test_keys_are_their_owners_alone(made):
    for path in (made.key, made.authority_key):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_made_again_nothing_changes(made, tmp_path):
    before = made.certificate.read_bytes()
    make_certificates(tmp_path / "data", NAMES, NOW + timedelta(days=30))
    assert made.certificate.read_bytes() == before


@pytest.mark.parametrize(("names", "days"), [([*NAMES, "10.0.0.5"], 0), (NAMES, SERVER_DAYS - 20)])
def test_a_new_name_or_an_end_in_sight_makes_another_of_the_same_authority(made, tmp_path, names, days):
    authority, before = made.authority.read_bytes(), made.certificate.read_bytes()
    make_certificates(tmp_path / "data", names, NOW + timedelta(days=days))
    assert made.certificate.read_bytes() != before
    assert made.authority.read_bytes() == authority
