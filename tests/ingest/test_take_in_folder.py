"""A folder becomes records: counted, stored twice, described, linked; again it makes nothing twice."""

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client
from PIL import Image

from lantai.audit.selectors import history_of
from lantai.catalogue.models import Page, Record
from lantai.catalogue.services import ensure_fonds
from lantai.ingest import selectors, services
from lantai.ingest.models import Batch, IntakeFile, IntakeItem
from lantai.kernel.actors import ANONYMOUS, system_actor
from lantai.kernel.errors import InvalidError, NotFoundError, NotPermittedError
from lantai.preservation.models import ComputerFile
from lantai.preservation.selectors import open_file
from tests.factories.catalogue import make_actor
from tests.ingest.conftest import Desk, Hands, item_states


def _picture(colour: int = 200, size: tuple[int, int] = (60, 80)) -> bytes:
    out = io.BytesIO()
    Image.new("L", size, colour).save(out, "JPEG")
    return out.getvalue()


def _take_in(desk: Desk, hands: Hands, folder: Path | None = None, **options: Any) -> Batch:
    chosen: dict[str, Any] = {"wants_reading": False} | options
    batch = services.take_in_folder(
        actor=desk.actor, fonds_id=desk.place.fonds.id, folder=folder or desk.sent, **chosen
    )
    hands()
    batch.refresh_from_db()
    return batch


def test_every_file_sent_is_received_and_its_bytes_come_back(desk: Desk, hands: Hands) -> None:
    desk.write("说明.txt", b"hello")
    for number in (1, 2, 10):
        desk.write(f"案卷一/{number}.jpg", _picture(number * 20))
    batch = _take_in(desk, hands)
    assert batch.state == Batch.State.FINISHED
    assert item_states(batch) == {"说明.txt": "done", "案卷一": "done"}
    handover = selectors.handover_of(batch)
    assert handover.sent_files == handover.received_files == 4
    assert (
        handover.sent_bytes
        == handover.received_bytes
        == sum(f.stat().st_size for f in desk.sent.rglob("*") if f.is_file())
    )
    record = batch.items.get(path="案卷一").record
    assert record is not None
    assert [p.name for p in record.parts.order_by("order")] == ["1.jpg", "2.jpg", "10.jpg"]
    assert [p.number for p in record.pages.order_by("number")] == [1, 2, 3]
    with open_file(_file("说明.txt")) as kept:
        assert kept.read() == b"hello"
    assert history_of("batch", batch.id), "the batch's acts are in the ledger"


def _file(path: str) -> ComputerFile:
    found = IntakeFile.objects.get(path=path).computer_file
    assert found is not None
    return found


def test_the_same_folder_again_makes_nothing_twice(desk: Desk, hands: Hands) -> None:
    desk.write("a.txt", b"one")
    desk.write("b.txt", b"two")
    first = _take_in(desk, hands)
    desk.write("c.txt", b"three")
    again = _take_in(desk, hands)
    assert item_states(again) == {"a.txt": "held", "b.txt": "held", "c.txt": "done"}
    assert Record.objects.count() == 3
    assert again.items.get(path="a.txt").record == first.items.get(path="a.txt").record


def test_one_content_under_two_names_is_two_records_and_one_file(desk: Desk, hands: Hands) -> None:
    desk.write("a.txt", b"the same")
    desk.write("b.txt", b"the same")
    _take_in(desk, hands)
    assert Record.objects.count() == 2
    assert ComputerFile.objects.count() == 1


def test_a_receiving_that_was_cut_off_goes_on(desk: Desk, hands: Hands) -> None:
    desk.write("a.txt", b"one")
    half = services.open_batch(
        actor=desk.actor,
        fonds_id=desk.place.fonds.id,
        source=Batch.Source.FOLDER,
        source_name=str(desk.sent.resolve()),
        wants_reading=False,
    )
    batch = _take_in(desk, hands)
    assert batch.id == half.id
    assert item_states(batch) == {"a.txt": "done"}


def test_a_job_that_runs_twice_changes_nothing(desk: Desk, hands: Hands) -> None:
    desk.write("a.txt", b"one")
    batch = _take_in(desk, hands)
    ids = [str(i) for i in batch.items.values_list("id", flat=True)]
    services.store_slice(item_ids=ids)
    services.describe_slice(item_ids=ids)
    hands()
    assert Record.objects.count() == 1
    assert selectors.handover_of(batch).received_files == 1


