"""Recording: one entry with its act, nothing personal in it, one reading for each sitting."""

import json
import threading
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from lantai.audit import selectors, services
from lantai.audit.models import LedgerEntry
from lantai.audit.rules.entries import COLUMNS, columns_of, read_body
from lantai.kernel.actors import ANONYMOUS, Actor
from lantai.kernel.errors import InvalidError, UnavailableError

from .conftest import HAND

READER = Actor(kind="account", name="王五", id=UUID(int=7), sitting="a-secret-session-key")
RECORD = UUID(int=9)


@pytest.mark.django_db
def test_an_entry_keeps_its_bytes_and_repeats_them_in_columns() -> None:
    made = services.record_act(
        actor=READER, verb="audit.try", target_kind="record", target_id=RECORD, facts={"pages": 3}
    )
    kept = LedgerEntry.objects.get(entry=made.entry)
    body = read_body(bytes(kept.body))
    said = dict(zip(COLUMNS, columns_of(body), strict=True))
    assert said["entry"] == str(kept.entry)
    assert said["target_id"] == str(kept.target_id)
    assert said["actor_id"] == str(kept.actor_id)
    assert body["facts"] == {"pages": 3}
    assert kept.transaction > 0


@pytest.mark.django_db
def test_a_name_never_gets_into_an_entry() -> None:
    entry = services.record_act(actor=READER, verb="audit.try")
    assert "王五" not in bytes(entry.body).decode()
    with pytest.raises(InvalidError):
        services.record_act(actor=READER, verb="audit.try", facts={"name": "王五"})
    assert LedgerEntry.objects.count() == 1


@pytest.mark.django_db
def test_what_is_undone_is_not_recorded() -> None:
    with transaction.atomic():
        services.record_act(actor=HAND, verb="audit.try")
        transaction.set_rollback(True)
    assert not LedgerEntry.objects.exists()


@pytest.mark.django_db
def test_many_acts_are_kept_in_their_order() -> None:
    acts = [services.Act("audit.try", "thing", uuid4(), {"number": n}) for n in range(2500)]
    services.record_acts(actor=HAND, acts=acts)
    kept = [json.loads(bytes(body)) for body in LedgerEntry.objects.order_by("id").values_list("body", flat=True)]
    assert [body["facts"]["number"] for body in kept] == list(range(2500))


@pytest.mark.django_db
def test_whoever_the_owner_speaks_for_is_named_too() -> None:
    speaker = Actor(kind="system", name="owner", on_behalf_of="archivist")
    services.record_act(actor=speaker, verb="audit.try", target_kind="thing", target_id=RECORD)
    named_by_telephone = Actor(kind="system", name="owner", on_behalf_of="13812345678")
    services.record_act(actor=named_by_telephone, verb="audit.try", target_kind="thing", target_id=RECORD)
    hidden, shown = selectors.history_of("thing", RECORD)
    assert shown.on_behalf_of == "archivist"
    assert hidden.on_behalf_of == services.salted_digest("13812345678")


@pytest.mark.django_db
def test_a_reading_is_recorded_once_for_each_reader_record_and_sitting() -> None:
    later = Actor(kind="account", name="王五", id=READER.id, sitting="another-session-key")
    other = Actor(kind="account", name="赵六", id=UUID(int=8), sitting=READER.sitting)
    readings = [
        (READER, RECORD),
        (READER, RECORD),
        (READER, UUID(int=10)),
        (later, RECORD),
        (other, RECORD),
        (ANONYMOUS, RECORD),
    ]
    assert [services.record_reading(actor=who, record_id=what) for who, what in readings] == [
        True, False, True, True, True, True,
    ]  # fmt: skip
    assert LedgerEntry.objects.count() == 5
    everything = b"".join(bytes(body) for body in LedgerEntry.objects.values_list("body", flat=True))
    assert READER.sitting.encode() not in everything


@pytest.mark.usefixtures("ledger")
def test_readers_of_many_tiles_at_once_leave_one_entry() -> None:
    ready = threading.Barrier(8)
    firsts: list[bool] = []

    def read() -> None:
        ready.wait()
        firsts.append(services.record_reading(actor=READER, record_id=RECORD))
        connection.close()

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(firsts) == [False] * 7 + [True]
    assert LedgerEntry.objects.count() == 1


@pytest.mark.django_db
def test_a_salted_digest_needs_the_installations_salt(settings: pytest.FixtureRequest) -> None:
    digest = services.salted_digest("张三")
    assert len(digest) == 64
    assert services.salted_digest("张三") == digest
    settings.LANTAI_LEDGER_SALT = "another"  # type: ignore[attr-defined]
    assert services.salted_digest("张三") != digest
    settings.LANTAI_LEDGER_SALT = ""  # type: ignore[attr-defined]
    with pytest.raises(UnavailableError):
        services.salted_digest("张三")
