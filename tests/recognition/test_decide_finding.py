"""Findings are kept as the machine makes them and decided by people: permission, repetition, the register, the ledger."""

from uuid import UUID

import pytest
from django.db.models import Q

from lantai.audit.models import LedgerEntry
from lantai.catalogue.models import Defect, Page, Record
from lantai.catalogue.services import quarantine_record
from lantai.kernel.errors import ConflictError, InvalidError, NotFoundError, NotPermittedError
from lantai.recognition.models import PageFinding, QualityLimit
from lantai.recognition.rules.condition import Condition
from lantai.recognition.rules.findings import CHECKS, Finding
from lantai.recognition.rules.layout import Line, PageLayout
from lantai.recognition.rules.page_read import PageRead
from lantai.recognition.selectors import findings as found
from lantai.recognition.selectors.limits import limits_for
from lantai.recognition.services.condition import check_record, keep_condition
from lantai.recognition.services.findings import decide_findings, record_findings, reopen_finding
from lantai.recognition.services.limits import set_quality_limits
from tests.factories.catalogue import Place, make_actor, make_archivist, make_place, make_record
from tests.factories.recognition import READER, make_pages, make_pdf

pytestmark = pytest.mark.django_db
SKEW = Finding("quality.skew", {"degrees": 3.1, "limit": 1.0})
BLANK = Finding("quality.blank", {"ink": 0.01})


@pytest.fixture
def place() -> Place:
    return make_place()


@pytest.fixture
def record(place: Place) -> Record:
    record = make_record(place.fonds)
    make_pages(record, make_pdf(pages=3), "x.pdf", 3)
    return record


def pages(record: Record) -> list[UUID]:
    return list(Page.objects.filter(record=record).order_by("number").values_list("id", flat=True))


def find(record: Record, *findings: Finding, page: int | None = 1, prefix: str = "quality.") -> list[PageFinding]:
    page_id = pages(record)[page - 1] if page else None
    record_findings(actor=READER, record_id=record.id, page_id=page_id, findings=findings, prefix=prefix)
    return list(
        PageFinding.objects.filter(Q(page_id=page_id) if page_id else Q(page=None), record=record).order_by("code")
    )


def test_findings_replace_the_open_ones_of_their_prefix(record: Record) -> None:
    find(record, Finding("seal.missing"), prefix="seal.")
    find(record, SKEW, BLANK)
    assert [f.code for f in find(record, BLANK)] == ["quality.blank", "seal.missing"]
    assert PageFinding.objects.get(code="quality.blank").weight == CHECKS["quality.blank"].weight
    with pytest.raises(NotPermittedError):
        record_findings(actor=make_actor(record.archives), record_id=record.id, page_id=None, findings=[], prefix="")


def test_what_was_decided_is_not_raised_again(place: Place, record: Record) -> None:
    (skew,) = find(record, SKEW)
    decide_findings(
        actor=make_archivist(place), record_id=record.id, finding_ids=[skew.id], decision="dismiss", note="边栏斜"
    )
    assert [(f.code, f.state, f.note) for f in find(record, SKEW)] == [("quality.skew", "dismissed", "边栏斜")]
    assert [f.state for f in find(record, SKEW, page=2)] == ["open"]


def test_scanning_again_enters_the_register_and_the_list(place: Place, record: Record) -> None:
    rows = [*find(record, SKEW, BLANK), *find(record, SKEW, page=3)]
    archivist = make_archivist(place)
    decide_findings(actor=archivist, record_id=record.id, finding_ids=[row.id for row in rows], decision="rescan")
    defect = Defect.objects.get(record=record)
    assert defect.kind == "unreadable"
    assert defect.description.count("1") == 1
    assert "3" in defect.description
    assert found.rescan_count(archivist) == 2
    assert [f.page and f.page.number for f in found.pages_to_rescan(archivist).items] == [1, 1, 3]
    entry = LedgerEntry.objects.get(verb="recognition.decide_findings")
    assert "quality.skew" in bytes(entry.body).decode()


def test_missing_pages_are_entered_as_missing(place: Place, record: Record) -> None:
    (row,) = find(record, Finding("quality.missing_pages", {"before": 2, "after": 5}), page=None)
    decide_findings(actor=make_archivist(place), record_id=record.id, finding_ids=[row.id], decision="rescan")
    assert Defect.objects.get(record=record).kind == "missing_pages"


def test_a_decision_can_be_taken_back(place: Place, record: Record) -> None:
    (row,) = find(record, SKEW)
    archivist = make_archivist(place)
    with pytest.raises(ConflictError):
        reopen_finding(actor=archivist, finding_id=row.id)
    decide_findings(actor=archivist, record_id=record.id, finding_ids=[row.id], decision="accept")
    with pytest.raises(ConflictError):
        decide_findings(actor=archivist, record_id=record.id, finding_ids=[row.id], decision="dismiss")
    assert reopen_finding(actor=archivist, finding_id=row.id).state == "open"
    assert LedgerEntry.objects.filter(verb="recognition.reopen_finding").count() == 1


