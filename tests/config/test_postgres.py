"""The embedded server: made, stopped by the last to leave, and brought from one major release to the next."""

import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest

from config import postgres
from config.secrets import make_secrets


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    home = tmp_path / "home"
    home.mkdir()
    yield home
    place = postgres.layout(home)
    postgres.stop(place)
    shutil.rmtree(place.data.parent)


def _link(place: postgres.Layout) -> psycopg.Connection[Any]:
    password = make_secrets(place.home)["superuser"]
    return psycopg.connect(host=str(place.sockets), user="postgres", password=password, dbname="postgres")


def _ask(place: postgres.Layout, question: LiteralString) -> object:
    with _link(place) as link:
        row = link.execute(question).fetchone()
        return row[0] if row else None


@pytest.mark.slow
def test_an_older_cluster_steps_to_the_newest_release_with_its_rows(home: Path) -> None:
    newest = postgres.newest_release()
    older = postgres.layout(home, min(postgres._releases(postgres._package())))
    postgres.start(older)
    _ask(older, "SELECT 1")
    with _link(older) as link:
        link.execute("CREATE TABLE kept AS SELECT 42 AS n")
    assert postgres.layout(home).binaries == older.binaries, "data is served by the release that wrote it"
    assert postgres.step_to_newest(home) == newest
    place = postgres.layout(home)
    assert postgres.data_release(place.data) == newest
    assert _ask(place, "SELECT n FROM kept") == 42
    assert _ask(place, "SHOW data_checksums") == "on"
    assert postgres.step_to_newest(home) is None


@pytest.mark.slow
def test_a_step_can_be_taken_back_and_one_that_was_killed_is_finished(home: Path) -> None:
    release = min(postgres._releases(postgres._package()))
    older = postgres.layout(home, release)
    postgres.start(older)
    with _link(older) as link:
        link.execute("CREATE TABLE kept AS SELECT 42 AS n")
    postgres.step_to_newest(home)
    with _link(postgres.layout(home)) as link:
        link.execute("UPDATE kept SET n = 43")
    postgres.step_back(home, release)
    assert postgres.data_release(older.data) == release
    assert _ask(postgres.layout(home), "SELECT n FROM kept") == 42

    postgres.step_to_newest(home)
    place = postgres.layout(home)
    postgres.stop(place)
    place.data.rename(place.data.with_name("data.next"))
    postgres.start(place)
    assert _ask(place, "SELECT n FROM kept") == 42


@pytest.mark.slow
def test_a_killed_server_is_seen_dead_and_starts_again(home: Path) -> None:
    place = postgres.layout(home)
    postgres.start(place)
    assert postgres.is_alive(place)
    pid = int((place.data / "postmaster.pid").read_text().split("\n", 1)[0])
    os.kill(pid, signal.SIGKILL)
    limit = time.monotonic() + 10
    while postgres.is_alive(place) and time.monotonic() < limit:
        time.sleep(0.01)
    assert not postgres.is_alive(place)
    postgres.start(place)
    assert postgres.is_alive(place)
    assert _ask(place, "SELECT 1") == 1
