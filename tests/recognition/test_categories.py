"""Records of an archives teach a model; it suggests, files what is proved, is corrected, and only the better one stays."""

import os
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy as np
import pytest

from lantai.catalogue.models import Record
from lantai.catalogue.services import edit_record
from lantai.kernel.clock import now
from lantai.kernel.errors import ConflictError, InvalidError, NotFoundError, NotPermittedError
from lantai.preservation.services import store_file
from lantai.recognition import services
from lantai.recognition.adapters.classifier import groups_of, read_model, write_model
from lantai.recognition.adapters.classifier.training import train
from lantai.recognition.models import (
    CategoryModel,
    LearningRun,
    ModelState,
    PageText,
    Suggestion,
    SuggestionState,
)
from lantai.recognition.rules import categories as rules
from lantai.recognition.rules.categories import Sample
from lantai.recognition.selectors import categories as selectors
from lantai.recognition.services.categories import load_model
from lantai.recognition.services.categories.models import _loaded
from lantai.recognition.services.suggesting import renew_suggestions
from tests.factories.catalogue import SYSTEM, Place, make_actor, make_archivist, make_place, make_record
from tests.factories.recognition import make_pages

TOPICS = {
    "WS": ("会议", "干部", "任免", "工作总结", "年度考核", "机关党建", "公文处理", "印章管理"),
    "KJ": ("施工图", "桥梁", "竣工验收", "地基", "监理", "钢筋混凝土", "管线", "工程质量"),
    "KU": ("凭证", "账簿", "报销", "决算", "固定资产", "应付账款", "现金日记账", "税务"),
}
PLACES = ("东城", "西山", "南湖", "北桥", "榕江", "云州", "青田", "白沙", "石门", "梅岭", "松溪", "柳营")


def make_sample(kind: str, number: int) -> Sample:
    """Return a believable short document of a kind; no two are nearly the same."""
    random = np.random.default_rng(number * 17 + sum(map(ord, kind)))
    words = list(random.permutation(TOPICS[kind]))
    place = PLACES[number % len(PLACES)]
    fill = "".join(chr(0x4E00 + int(n)) for n in random.integers(0, 4000, 60))
    title = f"{place}{words[0]}与{words[1]}的报告"
    return Sample(
        title,
        f"{fill}{words[2]}、{words[3]}情况如下，{place}{words[4]}，另见{words[0]}。{fill[::-1]}",
        year=2010 + number % 9,
    )


def make_set(each: int) -> tuple[list[Sample], list[str]]:
    pairs = [(make_sample(kind, number), kind) for number in range(each) for kind in TOPICS]
    return [sample for sample, _ in pairs], [kind for _, kind in pairs]


@pytest.fixture(autouse=True)
def _no_models_in_memory() -> Iterator[None]:
    _loaded.cache_clear()
    yield
    _loaded.cache_clear()


def test_a_class_files_itself_only_when_enough_records_prove_it() -> None:
    sure = np.full(40, 0.9)
    assert rules.threshold_of(sure[:31], np.ones(31, bool)) is None
    assert rules.threshold_of(sure[:32], np.ones(32, bool)) == pytest.approx(0.9)
    mixed = np.r_[np.full(40, 0.9), np.full(10, 0.5)]
    hits = np.r_[np.ones(40, bool), np.zeros(10, bool)]
    assert rules.threshold_of(mixed, hits) == pytest.approx(0.9)
    assert rules.threshold_of(mixed, ~hits) is None


def test_equal_confidences_are_never_parted_by_a_threshold() -> None:
    confidences, hits = np.full(60, 0.8), np.r_[np.ones(50, bool), np.zeros(10, bool)]
    assert rules.threshold_of(confidences, hits) is None


def test_curves_say_what_stands_and_what_is_right() -> None:
    confidences = np.array([0.95, 0.9, 0.8, 0.35])
    hits = np.array([True, True, False, False])
    assert rules.coverage_at(confidences, hits, 1.0) == 0.5
    curve = rules.precision_coverage(confidences, hits, points=4)
    assert [(point["coverage"], point["precision"]) for point in curve] == [
        (0.25, 1),
        (0.5, 1),
        (0.75, 0.6667),
        (1, 0.5),
    ]
    steps = rules.reliability(confidences, hits)
    assert [(step["low"], step["count"], step["right"]) for step in steps] == [(0.3, 1, 0), (0.8, 1, 0), (0.9, 2, 1)]
    assert rules.calibration_error(steps) == pytest.approx((0.35 + 0.8 + 2 * 0.075) / 4)


