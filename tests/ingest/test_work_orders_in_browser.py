"""Digitisation on the screen: every page of an order fits, is accessible, and its steps are noted with the mouse and keys."""

from pathlib import Path

import pytest

from lantai.ingest import services
from lantai.ingest.models import WorkOrder
from lantai.ingest.rules.work import VolumeRow
from tests.browser.fixtures import Opener
from tests.ingest.conftest import Desk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, databases=["default", "sealer"]),
]


def make_order(desk: Desk) -> WorkOrder:
    """An order of six volumes with one person who scans."""
    team = services.create_team(
        actor=desk.actor, archives_id=desk.place.archives.id, name="翰墨数字科技有限公司", is_outsourced=True,
        contract_number="HT-2026-018",
    )  # fmt: skip
    services.add_workers(actor=desk.actor, team_id=team.id, names=["韩冬", "柳青"])
    order = services.open_work_order(
        actor=desk.actor, fonds_id=desk.place.fonds.id, name="一九八三年至一九八五年文书档案", team_id=team.id,
        sample_percent=50,
    )  # fmt: skip
    rows = [VolumeRow(f"J12-1983-{n:03d}", f"关于城市规划的请示、批复（第{n}卷）", 80 + n, n == 4) for n in range(1, 7)]
    services.add_volumes(actor=desk.actor, order_id=order.id, rows=rows)
    return order


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_an_order_is_worked_off_on_the_screen(desk: Desk, open_page: Opener, tmp_path: Path, size: str) -> None:
    order = make_order(desk)
    home = f"/desk/digitisation/{order.id}/"
    shown = open_page(size=size, account=desk.account)
    page = shown.go(home)
    page.locator("[data-checks=volume]").check()
    page.locator("select[name=step]").select_option("taken_out")
    page.locator("select[name=worker]").select_option(label="韩冬")
    page.locator("input[name=minutes]").fill("30")
    page.locator("#steps button[type=submit]").first.click()
    page.wait_for_url("**waits=taken_out")
    ids = list(order.volumes.order_by("place").values_list("id", flat=True))
    worker = order.team.workers.get(name="韩冬").id
    rest = [id_ for place, id_ in enumerate(ids, 1) if place != 4]
    for step, chosen in (("unbound", rest), ("scanned", ids)):
        services.record_step(
            actor=desk.actor, order_id=order.id, volume_ids=chosen, step=step, worker_id=worker, minutes=40
        )
    services.reject_volume(actor=desk.actor, order_id=order.id, volume_id=ids[1], reason="第 12 页裁切过多", pages=2)
    for path, name in ((home, "order"), (f"{home}output/", "output"), ("/desk/digitisation/", "orders"),
                       ("/desk/digitisation/teams/", "teams"), ("/desk/digitisation/new/", "new"),
                       (f"{home}volumes/", "volumes"), (f"{home}acceptance/", "none")):  # fmt: skip
        shown.go(path)
        shown.assert_fits()
        shown.assert_accessible()
        shown.shoot(tmp_path / f"{name}-{size}.png")
    services.record_step(actor=desk.actor, order_id=order.id, volume_ids=[ids[1]], step="scanned", worker_id=worker)
    for step in ("checked", "linked"):
        services.record_step(actor=desk.actor, order_id=order.id, volume_ids=ids, step=step)
    sample = services.draw_sample(actor=desk.actor, order_id=order.id, seed=3)
    for row in sample.volumes.all()[:2]:
        services.judge_volume(actor=desk.actor, sampled_id=row.id, catalogue_right=True, pages=80, wrong_pages=1)
    for path, name in ((f"{home}acceptance/", "acceptance"), (f"{home}protocol/{sample.id}/", "protocol")):
        shown.go(path)
        shown.assert_fits()
        shown.assert_accessible()
        shown.shoot(tmp_path / f"{name}-{size}.png")
    shown.assert_no_refusals()
