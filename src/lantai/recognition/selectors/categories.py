"""The models that file records: which there are, what they learn from, what nobody has decided yet."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Left

from lantai.catalogue.models import Record
from lantai.catalogue.selectors import record_for, visible_records
from lantai.identity.models import Unit
from lantai.identity.selectors import below, require, scopes
from lantai.kernel.actors import Actor
from lantai.kernel.errors import InvalidError, NotFoundError, gettext_noop
from lantai.recognition.models import (
    DECIDED,
    AssumedValue,
    CategoryModel,
    FiledRecord,
    LearningRun,
    ModelState,
    PageText,
    Suggestion,
    SuggestionState,
)
from lantai.recognition.rules.categories import FACETS, Sample
from lantai.recognition.selectors.review import REVIEWERS

MOST_RECORDS = 20_000
SAMPLE_PAGES = 3
SAMPLE_CHARACTERS = 4000
MODELS_A_PAGE = 20
COLUMN = {"category": "category__code", "organisation": "organisation", "retention": "retention"}
ORIGIN = "category:"


@dataclass(frozen=True, slots=True)
class Lesson:
    """A record to learn from: what it says, and the value that a person or the catalogue gave it ("" for none)."""

    record_id: UUID
    sample: Sample
    value: str


@dataclass(frozen=True, slots=True)
class Filed:
    """What a model's own filing came to: how many it filed, how many of these people confirmed or corrected since."""

    value: str
    filed: int
    confirmed: int
    corrected: int


def assumed_value(record_id: UUID, field: str) -> str:
    """Return the value that stands in `field` only because nobody gave one; "" where one was given."""
    return AssumedValue.objects.filter(record_id=record_id, field=field).values_list("value", flat=True).first() or ""


def _settled(field: str) -> Exists:
    decided = Suggestion.objects.filter(record_id=OuterRef("id"), field=field, state__in=DECIDED)
    return Exists(decided)


def undecided_records(archives_id: UUID, facet: str) -> QuerySet[Record]:
    """Return the records of an archives whose value of `facet` nobody has given or decided on."""
    rows = Record.objects.filter(archives_id=archives_id, quarantined=False).exclude(_settled(facet))
    assumed = AssumedValue.objects.filter(record_id=OuterRef("id"), field=facet, value=OuterRef(COLUMN[facet]))
    open_ones = Q(Exists(assumed))
    return rows.filter(open_ones | Q(organisation="") if facet == "organisation" else open_ones)


def is_undecided(record: Record, facet: str) -> bool:
    """Tell whether nobody has given or decided on the value of `facet` of this record, and no rule has filled it."""
    if Suggestion.objects.filter(record=record, field=facet, state__in=DECIDED).exists():
        return False
    present = {"category": record.category.code, "organisation": record.organisation, "retention": record.retention}
    if facet == "organisation" and not record.organisation:
        return True
    return AssumedValue.objects.filter(record=record, field=facet, value=present[facet]).exists()


def lessons(archives_id: UUID, facet: str, most: int = MOST_RECORDS) -> list[Lesson]:
    """Return what there is to learn `facet` from: records decided by people or their catalogue, the oldest first.

    Left out are values that nobody gave, and what a model filed itself until a person has said so too.
    """
    assumed = AssumedValue.objects.filter(record_id=OuterRef("id"), field=facet, value=OuterRef(COLUMN[facet]))
    filled = Suggestion.objects.filter(record_id=OuterRef("id"), field=facet, state=SuggestionState.APPLIED)
    rows = Record.objects.filter(archives_id=archives_id, quarantined=False).exclude(**{COLUMN[facet]: ""})
    rows = rows.exclude(Exists(assumed) & ~_settled(facet)).exclude(Exists(filled))
    return _lessons(rows, facet, most)


