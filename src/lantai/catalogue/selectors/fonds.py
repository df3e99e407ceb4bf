"""Fonds and what stands in them, as much of it as somebody may see."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan  # type: ignore[import-untyped]  # django-stubs lacks it

from lantai.catalogue.models import Category, CodeTemplate, Fonds, Record, RetentionPeriod
from lantai.catalogue.selectors.viewing import visible_records
from lantai.identity.models import Unit
from lantai.identity.rules.tree import Kind
from lantai.identity.selectors import below, scopes
from lantai.kernel.actors import Actor
from lantai.kernel.errors import ConflictError, NotFoundError, gettext_noop
from lantai.kernel.paging import Slice, decode_cursor, encode_cursor

PAGE_SIZE = 50
KEEPING_ROLES = ("archivist", "handler", "reviewer", "approver")


@dataclass(frozen=True, slots=True)
class FondsRow:
    """A fonds with the number of records in it that the asker may see."""

    fonds: Fonds
    files: int
    items: int


@dataclass(frozen=True, slots=True)
class Group:
    """The records of one category and year at the top of a fonds, counted as far as the asker may see them."""

    category: Category
    year: int | None
    count: int


def fonds_to_work_on(fonds_id: UUID) -> Fonds:
    """Return the fonds with its archives, owner and template, whoever asks; for services. Raises NotFoundError."""
    fonds = Fonds.objects.select_related("archives", "owner_unit", "code_template").filter(id=fonds_id).first()
    if fonds is None:
        raise _no_such_fonds(str(fonds_id))
    return fonds


def fonds_by_code(code: str, *, archives_id: UUID | None = None) -> Fonds:
    """Return the fonds with this code, whoever asks; for the command line and for jobs.

    Raises NotFoundError when there is none, ConflictError when several archives have one and none was named.
    """
    rows = Fonds.objects.select_related("archives", "owner_unit", "code_template").filter(code=code.strip().upper())
    found = list((rows.filter(archives_id=archives_id) if archives_id else rows)[:2])
    if not found:
        raise _no_such_fonds(code)
    if len(found) > 1:
        raise _fonds_in_two_archives(code)
    return found[0]


def visible_fonds(actor: Actor) -> QuerySet[Fonds]:
    """Return the fonds that `actor` may know of: those kept or created where the actor works, and those with a record
    that the actor may see.
    """
    seen = Exists(visible_records(actor).filter(fonds=OuterRef("pk")))
    kept = below(scopes(actor, *KEEPING_ROLES), "archives__path") | below(scopes(actor, "liaison"), "owner_unit__path")
    return Fonds.objects.filter(seen | kept)


def fonds_for(actor: Actor, reference: str | UUID) -> Fonds:
    """Return the fonds with this code or id. Raises NotFoundError alike when it is absent and when it is hidden."""
    rows = visible_fonds(actor).select_related("archives", "owner_unit", "code_template")
    try:
        named = Q(id=reference if isinstance(reference, UUID) else UUID(reference))
    except ValueError:
        named = Q(code=str(reference).strip().upper())
    found = list(rows.filter(named)[:2])
    if not found:
        raise _no_such_fonds(str(reference))
    if len(found) > 1:
        raise _fonds_in_two_archives(str(reference))
    return found[0]


def fonds_list(actor: Actor, *, cursor: str = "", size: int = PAGE_SIZE) -> Slice[FondsRow]:
    """Return a page of the fonds that `actor` may know of, in the order of their codes, with counts the actor may see."""
    rows = visible_fonds(actor).select_related("archives", "owner_unit").order_by("code", "id")
    if cursor:
        code, last_id = decode_cursor(cursor, 2)
        rows = rows.filter(Q(code__gt=code) | Q(code=code, id__gt=last_id))
    found = list(rows[: size + 1])
    shown = found[:size]
    counts = _counts(actor, shown)
    items = [FondsRow(f, counts.get((f.id, "file"), 0), counts.get((f.id, "item"), 0)) for f in shown]
    return Slice(items, encode_cursor(shown[-1].code, str(shown[-1].id)) if len(found) > size else "")


def fonds_row(actor: Actor, fonds: Fonds) -> FondsRow:
    """Return a fonds that `actor` was given, with the numbers of files and items that the actor may see."""
    counts = _counts(actor, [fonds])
    return FondsRow(fonds, counts.get((fonds.id, "file"), 0), counts.get((fonds.id, "item"), 0))


def _counts(actor: Actor, fonds: Sequence[Fonds]) -> dict[tuple[UUID, str], int]:
    rows = visible_records(actor).filter(fonds__in=fonds).order_by()
    counted = rows.values_list("fonds_id", "level").annotate(n=Count("id"))
    return {(fonds_id, level): n for fonds_id, level, n in counted}


def groups(actor: Actor, fonds: Fonds) -> list[Group]:
    """Return the categories and years at the top of `fonds` that `actor` may see something in, newest year first."""
    rows = visible_records(actor).filter(fonds=fonds, parent=None).order_by()
    counted = list(rows.values_list("category_id", "year").annotate(n=Count("id")))
    categories = Category.objects.in_bulk({category_id for category_id, _, _ in counted})
    found = [Group(categories[category_id], year, n) for category_id, year, n in counted]
    return sorted(found, key=lambda g: (g.category.order, g.category.code, -(g.year or 0)))


def children(
    actor: Actor,
    *,
    fonds: Fonds | None = None,
    parent: Record | None = None,
    category_code: str = "",
    year: int | None = None,
    without_year: bool = False,
    cursor: str = "",
    size: int = PAGE_SIZE,
) -> Slice[Record]:
    """Return a page of the records directly below `parent`, or at the top of `fonds`, that `actor` may see.

    In the order of their codes, those without one first. Each carries `child_count`, the children the actor may see.
    A deep page costs what the first does.
    """
    rows = visible_records(actor).select_related("category").order_by("code_prefix", "code_number", "id")
    rows = rows.filter(parent=parent) if parent else rows.filter(fonds=fonds, parent=None)
    if category_code:
        rows = rows.filter(category__in=list(Category.objects.filter(code=category_code)))
    if year is not None:
        rows = rows.filter(year=year)
    elif without_year:
        rows = rows.filter(year=None)
    return paged_records(actor, rows, cursor=cursor, size=size)


def records_of(actor: Actor, fonds: Fonds, *, cursor: str = "", size: int = PAGE_SIZE) -> Slice[Record]:
    """Return a page of all records of `fonds` that `actor` may see, at every level, in the order of their codes."""
    rows = visible_records(actor).filter(fonds=fonds).select_related("category")
    return paged_records(actor, rows.order_by("code_prefix", "code_number", "id"), cursor=cursor, size=size)


def records_of_fonds(actor: Actor, code: str) -> Iterator[Record]:
    """Yield every record of a fonds that `actor` may see, in the order of the codes, without holding them all.

    Raises NotFoundError for a fonds that is absent or hidden.
    """
    fonds = fonds_for(actor, code)
    rows = visible_records(actor).filter(fonds=fonds).select_related("fonds", "category", "archives", "unit")
    yield from rows.order_by("code_prefix", "code_number", "id").iterator(chunk_size=500)


def archives_to_arrange(actor: Actor) -> list[Unit]:
    """Return the archives and archive rooms in which `actor` may make fonds, in the order of the tree."""
    kinds = (Kind.ARCHIVES, Kind.ARCHIVE_ROOM)
    return list(
        Unit.objects.filter(below(scopes(actor, "archivist")), kind__in=kinds, closed_at=None)
        .select_related("parent")
        .order_by("path")
    )


def creators_near(archives: Sequence[Unit], *, size: int = 500) -> list[Unit]:
    """Return the open units that may have created fonds of these archives: those in the same regions, at most `size`."""
    regions = {unit.parent.path if unit.parent else unit.path for unit in archives}
    return list(Unit.objects.filter(below(sorted(regions)), closed_at=None).order_by("path")[:size])


def paged_records(actor: Actor, rows: QuerySet[Record], *, cursor: str, size: int) -> Slice[Record]:
    """Return the page of `rows` (ordered by code) behind `cursor`, each with its `child_count`."""
    if cursor:
        prefix, number, last_id = decode_cursor(cursor, 3)
        key = Tuple(F("code_prefix"), F("code_number"), F("id"))
        rows = rows.filter(TupleGreaterThan(key, (prefix, number, UUID(last_id))))
    found = list(rows[: size + 1])
    shown = found[:size]
    wide = [record.id for record in shown if record.level != "item"]
    counted = visible_records(actor).filter(parent__in=wide).order_by().values_list("parent_id").annotate(n=Count("id"))
    counts: dict[UUID, int] = {parent_id: n for parent_id, n in counted if parent_id} if wide else {}
    for record in shown:
        record.child_count = counts.get(record.id, 0)  # type: ignore[attr-defined]
    last = shown[-1] if shown else None
    more = last is not None and len(found) > size
    return Slice(shown, encode_cursor(last.code_prefix, last.code_number, str(last.id)) if last and more else "")


def categories() -> list[Category]:
    """Return the categories in their order."""
    return list(Category.objects.all())


def retention_periods() -> list[RetentionPeriod]:
    """Return the values of the retention schedule in their order."""
    return list(RetentionPeriod.objects.all())


def code_templates() -> list[CodeTemplate]:
    """Return the newest version of each code template."""
    return list(CodeTemplate.objects.order_by("code", "-version").distinct("code"))


def _no_such_fonds(reference: str) -> NotFoundError:
    return NotFoundError(
        "catalogue.fonds",
        gettext_noop("There is no fonds %(reference)s that you may see. Check its number."),
        reference=reference,
    )


def _fonds_in_two_archives(reference: str) -> ConflictError:
    return ConflictError(
        "catalogue.fonds_in_two_archives",
        gettext_noop("Two archives have a fonds %(reference)s. Name it by its id."),
        reference=reference,
    )