def test_macro_f1_counts_every_class_alike() -> None:
    assert rules.macro_f1(["a", "a", "a", "b"], ["a", "a", "a", "a"]) == pytest.approx((6 / 7 + 0) / 2)


def test_nearly_the_same_texts_are_one_group() -> None:
    one = make_sample("WS", 1)
    twin = Sample(one.title, one.text + "（印发）", year=2012)
    assert groups_of([make_sample("KJ", 3), one, make_sample("KU", 4), twin]).tolist() == [0, 1, 2, 1]


def test_a_trained_model_tells_kinds_apart_and_says_why() -> None:
    samples, labels = make_set(40)
    trained = train(samples, labels)
    unseen, truth = (
        [make_sample(kind, 900 + n) for kind in TOPICS for n in range(8)],
        [k for k in TOPICS for _ in range(8)],
    )
    guesses = trained.model.guesses(unseen)
    assert sum(guess.value == label for guess, label in zip(guesses, truth, strict=True)) >= 22
    assert set(trained.thresholds) == set(TOPICS)
    words = "".join(word for word, _ in trained.model.reasons(unseen[8], "KJ"))
    assert any(word in words for word in TOPICS["KJ"])
    assert not any(word in words for word in TOPICS["KU"])


def test_a_model_is_kept_as_data_and_comes_back_the_same() -> None:
    samples, labels = make_set(12)
    model = train(samples, labels).model
    again = read_model(write_model(model))
    assert np.allclose(again.confidences(samples), model.confidences(samples), atol=1e-6)
    assert again.reasons(samples[0], "WS") == model.reasons(samples[0], "WS")


def pickled() -> bytes:
    stream = BytesIO()
    np.savez(stream, head=np.array([{"format": "lantai.classifier/1"}], dtype=object))
    return stream.getvalue()


@pytest.mark.parametrize("content", [b"", os.urandom(4000), b"PK\x03\x04" + os.urandom(400), pickled()])
def test_what_is_no_model_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidError) as caught:
        read_model(content)
    assert caught.value.code == "recognition.model_damaged"


def make_filed(place: Place, kind: str, number: int, *, assumed: bool = False, **values: Any) -> Record:
    """Return a record that was read; `assumed` puts it where taking in puts what nobody gave."""
    sample = make_sample(kind, number)
    category = "WS" if assumed else kind
    record = make_record(place.fonds, sample.title, category_code=category, year=sample.year, **values)
    [page_id] = make_pages(record, f"{kind}{number}".encode())
    PageText.objects.create(page_id=page_id, record=record, text=sample.text)
    if assumed:
        services.note_assumed_values(actor=SYSTEM, values=[(record.id, "category", "WS")])
    return record


@pytest.fixture
def place() -> Place:
    return make_place()


def learn(place: Place) -> dict[str, Any]:
    return services.learn_categories(actor=SYSTEM, archives_id=place.archives.id, facets=["category"])["category"]


@pytest.mark.django_db
def test_too_few_records_are_refused_with_how_many_are_missing(place: Place) -> None:
    make_record(place.fonds)
    outcome = learn(place)
    assert outcome["state"] == "refused"
    assert (outcome["facts"]["records"], outcome["facts"]["least"]) == (1, rules.LEAST_RECORDS)
    assert not CategoryModel.objects.exists()


