"""The local authority: what it signs is trusted for this machine's names, and renewed before it ends."""

import socket
import ssl
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from config.tls import RENEW_BEFORE_DAYS, SERVER_DAYS, local_certificate
from lantai.kernel import clock


def _greet(pair: tuple[Path, Path], authority: Path, name: str) -> None:
    """Shake hands over a socket pair as a strict client that trusts the authority alone."""
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(*pair)
    asking = ssl.create_default_context(cafile=str(authority))
    asking.verify_flags |= ssl.VERIFY_X509_STRICT
    here, there = socket.socketpair()
    there.settimeout(10)

    def serve() -> None:
        try:
            serving.wrap_socket(there, server_side=True).close()
        except ssl.SSLError:
            there.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        asking.wrap_socket(here, server_hostname=name).close()
    finally:
        here.close()
        thread.join()


@pytest.mark.parametrize("name", ["127.0.0.1", "::1", "localhost", "archives.test", "192.0.2.7"])
def test_its_names_are_trusted(tmp_path: Path, name: str) -> None:
    pair = local_certificate(tmp_path, ["0.0.0.0", "archives.test", "192.0.2.7"])
    _greet(pair, tmp_path / "tls" / "authority.pem", name)


def test_other_names_are_not(tmp_path: Path) -> None:
    pair = local_certificate(tmp_path, ["127.0.0.1"])
    with pytest.raises(ssl.SSLCertVerificationError):
        _greet(pair, tmp_path / "tls" / "authority.pem", "archives.test")


def test_keys_are_their_owner_s_alone(tmp_path: Path) -> None:
    local_certificate(tmp_path, ["127.0.0.1"])
    for key in (tmp_path / "tls").glob("*.key"):
        assert key.stat().st_mode & 0o077 == 0


def test_it_stays_until_it_nears_its_end_or_needs_another_name(tmp_path: Path) -> None:
    now = clock.now()
    with clock.held_at(now):
        first = _serial(tmp_path, ["127.0.0.1"])
    with clock.held_at(now + timedelta(days=SERVER_DAYS - RENEW_BEFORE_DAYS - 1)):
        assert _serial(tmp_path, ["127.0.0.1"]) == first
    with clock.held_at(now + timedelta(days=SERVER_DAYS - RENEW_BEFORE_DAYS + 1)):
        renewed = _serial(tmp_path, ["127.0.0.1"])
        assert renewed != first
        assert _serial(tmp_path, ["archives.test"]) != renewed


def test_a_lost_authority_is_followed_by_a_new_certificate(tmp_path: Path) -> None:
    first = _serial(tmp_path, ["127.0.0.1"])
    (tmp_path / "tls" / "authority.pem").unlink()
    assert _serial(tmp_path, ["127.0.0.1"]) != first
    _greet(local_certificate(tmp_path, ["127.0.0.1"]), tmp_path / "tls" / "authority.pem", "localhost")


def _serial(home: Path, hosts: list[str]) -> int:
    certificate, _ = local_certificate(home, hosts)
    return x509.load_pem_x509_certificate(certificate.read_bytes()).serial_number
