"""Search the records with the eyes of an account; for the owner of the data folder, and the ledger names both."""

import argparse
import os
import pwd
from typing import Any


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this verb."""
    parser.add_argument("query", help='words, a code or a name; "quoted" for exactly so, -word for without it')
    parser.add_argument("--as", dest="login", metavar="ACCOUNT", required=True, help="the login whose rights count")
    parser.add_argument("--page", type=int, default=1, help="which page of the answers (1)")
    parser.add_argument("--page-size", type=int, default=20, help="how many answers on a page (20, at most 200)")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Search and return {total, hits}; without --json the hits are printed as lines on a terminal."""
    from lantai.search.schemas import answer_of
    from lantai.search.services import search_as

    result = search_as(
        actor=_owner(),
        login=options.login,
        text=options.query,
        page_number=options.page,
        page_size=options.page_size,
    )
    answer = answer_of(result)
    hits = [_without_ids(hit) for hit in answer["hits"]]
    if options.json:
        return {"total": answer["total"], "hits": hits}
    return {"total": answer["total"]} | {f"{hit['code'] or '-'}": _line(hit) for hit in hits}


def _without_ids(hit: dict[str, Any]) -> dict[str, Any]:
    passages = [{key: value for key, value in passage.items() if key != "page_id"} for passage in hit["passages"]]
    return {key: value for key, value in hit.items() if key != "id"} | {"passages": passages}


def _line(hit: dict[str, Any]) -> str:
    passage = next((p for p in hit["passages"]), None)
    shown = f"  p. {passage['page_number']}: {' '.join(passage['text'].split())}" if passage else ""
    return f"{hit['title']}{shown}"


def _owner() -> Any:
    """Return the actor for whoever owns the data folder. Raises NotPermittedError for anybody else but root."""
    from django.conf import settings

    from lantai.kernel.actors import system_actor
    from lantai.kernel.errors import NotPermittedError, gettext_noop

    owner = settings.HOME.stat().st_uid
    if os.geteuid() not in (owner, 0):
        raise NotPermittedError(
            "search.not_owner",
            gettext_noop("Only the owner of the data folder (%(owner)s) may search as another account."),
            owner=pwd.getpwuid(owner).pw_name,
        )
    return system_actor("owner")
