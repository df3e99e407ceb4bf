"""Signatures in OFD files: read, checked entry by entry, and told in one word each."""

import io
from datetime import UTC, datetime

import pytest

from lantai.recognition.adapters.documents import open_document
from lantai.recognition.adapters.documents.certificates import certificate_of, digest, is_signed_by, sm3
from lantai.recognition.rules import der, sm2
from lantai.recognition.rules.file_signatures import FileSignature, outcome_of, seals_on
from sample.electronic_seals import SealHolder
from sample.ofd import OfdLine, OfdMaker, zipped

MAKER = SealHolder("印章制作中心", "maker", datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))
USER = SealHolder("青山区档案馆", "user", datetime(2020, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC))
SIGNED_AT = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def sealed() -> bytes:
    maker = OfdMaker([[OfdLine("关于开放档案的通知", 30, 40)], [OfdLine("附件", 30, 40)]])
    return maker.signed_by(USER, MAKER, "青山区档案馆电子档案专用章", SIGNED_AT, page=2)


def entries_of(content: bytes) -> dict[str, bytes]:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def found_in(content: bytes) -> FileSignature:
    with open_document(io.BytesIO(content), "x.ofd") as document:
        (signature,) = document.signatures()
        return signature


def test_a_sound_seal_is_valid_and_tells_who_when_and_where(sealed: bytes) -> None:
    found = found_in(sealed)
    assert (found.outcome, found.form, found.signer, found.algorithm) == (
        "valid",
        "seal",
        "青山区档案馆",
        "SM2 with SM3",
    )
    assert found.signed_at == SIGNED_AT
    assert found.seal is not None
    assert (found.seal.name, found.seal.signature_holds) == ("青山区档案馆电子档案专用章", True)
    assert found.covers_all
    (place,) = found.places
    assert place.page_number == 2
    assert [round(n * 25.4 / 200) for n in place.box_px] == [120, 200, 160, 240]


def test_the_seal_is_evidence_on_its_page(sealed: bytes) -> None:
    found = found_in(sealed)
    (evidence,) = seals_on([found], 2)
    assert (evidence.shape, evidence.box_px) == ("round", found.places[0].box_px)
    assert seals_on([found], 1) == ()


def test_the_seal_is_drawn_at_its_place(sealed: bytes) -> None:
    with open_document(io.BytesIO(sealed), "x.ofd") as document:
        first, second = document.page_image(1), document.page_image(2)
    middle = (round(220 * 200 / 25.4), round(140 * 200 / 25.4))
    assert tuple(first[middle]) == (255, 255, 255)
    assert second[middle][0] > 200 > 60 > second[middle][1]


def test_a_changed_page_breaks_its_digest_and_is_named(sealed: bytes) -> None:
    entries = entries_of(sealed)
    page = "Doc_0/Pages/Page_0/Content.xml"
    entries[page] = entries[page].replace("开放".encode(), "封闭".encode())
    found = found_in(zipped(entries))
    assert (found.outcome, found.broken) == ("digest_broken", (f"/{page}",))


def test_a_changed_listing_breaks_the_signed_value(sealed: bytes) -> None:
    entries = entries_of(sealed)
    listing = "Doc_0/Signs/Sign_0/Signature.xml"
    entries[listing] = entries[listing].replace(b'PageRef="12"', b'PageRef="11"')
    found = found_in(zipped(entries))
    assert found.outcome == "digest_broken"
    assert found.broken == (listing,)


def test_a_value_signed_with_another_key_is_broken(sealed: bytes) -> None:
    entries = entries_of(sealed)
    value = entries["Doc_0/Signs/Sign_0/SignedValue.dat"]
    entries["Doc_0/Signs/Sign_0/SignedValue.dat"] = value[:-8] + bytes(byte ^ 0x55 for byte in value[-8:])
    assert found_in(zipped(entries)).outcome == "signature_broken"


