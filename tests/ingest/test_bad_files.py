"""Files that cannot be opened, or are unlike any other, sent in one folder: each with clear words, nothing lost."""

import io
import os
import zipfile
import zlib

import pikepdf
import pytest
from PIL import Image

from lantai.ingest import selectors, services
from lantai.ingest.models import Batch, IntakeFile, IntakeItem
from lantai.preservation.selectors import copies_of, open_file
from lantai.recognition.selectors import page_image
from tests.factories.recognition import make_pdf
from tests.ingest.conftest import Desk, Hands, item_states


def _take_in(desk: Desk, hands: Hands) -> Batch:
    batch = services.take_in_folder(
        actor=desk.actor, fonds_id=desk.place.fonds.id, folder=desk.sent, wants_reading=False
    )
    hands()
    batch.refresh_from_db()
    return batch


def _locked_pdf() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(make_pdf())) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    return out.getvalue()


def _bomb_pdf() -> bytes:
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(700)) + packer.flush()
    head = f"5 0 obj\n<</Filter/FlateDecode/Length {len(packed)}>>\nstream\n".encode()
    return make_pdf(extra=head + packed + b"\nendstream\nendobj\n")


def _picture(mode: str, form: str, size: tuple[int, int] = (60, 80), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, form, **options)
    return out.getvalue()


def _broad_picture() -> bytes:
    return _picture("1", "PNG", (30_000, 30_000))


def _cut_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", b"x" * 4000)
    return out.getvalue()[:2000]


BAD = {
    "锁.pdf": (_locked_pdf, "documents.encrypted"),
    "弹.pdf": (_bomb_pdf, "documents.bomb"),
    "半份.pdf": (lambda: make_pdf(pages=30)[:4000], "documents.truncated"),
    "空.pdf": (bytes, "ingest.empty"),
    "空.zip": (bytes, "ingest.empty"),
    "空.jpg": (bytes, "ingest.empty"),
    "半张.jpg": (lambda: _picture("RGB", "JPEG", (400, 400))[:300], "documents.truncated"),
    "三万.png": (_broad_picture, "documents.too_large"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_returned_with_its_reason_and_holds_up_no_other(desk: Desk, hands: Hands, name: str) -> None:
    make, code = BAD[name]
    content = make()
    desk.write(name, content)
    desk.write("好.txt", b"good")
    batch = _take_in(desk, hands)
    assert batch.state == Batch.State.FINISHED
    assert item_states(batch) == {name: "failed", "好.txt": "done"}
    item = batch.items.get(path=name)
    assert item.error_code == code
    assert name in selectors.told(item)
    kept = IntakeFile.objects.get(item=item).computer_file
    if content:
        assert kept is not None, "what was sent is kept, even when it cannot be opened"
        with open_file(kept) as stream:
            assert stream.read() == content
    else:
        assert kept is None


def test_a_broken_packed_file_inside_a_folder_is_kept_as_it_is(desk: Desk, hands: Hands) -> None:
    desk.write("旧.zip", _cut_zip())
    assert item_states(_take_in(desk, hands)) == {"旧.zip": "done"}


@pytest.mark.parametrize(
    ("mode", "form"), [("CMYK", "JPEG"), ("I;16", "TIFF"), ("I;16", "PNG"), ("1", "TIFF"), ("1", "PNG"), ("P", "PNG")]
)
def test_a_picture_of_any_depth_becomes_a_page(desk: Desk, hands: Hands, mode: str, form: str) -> None:
    desk.write(f"图.{form.lower()}", _picture(mode, form))
    batch = _take_in(desk, hands)
    record = batch.items.get(state=IntakeItem.State.DONE).record
    assert record is not None
    page = record.pages.get()
    assert (page.width_px, page.height_px) == (60, 80)
    assert page_image(page).shape == (80, 60, 3)


def test_a_picture_that_lies_on_its_side_stands_upright(desk: Desk, hands: Hands) -> None:
    lying = Image.new("RGB", (80, 60), "white")
    lying.paste("black", (0, 0, 20, 60))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held turned: show it a quarter turn clockwise
    out = io.BytesIO()
    lying.save(out, "JPEG", exif=exif, quality=95)
    desk.write("手机.jpg", out.getvalue())
    record = _take_in(desk, hands).items.get().record
    assert record is not None
    page = record.pages.get()
    assert (page.width_px, page.height_px) == (60, 80)
    shown = page_image(page)
    assert shown[5, 30].max() < 80, "the dark end is on top"
    assert shown[75, 30].min() > 180


def test_names_of_all_kinds_are_taken_or_told(desk: Desk, hands: Hands) -> None:
    longest = "长" * 84 + "a.t"
    assert len(longest.encode()) == 255
    desk.write(longest, b"1")
    desk.write("两个  空格 .txt", b"2")
    with open(os.path.join(os.fsencode(desk.sent), "纪要.txt".encode("gbk")), "wb") as out:  # noqa: PTH118, PTH123
        out.write(b"3")
    with open(os.path.join(os.fsencode(desk.sent), b"line\nbreak.txt"), "wb") as out:  # noqa: PTH118, PTH123
        out.write(b"4")
    states = item_states(_take_in(desk, hands))
    assert states == {longest: "done", "两个  空格 .txt": "done", "纪要.txt": "done", "line�break.txt": "failed"}


def test_a_file_that_may_not_be_read_is_told_and_holds_up_no_other(desk: Desk, hands: Hands) -> None:
    desk.write("好.txt", b"good")
    batch = services.take_in_folder(
        actor=desk.actor, fonds_id=desk.place.fonds.id, folder=desk.sent, wants_reading=False
    )
    (desk.sent / "好.txt").rename(desk.sent / "x")
    (desk.sent / "好.txt").mkdir()
    hands()
    batch.refresh_from_db()
    assert (item_states(batch), batch.state) == ({"好.txt": "failed"}, Batch.State.FINISHED)


def test_a_file_that_brings_the_reader_down_is_returned_after_some_tries(desk: Desk, hands: Hands) -> None:
    desk.write("a.txt", b"1")
    desk.write("b.txt", b"2")
    batch = services.take_in_folder(
        actor=desk.actor, fonds_id=desk.place.fonds.id, folder=desk.sent, wants_reading=False
    )
    bad = batch.items.get(path="a.txt")
    services.store_slice(item_ids=[str(i) for i in batch.items.values_list("id", flat=True)])
    batch.items.filter(id=bad.id).update(attempt=4)  # four workers died over it
    hands()
    batch.refresh_from_db()
    assert (item_states(batch), batch.state) == ({"a.txt": "failed", "b.txt": "done"}, Batch.State.FINISHED)
    assert "4" in selectors.told(batch.items.get(path="a.txt"))
    assert services.retry_items(actor=desk.actor, batch_id=batch.id) == 1
    hands()
    assert item_states(batch) == {"a.txt": "done", "b.txt": "done"}
    assert selectors.handover_of(batch).received_files == 2


def test_every_file_lies_in_every_store(desk: Desk, hands: Hands) -> None:
    desk.write("a.txt", b"1")
    file = IntakeFile.objects.get(item__batch=_take_in(desk, hands)).computer_file
    assert file is not None
    assert [copy.state for copy in copies_of(file.id)] == ["good", "good"]
