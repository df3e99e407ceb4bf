"""A manifest is signed, sealed, kept in every store, versioned, and readable from the store alone."""

import json
from pathlib import Path

import pytest

from lantai.identity.models import Unit
from lantai.kernel.canonical import canonical_json
from lantai.kernel.ids import new_id
from lantai.preservation import selectors
from lantai.preservation.adapters.key_files import read_master_keys
from lantai.preservation.adapters.sealing import open_whole
from lantai.preservation.adapters.signing import is_signed_by, read_signing_key
from lantai.preservation.models import Manifest
from lantai.preservation.rules.container import read_header
from lantai.preservation.selectors import installation
from lantai.preservation.services import ManifestDraft, write_manifest, write_manifests
from tests.factories.preservation import SYSTEM, files_in, make_file, text


def test_a_manifest_is_versioned_and_never_replaced(archives: Unit, home: Path) -> None:
    subject = new_id()
    first = write_manifest(actor=SYSTEM, subject_kind="record", subject_id=subject, body={"title": "关于港口的通知"})
    same = write_manifest(actor=SYSTEM, subject_kind="record", subject_id=subject, body={"title": "关于港口的通知"})
    second = write_manifest(actor=SYSTEM, subject_kind="record", subject_id=subject, body={"title": "改"})
    other = write_manifest(actor=SYSTEM, subject_kind="batch", subject_id=subject, body={"title": "改"})
    assert same.id == first.id
    assert [first.version, second.version, other.version] == [1, 2, 1]
    assert [row.version for row in selectors.manifests_of("record", subject)] == [2, 1]
    document = selectors.read_manifest(first)
    assert document["manifest"]["body"] == {"title": "关于港口的通知"}
    assert len(files_in(home / "store-a" / "manifests")) == len(files_in(home / "store-b" / "manifests")) == 3
    assert all("港口".encode() not in path.read_bytes() for path in files_in(home / "store-a"))


def test_many_manifests_at_once(archives: Unit) -> None:
    drafts = [ManifestDraft("record", new_id(), {"number": n}) for n in range(300)]
    rows = write_manifests(actor=SYSTEM, manifests=drafts)
    assert [row.subject_id for row in rows] == [draft.subject_id for draft in drafts]
    assert Manifest.objects.count() == 300
    assert selectors.read_manifest(rows[299])["manifest"]["body"] == {"number": 299}
    assert [row.id for row in write_manifests(actor=SYSTEM, manifests=drafts)] == [row.id for row in rows]


def test_a_forged_manifest_is_told(archives: Unit) -> None:
    row = write_manifest(actor=SYSTEM, subject_kind="record", subject_id=new_id(), body={"pages": 3})
    document = selectors.read_manifest(row)
    public = installation.signing_key().public_text
    assert is_signed_by(document, public)
    document["manifest"]["body"]["pages"] = 4
    assert not is_signed_by(document, public)
    document["manifest"]["body"]["pages"] = 3
    assert is_signed_by(json.loads(canonical_json(document)), public)


def test_a_damaged_copy_is_passed_over(archives: Unit, home: Path) -> None:
    row = write_manifest(actor=SYSTEM, subject_kind="record", subject_id=new_id(), body={"pages": 3})
    path = home / "store-a" / installation.manifest_path(row.id)
    path.write_bytes(path.read_bytes()[:-3])
    assert selectors.read_manifest(row)["manifest"]["body"] == {"pages": 3}


def test_floats_are_refused(archives: Unit) -> None:
    with pytest.raises(TypeError):
        write_manifest(actor=SYSTEM, subject_kind="record", subject_id=new_id(), body={"ratio": 0.5})


def test_a_store_is_read_without_the_database(archives: Unit, home: Path) -> None:
    """With one store and the secrets, a stranger gets every file back and knows from the manifest which it is."""
    content = text(2_500_000)
    file = make_file(archives.id, content)
    body = {"files": [{"id": str(file.id), "digest": file.digest, "name": "目录.txt"}]}
    write_manifest(actor=SYSTEM, subject_kind="record", subject_id=new_id(), body=body)
    masters = read_master_keys(home / "secrets" / "master.key")
    public = read_signing_key(home / "secrets" / "manifest.key").public_text
    found: dict[str, bytes] = {}
    named: dict[str, str] = {}
    for path in files_in(home / "store-b"):
        sealed = path.read_bytes()
        header = read_header(sealed)
        plain = open_whole(masters, header, sealed)
        if path.parts[-3] == "objects":
            found[str(header.file_id)] = plain
        else:
            document = json.loads(plain)
            assert is_signed_by(document, public)
            named |= {entry["id"]: entry["name"] for entry in document["manifest"]["body"]["files"]}
    assert found == {str(file.id): content}
    assert named == {str(file.id): "目录.txt"}