def unlabelled(archives_id: UUID, facet: str, most: int = MOST_RECORDS // 4) -> list[Lesson]:
    """Return records whose `facet` nobody has decided: only words are learnt from them."""
    return [
        Lesson(lesson.record_id, lesson.sample, "")
        for lesson in _lessons(undecided_records(archives_id, facet), facet, most)
    ]


def _lessons(rows: QuerySet[Record], facet: str, most: int) -> list[Lesson]:
    told = ("id", "title", "author", "document_number", "year", "page_count", COLUMN[facet])
    found = sorted(rows.order_by("-id").values_list(*told)[:most])
    texts = texts_for([row[0] for row in found])
    return [
        Lesson(row[0], Sample(row[1], texts.get(row[0], ""), row[2], row[3], row[4], row[5]), str(row[6]))
        for row in found
    ]


def texts_for(record_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the beginning of the text of these records, as far as it was read."""
    found: dict[UUID, str] = {}
    for start in range(0, len(record_ids), 2000):
        rows = PageText.objects.filter(record_id__in=record_ids[start : start + 2000], page__number__lte=SAMPLE_PAGES)
        told = rows.order_by("record_id", "page__number").values_list("record_id", Left("text", SAMPLE_CHARACTERS))
        for record_id, text in told.iterator(chunk_size=1000):
            found[record_id] = f"{found.get(record_id, '')}{text}\n"[:SAMPLE_CHARACTERS]
    return found


def sample_of(record: Record) -> Sample:
    """Return what a model may know of a record."""
    text = texts_for([record.id]).get(record.id, "")
    return Sample(record.title, text, record.author, record.document_number, record.year, record.page_count)


def current_model(archives_id: UUID, facet: str) -> CategoryModel | None:
    """Return the model at work for a facet of an archives."""
    rows = CategoryModel.objects.select_related("file__key")
    return rows.filter(archives_id=archives_id, facet=facet, state=ModelState.CURRENT).first()


def files_by_model(archives_id: UUID) -> bool:
    """Tell whether a model is at work that may file this archives' records; then their codes wait for it."""
    return CategoryModel.objects.filter(archives_id=archives_id, state=ModelState.CURRENT).exists()


def archives_with_lessons() -> list[UUID]:
    """Return the archives that have decided on anything since their models were last trained (or never trained)."""
    trained = dict(LearningRun.objects.values_list("archives_id").annotate(last=Max("began_at")).order_by())
    changed = dict(Record.objects.values_list("archives_id").annotate(last=Max("updated_at")).order_by())
    return [unit for unit, last in changed.items() if unit not in trained or last > trained[unit]]


def archives_of_models(actor: Actor) -> list[Unit]:
    """Return the archives whose models `actor` may look at. Raises NotPermittedError when there can be none."""
    require(actor, REVIEWERS)
    rows = Unit.objects.filter(kind="archives").filter(below(scopes(actor, *REVIEWERS), "path"))
    return list(rows.order_by("path"))


def archives_for(actor: Actor, archives_id: UUID | None) -> Unit:
    """Return one archives that `actor` works for, the first where none is named. Raises NotFoundError."""
    units = archives_of_models(actor)
    found = next((unit for unit in units if archives_id in (None, unit.id)), None)
    if found is None:
        raise NotFoundError("recognition.archives", gettext_noop("There is no such archives that you work for."))
    return found


def model_for(actor: Actor, model_id: UUID) -> CategoryModel:
    """Return a model of an archives that `actor` works for. Raises NotFoundError for any other."""
    model = CategoryModel.objects.select_related("archives", "file__key").filter(id=model_id).first()
    if model is None or model.archives_id not in {unit.id for unit in archives_of_models(actor)}:
        raise NotFoundError("recognition.category_model", gettext_noop("There is no such model."))
    return model


def models_of(archives_id: UUID, facet: str) -> QuerySet[CategoryModel]:
    """Return the models of a facet, the newest first."""
    if facet not in FACETS:
        raise InvalidError("recognition.facet", gettext_noop("“%(facet)s” is not learnt."), facet=facet)
    return CategoryModel.objects.filter(archives_id=archives_id, facet=facet).order_by("-trained_at", "-id")


def latest_run(archives_id: UUID) -> LearningRun | None:
    """Return the last training of an archives' models."""
    return LearningRun.objects.filter(archives_id=archives_id).order_by("-began_at", "-id").first()


def filed_by(model: CategoryModel) -> dict[str, Filed]:
    """Return for each value what the model filed by itself, and what people made of it since."""
    found: dict[str, list[int]] = {}
    rows = FiledRecord.objects.filter(model=model).values_list("suggestion__value", "suggestion__state")
    for value, state in rows.iterator(chunk_size=2000):
        counts = found.setdefault(value, [0, 0, 0])
        counts[0] += 1
        counts[1] += state == SuggestionState.ACCEPTED
        counts[2] += state in (SuggestionState.MENDED, SuggestionState.REFUSED)
    return {value: Filed(value, *counts) for value, counts in found.items()}


def lately_filed(actor: Actor, model: CategoryModel, most: int = 10) -> list[Suggestion]:
    """Return what the model filed last, of records that `actor` may see."""
    seen = visible_records(actor).filter(id=OuterRef("suggestion__record_id"))
    rows = FiledRecord.objects.filter(Exists(seen), model=model).select_related("suggestion__record")
    return [row.suggestion for row in rows.order_by("-filed_at", "-id")[:most]]


def records_to_suggest(archives_id: UUID, after: UUID | None, most: int) -> list[UUID]:
    """Return the next records (by id) of which any facet is undecided."""
    found: set[UUID] = set()
    for facet in FACETS:
        rows = undecided_records(archives_id, facet).filter(Q(page_text_exists()))
        rows = rows.filter(id__gt=after) if after else rows
        found |= set(rows.order_by("id").values_list("id", flat=True)[:most])
    return sorted(found)[:most]


def page_text_exists() -> Exists:
    """Return the condition that a record has been read."""
    return Exists(PageText.objects.filter(record_id=OuterRef("id")))


def explained_record(actor: Actor, record_id: UUID) -> Record:
    """Return a record that `actor` may see, for telling why it was filed so. Raises NotFoundError."""
    record = record_for(actor, record_id)
    require(actor, REVIEWERS, record.archives.path)
    return record


def samples_of(record_ids: Collection[UUID]) -> Iterator[tuple[Record, Sample]]:
    """Yield these records with what a model may know of them."""
    rows = list(Record.objects.select_related("category").filter(id__in=record_ids).order_by("id"))
    texts = texts_for([record.id for record in rows])
    for record in rows:
        yield (
            record,
            Sample(
                record.title,
                texts.get(record.id, ""),
                record.author,
                record.document_number,
                record.year,
                record.page_count,
            ),
        )
