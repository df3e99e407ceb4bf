"""The conformance tests of a store, on a local disk: durable, never replacing, clear about every failure."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from lantai.kernel.errors import ConflictError, NotFoundError, UnavailableError
from lantai.preservation.adapters.disk import STAGING, DiskStore
from lantai.preservation.adapters.stores import Blob


@pytest.fixture
def store(tmp_path: Path) -> DiskStore:
    (tmp_path / "store-a").mkdir()
    return DiskStore("store-a", tmp_path / "store-a")


def names(store: DiskStore) -> set[str]:
    return {found.path for found in store.walk()}


@pytest.mark.parametrize("count", [1, 3, 40])
def test_puts_a_batch(store: DiskStore, count: int) -> None:
    blobs = [Blob(f"objects/{n % 3:03x}/{n:032x}", bytes([n]) * (n * 1000)) for n in range(count)]
    store.put(blobs)
    assert names(store) == {blob.path for blob in blobs}
    for blob in blobs:
        with store.open(blob.path) as file:
            assert file.read() == blob.content


def test_never_replaces(store: DiskStore) -> None:
    store.put([Blob("objects/0/a", b"first")])
    with pytest.raises(ConflictError):
        store.put([Blob("objects/0/a", b"second")])
    with store.open("objects/0/a") as file:
        assert file.read() == b"first"
    assert names(store) == {"objects/0/a"}


def test_receives_a_stream_and_heals_by_replacing(store: DiskStore) -> None:
    store.put([Blob("objects/0/a", b"bad")])
    receiving = store.receive("objects/0/a")
    receiving.write(b"go")
    receiving.write(b"od")
    receiving.keep(replace=True)
    with store.open("objects/0/a") as file:
        assert file.read() == b"good"


def test_a_dropped_stream_leaves_nothing(store: DiskStore) -> None:
    receiving = store.receive("objects/0/a")
    receiving.write(b"half")
    assert [found.path.partition("/")[0] for found in store.walk()] == [STAGING]
    receiving.drop()
    assert names(store) == set()


def test_missing_file_and_missing_store_are_told_apart(store: DiskStore) -> None:
    with pytest.raises(NotFoundError):
        store.open("objects/0/none")
    store.remove("objects/0/none")
    store.root.rename(store.root.with_name("away"))
    with pytest.raises(UnavailableError) as refusal:
        store.put([Blob("objects/0/a", b"x")])
    assert refusal.value.code == "preservation.store_gone"
    assert not store.root.exists()


def test_reads_back_what_the_disk_really_holds(store: DiskStore, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda file, content: real(file, bytes(content[:-1]) + b"?"))
    with pytest.raises(UnavailableError):
        store.put([Blob("objects/0/a", b"truth")])


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 2 MiB; mounting needs root."""
    place = tmp_path / "small"
    place.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)], capture_output=True)
    if done.returncode:
        pytest.skip("mounting is not allowed here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_is_told_and_leaves_nothing(small_disk: Path) -> None:
    store = DiskStore("store-b", small_disk)
    for put in (_batch_of_megabytes, _stream_of_megabytes):
        with pytest.raises(UnavailableError) as refusal:
            put(store)
        assert refusal.value.code == "preservation.store_full"
        assert refusal.value.facts["store"] == "store-b"
        assert names(store) == set()
    store.put([Blob("objects/0/a", b"there is room again")])


def _batch_of_megabytes(store: DiskStore) -> None:
    store.put([Blob(f"objects/0/{n}", bytes(400_000)) for n in range(8)])


def _stream_of_megabytes(store: DiskStore) -> None:
    receiving = store.receive("objects/0/big")
    try:
        for _ in range(4):
            receiving.write(bytes(1 << 20))
        receiving.keep()
    finally:
        receiving.drop()


def test_a_disk_turned_read_only_is_told(small_disk: Path) -> None:
    store = DiskStore("store-b", small_disk)
    store.put([Blob("objects/0/a", b"before")])
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(UnavailableError) as refusal:
        store.put([Blob("objects/0/b", b"after")])
    assert refusal.value.code == "preservation.store_read_only"
    with store.open("objects/0/a") as file:
        assert file.read() == b"before"