@pytest.mark.django_db
@pytest.mark.slow
def test_from_records_to_filing_correction_and_the_better_model(place: Place) -> None:
    for number in range(44):
        for kind in TOPICS:
            make_filed(place, kind, number)
    assert learn(place)["state"] == "current"
    model = CategoryModel.objects.get()
    assert model.metrics["accuracy"] > 0.9
    assert set(model.metrics["thresholds"]) == set(TOPICS)

    files_itself = make_filed(place, "KJ", 500, assumed=True)
    coded = make_filed(place, "KU", 501, assumed=True, coded=True)
    given = make_filed(place, "KU", 502)
    services.suggest_categories(actor=SYSTEM, archives_id=place.archives.id)
    for record in (files_itself, coded, given):
        services.apply_suggestions(actor=SYSTEM, record_id=record.id)
        record.refresh_from_db()
    assert [files_itself.category.code, coded.category.code, given.category.code] == ["KJ", "WS", "KU"]
    filed = Suggestion.objects.get(record=files_itself, field="category")
    assert (filed.state, filed.value, filed.origin) == ("applied", "KJ", f"category:{model.id}")
    assert filed.reasons
    assert len(filed.alternatives) == 2
    assert Suggestion.objects.get(record=coded, field="category").state == SuggestionState.WAITING
    assert not Suggestion.objects.filter(record=given).exists()
    assert files_itself.id not in {lesson.record_id for lesson in selectors.lessons(place.archives.id, "category")}

    archivist = make_archivist(place)
    services.decide_suggestion(actor=archivist, suggestion_id=filed.id, decision="refuse")
    files_itself.refresh_from_db()
    assert files_itself.category.code == "WS"
    assert selectors.filed_by(model)["KJ"].corrected == 1
    renew_suggestions(actor=SYSTEM, record_id=files_itself.id)
    services.apply_suggestions(actor=SYSTEM, record_id=files_itself.id)
    files_itself.refresh_from_db()
    assert files_itself.category.code == "WS", "what a person decided is never filed again"
    lesson = {lesson.record_id: lesson.value for lesson in selectors.lessons(place.archives.id, "category")}
    assert lesson[files_itself.id] == "WS"

    ids = list(Record.objects.filter(archives_id=place.archives.id).values_list("id", flat=True))
    for turn, record in enumerate(Record.objects.filter(id__in=ids).select_related("category").order_by("id")):
        if turn % 2 and not rules.is_held_out(record.id.int & ((1 << 64) - 1)):
            wrong = {"WS": "KJ", "KJ": "KU", "KU": "WS"}[record.category.code]
            edit_record(actor=SYSTEM, record_id=record.id, version=record.version, changes={"category_code": wrong})
    assert learn(place)["state"] == "candidate", "a model taught wrongly is no better and is not used"
    model.refresh_from_db()
    assert model.state == ModelState.CURRENT

    worse = CategoryModel.objects.exclude(id=model.id).get()
    services.use_model(actor=archivist, model_id=worse.id)
    with pytest.raises(ConflictError):
        services.use_model(actor=archivist, model_id=worse.id)
    services.use_model(actor=archivist, model_id=model.id)
    assert CategoryModel.objects.get(state=ModelState.CURRENT) == model


@pytest.mark.django_db
def test_random_bytes_in_place_of_a_model_are_not_used(place: Place) -> None:
    file = store_file(actor=SYSTEM, source=BytesIO(os.urandom(900)), name="category.npz", archives_id=place.archives.id)
    row = CategoryModel.objects.create(
        archives=place.archives, facet="category", file=file, signature="0" * 64, metrics={"thresholds": {"WS": 0.1}},
        state=ModelState.CURRENT, records=1, classes=2, trained_at=now(),
    )  # fmt: skip
    with pytest.raises(InvalidError) as caught:
        load_model(row)
    assert caught.value.code == "recognition.model_changed"
    record = make_filed(place, "KJ", 1, assumed=True)
    assert services.suggest_categories(actor=SYSTEM, archives_id=place.archives.id) == 1
    assert not Suggestion.objects.filter(record=record).exists()


@pytest.mark.django_db
def test_training_is_asked_for_once_and_by_archivists_only(place: Place) -> None:
    archivist = make_archivist(place)
    with pytest.raises(NotPermittedError):
        services.ask_for_learning(actor=make_actor(place.bureau, liaison=place.bureau), archives_id=place.archives.id)
    run = services.ask_for_learning(actor=archivist, archives_id=place.archives.id)
    with pytest.raises(ConflictError):
        services.ask_for_learning(actor=archivist, archives_id=place.archives.id)
    services.run_learning(actor=SYSTEM, run_id=run.id)
    run.refresh_from_db()
    assert (run.state, run.outcomes["category"]["state"]) == ("done", "refused")
    assert LearningRun.objects.count() == 1


@pytest.mark.django_db
def test_models_of_other_archives_are_not_there(place: Place) -> None:
    file = store_file(actor=SYSTEM, source=BytesIO(b"x"), name="category.npz", archives_id=place.archives.id)
    row = CategoryModel.objects.create(
        archives=place.archives, facet="category", file=file, signature="", metrics={}, records=1, classes=2,
        trained_at=now(),
    )  # fmt: skip
    stranger = make_archivist(make_place("Y200"))
    with pytest.raises(NotFoundError):
        services.use_model(actor=stranger, model_id=row.id)
