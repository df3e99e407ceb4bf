"""Issue reference codes: one running number per prefix, given out under a row lock, never twice and never changed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db import connection, transaction

from lantai.audit.services import Act, record_acts, salted_digest
from lantai.catalogue.models import Category, Fonds, Record, RetentionPeriod
from lantai.catalogue.rules import codes
from lantai.catalogue.rules.findings import Finding
from lantai.catalogue.selectors.codes import Templates, templates_of
from lantai.catalogue.selectors.fonds import fonds_to_work_on
from lantai.catalogue.services.permits import permit_arranging
from lantai.kernel.actors import Actor
from lantai.kernel.clock import now
from lantai.kernel.errors import ConflictError, InvalidError, NotFoundError, gettext_noop
from lantai.kernel.ids import new_id

SLICE = 5000


def assign_reference_code(*, actor: Actor, record_id: UUID) -> Record:
    """Give a record its reference code and return it; a record that has one keeps it. Raises as the form in bulk."""
    assign_reference_codes(actor=actor, record_ids=[record_id])
    return Record.objects.select_related("fonds", "category").get(id=record_id)


@transaction.atomic
def assign_reference_codes(*, actor: Actor, record_ids: Sequence[UUID]) -> int:
    """Give records their reference codes, numbered in the order of `record_ids`; return how many were issued.

    Records that have a code keep it. Files come before the items in them. Raises InvalidError when a part of a code is
    missing (nothing is issued then) and NotFoundError for an unknown record.
    """
    issued = 0
    for start in range(0, len(record_ids), SLICE):
        issued += _assign_slice(actor, record_ids[start : start + SLICE])
    return issued


def _assign_slice(actor: Actor, ids: Sequence[UUID]) -> int:
    rows = Record.objects.select_for_update(of=("self",)).select_related("category").filter(id__in=ids).order_by("id")
    held = {record.id: record for record in rows}
    if len(held) < len(set(ids)):
        raise NotFoundError("catalogue.record_gone", gettext_noop("A record that was to get a code is not there."))
    by_fonds: dict[UUID, list[Record]] = {}
    for record_id in dict.fromkeys(ids):
        record = held[record_id]
        if record.reference_code is None:
            by_fonds.setdefault(record.fonds_id, []).append(record)
    for fonds_id, records in by_fonds.items():
        fonds = fonds_to_work_on(fonds_id)
        permit_arranging(actor, fonds)
        parents = {r.id: r for r in Record.objects.filter(id__in={r.parent_id for r in records if r.parent_id})}
        parents |= {r.id: r for r in records}
        give_codes(fonds, records, parents)
        _write_codes(records)
        _record_issue(actor, "catalogue.assign_reference_code", records)
    return sum(len(records) for records in by_fonds.values())


@transaction.atomic
def take_over_codes(*, actor: Actor, fonds_id: UUID, foreign: Mapping[UUID, str]) -> int:
    """Take over the codes that an older system gave to records of a fonds; return how many.

    Later numbers go on behind the greatest taken over. Raises InvalidError naming the first code that cannot be right,
    ConflictError when a record has another code already or a code is used twice; nothing is taken over then.
    """
    fonds = fonds_to_work_on(fonds_id)
    permit_arranging(actor, fonds)
    rows = Record.objects.select_for_update(of=("self",)).filter(id__in=list(foreign), fonds=fonds).order_by("id")
    records = list(rows)
    if len(records) < len(foreign):
        raise NotFoundError("catalogue.record_gone", gettext_noop("A record that was to get a code is not there."))
    taken = [r for r in records if r.reference_code not in (None, codes.normal_code(foreign[r.id]))]
    if taken:
        raise ConflictError(
            "catalogue.code_is_kept",
            gettext_noop("The record bears the code %(reference)s, which never changes. Leave it out of the list."),
            reference=taken[0].reference_code,
        )
    fresh = [r for r in records if r.reference_code is None]
    take_codes(fonds, [(r, foreign[r.id]) for r in fresh])
    _write_codes(fresh)
    _record_issue(actor, "catalogue.take_over_code", fresh)
    return len(fresh)


def check_foreign_codes(*, fonds_id: UUID, foreign: Iterable[str]) -> dict[str, list[Finding]]:
    """Return, for each code of an older system that cannot be taken over as it is, what is wrong with it. Writes nothing."""
    fonds = fonds_to_work_on(fonds_id)
    templates, categories, retentions = _known(fonds)
    faults = {code: _faults(code, fonds, templates, categories, retentions) for code in foreign}
    return {code: found for code, found in faults.items() if found}


def ledger_code(code: str) -> str:
    """Return what stands in the ledger for a reference code; a code may hold words, the ledger none."""
    return salted_digest(code)


def give_codes(fonds: Fonds, records: Sequence[Record], parents: Mapping[UUID, Record]) -> None:
    """Set code, prefix and number on `records` (not stored here), reserving the numbers in this transaction."""
    templates = templates_of(fonds)
    inside = [r for r in records if _parent_file(r, parents, templates)]
    inside_ids = {r.id for r in inside}
    _number(fonds, [r for r in records if r.id not in inside_ids], parents, templates)
    _number(fonds, inside, parents, templates)


def _number(fonds: Fonds, records: Sequence[Record], parents: Mapping[UUID, Record], templates: Templates) -> None:
    wanted = [(record, *_prefix(fonds, record, parents, templates)) for record in records]
    counts = Counter(prefix for _, prefix, _ in wanted)
    last = _reserve(fonds.archives_id, counts)
    following = {prefix: last[prefix] - count for prefix, count in counts.items()}
    for record, prefix, width in wanted:
        following[prefix] += 1
        record.code_prefix, record.code_number = prefix, following[prefix]
        record.reference_code = f"{prefix}{record.code_number:0{width}d}"


def _parent_file(record: Record, parents: Mapping[UUID, Record], templates: Templates) -> Record | None:
    """Return the file whose code the item's code begins with, or None when the item is numbered by itself."""
    if record.level != codes.ITEM or record.parent_id is None:
        return None
    parent = parents.get(record.parent_id)
    numbered = codes.ITEM_IN_FILE in templates.forms_for(record.category)
    return parent if parent is not None and parent.level == codes.FILE and numbered else None


