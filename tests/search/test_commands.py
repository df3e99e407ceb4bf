"""The verbs `search` and `index` of the command line: the shape of their answers."""

from argparse import ArgumentParser, Namespace
from types import ModuleType

import pytest

from config.commands import index as index_verb
from config.commands import search as search_verb
from tests.factories.catalogue import make_account, make_place, make_record
from tests.search.conftest import Carry

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "sealer"])


def _options(verb: ModuleType, *words: str) -> Namespace:
    parser = ArgumentParser()
    parser.add_argument("--json", action="store_true")
    verb.add_arguments(parser)
    return parser.parse_args(["--json", *words])


def test_search_answers_total_and_hits(carry_news: Carry) -> None:
    place = make_place()
    record = make_record(place.fonds, "关于城市规划的通知", coded=True)
    carry_news()
    account = make_account(place.archives, level=20, archivist=place.archives)
    answer = search_verb.run(_options(search_verb, "城市规划", "--as", account.login))
    score = answer["hits"][0].pop("score")
    assert score > 0
    expected: dict[str, object] = {"code": record.reference_code, "title": record.title, "passages": []}
    assert answer == {"total": 1, "hits": [expected]}


def test_index_rebuild_answers_items_and_seconds(carry_news: Carry) -> None:
    place = make_place()
    make_record(place.fonds)
    answer = index_verb.run(_options(index_verb, "rebuild"))
    assert set(answer) == {"items", "seconds"}
    assert answer["items"] == 1
    assert index_verb.run(_options(index_verb, "state"))["fits"]
