"""Digitisation orders: volumes go through their steps in order, output is counted, a sample decides on acceptance."""

import pytest
from django.test import Client

from lantai.audit.models import LedgerEntry
from lantai.ingest import selectors, services
from lantai.ingest.models import AcceptanceSample, Step, WorkOrder, WorkVolume
from lantai.ingest.rules.work import STEPS, Looked, VolumeRow, drawn, next_step, sample_size, verdict_of, volume_rows
from lantai.kernel.errors import ConflictError, InvalidError, NotFoundError, NotPermittedError
from tests.factories.catalogue import make_actor, make_archivist, make_place
from tests.ingest.conftest import Desk, Hands

ROWS = [VolumeRow(f"J12-1983-{number:03d}", f"第{number}卷", 40 + number) for number in range(1, 11)]


@pytest.fixture
def order(desk: Desk) -> WorkOrder:
    """An order of ten volumes, with a firm that scans."""
    team = services.create_team(
        actor=desk.actor, archives_id=desk.place.archives.id, name="翰墨数字", is_outsourced=True
    )
    services.add_workers(actor=desk.actor, team_id=team.id, names=["韩冬", "柳青", "", "韩冬 "])
    opened = services.open_work_order(
        actor=desk.actor, fonds_id=desk.place.fonds.id, name="一九八三年文书", team_id=team.id, sample_percent=20
    )
    services.add_volumes(actor=desk.actor, order_id=opened.id, rows=ROWS)
    return opened


def through(desk: Desk, order: WorkOrder, *steps: str, worker: str = "韩冬", minutes: float = 60.0) -> None:
    """Take every volume of the order through these steps."""
    ids = list(order.volumes.values_list("id", flat=True))
    for step in steps:
        worker_id = order.team.workers.get(name=worker).id
        services.record_step(
            actor=desk.actor, order_id=order.id, volume_ids=ids, step=step, worker_id=worker_id, minutes=minutes
        )


def test_the_steps_of_the_rules_are_those_of_the_rows() -> None:
    assert tuple(Step.values) == STEPS


def test_a_bound_volume_skips_the_binding() -> None:
    assert next_step("taken_out", stays_bound=False) == "unbound"
    assert next_step("taken_out", stays_bound=True) == "scanned"
    assert next_step("linked", stays_bound=True) == "returned"
    assert next_step("returned", stays_bound=False) == ""


def test_a_pasted_list_is_read_and_a_wrong_line_named() -> None:
    rows = volume_rows("A-1\t会议记录\t120\n\nA-2，通知，80，不拆\n")
    assert rows == [VolumeRow("A-1", "会议记录", 120), VolumeRow("A-2", "通知", 80, stays_bound=True)]
    with pytest.raises(InvalidError) as refused:
        volume_rows("A-1\t会议记录\t120\nA-2\t通知\t约80")
    assert refused.value.facts["number"] == 2
    with pytest.raises(InvalidError):
        volume_rows("A-1,x,1\nA-1,y,2")


def test_a_lot_can_be_drawn_again_and_covers_the_share() -> None:
    assert drawn(range(1, 201), 5, seed=7) == drawn(range(1, 201), 5, seed=7) != drawn(range(1, 201), 5, seed=8)
    assert [sample_size(count, 5) for count in (0, 1, 20, 21, 200)] == [0, 1, 1, 2, 10]


def test_one_volume_whose_catalogue_differs_refuses_the_lot() -> None:
    good = [Looked(True, 100, 5), Looked(True, 100, 5)]
    assert verdict_of(good, 95).is_accepted
    assert not verdict_of([*good, Looked(False, 100, 0)], 95).is_accepted
    assert not verdict_of([Looked(True, 100, 6), Looked(True, 100, 5)], 95).is_accepted
    assert not verdict_of([], 95).is_accepted


def test_steps_are_taken_in_order_and_counted(desk: Desk, order: WorkOrder) -> None:
    volume = order.volumes.first()
    assert volume is not None
    with pytest.raises(InvalidError):
        services.record_step(actor=desk.actor, order_id=order.id, volume_ids=[volume.id], step="scanned")
    through(desk, order, "taken_out", "unbound", "scanned")
    counts = {count.step: (count.done, count.waiting) for count in selectors.steps_of(order)}
    assert counts["scanned"] == (10, 0)
    assert counts["checked"] == (0, 10)
    people, whole = selectors.output_of(order)
    assert [person.name for person in people] == ["韩冬"]
    assert whole.pages == sum(row.stated_pages for row in ROWS)
    assert people[0].pages_an_hour == pytest.approx(whole.pages, rel=1e-6), "an hour for all of them"


