"""A page that bears a state-secret mark is out of sight before anybody sees it; the security administrator decides."""

import io

import pytest
from django.test import Client
from PIL import Image, ImageDraw

from lantai.audit.models import LedgerEntry
from lantai.catalogue.models import Record
from lantai.catalogue.selectors import visible_records
from lantai.identity.selectors import actor_for
from lantai.ingest import selectors, services
from lantai.ingest.models import Batch, IntakeItem
from lantai.kernel.actors import ANONYMOUS
from lantai.kernel.errors import InvalidError, NotPermittedError
from lantai.messaging.selectors import messages_for
from lantai.recognition.models import PageText
from lantai.viewing.models import AccessCopy
from sample.fonts import font_at
from tests.factories.catalogue import make_account
from tests.ingest.conftest import Desk, Hands, item_states


def _page(*lines: str) -> bytes:
    picture = Image.new("RGB", (1240, 1000), "white")
    drawing = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        drawing.text((140, 120 + 110 * number), line, font=font_at("hei", 480), fill="black")
    out = io.BytesIO()
    picture.save(out, "PNG", dpi=(150, 150))
    return out.getvalue()


@pytest.fixture
def batch(desk: Desk, hands: Hands) -> Batch:
    """Two read scans: one bears a mark, the other does not."""
    desk.write("0001.png", _page("机密★10年", "关于重点目标防护方案的报告"))
    desk.write("春游.png", _page("关于组织春季植树活动的通知", "各科室请于三月报名"))
    batch = services.take_in_folder(actor=desk.actor, fonds_id=desk.place.fonds.id, folder=desk.sent)
    hands()
    batch.refresh_from_db()
    return batch


@pytest.mark.slow
def test_a_marked_page_is_quarantined_and_the_security_administrator_decides(
    desk: Desk, batch: Batch, hands: Hands
) -> None:
    assert (item_states(batch), batch.state) == (
        {"0001.png": "quarantined", "春游.png": "done"},
        Batch.State.FINISHED,
    )
    item = batch.items.get(path="0001.png")
    assert [record.id for record in visible_records(desk.actor)] == [batch.items.get(path="春游.png").record_id]
    assert not AccessCopy.objects.filter(page__record=item.record).exists(), "no copy is ever made"
    assert AccessCopy.objects.filter(page__record=batch.items.get(path="春游.png").record).exists()
    assert not PageText.objects.filter(record=item.record).exists(), "its words are not kept"
    assert not any("防护方案" in bytes(entry.body).decode() for entry in LedgerEntry.objects.all())

    guard = make_account(desk.place.archives, secadmin=desk.place.archives)
    client = Client()
    client.force_login(desk.account)
    assert client.get("/desk/quarantine/").status_code in (403, 404)
    assert client.get(f"/desk/records/{item.record_id}/").status_code == 404
    client.force_login(guard)
    assert "0001.png" in client.get("/desk/quarantine/").content.decode()

    answer = client.post(f"/desk/quarantine/{item.id}/", {"decision": "release", "reason": "演练材料，不是国家秘密"})
    assert answer.status_code == 302
    hands()
    item.refresh_from_db()
    assert item.state == IntakeItem.State.DONE
    assert visible_records(desk.actor).count() == 2
    assert LedgerEntry.objects.filter(verb="ingest.decide_quarantine", actor_id=guard.id).exists()


def test_a_marked_name_is_told_to_the_guard_refused_and_released(desk: Desk, hands: Hands) -> None:
    guard = actor_for(make_account(desk.place.archives, secadmin=desk.place.archives))
    desk.write("绝密★长期 某事.txt", b"1")
    desk.write("秘密★5年 某事.txt", b"2")
    batch = services.take_in_folder(
        actor=desk.actor, fonds_id=desk.place.fonds.id, folder=desk.sent, wants_reading=False
    )
    hands()
    assert messages_for(guard).count() == 1
    refused, released = (batch.items.get(path__startswith=grade) for grade in ("绝密", "秘密"))
    for nobody in (desk.actor, ANONYMOUS):
        with pytest.raises(NotPermittedError):
            services.decide_quarantine(actor=nobody, item_id=released.id, release=True, reason="x")
    with pytest.raises(InvalidError, match="why"):
        services.decide_quarantine(actor=guard, item_id=released.id, release=True, reason=" ")
    services.decide_quarantine(actor=guard, item_id=released.id, release=True, reason="已解密，见保密局决定")
    services.decide_quarantine(actor=guard, item_id=refused.id, release=False, reason="送保密柜")
    hands()
    batch.refresh_from_db()
    assert item_states(batch) == {refused.path: "refused", released.path: "done"}
    assert batch.state == Batch.State.FINISHED
    assert Record.objects.get().title == "秘密★5年 某事"
    assert [item.path for item in selectors.quarantined_items(guard).items] == []


def test_a_secret_level_in_the_catalogue_is_enough(desk: Desk, hands: Hands) -> None:
    desk.write("a.txt", b"1")
    desk.write("b.txt", b"2")
    desk.write("c.txt", b"3")
    desk.write(
        "目录.csv", "题名,文件,密级,保密情况\n甲,a.txt,机密,\n乙,b.txt,内部,秘密★10年\n丙,c.txt,内部,无\n".encode()
    )
    batch = services.take_in_folder(
        actor=desk.actor, fonds_id=desk.place.fonds.id, folder=desk.sent, wants_reading=False
    )
    hands()
    assert item_states(batch) == {"a.txt": "quarantined", "b.txt": "quarantined", "c.txt": "done"}
