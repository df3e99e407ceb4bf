"""A watched folder: what lies still is taken in by itself, once; what is still being written is not."""

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest

from lantai.ingest import selectors, services
from lantai.ingest.models import Batch, HotFolder
from lantai.kernel.clock import held_at, now
from lantai.kernel.errors import InvalidError, NotPermittedError
from tests.factories.catalogue import make_actor
from tests.ingest.conftest import Desk, Hands, item_states

LATER = timedelta(minutes=2)


@pytest.fixture
def watched(desk: Desk) -> HotFolder:
    """The folder that the desk sends from, watched."""
    return services.edit_hot_folder(
        actor=desk.actor, fonds_id=desk.place.fonds.id, path=str(desk.sent), kind="transfer"
    )


@pytest.fixture
def later() -> Iterator[None]:
    """Two minutes from now, when what was just written lies still."""
    with held_at(now() + LATER):
        yield


def test_what_lies_still_is_taken_in_once(desk: Desk, hands: Hands, watched: HotFolder, later: None) -> None:
    desk.write("a.txt", b"1")
    assert services.look_at_hot_folders() == 1
    hands()
    batch = Batch.objects.get()
    assert (item_states(batch), batch.state) == ({"a.txt": "done"}, Batch.State.FINISHED)
    assert (batch.source, batch.intake.kind) == (Batch.Source.HOT_FOLDER, "transfer")
    assert services.look_at_hot_folders() == 0
    desk.write("b.txt", b"2")
    assert services.look_at_hot_folders() == 1
    hands()
    assert item_states(Batch.objects.latest("created_at")) == {"b.txt": "done"}, "only what is new"
    assert (desk.sent / "a.txt").exists(), "nothing is removed"


def test_a_file_that_is_still_being_written_is_left_alone(desk: Desk, hands: Hands, watched: HotFolder) -> None:
    desk.write("a.txt", b"1")
    assert services.look_at_hot_folders() == 0
    with held_at(now() + LATER):
        growing = desk.write("b.txt", b"2")
        dossier = desk.write("案卷/1.jpg", b"not looked at yet")
        for file in (growing, dossier):
            at = (now() - timedelta(seconds=10)).timestamp()
            os.utime(file, (at, at))
        desk.write("案卷/0.jpg", b"a page beside one that is being scanned")
        assert services.look_at_hot_folders() == 1
        hands()
        assert item_states(Batch.objects.get()) == {"a.txt": "done"}


def test_a_returned_file_waits_for_a_person_not_for_the_next_minute(
    desk: Desk, hands: Hands, watched: HotFolder, later: None
) -> None:
    desk.write("空.pdf", b"")
    desk.write("目录.csv", "题名,文件\n甲,空.pdf\n".encode())
    with open(os.path.join(os.fsencode(desk.sent), "旧.txt".encode("gbk")), "wb") as out:  # noqa: PTH118, PTH123
        out.write(b"old")
    (desk.sent / "link").symlink_to("/etc/hostname")
    assert services.look_at_hot_folders() == 1
    hands()
    assert item_states(Batch.objects.get()) == {"空.pdf": "failed", "旧.txt": "done", "link": "failed"}
    assert services.look_at_hot_folders() == 0
    (desk.sent / "空.pdf").write_bytes(b"%PDF")
    assert services.look_at_hot_folders() == 1, "mended, it is news"


def test_nothing_is_begun_while_the_last_batch_is_under_way(
    desk: Desk, hands: Hands, watched: HotFolder, later: None
) -> None:
    desk.write("a.txt", b"1")
    services.look_at_hot_folders()
    desk.write("b.txt", b"2")
    assert services.look_at_hot_folders() == 0
    hands()
    assert services.look_at_hot_folders() == 1


def test_a_folder_that_has_gone_is_said_to_be(desk: Desk, watched: HotFolder, later: None) -> None:
    desk.sent.rmdir()
    assert services.look_at_hot_folders() == 0
    watched.refresh_from_db()
    assert str(desk.sent) in selectors.told(watched)
    desk.sent.mkdir()
    services.look_at_hot_folders()
    watched.refresh_from_db()
    assert selectors.told(watched) == ""


def test_a_folder_is_watched_by_who_takes_in_and_only_while_it_is(desk: Desk, watched: HotFolder, later: None) -> None:
    with pytest.raises(NotPermittedError):
        services.edit_hot_folder(
            actor=make_actor(desk.place.archives), fonds_id=desk.place.fonds.id, path=str(desk.sent)
        )
    with pytest.raises(InvalidError, match="no folder"):
        services.edit_hot_folder(actor=desk.actor, fonds_id=desk.place.fonds.id, path="nowhere")
    services.edit_hot_folder(actor=desk.actor, fonds_id=desk.place.fonds.id, path=str(desk.sent), is_active=False)
    desk.write("a.txt", b"1")
    assert services.look_at_hot_folders() == 0
