"""A local certificate authority for trying HTTPS on one's own network; a public site brings its own certificate."""

import ipaddress
import os
import socket
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lantai.kernel import clock

AUTHORITY_DAYS, SERVER_DAYS, RENEW_BEFORE_DAYS = 3650, 397, 30
AUTHORITY_USE = x509.KeyUsage(
    digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
    key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
)  # fmt: skip


def local_certificate(home: Path, hosts: Collection[str]) -> tuple[Path, Path]:
    """Return certificate and key for `hosts` and this machine, by a local authority; renewed when they near their end.

    A browser that trusts `authority.pem` beside them trusts the site.
    """
    folder = home / "tls"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    certificate, key = folder / "server.pem", folder / "server.key"
    authority, authority_key = _authority(folder)
    names = _names(hosts)
    if not (key.exists() and _is_good(certificate, names, authority)):
        _write_key(key, server_key := ec.generate_private_key(ec.SECP256R1()))
        made = (
            _builder(_name("Lantai"), authority.subject, server_key.public_key(), SERVER_DAYS)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False
            )
            .sign(authority_key, hashes.SHA256())
        )
        certificate.write_bytes(
            made.public_bytes(serialization.Encoding.PEM) + authority.public_bytes(serialization.Encoding.PEM)
        )
    return certificate, key


def _authority(folder: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    file, key_file = folder / "authority.pem", folder / "authority.key"
    if file.exists() and key_file.exists():
        key = serialization.load_pem_private_key(key_file.read_bytes(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return x509.load_pem_x509_certificate(file.read_bytes()), key
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Lantai local authority")
    made = (
        _builder(name, name, key.public_key(), AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(AUTHORITY_USE, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write_key(key_file, key)
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return made, key


def _builder(
    subject: x509.Name, issuer: x509.Name, public_key: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(clock.now() - timedelta(hours=1))
        .not_valid_after(clock.now() + timedelta(days=days))
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _names(hosts: Collection[str]) -> list[x509.GeneralName]:
    """Return the names of the certificate, each once: this machine's own and those of `hosts`."""
    found: list[x509.GeneralName] = []
    for host in ("localhost", "127.0.0.1", "::1", socket.gethostname(), *hosts):
        try:
            address = ipaddress.ip_address(host.strip("[]"))
        except ValueError:
            name: x509.GeneralName = x509.DNSName(host)
        else:
            if address.is_unspecified:
                continue
            name = x509.IPAddress(address)
        if name not in found:
            found.append(name)
    return found


def _is_good(file: Path, names: list[x509.GeneralName], authority: x509.Certificate) -> bool:
    """Tell whether the certificate is there, ours, names everything and lasts for a while yet."""
    if not file.exists():
        return False
    certificate = x509.load_pem_x509_certificate(file.read_bytes())
    covered = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, InvalidSignature):
        return False
    lasts = certificate.not_valid_after_utc > clock.now() + timedelta(days=RENEW_BEFORE_DAYS)
    return lasts and set(names) <= set(covered)


def _write_key(file: Path, key: ec.EllipticCurvePrivateKey) -> None:
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(pem)
