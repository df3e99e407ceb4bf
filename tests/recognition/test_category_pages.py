"""The page of models: who may come, what it teaches, its curves and classes, training, going back, and why."""

import os
from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from lantai.identity.models import Account
from lantai.kernel.clock import now
from lantai.preservation.services import store_file
from lantai.recognition.models import CategoryModel, LearningRun
from lantai.recognition.services.filing import note_filed
from tests.factories.catalogue import SYSTEM, Place, make_account, make_place, make_record
from tests.factories.recognition import make_suggestion

pytestmark = pytest.mark.django_db

METRICS: dict[str, Any] = {
    "records": 900, "accuracy": 0.91, "macro_f1": 0.8, "coverage": 0.7, "precision": 0.97, "calibration_error": 0.02,
    "thresholds": {"WS": 0.8},
    "curve": [{"coverage": 0.5, "precision": 1.0, "threshold": 0.9}, {"coverage": 1.0, "precision": 0.91, "threshold": 0.2}],
    "reliability": [{"low": 0.3, "high": 0.4, "count": 9, "said": 0.35, "right": 0.4},
                    {"low": 0.9, "high": 1.0, "count": 800, "said": 0.97, "right": 0.96}],
    "by_class": [{"value": "WS", "records": 600, "guessed": 610, "right": 590, "threshold": 0.8},
                 {"value": "KJ·JJ", "records": 20, "guessed": 18, "right": 15, "threshold": None}],
    "held_out": {"records": 120, "accuracy": 0.9, "macro_f1": 0.8, "coverage": 0.7, "precision": 0.96},
}  # fmt: skip


def make_model(place: Place, state: str = "current", **values: Any) -> CategoryModel:
    """Return the row of a model whose file holds no model."""
    file = store_file(actor=SYSTEM, source=BytesIO(os.urandom(99)), name="category.npz", archives_id=place.archives.id)
    usual = {
        "signature": "0",
        "metrics": METRICS,
        "records": 900,
        "classes": 2,
        "trained_at": now(),
        "facet": "category",
    }
    return CategoryModel.objects.create(archives=place.archives, file=file, state=state, **(usual | values))


@pytest.fixture
def place() -> Place:
    return make_place()


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def archivist(place: Place) -> Client:
    return signed_in(make_account(place.archives, level=20, archivist=place.archives))


def test_strangers_are_sent_away(place: Place) -> None:
    assert Client().get("/desk/categories/").status_code == 302
    assert signed_in(make_account(place.bureau, liaison=place.bureau)).get("/desk/categories/").status_code == 403
    other = archivist(make_place("Y300"))
    assert other.get(f"/desk/categories/?archives={place.archives.id}").status_code == 404
    assert other.post(f"/desk/categories/models/{make_model(place).id}/use/").status_code == 404
    assert other.get(f"/desk/categories/why/{make_record(place.fonds).id}/").status_code == 404


def test_it_teaches_while_there_is_no_model(place: Place) -> None:
    page = archivist(place).get("/desk/categories/").content.decode()
    assert 'class="empty' in page


def test_curves_have_their_tables_and_classes_their_thresholds(place: Place) -> None:
    make_model(place)
    page = archivist(place).get("/desk/categories/").content.decode()
    assert page.count("<polyline") == 2
    assert page.count("<details") >= 2
    assert "91.0 %" in page
    assert "KJ·JJ" in page


def test_what_was_filed_lately_leads_to_why(place: Place) -> None:
    model, record = make_model(place), make_record(place.fonds, "关于桥梁的报告")
    suggestion = make_suggestion(
        record, "category", "KJ", origin=f"category:{model.id}", state="applied", reasons=["桥梁"]
    )
    note_filed([suggestion])
    page = archivist(place).get("/desk/categories/").content.decode()
    assert f"/desk/categories/why/{record.id}/" in page
    assert "关于桥梁的报告" in page


def test_training_is_queued_once_and_its_progress_shown(place: Place) -> None:
    client = archivist(place)
    for _ in range(2):
        answer = client.post("/desk/categories/train/", {"archives": place.archives.id, "facet": "category"})
        assert answer.status_code == 302
    assert LearningRun.objects.count() == 1
    assert "<progress" in client.get(f"/desk/categories/run/?archives={place.archives.id}").content.decode()


def test_a_damaged_model_is_not_put_to_work(place: Place) -> None:
    current, damaged = make_model(place), make_model(place, "retired")
    answer = archivist(place).post(f"/desk/categories/models/{damaged.id}/use/")
    assert answer.status_code == 409
    current.refresh_from_db()
    assert current.state == "current"


def test_many_models_come_in_pages(place: Place) -> None:
    for _ in range(22):
        make_model(place, "retired")
    client = archivist(place)
    assert client.get("/desk/categories/").content.decode().count("models/") == 20
    assert client.get("/desk/categories/?page=2").content.decode().count("models/") == 2


def test_why_says_so_where_no_model_can_be_used(place: Place) -> None:
    make_model(place)
    page = archivist(place).get(f"/desk/categories/why/{make_record(place.fonds).id}/")
    assert page.status_code == 200
    assert 'class="empty' in page.content.decode()
