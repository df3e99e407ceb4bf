"""The one box: what is typed finds what stands in the records, and only that."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lantai.kernel.errors import InvalidError
from lantai.kernel.filters import EVERYTHING
from lantai.language.rules import bigrams, is_han, mark
from lantai.search.adapters import tantivy_queries
from lantai.search.adapters.tantivy_engine import TantivyEngine
from lantai.search.rules.box import marks_in, parts_of, question_of
from lantai.search.rules.documents import document_of
from lantai.search.rules.queries import Phrase
from tests.factories.search import id_of, make_engine, make_indexed

PAGE_ONE = "兰台市人民政府办公室\n关于印发《老旧小区改\n造实施方案》的通知\n各区人民政府："
PAGE_TWO = "二、加强质量监督。张建国同志负责具体工作，联系电话 0571-8888。依据第3章节办理。"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> TantivyEngine:
    records = [
        make_indexed(
            "notice",
            "关于印发老旧小区改造实施方案的通知",
            codes=("Z109-WS·2021-D30-0001", "兰政办发〔2021〕15号"),
            names=("张建国",),
            pages=(PAGE_ONE, PAGE_TWO),
            year=2021,
        ),
        make_indexed(
            "minutes", "市長辦公會議紀要", pages=("会议研究了征地补偿标准与安置方案。建国同志发言。",), year=2019
        ),
        make_indexed("secret", "离婚登记", pages=("当事人王小明身份证号",), access_level=20),
        make_indexed("words", "方案", pages=("改造工程。老旧房屋。各小区的实施情况。",), year=2021),
    ]
    return make_engine(Path(tmp_path_factory.mktemp("box")) / "gen", records)


def _found(engine: TantivyEngine, text: str) -> list[str]:
    hits = engine.search(question_of(parts_of(text)), within=EVERYTHING, limit=50).hits
    names = {id_of(name).hex: name for name in ("notice", "minutes", "secret", "words")}
    return [names[key] for key, _ in hits]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("张建国", ["notice"]),
        ("张 建国", ["notice"]),
        ("市长办公会议", ["minutes"]),
        ("市長", ["minutes"]),
        ("补偿标准", ["minutes"]),
        ("小区改造", ["notice", "words"]),
        ("改小", []),
        ("老旧小区改造", ["notice", "words"]),
        ("“老旧小区改造”", ["notice"]),
        ('"老旧小区改造"', ["notice"]),
        ("方案 -通知", ["minutes", "words"]),
        ("方案 -“征地补偿”", ["notice", "words"]),
        ("兰政办发[2021]15号", ["notice"]),
        ("兰政办发2021 15", ["notice"]),
        ("Z109 WS 2021 D30 0001", ["notice"]),
        ("z109-ws", ["notice"]),
        ("Z109WS2021D300001", ["notice"]),
        ("D30-0001", ["notice"]),
        ("2019年", ["minutes"]),
        ("2021", ["notice", "words"]),
        ("第3章", ["notice"]),
        ("8888", ["notice"]),
        ("章", ["notice"]),
        ("王小明", []),
        ("离婚登记", ["secret"]),
        ("没有的词语", []),
        ("，。", ["minutes", "notice", "secret", "words"]),
        ("", ["minutes", "notice", "secret", "words"]),
    ],
)
def test_what_is_typed_finds_what_is_there(engine: TantivyEngine, text: str, names: list[str]) -> None:
    assert sorted(_found(engine, text)) == names


def test_the_exact_title_comes_before_scattered_words(engine: TantivyEngine) -> None:
    assert _found(engine, "老旧小区改造") == ["notice", "words"]


def test_the_whole_code_comes_first(engine: TantivyEngine) -> None:
    found = engine.search(question_of(parts_of("兰政办发〔2021〕15号")), within=EVERYTHING)
    assert found.hits[0][1] > 100


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_piece_of_a_page_is_found(engine: TantivyEngine, data: st.DataObject) -> None:
    page = data.draw(st.sampled_from([PAGE_ONE, PAGE_TWO]))
    start = data.draw(st.integers(0, len(page) - 2))
    piece = page[start : data.draw(st.integers(start + 2, min(len(page), start + 12)))]
    assume(
        all(is_han(char) or char == "\n" for char in piece) and len(bigrams(piece)) > 0 and len(bigrams(piece)[0]) > 1
    )
    assert "notice" in _found(engine, f'"{piece}"')


def test_too_much_is_refused_with_words() -> None:
    with pytest.raises(InvalidError) as long:
        parts_of("城" * 401)
    assert long.value.code == "search.too_long"
    with pytest.raises(InvalidError) as many:
        parts_of("城 " * 17)
    assert many.value.code == "search.too_many_parts"


@given(st.text(max_size=60))
def test_anything_typed_makes_a_question(text: str) -> None:
    try:
        parts = parts_of(text)
    except InvalidError:
        return
    question_of(parts)
    marks_in(text, parts)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text('城市长建国 2021-"“”〔〕()*?.\\/章z', max_size=30))
def test_the_engine_answers_anything_typed(engine: TantivyEngine, text: str) -> None:
    try:
        parts = parts_of(text)
    except InvalidError:
        return
    assert engine.search(question_of(parts), within=EVERYTHING).total <= 4


def test_marks_show_the_part_as_typed_or_its_words() -> None:
    parts = parts_of("老旧小区改造")
    assert marks_in(PAGE_ONE, parts) == ["老旧小区改造"]
    assert mark(PAGE_ONE, marks_in(PAGE_ONE, parts)) == [(16, 23)]
    scattered = "改造工程。老旧房屋。"
    assert {scattered[s:e] for s, e in mark(scattered, marks_in(scattered, parts))} == {"改造", "老旧"}


def test_a_sensitive_record_gives_no_page_text_to_the_index() -> None:
    hidden = document_of(make_indexed("x", "标题", pages=("当事人王小明",), access_level=20))
    shown = document_of(make_indexed("x", "标题", pages=("当事人王小明",), access_level=19))
    for field in ("text_pairs", "text_words"):
        assert "当事" not in str(hidden[field])
        assert "当事" in str(shown[field])


def test_a_phrase_of_common_tokens_is_asked_for_without_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The short cut for boilerplate finds all that hold the phrase, and at most those that hold its tokens."""
    records = [make_indexed(f"r{n}", "根据上级有关文件" if n % 2 else "有关文件根据上级有关") for n in range(20)]
    engine = make_engine(tmp_path / "gen", records)
    phrase = tuple(bigrams("根据上级有关文件"))
    monkeypatch.setattr(tantivy_queries, "LEAST_COMMON_DOCUMENTS", 5)
    assert engine.search(Phrase("title_pairs", phrase, strict=True), within=EVERYTHING).total == 10
    assert engine.search(Phrase("title_pairs", phrase), within=EVERYTHING).total in (10, 20)
    assert engine.search(Phrase("title_pairs", ("据上", "上级", "级有", "没有")), within=EVERYTHING).total == 0
