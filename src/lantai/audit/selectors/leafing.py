"""The ledger as its auditor leafs through it: newest first, filtered, page by page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Q

from lantai.audit.models import LedgerEntry
from lantai.audit.selectors.reading import SealedEntry, sealed_entry
from lantai.kernel.actors import Actor
from lantai.kernel.clock import CHINA
from lantai.kernel.errors import NotPermittedError
from lantai.kernel.errors import gettext_noop as _
from lantai.kernel.paging import Slice, decode_cursor, encode_cursor

AUDITOR = "auditor"
PAGE_ROWS = 50

# Jumps from one verb to the next on the index, so that it costs the number of verbs and not that of entries.
_VERBS = """
    WITH RECURSIVE found AS (
        (SELECT verb FROM audit_ledgerentry ORDER BY verb LIMIT 1)
        UNION ALL
        SELECT (SELECT e.verb FROM audit_ledgerentry e WHERE e.verb > found.verb ORDER BY e.verb LIMIT 1)
        FROM found WHERE found.verb IS NOT NULL
    ) SELECT verb FROM found WHERE verb IS NOT NULL"""


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """What the auditor asks for; empty parts ask for everything. Days are Chinese days, both included."""

    verb: str = ""
    target_id: UUID | None = None
    account: str = ""
    from_on: date | None = None
    until_on: date | None = None


def require_auditor(actor: Actor) -> None:
    """Raise NotPermittedError unless `actor` is an audit administrator."""
    if not actor.holds(AUDITOR):
        raise NotPermittedError("audit.auditor", _("Only the audit administrator reads the ledger."))


def ledger_page(actor: Actor, asked: LedgerFilter, *, cursor: str = "") -> Slice[SealedEntry]:
    """Return one page of entries, newest first. Raises NotPermittedError unless `actor` is an auditor."""
    require_auditor(actor)
    entries = LedgerEntry.objects.filter(_condition(asked)).select_related("leaf").order_by("-at", "-id")
    if cursor:
        moment, number = decode_cursor(cursor, 2)
        at = datetime.fromisoformat(str(moment))
        entries = entries.filter(Q(at__lt=at) | Q(at=at, id__lt=int(number)))
    rows = list(entries[: PAGE_ROWS + 1])
    shown = rows[:PAGE_ROWS]
    more = encode_cursor(shown[-1].at.isoformat(), shown[-1].pk) if len(rows) > PAGE_ROWS else ""
    return Slice([sealed_entry(row) for row in shown], more)


def _condition(asked: LedgerFilter) -> Q:
    condition = Q()
    if asked.verb:
        condition &= Q(verb=asked.verb)
    if asked.target_id:
        condition &= Q(target_id=asked.target_id)
    if asked.account:
        condition &= Q(actor_id__in=_accounts_called(asked.account))
    if asked.from_on:
        condition &= Q(at__gte=datetime.combine(asked.from_on, time(), CHINA))
    if asked.until_on:
        condition &= Q(at__lt=datetime.combine(asked.until_on + timedelta(days=1), time(), CHINA))
    return condition


def _accounts_called(words: str) -> list[UUID]:
    """Return the ids that an auditor may mean: an id as it stands, or the account with this login."""
    try:
        return [UUID(words)]
    except ValueError:
        model = get_user_model()
        return list(model._default_manager.filter(**{model.USERNAME_FIELD: words}).values_list("pk", flat=True))


def logins_of(account_ids: Iterable[UUID | None]) -> Mapping[UUID, str]:
    """Return the logins of those accounts that there (still) are; the ledger itself keeps ids alone."""
    wanted = {number for number in account_ids if number}
    found = get_user_model()._default_manager.in_bulk(wanted) if wanted else {}
    return {number: account.get_username() for number, account in found.items()}


def verbs_used() -> list[str]:
    """Return every verb that stands in the ledger, in the order of the alphabet."""
    with connection.cursor() as cursor:
        cursor.execute(_VERBS)
        return [row[0] for row in cursor.fetchall()]