def test_what_cannot_be_taken_is_returned_with_its_reason(desk: Desk, hands: Hands) -> None:
    desk.write("good.txt", b"x")
    desk.write("empty.pdf", b"")
    desk.write("cut.pdf", b"%PDF-1.7\n1 0 obj")
    desk.write("cut.jpg", _picture(size=(400, 400))[:300])
    (desk.sent / "link.pdf").symlink_to("/etc/hostname")
    batch = _take_in(desk, hands)
    states = item_states(batch)
    assert states == {
        "good.txt": "done",
        "empty.pdf": "failed",
        "cut.pdf": "failed",
        "cut.jpg": "failed",
        "link.pdf": "failed",
    }
    told = {i.path: selectors.told(i) for i in batch.items.filter(state="failed")}
    assert all(len(words) > 20 for words in told.values()), told
    assert "empty" in batch.items.get(path="empty.pdf").error_code
    assert IntakeFile.objects.get(path="cut.pdf").computer_file is not None, (
        "what was sent is kept, even when it cannot be opened"
    )


def test_a_name_in_gbk_is_read_and_kept(desk: Desk, hands: Hands) -> None:
    import os

    raw = "旧系统导出.txt".encode("gbk")
    with open(os.path.join(os.fsencode(desk.sent), raw), "wb") as out:  # noqa: PTH118, PTH123 - a name of bytes
        out.write(b"old")
    batch = _take_in(desk, hands)
    assert item_states(batch) == {"旧系统导出.txt": "done"}


def test_names_that_are_one_in_normal_form_are_not_confused(desk: Desk, hands: Hands) -> None:
    desk.write("é.txt", b"1")
    desk.write("e\u0301.txt", b"2")
    batch = _take_in(desk, hands)
    assert sorted(item_states(batch).values()) == ["done", "failed"]
    assert IntakeItem.objects.get(state="failed").error_code == "ingest.same_name"


def test_a_returned_item_is_mended_and_tried_again(desk: Desk, hands: Hands) -> None:
    file = desk.write("late.txt", b"x")
    batch = services.take_in_folder(
        actor=desk.actor, fonds_id=desk.place.fonds.id, folder=desk.sent, wants_reading=False
    )
    file.unlink()
    hands()
    assert item_states(batch) == {"late.txt": "failed"}
    file.write_bytes(b"x")
    assert services.retry_items(actor=desk.actor, batch_id=batch.id) == 1
    hands()
    batch.refresh_from_db()
    assert item_states(batch) == {"late.txt": "done"}
    assert batch.state == Batch.State.FINISHED


def _catalogue(file: Path, *rows: list[str]) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["档号", "题名", "文件编号", "日期", "保管期限", "机构或问题", "文件"], *rows):
        book.active.append(row)
    book.save(file)


def test_a_catalogue_describes_the_files_it_names(desk: Desk, hands: Hands) -> None:
    desk.write("s/1.txt", b"1")
    desk.write("s/2.txt", b"2")
    _catalogue(
        desk.sent / "目录.xlsx",
        ["Z109-WS·2019·Y·BGS-0007", "关于防汛的通知", "砚政〔2019〕7号", "2019年3月4日", "永久", "BGS", "s/1.txt"],
        ["", "没有文件的行", "", "", "", "", "s/9.txt"],
        ["", "日期不对", "", "2019-02-31", "", "", "s/3.txt"],
    )
    found = services.compare_catalogue(folder=desk.sent)
    assert (found.rows, found.linked, found.unlisted) == (3, 1, ["s/2.txt"])
    assert {m["row"] for m in found.missing} == {3, 4}
    assert [(f["row"], f["column"], f["value"]) for f in found.faults] == [(4, "日期", "2019-02-31")]
    assert Batch.objects.count() == 0, "a dry run takes nothing in"
    batch = _take_in(desk, hands)
    record = batch.items.get(path="s/1.txt").record
    assert record is not None
    assert (record.reference_code, record.title, str(record.dated_on)) == (
        "Z109-WS·2019·Y·BGS-0007",
        "关于防汛的通知",
        "2019-03-04",
    )
    assert batch.catalogue_report["linked"] == 1


