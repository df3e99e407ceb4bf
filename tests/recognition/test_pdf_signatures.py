"""Signatures in born-digital PDF files: who, when, whether the signed bytes are unchanged, whether all of the file is signed."""

import io
from datetime import datetime
from functools import lru_cache

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID
from pikepdf import Array, Dictionary, Name

from lantai.recognition.adapters.documents import open_document
from lantai.recognition.rules.file_signatures import FileSignature

HOLE = 6000


@lru_cache(maxsize=4)
def holder(kind: str) -> tuple[rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, "王小明"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "青山区档案馆"),
        ]
    )
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(77).not_valid_before(datetime(2020, 1, 1)).not_valid_after(datetime(2099, 1, 1))  # noqa: DTZ001
    return key, builder.sign(key, hashes.SHA256())


def unsigned(kind: str = "/adbe.pkcs7.detached") -> bytes:
    """Return a PDF with one signature field whose value waits to be filled in."""
    pdf = pikepdf.Pdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    value = pdf.make_indirect(
        Dictionary(
            Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), SubFilter=Name(kind), M=pikepdf.String("D:20240506070809Z"),
            ByteRange=Array([0, 1234567890, 1234567891, 1234567892]), Contents=pikepdf.String(b"\xaa" * HOLE),
        )
    )  # fmt: skip
    field = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=pikepdf.String("签名1"),
            V=value,
            Rect=[100, 700, 200, 750],
        )
    )
    pdf.pages[0].obj.Annots = Array([field])
    pdf.Root.AcroForm = Dictionary(Fields=[field], SigFlags=3)
    out = io.BytesIO()
    pdf.save(out, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


def signed(key: str = "rsa", **more: str) -> bytes:
    content = unsigned(**more)
    start = content.lower().index(b"aaaaaaaaaaaaaaaa") - 1
    end = start + 2 * HOLE + 2
    ranges = b"[ 0 %d %d %d ]" % (start, end, len(content) - end)
    old = content[content.index(b"/ByteRange") + 10 :]
    old = old[: old.index(b"]") + 1]
    content = content.replace(old, b" " + ranges + b" " * (len(old) - len(ranges) - 1), 1)
    private, certificate = holder(key)
    message = content[:start] + content[end:]
    builder = pkcs7.PKCS7SignatureBuilder().set_data(message).add_signer(certificate, private, hashes.SHA256())
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
    value = builder.sign(serialization.Encoding.DER, options).hex().encode()
    return content[: start + 1] + value.ljust(2 * HOLE, b"0") + content[end - 1 :]


def found_in(content: bytes) -> FileSignature:
    with open_document(io.BytesIO(content), "x.pdf") as document:
        (signature,) = document.signatures()
        return signature


@pytest.mark.parametrize("key", ["rsa", "ec"])
def test_a_sound_signature_is_valid_over_the_whole_file(key: str) -> None:
    found = found_in(signed(key))
    assert (found.outcome, found.number, found.signer) == ("valid", "签名1", "王小明 (青山区档案馆)")
    assert found.covers_all
    assert found.signed_at is not None
    (place,) = found.places
    assert place.page_number == 1
    assert [round(n * 72 / 200) for n in place.box_px] == [100, 92, 200, 142]


def test_a_changed_byte_breaks_the_digest() -> None:
    content = signed().replace(b"/SigFlags 3", b"/SigFlags 1")
    found = found_in(content)
    assert (found.outcome, found.broken) == ("digest_broken", ("ByteRange",))


def test_what_was_added_later_is_told_as_not_covered() -> None:
    later = io.BytesIO(signed())
    later.seek(0, 2)
    later.write(b"\n% added later\nstartxref\n0\n%%EOF\n")
    content = later.getvalue()
    start = content.rindex(b"startxref\n0")
    old = content.index(b"startxref\n")
    place = content[old + 10 : content.index(b"\n", old + 10)]
    found = found_in(content[:start] + b"startxref\n" + place + b"\n%%EOF\n")
    assert (found.outcome, found.covers_all) == ("valid", False)


def test_a_signature_changed_in_itself_does_not_fit() -> None:
    content = signed()
    end = content.index(b"0" * 200, content.index(b"/Contents"))
    broken = content[: end - 20] + b"00112233445566778899" + content[end:]
    assert found_in(broken).outcome in {"signature_broken", "unreadable"}


def test_a_form_that_is_not_known_is_named() -> None:
    found = found_in(signed(kind="/adbe.x509.rsa_sha1"))
    assert (found.outcome, found.reason) == ("unsupported", "adbe.x509.rsa_sha1")


def test_a_field_that_nobody_signed_is_no_signature() -> None:
    with pikepdf.open(io.BytesIO(unsigned())) as pdf:
        del pdf.Root.AcroForm.Fields[0].V
        out = io.BytesIO()
        pdf.save(out)
    with open_document(io.BytesIO(out.getvalue()), "x.pdf") as document:
        assert document.signatures() == []
