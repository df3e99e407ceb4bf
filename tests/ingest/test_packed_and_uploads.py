"""Packed files and uploads: unfolded with care, sent in pieces, gone on with where they stopped."""

import io
import json
import tarfile
import zipfile
from pathlib import Path

import pytest
from django.test import Client

from lantai.ingest import selectors, services
from lantai.ingest.models import Batch
from lantai.kernel.errors import ConflictError, InvalidError
from tests.ingest.conftest import Desk, Hands, item_states


def _take_in(desk: Desk, hands: Hands, packed: Path) -> Batch:
    batch = services.take_in_packed_file(
        actor=desk.actor, fonds_id=desk.place.fonds.id, packed=packed, wants_reading=False
    )
    hands()
    batch.refresh_from_db()
    return batch


def test_a_zip_with_old_names_is_unfolded(desk: Desk, hands: Hands, home: Path) -> None:
    packed = desk.sent / "a.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("AAAA.txt", b"1")
        archive.writestr("dir/二.txt", b"2")
        archive.writestr("../out.txt", b"3")
        archive.writestr("/abs.txt", b"4")
    packed.write_bytes(packed.read_bytes().replace(b"AAAA.txt", "会议.txt".encode("gbk")))
    batch = _take_in(desk, hands, packed)
    states = item_states(batch)
    assert states["会议.txt"] == states["dir/二.txt"] == "done"
    assert sorted(states.values()) == ["done", "done", "failed", "failed"]
    assert not (home / "tmp" / "incoming" / "out.txt").exists()
    assert (
        list((home / "tmp" / "incoming").iterdir()) == []
        or not Path(batch.staging).exists()
        or batch.state == "finished"
    )


def test_a_tar_is_unfolded_and_its_links_told(desk: Desk, hands: Hands) -> None:
    packed = desk.sent / "a.tar.gz"
    with tarfile.open(packed, "w:gz") as archive:
        info = tarfile.TarInfo("文/甲.txt")
        info.size = 3
        archive.addfile(info, io.BytesIO(b"abc"))
        link = tarfile.TarInfo("passwd")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    assert item_states(_take_in(desk, hands, packed)) == {"文/甲.txt": "done", "passwd": "failed"}


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 cut short", b"nothing of the kind"])
def test_a_damaged_packed_file_is_refused_whole(desk: Desk, data: bytes, home: Path) -> None:
    packed = desk.write("bad.zip", data)
    with pytest.raises(InvalidError, match="damaged"):
        services.take_in_packed_file(actor=desk.actor, fonds_id=desk.place.fonds.id, packed=packed)
    assert Batch.objects.count() == 0
    assert list((home / "tmp" / "incoming").iterdir()) == []


def test_a_bomb_is_refused_unopened(desk: Desk) -> None:
    packed = desk.sent / "bomb.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("zeros.bin", "w") as out:
        for _ in range(100):
            out.write(bytes(1 << 20))
    with pytest.raises(InvalidError, match="unfold"):
        services.take_in_packed_file(actor=desk.actor, fonds_id=desk.place.fonds.id, packed=packed)


def test_a_locked_member_is_returned(desk: Desk, hands: Hands) -> None:
    packed = desk.sent / "locked.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("open.txt", b"1")
        archive.writestr("locked.txt", b"2")
    data = bytearray(packed.read_bytes())
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = data.rfind(mark)
        data[place + offset] |= 1
    packed.write_bytes(data)
    assert item_states(_take_in(desk, hands, packed)) == {"open.txt": "done", "locked.txt": "failed"}


def _announce(client: Client, batch: Batch, path: str, size: int) -> tuple[int, dict[str, object]]:
    answer = client.post(
        f"/desk/intake/{batch.id}/uploads/", json.dumps({"path": path, "size": size}), content_type="application/json"
    )
    return answer.status_code, answer.json() if "json" in answer["Content-Type"] else {}


def _put(client: Client, upload: object, offset: int, data: bytes) -> tuple[int, dict[str, int]]:
    answer = client.put(
        f"/desk/intake/uploads/{upload}/?offset={offset}", data, content_type="application/octet-stream"
    )
    return answer.status_code, answer.json()


