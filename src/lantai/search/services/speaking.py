"""Search with another account's eyes: only for the owner of the machine, and the ledger names both."""

from dataclasses import replace

from django.db import transaction

from lantai.audit.services import record_act, salted_digest
from lantai.identity import selectors as identity
from lantai.kernel.actors import Actor
from lantai.search.rules.filters import SearchFilters
from lantai.search.selectors import SearchResult, search


def search_as(
    *,
    actor: Actor,
    login: str,
    text: str,
    filters: SearchFilters | None = None,
    page_number: int = 1,
    page_size: int = 20,
) -> SearchResult:
    """Return what the account named `login` finds, and write down that `actor` looked through its eyes.

    `actor` is the machine's owner. Everything sealed and indexed before the call is seen. Raises NotFoundError for an
    unknown login, and what `search` raises.
    """
    account = identity.actor_for_login(login)
    result = search(account, text, filters=filters, page_number=page_number, page_size=page_size, fresh=True)
    with transaction.atomic():
        record_act(
            actor=replace(actor, on_behalf_of=login),
            verb="search.search_as",
            target_kind="account",
            target_id=account.id,
            facts={"query": salted_digest(text), "total": result.total},
        )
    return result