def test_a_secret_name_or_level_is_quarantined_unstored_and_told(desk: Desk, hands: Hands) -> None:
    guard = make_actor(desk.place.archives, secadmin=desk.place.archives)
    desk.write("机密★10年 某方案.txt", b"secret")
    desk.write("open.txt", b"x")
    batch = _take_in(desk, hands)
    assert item_states(batch) == {"机密★10年 某方案.txt": "quarantined", "open.txt": "done"}
    assert IntakeFile.objects.get(path__contains="机密").computer_file is None
    assert Record.objects.count() == 1
    from lantai.messaging.selectors import messages_for

    assert messages_for(guard).count() == 1
    assert "机密" not in json.dumps([i.path for i in selectors.items(desk.actor, batch).items], ensure_ascii=False)
    assert [i.path for i in selectors.quarantined_items(guard).items] == ["机密★10年 某方案.txt"]


def test_only_who_takes_in_for_the_fonds_may(desk: Desk, hands: Hands) -> None:
    desk.write("a.txt", b"x")
    stranger = make_actor(desk.place.archives)
    with pytest.raises(NotPermittedError):
        services.take_in_folder(actor=stranger, fonds_id=desk.place.fonds.id, folder=desk.sent)
    batch = _take_in(desk, hands)
    for nobody in (stranger, ANONYMOUS):
        with pytest.raises(NotFoundError):
            selectors.batch_for(nobody, batch.id)
    assert selectors.batches(stranger).items == []


def test_a_folder_that_is_none_is_said_to_be(desk: Desk) -> None:
    with pytest.raises(NotFoundError, match="no folder"):
        services.take_in_folder(actor=desk.actor, fonds_id=desk.place.fonds.id, folder=desk.sent / "nowhere")


def test_the_pages_show_a_batch_to_its_archivist_only(desk: Desk, hands: Hands) -> None:
    desk.write("a.txt", b"x")
    desk.write("empty.txt", b"")
    batch = _take_in(desk, hands)
    client = Client()
    client.force_login(desk.account)
    for path in (
        "/desk/intake/",
        f"/desk/intake/{batch.id}/",
        f"/desk/intake/{batch.id}/?state=failed",
        f"/desk/intake/{batch.id}/progress/",
    ):
        answer = client.get(path)
        assert answer.status_code == 200, path
    assert "empty.txt" in client.get(f"/desk/intake/{batch.id}/?state=failed").content.decode()
    assert Client().get(f"/desk/intake/{batch.id}/").status_code in (302, 404)


def test_each_kind_of_intake_is_kept_and_shown(desk: Desk, hands: Hands) -> None:
    client = Client()
    client.force_login(desk.account)
    for kind, words in (("filing", "归档"), ("transfer", "移交"), ("digitisation", "数字化"), ("donation", "捐赠")):
        folder = desk.sent / kind
        folder.mkdir()
        (folder / f"{kind}.txt").write_bytes(kind.encode())
        batch = _take_in(desk, hands, folder, kind=kind)
        assert (batch.intake.kind, batch.intake.sent_by_unit) == (kind, desk.place.bureau)
        assert words in client.get(f"/desk/intake/{batch.id}/").content.decode()
    with pytest.raises(InvalidError):
        _take_in(desk, hands, kind="purchase")


def test_an_archives_does_not_transfer_to_itself(desk: Desk, hands: Hands) -> None:
    own = ensure_fonds(
        actor=system_actor("test"), archives_id=desk.place.archives.id, code="Z001", name_zh="本馆", owner_unit_id=desk.place.archives.id
    )  # fmt: skip
    desk.write("a.txt", b"1")
    with pytest.raises(InvalidError, match="itself"):
        services.take_in_folder(actor=desk.actor, fonds_id=own.id, folder=desk.sent, kind="transfer")
    assert services.take_in_folder(actor=desk.actor, fonds_id=own.id, folder=desk.sent, kind="filing")