def test_decisions_are_checked(place: Place, record: Record) -> None:
    (row,) = find(record, SKEW)
    archivist = make_archivist(place)
    other = make_record(place.fonds, "第二份")
    for change in ({"decision": "forget"}, {"decision": "dismiss", "note": "x" * 501}):
        with pytest.raises(InvalidError):
            decide_findings(actor=archivist, record_id=record.id, finding_ids=[row.id], **change)
    for record_id, ids in ((other.id, [row.id]), (record.id, [])):
        with pytest.raises(NotFoundError):
            decide_findings(actor=archivist, record_id=record_id, finding_ids=ids, decision="dismiss")


def test_others_neither_see_nor_decide(place: Place, record: Record) -> None:
    (row,) = find(record, SKEW)
    outsider = make_archivist(make_place("Z200"))
    reader = make_actor(place.archives, level=20, applicant=place.archives)
    for actor in (outsider, reader):
        assert found.quality_queue(actor).items == []
        assert found.finding_facets(actor) == []
        assert found.open_findings_count(actor) == 0
        assert found.next_quality_record(actor) is None
        with pytest.raises((NotFoundError, NotPermittedError)):
            decide_findings(actor=actor, record_id=record.id, finding_ids=[row.id], decision="dismiss")
    with pytest.raises(NotFoundError):
        found.finding_for(outsider, row.id)
    quarantine_record(actor=READER, record_id=record.id, reason="test")
    assert found.quality_queue(make_archivist(place)).items == []


def test_the_queue_shows_the_gravest_first_page_by_page(place: Place, record: Record) -> None:
    find(record, BLANK)
    graver = make_record(place.fonds, "缺页")
    find(graver, Finding("quality.missing_pages", {"before": 1, "after": 3}), page=None)
    archivist = make_archivist(place)
    first = found.quality_queue(archivist, size=1)
    assert [row.record for row in first.items] == [graver]
    second = found.quality_queue(archivist, size=1, cursor=first.next_cursor)
    assert [(row.record, row.pages, row.codes) for row in second.items] == [(record, 1, {"quality.blank": 1})]
    assert second.next_cursor == ""
    assert [row.record for row in found.quality_queue(archivist, code="quality.blank").items] == [record]
    assert [code for code, *_ in found.finding_facets(archivist)] == ["quality.missing_pages", "quality.blank"]
    assert found.next_quality_record(archivist, after=graver.id) == record.id


def test_limits_hold_for_the_archives_and_win_for_a_fonds(place: Place, record: Record) -> None:
    archivist = make_archivist(place)
    set_quality_limits(actor=archivist, archives=place.archives, values={"most_skew": 2.0, "least_dpi": 300})
    set_quality_limits(actor=archivist, archives=place.archives, fonds=place.fonds, values={"most_skew": 0.5})
    assert (limits_for(record)["most_skew"], limits_for(record)["least_dpi"]) == (0.5, 300)
    set_quality_limits(actor=archivist, archives=place.archives, fonds=place.fonds, values={"most_skew": None})
    assert limits_for(record)["most_skew"] == 2.0
    for values in ({"most_skew": -1.0}, {"most_skew": 99.0}, {"nonsense": 1.0}):
        with pytest.raises(InvalidError):
            set_quality_limits(actor=archivist, archives=place.archives, values=values)
    with pytest.raises(NotPermittedError):
        set_quality_limits(actor=make_archivist(make_place("Z200")), archives=place.archives, values={"most_skew": 1.5})
    assert QualityLimit.objects.count() == 2


def keep(record: Record, number: int, *, text: str = "", foot: str = "", **seen: object) -> None:
    page = Page.objects.get(record=record, number=number)
    lines = [Line(text or "正文", (100, 500, 900, 540), 0.98)]
    lines += [Line(foot, (600, 1700, 660, 1730), 0.99)] if foot else []
    condition = Condition(width_px=1240, height_px=1754, characters=50, **seen)  # type: ignore[arg-type]
    keep_condition(READER, page, PageRead(PageLayout(tuple(lines), 1240, 1754), "x", condition=condition))


def test_every_page_read_is_judged_by_the_limits_of_its_archives(place: Place, record: Record) -> None:
    keep(record, 1, skew_degrees=1.5)
    assert PageFinding.objects.get().measured == {"degrees": 1.5, "limit": 1.0}
    set_quality_limits(actor=make_archivist(place), archives=place.archives, values={"most_skew": 2.0})
    keep(record, 1, skew_degrees=1.5)
    assert not PageFinding.objects.exists()


def test_the_last_page_has_the_record_looked_at(record: Record) -> None:
    for number, foot in ((1, "— 1 —"), (2, "— 2 —"), (3, "— 5 —")):
        keep(record, number, foot=foot, picture_print="0f" * 32 if number > 1 else "a5" * 32)
    record.metadata = {"total_number_of_pages": "5"}
    record.save(update_fields=["metadata"])
    check_record(READER, record.id)
    check_record(READER, record.id)
    found_codes = PageFinding.objects.filter(record=record).values_list("code", "page__number")
    assert set(found_codes) == {
        ("quality.missing_pages", None),
        ("quality.page_count", None),
        ("quality.doubled", 3),
    }
