"""A search finds a masked copy by what it shows, never by what it hides, and covers numbers for everybody."""

import pytest

from lantai.catalogue.models import Page
from lantai.identity.selectors import actor_for
from lantai.kernel.actors import ANONYMOUS
from lantai.search.selectors import search
from tests.factories.catalogue import make_account, make_place, make_record
from tests.factories.masking import IDENTITY, NAME, make_masked, make_read
from tests.factories.recognition import as_file, make_pages, make_picture
from tests.search.conftest import Carry

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "sealer"])


def test_what_is_hidden_finds_nothing(carry_news: Carry) -> None:
    place = make_place()
    staff = actor_for(make_account(place.archives, level=20, archivist=place.archives), sitting="s")
    record = make_record(place.fonds, f"关于救助{NAME}的批复", year=1990)
    make_pages(record, as_file(make_picture(size=(1240, 1754))).getvalue())
    page = Page.objects.get(record=record)
    make_read(page)
    carry_news()
    (hit,) = search(staff, NAME, fresh=True).hits
    told = "".join(passage.text for passage in hit.passages)
    assert IDENTITY not in told
    assert "420***********7966" in told
    assert search(ANONYMOUS, NAME, fresh=True).total == 0
    make_masked(staff, page)
    carry_news()
    for hidden in (NAME, IDENTITY, "肺结核"):
        assert search(ANONYMOUS, hidden, fresh=True).total == 0
    found = search(ANONYMOUS, "申请救助", fresh=True)
    assert found.total == 1
    shown = found.hits[0].title + "".join(passage.text for passage in found.hits[0].passages)
    assert "申请救助" in shown
    assert NAME not in shown
    assert "肺结核" not in shown
