"""The one way to a record: everything that reads records begins at `visible_records` or `record_for`."""

from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from lantai.catalogue.models import Fonds, Grant, Page, Record
from lantai.catalogue.rules import access
from lantai.catalogue.rules.codes import normal_code
from lantai.kernel import filters
from lantai.kernel.actors import Actor
from lantai.kernel.clock import today
from lantai.kernel.errors import ConflictError, NotFoundError, gettext_noop

COLUMNS = {
    "record": "id",
    "archives": "archives_id",
    "unit_path": "unit_path",
    "opening": "opening",
    "access_level": "access_level",
    "quarantined": "quarantined",
}
"""Where each fact of the access decision lies in the table of records."""


def viewing_filter(actor: Actor, on: date | None = None) -> filters.Filter:
    """Return the condition under which `actor` may view a record on a day (today), grants and inherited roles resolved.

    This is what search compiles to its index. At most two small queries.
    """
    day = on or today()
    return access.viewing_filter(actor, day, _grants(actor, day), _archives_below(actor))


def masked_filter(actor: Actor) -> filters.Filter:
    """Return the condition under which `actor` may see at least the masked copy of a record today."""
    return access.masked_filter(today(), _grants(actor, today()))


def finding_filter(actor: Actor) -> filters.Filter:
    """Return the condition under which a search by `actor` may find a record: to view, or as a public masked copy.

    Of what is open in a masked copy the index holds the masked text alone; a masked copy of anything else is reached by
    its address, since the index would find it by what is hidden.
    """
    return filters.any_of(viewing_filter(actor), access.masked_filter(today()))


def _grants(actor: Actor, day: date) -> list[access.ViewGrant]:
    if actor.id is None:
        return []
    rows = Grant.objects.filter(account_id=actor.id, until_on__gte=day, revoked_at=None)
    return [access.ViewGrant(*row) for row in rows.values_list("record_id", "until_on", "masked")]


def _archives_below(actor: Actor) -> dict[str, list[UUID]]:
    paths = {role.unit_path for role in actor.roles if role.role in access.STAFF or role.role == access.SECURITY}
    if not paths:
        return {}
    kept = Fonds.objects.order_by().values_list("archives_id", "archives__path").distinct()
    return {path: [archives for archives, its_path in kept if its_path.startswith(path)] for path in paths}


def compile_filter(condition: filters.Filter, columns: dict[str, str] | None = None) -> Q:
    """Return `condition` as a Django condition; `columns` maps its facts to lookups (records', if None).

    No column may be null: then it means exactly what `kernel.filters.matches` does.
    """
    names = COLUMNS if columns is None else columns
    match condition:
        case filters.All(parts):
            return Q(*(compile_filter(part, names) for part in parts)) if parts else Q(pk__isnull=False)
        case filters.AnyOf(parts):
            return Q(*(compile_filter(part, names) for part in parts), _connector=Q.OR) if parts else Q(pk__in=[])
        case filters.Not(part):
            return ~compile_filter(part, names)
        case filters.Is(field, value):
            return Q((names[field], value))
        case filters.IsOneOf(field, values):
            return Q((f"{names[field]}__in", sorted(values, key=str)))
        case filters.AtMost(field, value):
            return Q((f"{names[field]}__lte", value))
        case filters.StartsWith(field, prefix):
            return Q((f"{names[field]}__startswith", prefix))


def visible_records(actor: Actor) -> QuerySet[Record]:
    """Return the records that `actor` may view today."""
    return Record.objects.filter(compile_filter(viewing_filter(actor)))


def may_view(actor: Actor, record: Record) -> bool:
    """Tell whether `actor` may view `record` today."""
    return filters.matches(viewing_filter(actor), access.record_facts(record))


def record_for(actor: Actor, reference: str | UUID, *, within: filters.Filter | None = None) -> Record:
    """Return the record with this id or reference code, its fonds, category, archives and unit beside it.

    `within` is another condition than that of viewing: masked copies have their own.
    Raises NotFoundError alike when there is none and when the actor may not see it; ConflictError when two archives
    that the actor may look into use the same code.
    """
    visible = visible_records(actor) if within is None else Record.objects.filter(compile_filter(within))
    found = list(
        visible.filter(_named(reference)).select_related(
            "fonds__archives", "fonds__owner_unit", "category", "archives", "unit", "parent"
        )[:2]
    )
    if not found:
        raise NotFoundError(
            "catalogue.record",
            gettext_noop("There is no record %(reference)s that you may see. Check the code, or ask the archives."),
            reference=str(reference),
        )
    if len(found) > 1:
        raise ConflictError(
            "catalogue.code_in_two_archives",
            gettext_noop("Two archives use the code %(reference)s. Open the record from its fonds, or by its id."),
            reference=str(reference),
        )
    return found[0]


def _named(reference: str | UUID) -> Q:
    if isinstance(reference, UUID):
        return Q(id=reference)
    text = reference.strip()
    try:
        return Q(id=UUID(text))
    except ValueError:
        return Q(reference_code=normal_code(text))


def page_for(actor: Actor, page_id: UUID) -> Page:
    """Return a page, its record and part beside it. Raises NotFoundError when the actor may not see it.

    Of a quarantined record nobody sees a page, not even who decides on it.
    """
    page = Page.objects.select_related("record", "record__fonds", "part").filter(id=page_id).first()
    hidden = page is None or (page.record.quarantined and not actor.is_system)
    if page is None or hidden or not may_view(actor, page.record):
        raise NotFoundError(
            "catalogue.page",
            gettext_noop("There is no such page that you may see. Go back to the record and open the page from there."),
        )
    return page
