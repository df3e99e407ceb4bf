"""A stored file lies in every store, sealed, once for equal content, and comes back bit for bit."""

import errno
import io
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from lantai.audit.models import LedgerEntry
from lantai.identity.models import RoleGrant, Unit
from lantai.kernel.actors import Actor, RoleAt
from lantai.kernel.errors import InvalidError, NotPermittedError, UnavailableError
from lantai.kernel.ids import new_id
from lantai.preservation import selectors
from lantai.preservation.models import ComputerFile, Key, StoredCopy
from lantai.preservation.rules.container import BLOCK_BYTES
from lantai.preservation.selectors import installation
from lantai.preservation.services import add_master_key, prepare_keeping, store_file, store_files, storing
from tests.factories.preservation import SYSTEM, files_in, make_archives, make_file, noise, stored_path, text
from tests.fakes.failing_store import FailingStore

LARGE = storing.WHOLE_UP_TO_BYTES + 1


@pytest.mark.parametrize(
    "size", [0, 1, BLOCK_BYTES, BLOCK_BYTES + 1, LARGE - 1, LARGE, 5 * BLOCK_BYTES, 5 * BLOCK_BYTES + 3]
)
@pytest.mark.parametrize("make", [noise, text])
def test_every_size_comes_back(archives: Unit, size: int, make: object) -> None:
    content = make(size)  # type: ignore[operator]
    file = make_file(archives.id, content)
    assert (file.size_bytes, file.archives_id, file.level) == (size, archives.id, 0)
    with selectors.open_file(selectors.file_of(file.id)) as opened:
        assert opened.read() == content
        opened.seek(size // 2)
        assert opened.read() == content[size // 2 :]
    assert stored_path(file, "store-a").read_bytes() == stored_path(file, "store-b").read_bytes()
    assert stored_path(file).stat().st_size == file.stored_bytes
    assert [copy.state for copy in selectors.copies_of(file.id)] == ["good", "good"]
    assert [event.kind for event in selectors.events_of(file.id)] == ["ingestion"]


def test_text_is_compressed_and_scans_are_not(archives: Unit) -> None:
    assert make_file(archives.id, text(300_000)).codec == "zstd"
    assert make_file(archives.id, text(3 * LARGE)).stored_bytes < LARGE
    assert make_file(archives.id, noise(300_000)).codec == "plain"


@pytest.mark.parametrize("size", [5_000, LARGE + 5])
def test_equal_content_is_kept_once_for_an_archives_and_level(archives: Unit, home: Path, size: int) -> None:
    content = noise(size)
    first = make_file(archives.id, content)
    assert make_file(archives.id, content, name="同一件.jpg").id == first.id
    assert len(files_in(home / "store-a")) == 1
    other_level = make_file(archives.id, content, level=20)
    other_archives = make_file(make_archives("区档案馆").id, content)
    assert len({first.id, other_level.id, other_archives.id}) == 3
    assert len(files_in(home / "store-a")) == len(files_in(home / "store-b")) == Key.objects.count() == 3


def test_nothing_of_the_content_or_the_name_lies_open(archives: Unit, home: Path) -> None:
    make_file(archives.id, b"the secret of the harbour" * 50, name="harbour.txt")
    for path in files_in(home / "store-a"):
        assert b"harbour" not in path.read_bytes()
        assert "harbour" not in str(path.relative_to(home))


def test_files_keep_their_order_doubles_included(archives: Unit, tmp_path: Path) -> None:
    contents = [noise(100 + n % 40, n % 40) for n in range(600)] + [noise(LARGE, 7), b"", noise(100, 0)]
    sources = []
    for number, content in enumerate(contents):
        path = tmp_path / f"{number}.jpg"
        path.write_bytes(content)
        sources.append((path.name, path))
    files = store_files(actor=SYSTEM, archives_id=archives.id, level=10, sources=iter(sources))
    assert [file.size_bytes for file in files] == [len(content) for content in contents]
    for file, content in list(zip(files, contents, strict=True))[::97]:
        assert selectors.open_file(selectors.file_of(file.id)).read() == content
    assert ComputerFile.objects.count() == 42
    assert StoredCopy.objects.count() == 84
    assert {file.media_type for file in files} == {"image/jpeg"}
    again = store_files(actor=SYSTEM, archives_id=archives.id, level=10, sources=sources)
    assert [file.id for file in again] == [file.id for file in files]


def test_a_group_costs_few_queries_and_one_entry(
    archives: Unit, tmp_path: Path, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    sources = []
    for number in range(200):
        path = tmp_path / f"{number}.tif"
        path.write_bytes(noise(50, number))
        sources.append((path.name, path))
    prepare_keeping(actor=SYSTEM)
    before = LedgerEntry.objects.count()
    with django_assert_max_num_queries(10):
        store_files(actor=SYSTEM, archives_id=archives.id, level=0, sources=sources)
    assert LedgerEntry.objects.count() == before + 1
    entry = LedgerEntry.objects.latest("entry")
    assert json.loads(bytes(entry.body))["facts"]["files"] == 200


@pytest.mark.parametrize("size", [1_000, LARGE])
@pytest.mark.parametrize(
    ("number", "code"), [(errno.EROFS, "store_read_only"), (errno.ENOSPC, "store_full"), (errno.EIO, "store_failed")]
)
def test_a_failing_store_refuses_the_whole_file(
    archives: Unit, home: Path, monkeypatch: pytest.MonkeyPatch, size: int, number: int, code: str
) -> None:
    prepare_keeping(actor=SYSTEM)
    real = installation.store_at
    bad = FailingStore("store-b", home / "store-b", number=number)
    monkeypatch.setattr(
        "lantai.preservation.services.preparing.store_at",
        lambda name, folder: bad if name == "store-b" else real(name, folder),
    )
    with pytest.raises(UnavailableError) as refusal:
        make_file(archives.id, noise(size))
    assert refusal.value.code == f"preservation.{code}"
    assert "store-b" in str(refusal.value)
    assert ComputerFile.objects.count() == Key.objects.count() == StoredCopy.objects.count() == 0
    monkeypatch.undo()
    assert make_file(archives.id, noise(size)).size_bytes == size


def mounted(*words: str) -> None:
    if subprocess.run(["mount", *words], capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")


@pytest.fixture
def small_store_b(archives: Unit, home: Path) -> Iterator[Path]:
    """Store-b on a real disk of its own, of 6 MiB."""
    place = home / "store-b"
    place.mkdir()
    mounted("-t", "tmpfs", "-o", "size=6m", "tmpfs", str(place))
    yield place
    subprocess.run(["umount", "-q", "-l", str(place)], check=False)


def test_a_disk_that_fills_in_the_middle_of_a_file(archives: Unit, home: Path, small_store_b: Path) -> None:
    make_file(archives.id, noise(1000))
    with pytest.raises(UnavailableError) as refusal:
        make_file(archives.id, noise(3 * LARGE))
    assert refusal.value.code == "preservation.store_full"
    assert refusal.value.facts["store"] == "store-b"
    assert ComputerFile.objects.count() == len(files_in(home / "store-a")) == len(files_in(small_store_b)) == 1
    assert make_file(archives.id, noise(2000)).size_bytes == 2000


def test_a_disk_turned_read_only_or_unmounted(archives: Unit, small_store_b: Path) -> None:
    file = make_file(archives.id, noise(1000))
    mounted("-o", "remount,ro", str(small_store_b))
    for size in (500, LARGE):
        with pytest.raises(UnavailableError) as refusal:
            make_file(archives.id, noise(size, 5))
        assert refusal.value.code == "preservation.store_read_only"
    assert selectors.open_file(selectors.file_of(file.id)).read() == noise(1000)
    subprocess.run(["umount", str(small_store_b)], check=True)
    with pytest.raises(UnavailableError) as refusal:
        make_file(archives.id, noise(500, 6))
    assert refusal.value.code == "preservation.store_unmounted"
    assert files_in(small_store_b) == []
    assert ComputerFile.objects.count() == 1


def test_a_batch_keeps_what_was_acknowledged_before_a_store_failed(
    archives: Unit, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "GROUP_FILES", 10)
    sources = []
    for number in range(40):
        path = tmp_path / f"{number}.jpg"
        path.write_bytes(noise(500, number))
        sources.append((path.name, path))
    prepare_keeping(actor=SYSTEM)
    real = installation.store_at
    bad = FailingStore("store-b", home / "store-b", healthy_puts=2)
    with monkeypatch.context() as patch:
        patch.setattr(
            "lantai.preservation.services.preparing.store_at",
            lambda name, folder: bad if name == "store-b" else real(name, folder),
        )
        with pytest.raises(UnavailableError):
            store_files(actor=SYSTEM, archives_id=archives.id, level=0, sources=sources)
    assert ComputerFile.objects.count() == 20
    assert all(
        stored_path(file, store).is_file() for file in ComputerFile.objects.all() for store in ("store-a", "store-b")
    )
    assert len(store_files(actor=SYSTEM, archives_id=archives.id, level=0, sources=sources)) == 40
    assert ComputerFile.objects.count() == 40


def test_two_stores_need_two_names(archives: Unit, home: Path, settings: Settings) -> None:
    settings.LANTAI_STORES = (home / "one" / "store", home / "two" / "store")
    with pytest.raises(InvalidError):
        make_file(archives.id, b"x")


def test_a_vanished_store_is_named(archives: Unit, home: Path) -> None:
    make_file(archives.id, b"before")
    (home / "store-b").rename(home / "unplugged")
    with pytest.raises(UnavailableError, match="store-b"):
        make_file(archives.id, b"after")
    assert not (home / "store-b").exists()


def test_a_source_that_cannot_be_read_is_named(archives: Unit, tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match=r"gone\.jpg"):
        store_files(actor=SYSTEM, archives_id=archives.id, level=0, sources=[("gone.jpg", tmp_path / "gone.jpg")])


def test_storing_needs_a_role_at_the_archives(archives: Unit) -> None:
    def actor(role: str, unit: Unit) -> Actor:
        return Actor(kind="account", name="somebody", id=new_id(), roles=(RoleAt(role, unit.id, unit.path),))

    for refused in (actor("sysadmin", archives), actor("archivist", make_archives("区档案馆"))):
        with pytest.raises(NotPermittedError):
            store_file(actor=refused, source=io.BytesIO(b"x"), name="x", archives_id=archives.id)
    file = store_file(actor=actor("archivist", archives), source=io.BytesIO(b"x"), name="x", archives_id=archives.id)
    assert file.size_bytes == 1
    assert RoleGrant.objects.count() == 0


def test_keys_are_made_once_and_never_remade_over_files(archives: Unit, home: Path) -> None:
    make_file(archives.id, b"kept")
    for name in ("master.key", "names.key", "manifest.key"):
        assert (home / "secrets" / name).stat().st_mode & 0o777 == 0o600
    (home / "secrets" / "master.key").rename(home / "in the safe")
    with pytest.raises(UnavailableError, match=r"master\.key"):
        make_file(archives.id, b"more")
    with pytest.raises(UnavailableError, match=r"master\.key"):
        prepare_keeping(actor=SYSTEM)
    with pytest.raises(UnavailableError, match=r"master\.key"):
        selectors.open_file(selectors.file_of(ComputerFile.objects.get().id))
    (home / "in the safe").rename(home / "secrets" / "master.key")
    assert make_file(archives.id, b"more").size_bytes == 4


def test_a_new_master_key_wraps_every_file_key(archives: Unit) -> None:
    files = [make_file(archives.id, noise(100, n)) for n in range(5)]
    before = [stored_path(file).read_bytes() for file in files]
    assert add_master_key(actor=SYSTEM) == 5
    assert set(Key.objects.values_list("master", flat=True)) == {installation.master_keys().current}
    assert [stored_path(file).read_bytes() for file in files] == before
    for number, file in enumerate(files):
        assert selectors.open_file(selectors.file_of(file.id)).read() == noise(100, number)


@pytest.mark.slow
def test_a_large_file_passes_in_constant_memory(archives: Unit, tmp_path: Path) -> None:
    """300 MB through and back; the peak of this process may grow by a few blocks, not by the file."""
    import resource

    source = tmp_path / "large.tif"
    with source.open("wb") as file:
        for block in range(75):
            file.write(noise(1 << 20, block))
        file.truncate(300_000_000)
    make_file(archives.id, noise(LARGE))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with source.open("rb") as opened:
        kept = store_file(actor=SYSTEM, source=opened, name="large.tif", archives_id=archives.id)
    with selectors.open_file(selectors.file_of(kept.id)) as opened, source.open("rb") as plain:
        while piece := plain.read(1 << 20):
            assert opened.read(1 << 20) == piece
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000
