"""Records come into being complete, once, and in few statements."""

import pytest

from lantai.catalogue.models import Page, Record
from lantai.catalogue.services import RecordDescription, create_records
from tests.factories.catalogue import SYSTEM, make_part, make_place

pytestmark = pytest.mark.django_db


def test_create_with_parts() -> None:
    place = make_place()
    made = create_records(
        actor=SYSTEM,
        fonds_id=place.fonds.id,
        issue_codes=True,
        descriptions=[
            RecordDescription(
                level="item",
                category_code="WS",
                title=f"通知{n}",
                year=2011,
                organisation="办公室",
                parts=[make_part(place.archives.id, 3)],
            )
            for n in range(3)
        ],
    )
    assert [r.reference_code for r in made] == [f"Z109-WS·2011·Y·办公室-000{n}" for n in (1, 2, 3)]
    assert Page.objects.count() == 9
    assert Record.objects.get(id=made[0].id).page_count == 3