def _prefix(fonds: Fonds, record: Record, parents: Mapping[UUID, Record], templates: Templates) -> tuple[str, int]:
    """Return the prefix and the least width of the number that `record`'s code will have."""
    forms = templates.forms_for(record.category)
    parent = _parent_file(record, parents, templates)
    if parent is not None:
        if parent.reference_code is None:
            raise InvalidError(
                "catalogue.file_without_code",
                gettext_noop("The file “%(title)s” has no reference code yet. Issue the file's code first."),
                title=parent.title,
            )
        last = forms[codes.ITEM_IN_FILE][-1]
        return f"{parent.reference_code}{last.before}", last.width
    if record.level not in forms:
        raise InvalidError(
            "catalogue.no_form",
            gettext_noop("The codes of this fonds have no form for the level %(level)s. Choose another template."),
            level=record.level,
        )
    form = forms[record.level]
    values = {
        "fonds": fonds.code,
        "category": record.category.code,
        "year": str(record.year or ""),
        "retention": record.retention,
        "organisation": record.organisation,
        "catalogue_number": record.catalogue_number,
    }
    return codes.prefix_of(form, values), form[-1].width


def take_codes(fonds: Fonds, wishes: Sequence[tuple[Record, str]]) -> None:
    """Set a foreign code on each record (not stored here), and let the running numbers go on behind them."""
    templates, categories, retentions = _known(fonds)
    greatest: dict[str, int] = {}
    for record, foreign in wishes:
        code = codes.normal_code(foreign)
        faults = _faults(code, fonds, templates, categories, retentions)
        if faults:
            raise InvalidError("catalogue.foreign_code", faults[0].message, **faults[0].facts)
        read = _read(code, templates, categories)
        assert read is not None
        record.reference_code, record.code_prefix, record.code_number = code, read.prefix, read.number
        greatest[read.prefix] = max(read.number, greatest.get(read.prefix, 0))
    _refuse_doubles(fonds, [record.reference_code or "" for record, _ in wishes])
    _reserve(fonds.archives_id, greatest, absolute=True)