def test_a_rejected_page_counts_for_who_scanned_it(desk: Desk, order: WorkOrder) -> None:
    through(desk, order, "taken_out", "unbound", "scanned")
    volume = order.volumes.get(place=3)
    with pytest.raises(InvalidError):
        services.reject_volume(actor=desk.actor, order_id=order.id, volume_id=volume.id, reason=" ", pages=2)
    services.reject_volume(actor=desk.actor, order_id=order.id, volume_id=volume.id, reason="第 3 页歪斜", pages=2)
    volume.refresh_from_db()
    assert (volume.step, volume.fault, volume.rejections) == ("unbound", "第 3 页歪斜", 1)
    assert [v.code for v in selectors.volumes(order, fault=True).items] == [volume.code]
    worker = order.team.workers.get(name="柳青")
    services.record_step(
        actor=desk.actor, order_id=order.id, volume_ids=[volume.id], step="scanned", worker_id=worker.id, pages=43
    )
    people, whole = selectors.output_of(order)
    told = {person.name: (person.rejected_pages, person.again) for person in people}
    assert told == {"韩冬": (2, 0), "柳青": (0, 1)}
    assert whole.rejected_pages == 2


def test_a_record_with_all_its_pages_takes_the_linking_step_by_itself(desk: Desk, hands: Hands) -> None:
    team = services.create_team(actor=desk.actor, archives_id=desk.place.archives.id, name="本馆")
    order = services.open_work_order(actor=desk.actor, fonds_id=desk.place.fonds.id, name="会议记录", team_id=team.id)
    rows = [VolumeRow("会议记录一", "", 1), VolumeRow("会议记录二", "", 1)]
    services.add_volumes(actor=desk.actor, order_id=order.id, rows=rows)
    ids = {volume.code: volume.id for volume in order.volumes.all()}
    for step in ("taken_out", "unbound", "scanned", "checked"):
        services.record_step(actor=desk.actor, order_id=order.id, volume_ids=list(ids.values()), step=step)
    WorkVolume.objects.filter(code="会议记录二").update(scanned_pages=2)
    for code in ids:
        desk.write(f"{code}/1.jpg", _picture(len(code) + ord(code[-1])))
    services.take_in_folder(
        actor=desk.actor, fonds_id=desk.place.fonds.id, folder=desk.sent, kind="digitisation", wants_reading=False
    )
    hands()
    one, two = order.volumes.order_by("place")
    assert (one.step, one.record_id is not None) == ("linked", True)
    assert (two.step, two.linked_pages) == ("checked", 1)
    assert [volume.code for volume in selectors.volumes(order, fault=True).items] == ["会议记录二"]


def test_an_order_is_accepted_by_its_sample_and_closed_when_all_is_back(desk: Desk, order: WorkOrder) -> None:
    with pytest.raises(ConflictError):
        services.draw_sample(actor=desk.actor, order_id=order.id)
    through(desk, order, "taken_out", "unbound", "scanned", "checked", "linked")
    sample = services.draw_sample(actor=desk.actor, order_id=order.id, seed=11)
    assert sample.volumes.count() == 2
    first, second = sample.volumes.order_by("volume__place")
    services.judge_volume(actor=desk.actor, sampled_id=first.id, catalogue_right=True, pages=40, wrong_pages=1)
    with pytest.raises(ConflictError):
        services.close_sample(actor=desk.actor, sample_id=sample.id)
    services.judge_volume(actor=desk.actor, sampled_id=second.id, catalogue_right=False, pages=40, wrong_pages=0)
    assert not services.close_sample(actor=desk.actor, sample_id=sample.id).is_accepted
    order.refresh_from_db()
    assert order.state == WorkOrder.State.OPEN

    again = services.draw_sample(actor=desk.actor, order_id=order.id)
    for row in again.volumes.all():
        services.judge_volume(actor=desk.actor, sampled_id=row.id, catalogue_right=True, pages=40, wrong_pages=2)
    assert services.close_sample(actor=desk.actor, sample_id=again.id).is_accepted
    with pytest.raises(ConflictError):
        services.close_work_order(actor=desk.actor, order_id=order.id)
    through(desk, order, "bound", "returned")
    assert services.close_work_order(actor=desk.actor, order_id=order.id).state == WorkOrder.State.CLOSED
    verbs = set(LedgerEntry.objects.filter(target_id=order.id).values_list("verb", flat=True))
    assert {"ingest.open_work_order", "ingest.record_step", "ingest.close_sample", "ingest.close_work_order"} <= verbs