def test_every_wrong_row_is_named_and_the_right_ones_are_linked(desk: Desk, hands: Hands) -> None:
    for name in ("甲.txt", "乙.txt", "夹/丙.txt"):
        desk.write(name, name.encode())
    _catalogue(
        desk.sent / "目录.xlsx",
        ["", "甲的题名", "", "", "", "", "甲.txt"],
        ["", "又是甲", "", "", "", "", "./甲.txt"],
        ["", "外面的", "", "", "", "", "../../etc/passwd"],
        ["", "拼错的", "", "", "", "", "已.txt"],
        ["", "期限不对", "", "", "永元", "", "乙.txt"],
        ["", "没有文件", "", "", "", "", ""],
    )
    desk.write("夹/目录.csv", "题名;文件\n丙的题名;丙.txt\n".encode("gbk"))
    batch = _take_in(desk, hands)
    titles = {i.path: i.record.title for i in batch.items.select_related("record") if i.record}
    assert titles == {"甲.txt": "甲的题名", "乙.txt": "期限不对", "夹/丙.txt": "丙的题名"}
    report = batch.catalogue_report
    assert (report["rows"], report["linked"]) == (4, 3)
    assert [(m["row"], m["file"]) for m in report["missing"]] == [(5, "已.txt")]
    assert {(f["row"], f["column"], f["value"]) for f in report["faults"]} == {
        (3, "文件", "./甲.txt"),
        (4, "文件", "../../etc/passwd"),
        (6, "保管期限", "永元"),
        (7, "文件", ""),
    }


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut short", b"no workbook"])
def test_a_catalogue_that_cannot_be_read_stops_the_batch_with_words(desk: Desk, content: bytes) -> None:
    desk.write("a.txt", b"1")
    desk.write("目录.xlsx", content)
    with pytest.raises(InvalidError, match="spreadsheet"):
        services.take_in_folder(actor=desk.actor, fonds_id=desk.place.fonds.id, folder=desk.sent)


def test_a_batch_that_is_still_worked_on_is_gone_on_with(desk: Desk, hands: Hands) -> None:
    desk.write("a.txt", b"one")
    options: dict[str, Any] = {
        "actor": desk.actor,
        "fonds_id": desk.place.fonds.id,
        "folder": desk.sent,
        "wants_reading": False,
    }
    first = services.take_in_folder(**options)
    desk.write("b.txt", b"two")
    assert services.take_in_folder(**options).id == first.id
    hands()
    assert item_states(first) == {"a.txt": "done", "b.txt": "done"}
    assert selectors.handover_of(first).sent_files == 2


def test_what_another_batch_is_taking_in_is_not_taken_twice(desk: Desk, hands: Hands) -> None:
    batches = []
    for box in ("箱一", "箱二"):
        (desk.sent / box).mkdir()
        (desk.sent / box / "a.txt").write_bytes(b"the same")
        batches.append(
            services.take_in_folder(
                actor=desk.actor, fonds_id=desk.place.fonds.id, folder=desk.sent / box, wants_reading=False
            )
        )
    for batch in batches:
        services.store_slice(item_ids=[str(batch.items.get().id)])
    assert item_states(batches[1]) == {"a.txt": "failed"}
    hands()
    assert Record.objects.count() == 1
    services.retry_items(actor=desk.actor, batch_id=batches[1].id)
    hands()
    assert item_states(batches[1]) == {"a.txt": "held"}
    assert Record.objects.count() == 1


def test_reading_that_breaks_off_for_good_returns_the_item(desk: Desk, hands: Hands) -> None:
    desk.write("1.jpg", _picture(size=(600, 800)))
    batch = services.take_in_folder(
        actor=desk.actor, fonds_id=desk.place.fonds.id, folder=desk.sent, wants_reading=True
    )
    ids = [str(i) for i in batch.items.values_list("id", flat=True)]
    services.store_slice(item_ids=ids)
    services.describe_slice(item_ids=ids)
    assert item_states(batch) == {"1.jpg": "reading"}
    page = Page.objects.get(record__fonds=desk.place.fonds)
    services.give_up_reading(page_ids=[page.id])
    services.close_batch(batch_id=batch.id)
    batch.refresh_from_db()
    assert item_states(batch) == {"1.jpg": "failed"}
    assert batch.state == Batch.State.FINISHED
    assert "could not be read" in selectors.told(batch.items.get()) or "无法识别" in selectors.told(batch.items.get())
