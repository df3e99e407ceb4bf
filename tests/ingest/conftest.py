"""A home of its own for each test, an archivist, and hands that work the queued jobs off."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest
from django.db import connection
from pytest_django import Settings

from config.jobs import declared
from lantai.identity.models import Account
from lantai.identity.selectors import actor_for
from lantai.ingest.models import Batch
from lantai.kernel.actors import Actor, system_actor
from lantai.kernel.errors import UnavailableError
from lantai.preservation.services import prepare_keeping
from tests.factories.catalogue import Place, make_account, make_place


class Hands(Protocol):
    """Works queued jobs off and returns their names."""

    def __call__(self, limit: int = 10_000) -> list[str]: ...


@pytest.fixture
def home(tmp_path: Path, settings: Settings) -> Path:
    """An empty installation folder with two stores in force."""
    home = tmp_path / "home"
    (home / "tmp").mkdir(parents=True)
    settings.HOME = home
    settings.LANTAI_STORES = (home / "store-a", home / "store-b")
    return home


@dataclass(frozen=True)
class Desk:
    """Where the test works: a place with its fonds, and the archivist who takes in."""

    place: Place
    account: Account
    actor: Actor
    sent: Path

    def write(self, name: str, data: bytes) -> Path:
        file = self.sent / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        return file


@pytest.fixture
def desk(db: None, home: Path, tmp_path: Path) -> Desk:
    """An archivist of an archives with one fonds, and an empty folder to send from."""
    place = make_place()
    prepare_keeping(actor=system_actor("test"))
    account = make_account(place.archives, level=20, archivist=place.archives)
    sent = tmp_path / "sent"
    sent.mkdir()
    return Desk(place, account, actor_for(account, sitting="x"), sent)


@pytest.fixture
def hands() -> Hands:
    """Work the queued jobs off in this transaction, in order, until none is left or `limit` are; return their names.

    A job that finds something unavailable waits and is tried again, as the queue does.
    """
    functions = {name: function for name, function, _ in declared()}

    def work(limit: int = 10_000) -> list[str]:
        done: list[str] = []
        while len(done) < limit and (job := _next_job()):
            number, name, arguments = job
            done.append(name)
            try:
                functions[name](**arguments)
            except UnavailableError:
                _put_back(number)
        return done

    return work


def _put_back(number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'todo' WHERE id = %s", [number])


def _next_job() -> tuple[int, str, dict[str, Any]] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing' WHERE id = (SELECT min(id) FROM procrastinate_jobs"
            " WHERE status = 'todo' AND task_name ~ '^(ingest|viewing|recognition)') RETURNING id, task_name, args"
        )
        row = cursor.fetchone()
    if row is None:
        return None
    number, name, arguments = row
    return number, name, json.loads(arguments) if isinstance(arguments, str) else arguments


def item_states(batch: Batch) -> dict[str, str]:
    """Return the state of every item by its path."""
    return dict(batch.items.values_list("path", "state"))