def test_another_archives_sees_nothing_of_it(desk: Desk, order: WorkOrder) -> None:
    stranger = make_archivist(make_place("Z7"))
    liaison = make_actor(desk.place.bureau, liaison=desk.place.bureau)
    assert not selectors.work_orders(stranger).items
    assert not selectors.teams(stranger)
    for actor in (stranger, liaison):
        with pytest.raises(NotFoundError):
            selectors.work_order_for(actor, order.id)
        with pytest.raises(NotFoundError):
            services.add_volumes(actor=actor, order_id=order.id, rows=ROWS)
    with pytest.raises(NotPermittedError):
        services.create_team(actor=stranger, archives_id=desk.place.archives.id, name="x")


def test_the_pages_lead_from_the_team_to_the_printed_protocol(desk: Desk, client: Client) -> None:
    client.force_login(desk.account)
    told = {"new_team": "1", "archives": desk.place.archives.id, "name": "翰墨数字", "is_outsourced": "on"}
    assert client.post("/desk/digitisation/teams/", told).status_code == 302
    team = selectors.teams(desk.actor).get()
    client.post("/desk/digitisation/teams/", {"new_workers": "1", "team": team.id, "names": "韩冬\n柳青"})
    asked = {"name": "一九八三年文书", "fonds": desk.place.fonds.id, "team": team.id, "resolution_dpi": 300,
             "colour": "colour", "sample_percent": 50, "least_right_percent": 95}  # fmt: skip
    assert client.post("/desk/digitisation/new/", asked).status_code == 302
    order = WorkOrder.objects.get()
    home = f"/desk/digitisation/{order.id}/"
    wrong = client.post(f"{home}volumes/", {"rows": "A-1,会议,abc"})
    assert wrong.status_code == 422
    assert "1" in wrong.content.decode()
    assert client.post(f"{home}volumes/", {"rows": "A-1,会议,120\nA-2,通知,80"}).status_code == 302
    ids = [str(volume.id) for volume in order.volumes.all()]
    for step in ("taken_out", "unbound", "scanned"):
        assert client.post(f"{home}step/", {"volume": ids, "step": step, "minutes": "30"}).status_code == 302
    assert client.post(f"{home}step/", {"volume": ids, "step": "returned"}).status_code == 422
    assert (
        client.post(f"{home}reject/", {"volume": ids[:1], "reason": "缺页", "rejected_pages": "2"}).status_code == 302
    )
    assert "缺页" in client.get(f"{home}?waits=fault").content.decode()
    client.post(f"{home}step/", {"volume": ids[:1], "step": "scanned"})
    for step in ("checked", "linked"):
        client.post(f"{home}step/", {"volume": ids, "step": step})
    assert client.post(f"{home}acceptance/", {"draw": "1"}).status_code == 302
    sample = AcceptanceSample.objects.get()
    row = sample.volumes.get()
    judged = {"catalogue_right": "on", "pages": "80", "wrong_pages": "1"}
    assert client.post(f"{home}acceptance/{row.id}/", judged).status_code == 302
    assert client.post(f"{home}acceptance/").status_code == 302
    protocol = client.get(f"{home}protocol/{sample.id}/").content.decode()
    assert str(sample.seed) in protocol
    assert row.volume.code in protocol
    assert client.get(f"{home}output/").status_code == 200
    assert order.number in client.get("/desk/digitisation/").content.decode()


def _picture(seed: int) -> bytes:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.effect_noise((300, 400), 40 + seed % 60).save(out, "JPEG")
    return out.getvalue()
