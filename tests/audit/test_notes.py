"""The signed checkpoint: the C2SP form, and everything that is not one."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from lantai.audit.rules.notes import DUE_LEAVES, Signer, is_due, key_id, opened
from lantai.kernel.errors import UnavailableError

SECRET = base64.urlsafe_b64encode(bytes(range(32))).decode().rstrip("=")
ROOT = bytes(32)
MORNING = datetime(2026, 11, 21, 8, tzinfo=UTC)


def test_a_note_has_the_form_that_other_programs_read() -> None:
    signer = Signer(SECRET)
    lines = signer.sign(20852163, ROOT).split("\n")
    assert lines[:4] == [signer.origin, "20852163", base64.b64encode(ROOT).decode(), ""]
    assert lines[4].startswith(f"— {signer.origin} ")
    assert lines[5:] == [""]
    signature = base64.b64decode(lines[4].rsplit(" ", 1)[1])
    assert len(signature) == 4 + 64
    assert signature[:4] == key_id(signer.origin, signer.public)
    name, number, key = signer.verifier_key().split("+", 2)
    assert (name, bytes.fromhex(number)) == (signer.origin, signature[:4])
    assert base64.b64decode(key) == b"\x01" + signer.public


@pytest.mark.parametrize(
    "verifier_key",
    [
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
    ],
)
def test_key_ids_agree_with_published_keys(verifier_key: str) -> None:
    """The key of the example in Go's package note, and that of the checksum database of Go's modules."""
    name, number, key = verifier_key.split("+", 2)
    assert key_id(name, base64.b64decode(key)[1:]).hex() == number


def test_a_note_opens_under_its_own_key_only() -> None:
    signer = Signer(SECRET)
    note = signer.sign(7, ROOT)
    tree = opened(note, signer.public)
    assert tree is not None
    assert (tree.origin, tree.size, tree.root) == (signer.origin, 7, ROOT)
    other = Signer(base64.urlsafe_b64encode(bytes(32)).decode())
    assert opened(note, other.public) is None


@pytest.mark.parametrize(
    ("part", "other"),
    [
        ("\n7\n", "\n8\n"),
        ("AAAA", "AAAB"),
        ("lantai.", "another."),
        ("— ", "- "),
        ("\n\n", "\n"),
        ("\n7\n", "\nseven\n"),
    ],
)
def test_a_changed_note_does_not_open(part: str, other: str) -> None:
    signer = Signer(SECRET)
    note = signer.sign(7, ROOT)
    assert part in note
    assert opened(note.replace(part, other, 1), signer.public) is None


@pytest.mark.parametrize("note", ["", "\n\n", "a\n1\n", "a\n1\n!\n\n— a !\n", "a\n1\nAA==\n\n— a AAAA\n", "\n\n\n\n\n"])
def test_rubbish_does_not_open(note: str) -> None:
    assert opened(note, Signer(SECRET).public) is None


def test_without_a_key_nothing_is_signed() -> None:
    with pytest.raises(UnavailableError):
        Signer("")


def test_a_checkpoint_is_due_by_time_or_by_number() -> None:
    assert is_due(size=1, signed_size=0, signed_at=None, now=MORNING)
    assert not is_due(size=5, signed_size=5, signed_at=MORNING, now=MORNING + timedelta(days=1))
    assert not is_due(size=6, signed_size=5, signed_at=MORNING, now=MORNING + timedelta(seconds=59))
    assert is_due(size=6, signed_size=5, signed_at=MORNING, now=MORNING + timedelta(seconds=60))
    assert is_due(size=5 + DUE_LEAVES, signed_size=5, signed_at=MORNING, now=MORNING)
