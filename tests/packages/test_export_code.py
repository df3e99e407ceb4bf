"""An export is a folder that anybody can check: the same bytes, a description, and checksums that `sha256sum` confirms."""

import json
import subprocess
from pathlib import Path

import pytest
from pytest_django import Settings

from lantai.audit.selectors import history_of
from lantai.catalogue.models import Record
from lantai.catalogue.rules.records import PartDescription, RecordDescription
from lantai.catalogue.services import create_records, quarantine_record
from lantai.kernel.actors import system_actor
from lantai.kernel.errors import ConflictError, NotFoundError, UnavailableError
from lantai.packages.services import export_code
from lantai.preservation.selectors import copies_of
from tests.factories.catalogue import Place, make_actor, make_archivist, make_computer_file, make_place

OWNER = system_actor("command_line")
CONTENTS = (b"first page", "第二页".encode() * 5000)


@pytest.fixture
def place(db: None, tmp_path: Path, settings: Settings) -> Place:
    """An archives with a fonds, in a home of its own."""
    home = tmp_path / "home"
    (home / "tmp").mkdir(parents=True)
    settings.HOME = home
    settings.LANTAI_STORES = (home / "store-a", home / "store-b")
    return make_place()


def _record(place: Place, title: str = "关于防汛的通知") -> Record:
    parts = [
        PartDescription(
            make_computer_file(place.archives.id, content + title.encode()).id, f"页/{number}..jpg", "image/jpeg"
        )
        for number, content in enumerate(CONTENTS, start=1)
    ]
    wish = RecordDescription(level="item", category_code="WS", title=title, year=2011, parts=parts)
    return create_records(actor=OWNER, fonds_id=place.fonds.id, descriptions=[wish], issue_codes=True)[0]


def _checked(folder: Path) -> str:
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "manifest-sha256.txt"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_record_comes_out_as_it_went_in(place: Place, tmp_path: Path) -> None:
    record = _record(place)
    done = export_code(actor=OWNER, code=record.reference_code or "", folder=tmp_path / "out")
    (folder,) = (tmp_path / "out").iterdir()
    files = sorted((folder / "files").iterdir())
    assert [f.read_bytes() for f in files] == [content + record.title.encode() for content in CONTENTS]
    assert _checked(folder).count(": OK") == done.files == 3
    assert json.loads((folder / "description.json").read_text())["title"] == record.title
    assert done.size_bytes == sum(f.stat().st_size for f in folder.rglob("*") if f.is_file() and f.suffix != ".txt")
    assert "packages.export_code" in [entry.verb for entry in history_of("record", record.id)]


def test_a_whole_fonds_comes_out_record_by_record(place: Place, tmp_path: Path) -> None:
    codes = {_record(place, title).reference_code for title in ("甲", "乙", "丙")}
    export_code(actor=OWNER, code=place.fonds.code, folder=tmp_path / "out")
    folders = list((tmp_path / "out").iterdir())
    assert {json.loads((f / "description.json").read_text())["reference_code"] for f in folders} == codes
    for folder in folders:
        _checked(folder)


def test_a_folder_that_holds_something_is_left_alone(place: Place, tmp_path: Path) -> None:
    record = _record(place)
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(ConflictError, match="not empty"):
        export_code(actor=OWNER, code=record.reference_code or "", folder=tmp_path)
    assert (tmp_path / "mine.txt").read_text() == "x"


def test_what_is_not_there_or_not_seen_is_not_exported(place: Place, tmp_path: Path) -> None:
    record = _record(place)
    stranger = make_actor(make_place("Z222").archives)
    for actor, code in ((OWNER, "nothing"), (stranger, record.reference_code or ""), (stranger, place.fonds.code)):
        with pytest.raises(NotFoundError):
            export_code(actor=actor, code=code, folder=tmp_path / "out")
        assert not (tmp_path / "out").exists()


def test_a_name_leads_nowhere_else(place: Place, tmp_path: Path) -> None:
    file = make_computer_file(place.archives.id, b"x")
    wish = RecordDescription(
        level="item",
        category_code="WS",
        title="甲",
        year=2011,
        parts=[PartDescription(file.id, "../../../evil.txt", "text/plain")],
    )
    record = create_records(actor=OWNER, fonds_id=place.fonds.id, descriptions=[wish], issue_codes=True)[0]
    export_code(actor=make_archivist(place), code=record.reference_code or "", folder=tmp_path / "out")
    assert not list(tmp_path.glob("evil*"))
    assert len(list((tmp_path / "out").rglob("*evil.txt"))) == 1


def test_a_long_name_is_cut_to_what_file_systems_take(place: Place, tmp_path: Path) -> None:
    file = make_computer_file(place.archives.id, b"x")
    parts = [PartDescription(file.id, "长" * 100 + ".pdf", "application/pdf")]
    wish = RecordDescription(level="item", category_code="WS", title="甲", year=2011, parts=parts)
    record = create_records(actor=OWNER, fonds_id=place.fonds.id, descriptions=[wish], issue_codes=True)[0]
    export_code(actor=OWNER, code=record.reference_code or "", folder=tmp_path / "out")
    (written,) = (tmp_path / "out").rglob("*.pdf")
    assert "长长长" in written.name


def test_what_is_in_quarantine_is_not_handed_out(place: Place, tmp_path: Path) -> None:
    hidden, shown = _record(place, "机密的"), _record(place, "公开的")
    quarantine_record(actor=OWNER, record_id=hidden.id, reason="secret_mark")
    done = export_code(actor=OWNER, code=place.fonds.code, folder=tmp_path / "all")
    assert [f.name for f in (tmp_path / "all").iterdir()] == [shown.reference_code]
    assert done.withheld == 1
    guard = make_actor(place.archives, secadmin=place.archives)
    for number, actor in enumerate((OWNER, guard)):
        export_code(actor=actor, code=hidden.reference_code or "", folder=tmp_path / str(number))
        assert not (tmp_path / str(number)).exists()


def test_damaged_bytes_are_not_handed_out(place: Place, tmp_path: Path, settings: Settings) -> None:
    record = _record(place)
    for store in settings.LANTAI_STORES:
        for stored in (store / "objects").rglob("*"):
            if stored.is_file():
                stored.write_bytes(stored.read_bytes()[:-1] + b"\0")
    with pytest.raises(UnavailableError):
        export_code(actor=OWNER, code=record.reference_code or "", folder=tmp_path / "out")
    assert copies_of(record.parts.order_by("order")[0].computer_file_id)
