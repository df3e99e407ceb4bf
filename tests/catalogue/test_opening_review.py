"""The opening review from the outside: what is due, two persons, masks before a masked copy, export, words, rules."""

import io
import zipfile
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lantai.audit.models import LedgerEntry
from lantai.catalogue.models import CheckedPage, OpeningReview, Page, Record, Redaction
from lantai.identity.models import Account
from lantai.identity.selectors import actor_for
from lantai.recognition.models import OpeningOpinion, OpeningProposalRow, OpeningRule, ReviewWord
from lantai.recognition.selectors.opening import due_records
from lantai.recognition.services.opening import propose_openings
from tests.factories.catalogue import SYSTEM, Place, make_account, make_place, make_record
from tests.factories.masking import NAME, make_read
from tests.factories.recognition import as_file, make_pages, make_picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Place:
    return make_place()


@pytest.fixture
def old(place: Place) -> Record:
    """A record of 1990 with one page that names a person."""
    record = make_record(place.fonds, "关于救助的批复", year=1990)
    make_pages(record, as_file(make_picture(size=(1240, 1754))).getvalue())
    make_read(Page.objects.get(record=record))
    return record


def member(place: Place, role: str = "archivist") -> Account:
    return make_account(place.archives, level=20, **{role: place.archives})


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def opinion(record: Record, outcome: str = "open", **values: str) -> dict[str, str]:
    record.refresh_from_db()
    return {"version": str(record.version), "outcome": outcome, "basis": "档案法第二十七条", **values}


def give(client: Client, record: Record, outcome: str = "open", **values: str) -> int:
    return client.post(f"/desk/opening/{record.id}/opinion/", opinion(record, outcome, **values)).status_code


def test_only_reviewers_come(place: Place, old: Record) -> None:
    paths = ("/desk/opening/", f"/desk/opening/{old.id}/", "/desk/opening/words/", "/desk/opening/export.xlsx")
    for path in paths:
        assert Client().get(path).status_code == 302
        assert signed_in(make_account(place.bureau, applicant=place.bureau)).get(path).status_code in (403, 404)
        assert signed_in(member(make_place("Z200"))).get(path).status_code in (200, 404)
    assert signed_in(member(make_place("Z300"))).get(f"/desk/opening/{old.id}/").status_code == 404
    assert signed_in(member(place)).get("/desk/opening/").status_code == 200


def test_what_is_due(place: Place, old: Record) -> None:
    make_record(place.fonds, "新的", year=2024)
    actor = actor_for(member(place), sitting="s")
    assert [row.title for row in due_records(actor)] == ["关于救助的批复"]
    OpeningRule.objects.create(archives=place.archives, closing_years=25, category_years={"WS": 50})
    assert not due_records(actor).exists()


def test_the_machine_proposes_and_people_decide(place: Place, old: Record) -> None:
    propose_openings(actor=SYSTEM, record_ids=[old.id])
    proposal = OpeningProposalRow.objects.get(record=old)
    assert proposal.outcome == "masked" or proposal.outcome == "restricted"
    assert proposal.counts["name"] >= 1
    first, second = signed_in(member(place)), signed_in(member(place, "reviewer"))
    page = first.get(f"/desk/opening/{old.id}/").content.decode()
    assert NAME in page
    assert 'data-box="' in page
    assert 'style="' not in page
    assert give(first, old, "restricted", reason="涉及个人隐私") == 302
    old.refresh_from_db()
    assert old.opening == "not_reviewed", "the first opinion decides nothing"
    assert give(first, old) == 422, "nobody gives both opinions"
    assert give(second, old, "restricted", reason="同意初审意见") == 302
    old.refresh_from_db()
    assert old.opening == "restricted"
    (kept,) = OpeningReview.objects.filter(record=old)
    assert "同意初审意见" in kept.basis
    rounds = list(OpeningOpinion.objects.filter(record=old).order_by("round").values_list("round", "machine_outcome"))
    assert rounds == [(1, proposal.outcome), (2, proposal.outcome)]
    proposal.refresh_from_db()
    assert proposal.outcome in ("masked", "restricted"), "what the machine said stays as it was"
    verbs = set(LedgerEntry.objects.values_list("verb", flat=True))
    assert {"recognition.propose_opening", "recognition.give_opinion", "catalogue.decide_opening"} <= verbs


def test_one_person_is_enough_where_the_rule_says_so(place: Place, old: Record) -> None:
    OpeningRule.objects.create(archives=place.archives, two_persons=False)
    assert give(signed_in(member(place)), old) == 302
    old.refresh_from_db()
    assert old.opening == "open"


def test_a_restriction_has_a_reason_and_a_deferral_a_day(place: Place, old: Record) -> None:
    client = signed_in(member(place))
    assert give(client, old, "restricted") == 422
    assert give(client, old, "deferred", reason="仍在办理") == 422
    assert give(client, old, "open", basis=" ") == 422
    assert give(client, old, "burn") == 422
    assert give(client, old, "deferred", reason="仍在办理", next_review_on="2099-01-01") == 302


