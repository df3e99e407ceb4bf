"""A store that fills up or turns read-only in the middle of a batch: nothing acknowledged is missing, and it goes on when mended."""

import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from pytest_django import Settings

from lantai.ingest import selectors, services
from lantai.ingest.models import Batch, IntakeFile, IntakeItem
from lantai.ingest.services import receive
from lantai.kernel.actors import system_actor
from lantai.preservation.selectors import open_file
from lantai.preservation.services import check_fixity
from tests.ingest.conftest import Desk, Hands

FILES = 12
FILE_BYTES = 300_000


@pytest.fixture
def small_store(home: Path, settings: Settings) -> Iterator[Path]:
    """The second store on a disk of its own of 2 MB, in force."""
    folder = home / "store-b"
    folder.mkdir(exist_ok=True)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], capture_output=True).returncode:
        pytest.skip("this account may not mount a disk")
    settings.LANTAI_STORES = (home / "store-a", folder)
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def _remount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", folder], check=True)


@pytest.fixture
def batch(small_store: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Batch:
    """A batch of more than the small store holds, to be stored in slices of two files."""
    monkeypatch.setattr(receive, "BYTES_A_STORE_SLICE", 2 * FILE_BYTES)
    chance = random.Random(1)
    for number in range(FILES):
        desk.write(f"{number:02d}.bin", chance.randbytes(FILE_BYTES))
    return services.take_in_folder(
        actor=desk.actor, fonds_id=desk.place.fonds.id, folder=desk.sent, wants_reading=False
    )


def _assert_nothing_acknowledged_is_missing(desk: Desk, batch: Batch) -> int:
    kept = IntakeFile.objects.filter(item__batch=batch, computer_file__isnull=False)
    for file in kept:
        assert file.computer_file is not None
        with open_file(file.computer_file) as stream:
            assert stream.read() == (desk.sent / file.path).read_bytes()
    assert check_fixity(actor=system_actor("test")).bad == 0
    assert selectors.handover_of(batch).received_files == kept.count()
    return kept.count()


def _assert_completed_by_a_retry(desk: Desk, batch: Batch, hands: Hands) -> None:
    assert services.retry_items(actor=desk.actor, batch_id=batch.id) > 0
    hands()
    batch.refresh_from_db()
    handover = selectors.handover_of(batch)
    assert batch.state == Batch.State.FINISHED
    assert handover.sent_files == handover.received_files == FILES
    assert handover.sent_bytes == handover.received_bytes
    assert set(batch.items.values_list("state", flat=True)) == {IntakeItem.State.DONE}
    assert _assert_nothing_acknowledged_is_missing(desk, batch) == FILES


def _words(batch: Batch) -> set[str]:
    with translation.override("en"):
        return {selectors.told(item) for item in batch.items.filter(state=IntakeItem.State.FAILED)}


def test_a_full_store_is_named_and_the_rest_waits_for_room(
    desk: Desk, batch: Batch, hands: Hands, small_store: Path
) -> None:
    hands()
    batch.refresh_from_db()
    assert batch.state == Batch.State.FINISHED, "a batch does not hang on a full disk"
    assert 0 < _assert_nothing_acknowledged_is_missing(desk, batch) < FILES
    (words,) = _words(batch)
    assert "store-b" in words
    assert "Make room" in words
    _remount(small_store, "size=64m")
    _assert_completed_by_a_retry(desk, batch, hands)


def test_a_store_that_turns_read_only_is_named_and_the_rest_waits_for_repair(
    desk: Desk, batch: Batch, hands: Hands, small_store: Path
) -> None:
    _remount(small_store, "size=64m")
    hands(limit=3)
    _remount(small_store, "ro")
    hands()
    batch.refresh_from_db()
    assert batch.state == Batch.State.FINISHED
    assert 0 < _assert_nothing_acknowledged_is_missing(desk, batch) < FILES
    (words,) = _words(batch)
    assert "store-b" in words
    assert "read-only" in words
    _remount(small_store, "rw")
    _assert_completed_by_a_retry(desk, batch, hands)


def test_what_a_batch_waits_for_is_said_before_it_is_given_up(
    desk: Desk, batch: Batch, hands: Hands, small_store: Path
) -> None:
    _remount(small_store, "ro")
    hands(limit=1)
    waiting = batch.items.filter(state=IntakeItem.State.WAITING).exclude(error_code="")
    assert waiting.exists()
    assert all("store-b" in selectors.told(item) for item in waiting)
    _remount(small_store, "rw,size=64m")
    hands()
    assert set(batch.items.values_list("state", "error_code")) == {(IntakeItem.State.DONE.value, "")}
