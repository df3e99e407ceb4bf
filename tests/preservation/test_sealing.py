"""A sealed file opens to the same bytes from any place in it, and every kind of damage is noticed."""

import functools
import io
import random
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantai.kernel.errors import UnavailableError
from lantai.kernel.ids import new_id
from lantai.preservation.adapters.key_files import (
    MasterKeys,
    StoredNames,
    add_master_key,
    make_master_keys,
    make_stored_names,
    read_master_keys,
)
from lantai.preservation.adapters.reading import Copy, SealedReader
from lantai.preservation.adapters.sealing import Opener, open_whole, seal_whole
from lantai.preservation.adapters.streaming import read_fully
from lantai.preservation.rules.container import BLOCK_BYTES, HEADER_BYTES, TAG_BYTES, DamagedError, read_header

SIZES = [0, 1, 15, 4096, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 2 * BLOCK_BYTES, 3 * BLOCK_BYTES + 17]


def noise(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def text(size: int) -> bytes:
    return ("档案馆藏目录第一号 " * (size // 20 + 1)).encode()[:size]


@pytest.fixture(scope="module")
def masters(tmp_path_factory: pytest.TempPathFactory) -> MasterKeys:
    return make_master_keys(tmp_path_factory.mktemp("secrets") / "master.key")


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> StoredNames:
    return make_stored_names(tmp_path_factory.mktemp("secrets") / "names.key")


def reader(masters: MasterKeys, *sealed: bytes) -> tuple[SealedReader, list[tuple[str, str]]]:
    header = read_header(sealed[-1])
    key = masters.unwrap(header.master_id, header.wrapped_key, header.file_id)
    faults: list[tuple[str, str]] = []
    copies = [Copy(f"store-{n}", functools.partial(io.BytesIO, content)) for n, content in enumerate(sealed)]
    return SealedReader(copies, Opener(header, key), len(sealed[-1]), lambda s, r: faults.append((s, r))), faults


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("make", [noise, text])
def test_every_size_comes_back(masters: MasterKeys, size: int, make: object) -> None:
    content = make(size)  # type: ignore[operator]
    header, sealed = seal_whole(masters, new_id(), content)
    assert open_whole(masters, header, sealed) == content
    opened, faults = reader(masters, sealed)
    assert opened.read() == content
    assert faults == []


def test_compresses_only_what_shrinks(masters: MasterKeys) -> None:
    assert seal_whole(masters, new_id(), noise(50_000))[0].codec == "plain"
    header, sealed = seal_whole(masters, new_id(), text(50_000))
    assert header.codec == "zstd"
    assert len(sealed) < 5_000


def test_sealed_bytes_show_nothing_and_never_repeat(masters: MasterKeys) -> None:
    content = noise(4096)
    one, two = (seal_whole(masters, new_id(), content)[1] for _ in range(2))
    assert one[HEADER_BYTES:] != two[HEADER_BYTES:]
    assert content[:16] not in one


@settings(max_examples=60, deadline=None)
@given(data=st.data(), compressed=st.booleans())
def test_seeking_is_like_a_plain_file(masters: MasterKeys, data: st.DataObject, compressed: bool) -> None:
    content = (text if compressed else noise)(2 * BLOCK_BYTES + 777)
    opened, _faults = reader(masters, seal_whole(masters, new_id(), content)[1])
    plain = io.BytesIO(content)
    moves = st.tuples(st.integers(-10, len(content) + 10), st.integers(0, BLOCK_BYTES + 100))
    for place, length in data.draw(st.lists(moves, min_size=1, max_size=6)):
        whence = io.SEEK_END if place < 0 else io.SEEK_SET
        assert opened.seek(place, whence) == plain.seek(place, whence)
        assert read_fully(opened, length) == plain.read(length)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), compressed=st.booleans())
def test_any_flipped_bit_in_the_blocks_is_noticed(masters: MasterKeys, data: st.DataObject, compressed: bool) -> None:
    content = (text if compressed else noise)(70_000)
    header, sealed = seal_whole(masters, new_id(), content)
    place = data.draw(st.integers(HEADER_BYTES, len(sealed) - 1))
    bit = data.draw(st.integers(0, 7))
    flipped = bytearray(sealed)
    flipped[place] ^= 1 << bit
    with pytest.raises(DamagedError):
        open_whole(masters, header, bytes(flipped))


@pytest.mark.parametrize("make", [noise, text])
def test_cut_swapped_and_foreign_blocks_are_noticed(masters: MasterKeys, make: object) -> None:
    content = make(3 * BLOCK_BYTES)  # type: ignore[operator]
    header, sealed = seal_whole(masters, new_id(), content)
    block = BLOCK_BYTES + TAG_BYTES
    spoiled = [sealed[:-1], sealed[:-block], sealed[: HEADER_BYTES + 5], sealed + b"x", sealed[:HEADER_BYTES]]
    if header.codec == "plain":
        a, b = sealed[HEADER_BYTES : HEADER_BYTES + block], sealed[HEADER_BYTES + block : HEADER_BYTES + 2 * block]
        spoiled.append(sealed[:HEADER_BYTES] + b + a + sealed[HEADER_BYTES + 2 * block :])
    spoiled.append(seal_whole(masters, new_id(), content)[1])
    for bad in spoiled:
        with pytest.raises(DamagedError):
            open_whole(masters, header, bad)


def test_reader_falls_over_to_the_good_copy(masters: MasterKeys) -> None:
    content = noise(3 * BLOCK_BYTES)
    _header, sealed = seal_whole(masters, new_id(), content)
    bad = bytearray(sealed)
    bad[HEADER_BYTES + BLOCK_BYTES + 100] ^= 1
    opened, faults = reader(masters, bytes(bad), sealed)
    assert opened.read() == content
    assert [store for store, _reason in faults] == ["store-0"]


def test_reader_without_a_good_copy_refuses(masters: MasterKeys) -> None:
    _header, sealed = seal_whole(masters, new_id(), noise(1000))
    bad = sealed[:-1] + bytes([sealed[-1] ^ 1])
    opened, _faults = reader(masters, bad, bad)
    with pytest.raises(UnavailableError):
        opened.read()


def test_a_new_master_key_opens_what_the_old_one_wrapped(tmp_path: Path) -> None:
    file = tmp_path / "secrets" / "master.key"
    before = make_master_keys(file)
    header, sealed = seal_whole(before, new_id(), b"kept")
    after = add_master_key(file)
    assert after.current != before.current
    assert open_whole(after, header, sealed) == b"kept"
    assert file.stat().st_mode & 0o777 == 0o600
    other = make_master_keys(tmp_path / "other" / "master.key")
    with pytest.raises(UnavailableError):
        open_whole(other, header, sealed)


def test_a_key_opens_only_its_own_file(masters: MasterKeys) -> None:
    header, _sealed = seal_whole(masters, new_id(), b"x")
    with pytest.raises(DamagedError):
        masters.unwrap(header.master_id, header.wrapped_key, new_id())


def test_no_master_key_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match=r"master\.key"):
        read_master_keys(tmp_path / "master.key")


@settings(max_examples=200)
@given(st.uuids())
def test_stored_names_tell_only_us_the_file(names: StoredNames, file_id: UUID) -> None:
    name = names.name_of(file_id)
    assert names.id_of(name) == file_id
    assert file_id.hex not in name
    assert names.id_of(name[:-1] + ("0" if name[-1] != "0" else "1")) != file_id
    assert names.id_of("readme.txt") is None
