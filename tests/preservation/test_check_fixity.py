"""Every kind of damage in any store is found and healed while one copy is good, manifests included."""

import os
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from lantai.audit.models import LedgerEntry
from lantai.identity.models import Unit
from lantai.kernel import clock, queue
from lantai.kernel.actors import ANONYMOUS
from lantai.kernel.errors import InvalidError, NotPermittedError, UnavailableError
from lantai.kernel.ids import new_id
from lantai.preservation import jobs, selectors
from lantai.preservation.models import ComputerFile, FixityCheck, Manifest, PreservationEvent, StoredCopy
from lantai.preservation.services import (
    FixityProgress,
    ask_for_check,
    check_fixity,
    heal_file,
    sweep_unreferenced,
    write_manifest,
)
from tests.factories.preservation import SYSTEM, files_in, make_file, noise, stored_path, text


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[random.Random(len(content)).randrange(len(content))] ^= 4
    path.write_bytes(bytes(content))


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1)


def lengthen(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def delete(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    path.write_bytes(b"")


SPOIL: list[Callable[[Path], None]] = [flip, cut, lengthen, delete, empty]


@pytest.fixture
def files(archives: Unit) -> list[ComputerFile]:
    kept = [make_file(archives.id, noise(3_000 + n, n)) for n in range(6)] + [make_file(archives.id, text(2_500_000))]
    write_manifest(actor=SYSTEM, subject_kind="record", subject_id=new_id(), body={"title": "通知"})
    return kept


def test_a_sound_store_is_all_good(files: list[ComputerFile]) -> None:
    told: list[FixityProgress] = []
    report = check_fixity(actor=SYSTEM, progress=told.append)
    assert (report.checked, report.healed, report.bad, report.unknown) == (16, 0, 0, 0)
    assert report.bytes == 2 * (sum(f.stored_bytes for f in files) + Manifest.objects.get().stored_bytes)
    assert told[-1].copies_done == told[-1].copies_total == 16
    check = FixityCheck.objects.get()
    assert (check.checked, check.whole) == (16, True)
    assert check.ended_at


@pytest.mark.parametrize("spoil", SPOIL)
@pytest.mark.parametrize("store", ["store-a", "store-b"])
def test_damage_is_found_and_healed(
    files: list[ComputerFile], home: Path, spoil: Callable[[Path], None], store: str
) -> None:
    before = {path: path.read_bytes() for path in files_in(home / store)}
    for path in list(before)[::2]:
        spoil(path)
    report = check_fixity(actor=SYSTEM)
    assert (report.checked, report.healed, report.bad) == (16, 4, 0)
    assert {path: path.read_bytes() for path in files_in(home / store)} == before
    assert LedgerEntry.objects.filter(verb="preservation.heal_copy").count() == 4
    assert check_fixity(actor=SYSTEM).healed == 0


def test_a_copy_that_no_row_tells_of_is_written_down(files: list[ComputerFile]) -> None:
    StoredCopy.objects.filter(file=files[0]).delete()
    assert check_fixity(actor=SYSTEM).healed == 0
    assert [copy.state for copy in selectors.copies_of(files[0].id)] == ["good", "good"]


def test_swapped_files_are_found(files: list[ComputerFile]) -> None:
    one, two = stored_path(files[0]), stored_path(files[1])
    one_bytes, two_bytes = one.read_bytes(), two.read_bytes()
    one.write_bytes(two_bytes)
    two.write_bytes(one_bytes)
    assert check_fixity(actor=SYSTEM).healed == 2
    assert (one.read_bytes(), two.read_bytes()) == (one_bytes, two_bytes)


def test_a_whole_store_is_rebuilt_from_the_other(files: list[ComputerFile], home: Path) -> None:
    import shutil

    shutil.rmtree(home / "store-b")
    report = check_fixity(actor=SYSTEM)
    assert (report.healed, report.bad) == (8, 0)
    assert len(files_in(home / "store-b")) == 8


def test_a_third_store_is_filled(files: list[ComputerFile], home: Path, settings: Settings) -> None:
    settings.LANTAI_STORES = (*settings.LANTAI_STORES, home / "store-c")
    report = check_fixity(actor=SYSTEM)
    assert (report.checked, report.healed, report.bad) == (24, 8, 0)
    assert [copy.store for copy in selectors.copies_of(files[0].id)] == ["store-a", "store-b", "store-c"]


def test_damage_in_every_store_is_bad_and_stays_visible(files: list[ComputerFile]) -> None:
    for store in ("store-a", "store-b"):
        flip(stored_path(files[0], store))
    report = check_fixity(actor=SYSTEM)
    assert (report.healed, report.bad) == (0, 2)
    assert [copy.state for copy in selectors.copies_of(files[0].id)] == ["damaged", "damaged"]
    assert LedgerEntry.objects.filter(verb="preservation.find_bad_copy").count() == 2
    assert {event.facts["fault"] for event in selectors.latest_findings()} == {"wrong_bytes"}


def test_ciphertext_is_checked_and_healed_without_the_master_key(files: list[ComputerFile], home: Path) -> None:
    (home / "secrets" / "master.key").rename(home / "in the safe")
    flip(stored_path(files[0]))
    assert check_fixity(actor=SYSTEM, limit=100).healed == 1


def test_foreign_files_are_counted_and_left_alone(files: list[ComputerFile], home: Path) -> None:
    foreign = home / "store-a" / "objects" / "000"
    foreign.mkdir(exist_ok=True)
    (foreign / "holiday.jpg").write_bytes(b"not ours")
    assert check_fixity(actor=SYSTEM).unknown == 1
    assert (foreign / "holiday.jpg").exists()


def test_slices_take_the_longest_waiting_and_reach_everything(files: list[ComputerFile]) -> None:
    moment = clock.now()
    seen = []
    for day in range(1, 5):
        with clock.held_at(moment + timedelta(days=day)):
            seen.append(check_fixity(actor=SYSTEM, limit=4).checked)
    assert seen == [4, 4, 4, 4]
    assert StoredCopy.objects.filter(checked_at__lte=moment).count() == 0
    assert Manifest.objects.filter(checked_at__lte=moment).count() == 0


def test_a_slice_finds_damage(files: list[ComputerFile]) -> None:
    delete(stored_path(files[2], "store-b"))
    jobs.check_slice()
    assert stored_path(files[2], "store-b").is_file()


def test_reading_falls_over_and_asks_for_healing(files: list[ComputerFile], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, object]] = []
    monkeypatch.setattr(queue, "enqueue", lambda job, **facts: asked.append({"job": job, **facts}))
    for spoil in SPOIL:
        before = stored_path(files[0]).read_bytes()
        for store in ("store-a", "store-b"):
            asked.clear()
            spoil(stored_path(files[0], store))
            for _ in range(2):
                assert selectors.open_file(selectors.file_of(files[0].id)).read() == noise(3_000, 0)
            stored_path(files[0], store).write_bytes(before) if not asked else jobs.heal_file(str(asked[0]["file_id"]))
            assert stored_path(files[0], store).read_bytes() == before
    assert PreservationEvent.objects.filter(kind="replication").count() == len(SPOIL)


def test_heal_file_does_nothing_twice(files: list[ComputerFile]) -> None:
    flip(stored_path(files[0]))
    assert heal_file(actor=SYSTEM, file_id=files[0].id).healed == 1
    assert heal_file(actor=SYSTEM, file_id=files[0].id).healed == 0
    assert heal_file(actor=SYSTEM, file_id=new_id()).checked == 0


def test_no_good_copy_refuses_to_read(files: list[ComputerFile], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "enqueue", lambda job, **facts: None)
    for store in ("store-a", "store-b"):
        stored_path(files[0], store).unlink()
    with pytest.raises(UnavailableError):
        selectors.open_file(selectors.file_of(files[0].id)).read()


def test_only_the_entitled_check(archives: Unit) -> None:
    with pytest.raises(NotPermittedError):
        check_fixity(actor=ANONYMOUS)
    with pytest.raises(NotPermittedError):
        ask_for_check(actor=ANONYMOUS)


def test_sweeping_removes_only_old_left_overs(files: list[ComputerFile], home: Path) -> None:
    orphan = files[0]
    StoredCopy.objects.filter(file=orphan).delete()
    PreservationEvent.objects.filter(file=orphan).delete()
    key = orphan.key
    path = stored_path(orphan)
    ComputerFile.objects.filter(id=orphan.id).delete()
    draft = home / "store-a" / "staging" / "0123"
    draft.write_bytes(b"half")
    foreign = home / "store-b" / "notes.txt"
    foreign.write_bytes(b"not ours")
    assert sweep_unreferenced(actor=SYSTEM).removed == 0
    with clock.held_at(clock.now() + timedelta(days=2)):
        assert check_fixity(actor=SYSTEM).unknown == 3
        report = sweep_unreferenced(actor=SYSTEM)
    assert report.removed == 3
    assert not path.exists()
    assert not draft.exists()
    assert foreign.exists()
    assert not type(key).objects.filter(id=key.id).exists()
    assert check_fixity(actor=SYSTEM).bad == 0
    with pytest.raises(InvalidError):
        sweep_unreferenced(actor=SYSTEM, older_than=timedelta(hours=23))
