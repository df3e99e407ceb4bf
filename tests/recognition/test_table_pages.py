"""Tables of a record: kept when it is read, shown and edited by those who may, never overwritten, taken away."""

import io
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from openpyxl import load_workbook
from pytest_django import Settings

from lantai.audit.models import LedgerEntry
from lantai.catalogue.models import Page, Record
from lantai.identity.models import Account
from lantai.kernel.errors import ConflictError, NotFoundError, NotPermittedError
from lantai.packages.services import export_code
from lantai.recognition.models import PageTable, TableVersion
from lantai.recognition.rules.page_read import PageRead
from lantai.recognition.rules.tables.shapes import Table
from lantai.recognition.selectors.tables import present_tables, table_for, tables_of
from lantai.recognition.services.tables import edit_table, join_tables, keep_tables, restore_table
from tests.factories.catalogue import Place, make_account, make_actor, make_place, make_record
from tests.factories.recognition import (
    READER,
    TABLE_ROWS,
    as_file,
    make_layout,
    make_pages,
    make_picture,
    make_table,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Place:
    return make_place()


def keep(page_id: UUID, *tables: Table, engine: str = "reader/1") -> None:
    keep_tables(READER, Page.objects.get(id=page_id), PageRead(make_layout(()), engine, tables=tables))


def make_case(place: Place, pages: int = 1, **values: Any) -> tuple[Record, list[UUID]]:
    """Return a record whose pages each hold the one table of the factory."""
    record = make_record(place.fonds, **values)
    ids: list[UUID] = []
    for number in range(pages):
        picture = make_picture(((f"第{number}页", 200, 200, 40),), size=(1240, 1754))
        ids += make_pages(record, as_file(picture).getvalue(), f"{number}.png")
    for page_id in ids:
        keep(page_id, make_table())
    join_tables(READER, record.id)
    return record, ids


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def archivist(place: Place) -> Client:
    return signed_in(make_account(place.archives, level=20, archivist=place.archives))


def change(client: Client, table_id: UUID, **asked: Any) -> Any:
    return client.post(f"/desk/tables/{table_id}/change/", json.dumps(asked), content_type="application/json")


def test_a_table_is_shown_beside_its_picture(place: Place) -> None:
    record, (page_id,) = make_case(place)
    page = archivist(place).get(f"/desk/records/{record.id}/tables/").content.decode()
    assert "150102199001011234" in page
    assert f"/iiif/image/{page_id}/176,276,1008,228/" in page
    assert 'data-box="200,300,440,360"' in page
    assert 'class=" is-doubtful"' in page
    assert 'style="' not in page


def test_a_record_without_tables_says_so(place: Place) -> None:
    record = make_record(place.fonds)
    client = archivist(place)
    assert 'class="empty' in client.get(f"/desk/records/{record.id}/tables/").content.decode()
    assert client.get(f"/desk/records/{record.id}/tables.xlsx").status_code == 404


def test_an_edit_becomes_a_version_beside_the_machines(place: Place) -> None:
    record, _pages = make_case(place)
    row = PageTable.objects.get(record=record)
    client = archivist(place)
    steps = [{"act": "set_text", "row": 1, "column": 3, "text": "市教育局"}]
    answer = change(client, row.id, version=0, steps=steps)
    assert answer.status_code == 200
    assert 'data-version="1"' in answer.content.decode()
    version = TableVersion.objects.get(table=row)
    assert (version.number, version.acts) == (1, ["set_text"])
    row.refresh_from_db()
    assert "市教育局" not in json.dumps(row.structure, ensure_ascii=False)
    entry = LedgerEntry.objects.get(verb="recognition.edit_table", target_id=record.id)
    assert "市教育局" not in bytes(entry.body).decode()


def test_whoever_comes_too_late_is_told(place: Place) -> None:
    record, _pages = make_case(place)
    row = PageTable.objects.get(record=record)
    client = archivist(place)
    step = {"act": "add_row", "row": 0}
    assert change(client, row.id, version=0, steps=[step]).status_code == 200
    answer = change(client, row.id, version=0, steps=[step])
    assert answer.status_code == 409
    assert answer.json()["fault"]
    assert TableVersion.objects.count() == 1


@pytest.mark.parametrize(
    "body", ["", "[]", '{"version": "0", "steps": []}', '{"version": 0, "steps": [1]}', '{"version": 0}']
)
def test_a_change_that_is_none_is_refused(place: Place, body: str) -> None:
    record, _pages = make_case(place)
    row = PageTable.objects.get(record=record)
    answer = archivist(place).post(f"/desk/tables/{row.id}/change/", body, content_type="application/json")
    assert answer.status_code == 400
    assert not TableVersion.objects.exists()


def test_what_the_machine_read_comes_back_as_a_version(place: Place) -> None:
    record, _pages = make_case(place)
    row = PageTable.objects.get(record=record)
    actor = make_actor(place.archives, level=20, archivist=place.archives)
    edit_table(actor=actor, table_id=row.id, version=0, steps=[{"act": "delete_row", "row": 2}])
    restore_table(actor=actor, table_id=row.id, version=1, to=0)
    present = table_for(actor, row.id)
    assert (present.number, present.table.rows) == (2, 3)
    restore_table(actor=actor, table_id=row.id, version=2, to=1)
    assert table_for(actor, row.id).table.rows == 2
    with pytest.raises(ConflictError):
        restore_table(actor=actor, table_id=row.id, version=2, to=0)


def test_reading_again_leaves_an_edited_table_as_it_was_left(place: Place) -> None:
    record, (page_id,) = make_case(place)
    row = PageTable.objects.get(record=record)
    actor = make_actor(place.archives, level=20, archivist=place.archives)
    edit_table(
        actor=actor, table_id=row.id, version=0, steps=[{"act": "set_text", "row": 0, "column": 0, "text": "编号"}]
    )
    better = make_table(TABLE_ROWS[:2])
    other = make_table(top=900)
    keep(page_id, better, other, engine="reader/2")
    mine, fresh = present_tables(record.id)
    assert (mine.row.id, mine.table.cells[0].text, mine.table.rows) == (row.id, "编号", 3)
    assert (mine.row.engine, mine.row.structure["rows"]) == ("reader/2", 2)
    assert fresh.version is None
    keep(page_id, engine="reader/3")
    (left,) = present_tables(record.id)
    assert left.row.id == row.id


def test_tables_that_go_on_overleaf_are_edited_as_one(place: Place) -> None:
    record, pages = make_case(place, pages=2)
    (present,) = present_tables(record.id)
    assert [page.id for page in present.pages] == pages
    assert present.table.rows == 5
    assert present.table.cell_at(3, 0).page == 1  # type: ignore[union-attr]
    actor = make_actor(place.archives, level=20, archivist=place.archives)
    edit_table(actor=actor, table_id=present.row.id, version=0, steps=[{"act": "delete_row", "row": 4}])
    assert present_tables(record.id)[0].table.rows == 4
    second = PageTable.objects.get(page_id=pages[1])
    with pytest.raises(NotFoundError):
        table_for(actor, second.id)


def test_workbooks_hold_one_table_or_all(place: Place) -> None:
    record, _pages = make_case(place)
    row = PageTable.objects.get(record=record)
    client = archivist(place)
    for address in (f"/desk/tables/{row.id}.xlsx", f"/desk/records/{record.id}/tables.xlsx"):
        answer = client.get(address)
        assert answer["Content-Type"].endswith("spreadsheetml.sheet")
        sheet = load_workbook(io.BytesIO(answer.content)).active
        assert sheet is not None
        assert sheet["B2"].value == "150102199001011234"
        assert sheet["C2"].value == 1234.5


def test_strangers_see_nothing_and_readers_change_nothing(place: Place) -> None:
    record, _pages = make_case(place, access_level=20)
    row = PageTable.objects.get(record=record)
    addresses = (
        f"/desk/records/{record.id}/tables/",
        f"/desk/records/{record.id}/tables.xlsx",
        f"/desk/tables/{row.id}.xlsx",
    )
    step = [{"act": "add_row", "row": 0}]
    for address in addresses:
        assert Client().get(address).status_code == 302
        assert signed_in(make_account(place.bureau, applicant=place.bureau)).get(address).status_code == 404
    other = make_place("Z200")
    assert change(archivist(other), row.id, version=0, steps=step).status_code == 404
    reader = make_actor(place.archives, level=20, reviewer=place.archives)
    assert len(tables_of(reader, record.id)) == 1
    with pytest.raises(NotPermittedError):
        edit_table(actor=reader, table_id=row.id, version=0, steps=step)


def test_an_export_takes_the_tables_along(place: Place, tmp_path: Path, settings: Settings) -> None:
    record, _pages = make_case(place)
    export_code(actor=READER, code=str(record.id), folder=tmp_path / "out")
    (book,) = (tmp_path / "out").glob("*/derived/tables.xlsx")
    assert load_workbook(book).worksheets[0]["D2"].value == "市民政局"
    values = json.loads((book.parent / "tables.json").read_text())
    assert (values[0]["pages"], values[0]["version"], values[0]["columns"]) == ([1], 0, 4)
    assert "derived/tables.json" in (book.parent.parent / "manifest-sha256.txt").read_text()
