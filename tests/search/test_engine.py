"""The tantivy engine: one writer, commits with their checkpoint, order, counts, generations."""

import multiprocessing
from pathlib import Path

import pytest

from lantai.kernel.errors import ConflictError, UnavailableError
from lantai.kernel.filters import EVERYTHING
from lantai.search.adapters.generations import Generations, IndexReader
from lantai.search.adapters.tantivy_engine import TantivyEngine, TantivyWriter
from lantai.search.rules.documents import document_of
from lantai.search.rules.fields import COUNTED
from lantai.search.rules.filters import SearchFilters, narrowing
from lantai.search.rules.queries import Equals, Everything
from tests.factories.search import id_of, make_engine, make_indexed


def test_writing_a_record_again_replaces_it(tmp_path: Path) -> None:
    engine = make_engine(tmp_path / "gen", [make_indexed("a", year=2001)])
    writer = TantivyWriter(tmp_path / "gen")
    for year in (2002, 2003):
        writer.put(document_of(make_indexed("a", year=year)))
    writer.commit(7)
    writer.close()
    engine.refresh()
    assert engine.size() == 1
    assert engine.checkpoint() == 7
    assert engine.counts(Everything(), within=EVERYTHING, fields=["year"]) == {"year": {2003: 1}}


def test_nothing_shows_before_the_commit_and_all_of_it_after(tmp_path: Path) -> None:
    engine = make_engine(tmp_path / "gen", [make_indexed("a")])
    writer = TantivyWriter(tmp_path / "gen")
    writer.drop(id_of("a").hex)
    writer.put(document_of(make_indexed("b")))
    engine.refresh()
    assert (engine.size(), engine.checkpoint()) == (1, 1)
    writer.commit(2)
    writer.close()
    engine.refresh()
    assert [key for key, _ in engine.search(Everything(), within=EVERYTHING).hits] == [id_of("b").hex]


def test_a_second_writer_is_refused_and_let_in_later(tmp_path: Path) -> None:
    make_engine(tmp_path / "gen", [])
    first = TantivyWriter(tmp_path / "gen")
    with pytest.raises(ConflictError):
        TantivyWriter(tmp_path / "gen")
    first.close()
    TantivyWriter(tmp_path / "gen").close()


def _write_and_die(folder: Path, pipe: "multiprocessing.connection.Connection") -> None:
    writer = TantivyWriter(folder)
    for number in range(1, 10_000):
        writer.put(document_of(make_indexed(f"r{number}")))
        writer.commit(number)
        pipe.send(number)


@pytest.mark.slow
def test_a_killed_writer_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    make_engine(tmp_path / "gen", [])
    for _ in range(3):
        ours, theirs = multiprocessing.Pipe(duplex=False)
        child = multiprocessing.get_context("spawn").Process(target=_write_and_die, args=(tmp_path / "gen", theirs))
        child.start()
        acknowledged = 0
        while acknowledged < 20:
            acknowledged = ours.recv()
        child.kill()
        child.join()
        engine = TantivyEngine(tmp_path / "gen")
        assert engine.checkpoint() >= acknowledged
        assert engine.size() >= acknowledged
        TantivyWriter(tmp_path / "gen").close()


def test_newest_first_puts_days_before_years_and_the_undated_last(tmp_path: Path) -> None:
    records = [
        make_indexed("year", year=2020),
        make_indexed("day", year=2020, dated=20200305),
        make_indexed("old", year=1998),
        make_indexed("undated"),
    ]
    engine = make_engine(tmp_path / "gen", records)
    found = engine.search(Everything(), within=EVERYTHING, newest_first=True)
    assert [key for key, _ in found.hits] == [id_of(name).hex for name in ("day", "year", "old", "undated")]


def test_pages_of_an_answer_do_not_overlap(tmp_path: Path) -> None:
    engine = make_engine(tmp_path / "gen", [make_indexed(f"r{n}") for n in range(25)])
    pages = [engine.search(Everything(), within=EVERYTHING, limit=10, offset=offset) for offset in (0, 10, 20)]
    assert [len(page.hits) for page in pages] == [10, 10, 5]
    assert len({key for page in pages for key, _ in page.hits}) == 25
    assert {page.total for page in pages} == {25}


def test_counts_agree_with_filters(tmp_path: Path) -> None:
    records = [
        make_indexed(f"r{n}", category=("WS", "KJ", "ZP")[n % 3], year=1999 + n % 4, retention=("Y", "D30")[n % 2])
        for n in range(40)
    ]
    engine = make_engine(tmp_path / "gen", records)
    counts = engine.counts(Everything(), within=EVERYTHING, fields=COUNTED)
    for field in ("category", "retention"):
        for value, count in counts[field].items():
            chosen = narrowing(SearchFilters(**{field: (str(value),)}))  # type: ignore[arg-type]
            assert engine.search(chosen, within=EVERYTHING).total == count
    years = narrowing(SearchFilters(year_from=2000, year_to=2001, category=("WS", "KJ")))
    expected = sum(r.year in (2000, 2001) and r.category != "ZP" for r in records)
    assert engine.search(years, within=EVERYTHING).total == expected


def test_the_checkpoint_is_never_an_answer(tmp_path: Path) -> None:
    engine = make_engine(tmp_path / "gen", [make_indexed("a")])
    assert engine.search(Everything(), within=EVERYTHING).total == 1
    assert engine.search(Equals("record", "checkpoint"), within=EVERYTHING).total == 0


def test_a_reader_follows_the_switch_of_generations(tmp_path: Path) -> None:
    generations = Generations(tmp_path / "index")
    reader = IndexReader(generations)
    assert reader.engine() is None
    seen = []
    for number in range(1, 4):
        generation = generations.create()
        writer = TantivyWriter(generation.folder)
        for n in range(number):
            writer.put(document_of(make_indexed(f"r{n}")))
        writer.commit(number)
        writer.close()
        generations.switch_to(generation)
        generations.prune()
        engine = reader.engine(fresh=True)
        assert engine is not None
        seen.append(engine.size())
    assert seen == [1, 2, 3]
    assert sorted(f.name for f in (tmp_path / "index").glob("gen-*")) == ["gen-2", "gen-3"]


def test_an_index_of_another_version_is_refused_with_what_to_do(tmp_path: Path) -> None:
    generations = Generations(tmp_path / "index")
    generation = generations.create()
    (generation.folder / "about.json").write_text('{"schema": 0, "dictionary": "x"}')
    generations.switch_to(generation)
    with pytest.raises(UnavailableError, match="index rebuild"):
        IndexReader(generations).engine()


def test_a_damaged_pointer_is_as_none(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    (tmp_path / "CURRENT").write_text("")
    assert generations.current() is None
    generations.switch_to(generations.create())
    assert generations.current() is not None