def test_a_seal_used_by_somebody_else_is_not_genuine() -> None:
    other = SealHolder("别人", "other", USER.valid_from, USER.valid_until)
    maker = OfdMaker([[OfdLine("正文", 30, 40)]])
    content = maker.signed_by(USER, MAKER, "章", SIGNED_AT)
    entries = entries_of(content)
    from sample.electronic_seals import seal, sealed_value
    from sample.ofd import round_seal

    listing = entries["Doc_0/Signs/Sign_0/Signature.xml"]
    stamp = seal(MAKER, USER, "章", round_seal(), (MAKER.valid_from, MAKER.valid_until))
    entries["Doc_0/Signs/Sign_0/SignedValue.dat"] = sealed_value(other, stamp, listing, "/x", SIGNED_AT)
    assert found_in(zipped(entries)).outcome == "seal_broken"


def test_signing_after_the_certificate_ended_is_told() -> None:
    late = OfdMaker([[OfdLine("正文", 30, 40)]]).signed_by(USER, MAKER, "章", datetime(2026, 1, 1, tzinfo=UTC))
    assert found_in(late).outcome == "certificate_expired"


def test_an_unknown_digest_is_named_not_judged(sealed: bytes) -> None:
    entries = entries_of(sealed)
    listing = "Doc_0/Signs/Sign_0/Signature.xml"
    entries[listing] = entries[listing].replace(b"1.2.156.10197.1.401", b"1.2.3.4.5.6.7.8.9.0")
    found = found_in(zipped(entries))
    assert (found.outcome, found.reason) == ("digest_broken", "1.2.3.4.5.6.7.8.9.0")


def test_a_signature_whose_entries_are_missing_is_unreadable(sealed: bytes) -> None:
    entries = entries_of(sealed)
    del entries["Doc_0/Signs/Sign_0/SignedValue.dat"]
    assert found_in(zipped(entries)).outcome == "unreadable"


def test_sm2_agrees_with_the_example_of_the_standard() -> None:
    """GB/T 32918.5, annex A: the recommended curve."""
    key = (
        0x09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020,
        0xCCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13,
    )
    e = sm2.signed_digest(key, b"message digest", sm3)
    assert e == 0xF0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640
    r = 0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3
    s = 0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA
    assert sm2.is_signed(key, e, r, s)
    assert not sm2.is_signed(key, e + 1, r, s)
    assert not sm2.is_signed(key, e, r, (s + 1) % sm2.N)
    assert not sm2.is_signed(key, e, 0, s)


def test_a_certificate_tells_its_names_and_is_signed_by_itself() -> None:
    raw = USER.certificate()
    found = certificate_of(raw)
    assert (found.subject, found.issuer) == ("青山区档案馆", "青山区档案馆")
    assert (found.valid_from, found.valid_until) == (USER.valid_from, USER.valid_until)
    body, _, signature = der.parsed(raw).children
    assert is_signed_by(found.key, "1.2.156.10197.1.501", body.raw, signature.bits)
    assert not is_signed_by(found.key, "1.2.156.10197.1.501", body.raw + b"x", signature.bits)


@pytest.mark.parametrize("content", [b"", b"\x30", b"\x30\x05\x02\x01", b"\x1f\x81\x00", b"\x30\x84\xff\xff\xff\xff"])
def test_broken_der_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"cut off|no value|long tag|out of bounds"):
        der.parsed(content)


def test_digests_go_by_name_or_number() -> None:
    assert digest("1.2.156.10197.1.401", b"abc") == digest("sm3", b"abc")
    assert digest("MD5", b"").hex() == "d41d8cd98f00b204e9800998ecf8427e"


def test_what_is_broken_goes_before_what_has_expired() -> None:
    from lantai.recognition.rules.file_signatures import Checks

    old = (datetime(2010, 1, 1, tzinfo=UTC), datetime(2011, 1, 1, tzinfo=UTC))
    assert outcome_of(Checks(False, True, signed_at=SIGNED_AT, certificate=old)) == "digest_broken"
    assert outcome_of(Checks(True, True, signed_at=SIGNED_AT, certificate=old)) == "certificate_expired"
    assert outcome_of(Checks(True, True, signed_at=SIGNED_AT, seal_dates=old)) == "seal_expired"
    assert outcome_of(Checks(True, None, "x")) == "unsupported"
    assert outcome_of(Checks(True, True)) == "valid"