def _refuse_doubles(fonds: Fonds, wanted: list[str]) -> None:
    twice = [code for code, count in Counter(wanted).items() if count > 1]
    known = Record.objects.filter(archives_id=fonds.archives_id, reference_code__in=wanted)
    used = twice or [str(code) for code in known.values_list("reference_code", flat=True)[:1]]
    if used:
        raise ConflictError(
            "catalogue.code_doubled",
            gettext_noop(
                "The code %(reference)s is used twice. Correct one of the two, or enter it in the register of defects."
            ),
            reference=used[0],
        )


def _known(fonds: Fonds) -> tuple[Templates, set[str], set[str]]:
    categories = set(Category.objects.values_list("code", flat=True))
    return templates_of(fonds), categories, set(RetentionPeriod.objects.values_list("code", flat=True))


def _faults(code: str, fonds: Fonds, templates: Templates, categories: set[str], retentions: set[str]) -> list[Finding]:
    """Return what is wrong with `code` under the fonds' templates; the old form of four numbers is always allowed."""
    found: list[Finding] = []
    for forms in templates.all_forms():
        found = codes.check_code(
            codes.normal_code(code), forms, fonds=fonds.code, categories=categories, retentions=retentions
        )
        if not found:
            return []
    return found


def _read(code: str, templates: Templates, categories: set[str]) -> codes.ReadCode | None:
    read = (codes.read_code(code, forms, categories) for forms in templates.all_forms())
    return next((found for found in read if found), None)


def _reserve(archives_id: UUID, numbers: Mapping[str, int], *, absolute: bool = False) -> dict[str, int]:
    """Take numbers from each prefix's run and return the last number taken; the rows stay locked until the commit.

    With `absolute` a run is raised to at least the number given. Prefixes are locked in order, so that two never wait
    for each other.
    """
    if not numbers:
        return {}
    prefixes = sorted(numbers)
    change = "GREATEST(run.last_number, EXCLUDED.last_number)" if absolute else "run.last_number + EXCLUDED.last_number"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalogue_coderun AS run (id, archives_id, prefix, last_number)"  # noqa: S608 - two fixed texts
            " SELECT v.id, %s, v.prefix, v.number FROM unnest(%s::uuid[], %s::text[], %s::int[])"
            " WITH ORDINALITY AS v(id, prefix, number, place) ORDER BY v.place"
            f" ON CONFLICT (archives_id, prefix) DO UPDATE SET last_number = {change}"
            " RETURNING prefix, last_number",
            [archives_id, [new_id() for _ in prefixes], prefixes, [numbers[p] for p in prefixes]],
        )
        return dict(cursor.fetchall())


def _write_codes(records: Sequence[Record]) -> None:
    if not records:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE catalogue_record r SET reference_code = v.code, code_prefix = v.prefix, code_number = v.number,"
            " updated_at = %s FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::int[]) AS v(id, code, prefix, number)"
            " WHERE r.id = v.id",
            [
                now(),
                [r.id for r in records],
                [r.reference_code for r in records],
                [r.code_prefix for r in records],
                [r.code_number for r in records],
            ],
        )


def _record_issue(actor: Actor, verb: str, records: Sequence[Record]) -> None:
    acts = [
        Act(verb, "record", r.id, {"code": ledger_code(r.reference_code or ""), "number": r.code_number})
        for r in records
    ]
    record_acts(actor=actor, acts=acts)
