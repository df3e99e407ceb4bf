"""The auditor's pages in a real browser: readable, within the content policy, on phone and desk."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from lantai.audit import services
from lantai.audit.models import LedgerEntry
from tests.browser.fixtures import Opener
from tests.factories.identity import actor_of, make_account

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, databases=["default", "sealer"]),
]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", ["phone", "desk"])
def test_list_and_entry_are_accessible_and_keep_the_policy(
    open_page: Opener, write: Callable[..., list[LedgerEntry]], tmp_path: Path, size: str, language: str
) -> None:
    auditor = make_account(login="shenji", role="auditor")
    write(30)
    facts = {"version": 2, "changes": ["title", "year"]}
    entry = services.record_act(
        actor=actor_of(auditor), verb="catalogue.edit_record", target_kind="record", target_id=uuid4(), facts=facts
    )
    services.seal()
    services.sign_checkpoint()
    write(2)
    for name, path in (("list", "/manage/ledger/"), ("entry", f"/manage/ledger/{entry.entry}/")):
        shown = open_page(size, language, auditor)
        shown.go(path)
        shown.shoot(tmp_path / f"{name}.png")
        shown.assert_accessible()
        shown.assert_no_refusals()
        shown.assert_fits()
        if size == "phone" and name == "list":
            shown.assert_touchable()