def test_an_upload_goes_on_where_it_stopped_and_is_handed_over(desk: Desk, hands: Hands) -> None:
    batch = services.open_upload_batch(
        actor=desk.actor, fonds_id=desk.place.fonds.id, kind="digitisation", name="box 3", wants_reading=False
    )
    client = Client()
    client.force_login(desk.account)
    _, begun = _announce(client, batch, "a/页.txt", 10)
    assert _put(client, begun["id"], 0, b"01234") == (200, {"received": 5, "size": 10})
    assert _put(client, begun["id"], 0, b"xxxxx") == (409, {"received": 5})
    assert _announce(client, batch, "a/页.txt", 10)[1]["received"] == 5
    with pytest.raises(ConflictError, match="whole"):
        services.submit_uploads(actor=desk.actor, batch_id=batch.id)
    assert _put(client, begun["id"], 5, b"56789 and more than was announced") == (200, {"received": 10, "size": 10})
    assert _announce(client, batch, "../b.txt", 3)[0] in (400, 403)
    assert client.post(f"/desk/intake/{batch.id}/submit/").status_code == 302
    hands()
    batch.refresh_from_db()
    assert item_states(batch) == {"a/页.txt": "done"}
    assert selectors.handover_of(batch).received_bytes == 10
    assert not Path(batch.staging).exists() or batch.state == Batch.State.FINISHED


def test_a_packed_upload_is_unfolded(desk: Desk, hands: Hands) -> None:
    batch = services.open_upload_batch(
        actor=desk.actor, fonds_id=desk.place.fonds.id, kind="transfer", name="移交", wants_reading=False
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("1.txt", b"1")
    upload = services.begin_upload(actor=desk.actor, batch_id=batch.id, path="all.zip", size_bytes=len(out.getvalue()))
    services.continue_upload(actor=desk.actor, upload_id=upload.id, offset=0, piece=io.BytesIO(out.getvalue()))
    services.submit_uploads(actor=desk.actor, batch_id=batch.id)
    hands()
    assert item_states(batch) == {"all/1.txt": "done"}


def test_an_empty_file_is_refused_at_once(desk: Desk) -> None:
    batch = services.open_upload_batch(actor=desk.actor, fonds_id=desk.place.fonds.id, kind="filing", name="x")
    with pytest.raises(InvalidError, match="empty"):
        services.begin_upload(actor=desk.actor, batch_id=batch.id, path="a.pdf", size_bytes=0)


def test_a_file_is_taken_out_and_sent_anew(desk: Desk, hands: Hands) -> None:
    batch = services.open_upload_batch(
        actor=desk.actor, fonds_id=desk.place.fonds.id, kind="donation", name="x", wants_reading=False
    )
    wrong = services.begin_upload(actor=desk.actor, batch_id=batch.id, path="a.txt", size_bytes=3)
    services.continue_upload(actor=desk.actor, upload_id=wrong.id, offset=0, piece=io.BytesIO(b"bad"))
    with pytest.raises(InvalidError):
        services.begin_upload(actor=desk.actor, batch_id=batch.id, path="a.txt", size_bytes=4)
    client = Client()
    client.force_login(desk.account)
    assert client.delete(f"/desk/intake/uploads/{wrong.id}/").status_code == 200
    right = services.begin_upload(actor=desk.actor, batch_id=batch.id, path="a.txt", size_bytes=4)
    services.continue_upload(actor=desk.actor, upload_id=right.id, offset=0, piece=io.BytesIO(b"good"))
    services.submit_uploads(actor=desk.actor, batch_id=batch.id)
    hands()
    assert selectors.handover_of(batch).received_bytes == 4


def test_an_upload_whose_bytes_were_lost_begins_anew(desk: Desk) -> None:
    batch = services.open_upload_batch(actor=desk.actor, fonds_id=desk.place.fonds.id, kind="filing", name="x")
    upload = services.begin_upload(actor=desk.actor, batch_id=batch.id, path="a.txt", size_bytes=6)
    services.continue_upload(actor=desk.actor, upload_id=upload.id, offset=0, piece=io.BytesIO(b"abc"))
    (Path(batch.staging) / "a.txt").unlink()
    again = services.continue_upload(actor=desk.actor, upload_id=upload.id, offset=3, piece=io.BytesIO(b"def"))
    assert again.received_bytes == 0, "no hole is left where the bytes were"
    whole = services.continue_upload(actor=desk.actor, upload_id=upload.id, offset=0, piece=io.BytesIO(b"abcdef"))
    assert (whole.received_bytes, (Path(batch.staging) / "a.txt").read_bytes()) == (6, b"abcdef")
