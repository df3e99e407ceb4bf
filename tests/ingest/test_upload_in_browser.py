"""Uploading in a real browser: files and a folder, a wrong one taken out, handed over, and the batch seen to its end."""

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, expect

from lantai.ingest import selectors, services
from lantai.ingest.models import Batch
from tests.browser.fixtures import Opener
from tests.ingest.conftest import Desk, Hands, item_states

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, databases=["default", "sealer"]),
]


def _picture(number: int) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((700, 1000), 60 + number).convert("RGB").save(out, "JPEG", quality=92)
    return out.getvalue()


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_files_and_a_folder_are_uploaded_and_taken_in(
    desk: Desk, hands: Hands, open_page: Opener, tmp_path: Path, size: str
) -> None:
    shown = open_page(size=size, account=desk.account)
    page = shown.go("/desk/intake/")
    shown.assert_accessible()
    page.locator("a[href='/desk/intake/new/']").first.click()
    page.locator("input[name=name]").fill("2019 年通知，第 3 盒")
    page.locator("select[name=fonds]").select_option(index=1)
    page.locator("input[name=wants_reading]").uncheck()
    shown.assert_accessible()
    shown.shoot(tmp_path / f"open-{size}.png")
    page.locator("main form [type=submit]").click()
    page.wait_for_selector("[data-drop]")

    folder = tmp_path / "会议记录"
    folder.mkdir()
    for number in (1, 2, 10):
        (folder / f"{number}.jpg").write_bytes(_picture(number))
    page.locator("[data-files]").nth(0).set_input_files(
        [
            FilePayload(name="说明.txt", mimeType="text/plain", buffer="说明".encode()),
            FilePayload(name="放错的.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7"),
        ]
    )
    page.locator("[data-files]").nth(1).set_input_files(folder)
    expect(page.locator(".upload-list li[data-state=arrived]")).to_have_count(5)
    page.locator(".upload-list li", has_text="放错的").locator("[data-take-out]").click()
    expect(page.locator(".upload-list li")).to_have_count(4)
    shown.assert_accessible()
    shown.assert_fits()
    shown.shoot(tmp_path / f"upload-{size}.png")

    page.locator("[data-submit]").click()
    page.wait_for_selector("#batch-progress")
    shown.shoot(tmp_path / f"working-{size}.png")
    hands()
    expect(page.locator(".light-done, [data-state=done]").first).to_be_visible(timeout=10_000)
    page.wait_for_load_state("networkidle")
    shown.assert_accessible()
    shown.assert_fits()
    shown.assert_no_refusals()
    shown.shoot(tmp_path / f"batch-{size}.png")
    batch = Batch.objects.get()
    assert batch.state == Batch.State.FINISHED
    assert item_states(batch) == {"会议记录": "done", "说明.txt": "done"}
    assert batch.handover.sent_files == batch.handover.received_files == 4


def test_a_page_loaded_again_goes_on_with_what_had_arrived(
    desk: Desk, hands: Hands, open_page: Opener, tmp_path: Path
) -> None:
    batch = services.open_upload_batch(
        actor=desk.actor, fonds_id=desk.place.fonds.id, kind="transfer", name="移交", wants_reading=False
    )
    content = b"0123456789" * 1000
    upload = services.begin_upload(actor=desk.actor, batch_id=batch.id, path="长.txt", size_bytes=len(content))
    services.continue_upload(actor=desk.actor, upload_id=upload.id, offset=0, piece=io.BytesIO(content[:4000]))
    shown = open_page(account=desk.account)
    page = shown.go(f"/desk/intake/{batch.id}/")
    expect(page.locator(".upload-list li[data-state=stopped]")).to_have_count(1)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "PUT" else None)
    page.locator("[data-files]").nth(0).set_input_files(
        [FilePayload(name="长.txt", mimeType="text/plain", buffer=content)]
    )
    expect(page.locator(".upload-list li[data-state=arrived]")).to_have_count(1)
    assert [url.rpartition("=")[2] for url in asked] == ["4000"], "only what was missing is sent"
    page.locator("[data-submit]").click()
    page.wait_for_selector("#batch-progress")
    hands()
    assert item_states(batch) == {"长.txt": "done"}
    assert selectors.handover_of(batch).received_bytes == len(content)