def test_a_masked_copy_waits_until_every_page_is_checked(place: Place, old: Record) -> None:
    OpeningRule.objects.create(archives=place.archives, two_persons=False)
    client = signed_in(member(place))
    client.get(f"/desk/opening/{old.id}/")
    assert give(client, old, "masked") == 422
    page = Page.objects.get(record=old)
    htmx = {"HX-Request": "true"}
    refused = client.post(f"/desk/opening/pages/{page.id}/check/", headers=htmx).content.decode()
    assert 'role="alert"' in refused
    mask = Redaction.objects.filter(page=page).first()
    assert mask is not None
    answer = client.post(f"/desk/opening/masks/{mask.id}/decide/", {"hide": "no"}, headers=htmx)
    assert 'data-state="dropped"' in answer.content.decode()
    mask.refresh_from_db()
    assert (mask.state, mask.hidden_text) == ("dropped", "")
    box = {"left": "10", "top": "10", "right": "60", "bottom": "40"}
    drawn = client.post(f"/desk/opening/pages/{page.id}/draw/", box, headers=htmx).content.decode()
    assert 'data-box="10,10,60,40"' in drawn
    assert (
        'role="alert"'
        in client.post(f"/desk/opening/pages/{page.id}/draw/", {**box, "right": "11"}, headers=htmx).content.decode()
    )
    client.post(f"/desk/opening/pages/{page.id}/check/", {"hide": "all"}, headers=htmx)
    assert CheckedPage.objects.filter(page=page).exists()
    assert give(client, old, "masked") == 302
    old.refresh_from_db()
    assert old.opening == "masked"


def test_strangers_draw_no_masks(place: Place, old: Record) -> None:
    page = Page.objects.get(record=old)
    for client in (signed_in(member(make_place("Z200"))), signed_in(make_account(place.bureau, liaison=place.bureau))):
        answer = client.post(f"/desk/opening/pages/{page.id}/draw/", {"left": 1, "top": 1, "right": 50, "bottom": 50})
        assert answer.status_code in (403, 404)
    assert not Redaction.objects.exists()


def test_records_below_a_masked_one_wait(place: Place) -> None:
    above = make_record(place.fonds, "卷", level="file", year=1990)
    Record.objects.filter(id=above.id).update(opening="masked")
    below = make_record(place.fonds, "件", year=1990, parent_id=above.id)
    assert below.opening == "not_reviewed"


def test_the_list_is_taken_away_as_a_workbook(place: Place, old: Record) -> None:
    answer = signed_in(member(place)).get("/desk/opening/export.xlsx")
    book = zipfile.ZipFile(io.BytesIO(answer.content))
    assert "关于救助的批复" in book.read("xl/sharedStrings.xml").decode()
    assert LedgerEntry.objects.filter(verb="recognition.export_openings").exists()


@pytest.fixture
def editor(place: Place) -> Client:
    return signed_in(member(place))


def test_an_archives_edits_its_words(place: Place, editor: Client) -> None:
    assert "举报人" in editor.get("/desk/opening/words/").content.decode()
    word = {"word": "某某事件", "kind": "case", "effect": "restrict", "note": "", "archives": str(place.archives.id)}
    assert editor.post("/desk/opening/words/put/", word).status_code == 302
    assert ReviewWord.objects.filter(archives=place.archives).count() > 50, "the first edit keeps the words there were"
    listed = SimpleUploadedFile("words.csv", "标题党,other,look\n".encode("gb18030"))
    form = {"file": listed, "replace": "yes", "archives": str(place.archives.id)}
    assert editor.post("/desk/opening/words/import/", form).status_code == 302
    assert list(ReviewWord.objects.values_list("word", flat=True)) == ["标题党"]
    assert "标题党" in editor.get("/desk/opening/words/export.csv").content.decode("utf-8-sig")
    (row,) = ReviewWord.objects.all()
    assert signed_in(member(make_place("Z200"))).post(f"/desk/opening/words/{row.id}/remove/").status_code == 404
    assert editor.post(f"/desk/opening/words/{row.id}/remove/").status_code == 302
    assert editor.post("/desk/opening/words/put/", {**word, "kind": "nonsense"}).status_code == 422


def test_an_archives_sets_its_rule(place: Place, editor: Client) -> None:
    form = {"archives": str(place.archives.id), "closing_years": "20", "category_years": "KJ 10\nWS 30"}
    assert editor.post("/desk/opening/rule/", form).status_code == 302
    rule = OpeningRule.objects.get(archives=place.archives)
    assert (rule.closing_years, rule.category_years, rule.two_persons) == (20, {"KJ": 10, "WS": 30}, False)
    for wrong in ({"closing_years": "0"}, {"closing_years": "x"}, {"category_years": "KJ zehn"}):
        assert editor.post("/desk/opening/rule/", {**form, **wrong}).status_code == 422


def test_deferred_records_come_back_on_their_day(place: Place, old: Record) -> None:
    actor = actor_for(member(place), sitting="s")
    Record.objects.filter(id=old.id).update(opening="deferred")
    review = OpeningReview.objects.create(
        record=old,
        outcome="deferred",
        basis="b",
        next_review_on=date(2099, 1, 1),
        decided_by="t",
        decided_at="2020-01-01T00:00Z",
    )
    assert not due_records(actor).exists()
    OpeningReview.objects.filter(id=review.id).update(next_review_on=date(2020, 1, 1))
    assert due_records(actor).exists()
