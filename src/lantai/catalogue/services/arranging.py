"""Set up what records are put into: fonds, categories, templates, schedules, schemes."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from lantai.audit.services import record_act
from lantai.catalogue.models import (
    Category,
    ClassificationScheme,
    CodeRule,
    CodeTemplate,
    Fonds,
    MetadataScheme,
    RetentionPeriod,
)
from lantai.catalogue.rules import codes, defaults, metadata
from lantai.catalogue.selectors.fonds import fonds_to_work_on
from lantai.catalogue.services.permits import ARRANGERS, permit_arranging
from lantai.identity.selectors import require, unit_of
from lantai.kernel.actors import Actor
from lantai.kernel.clock import now
from lantai.kernel.errors import ConflictError, InvalidError, NotFoundError, gettext_noop

STANDARD_TEMPLATE = "dat13-2022"


@transaction.atomic
def install_defaults(*, actor: Actor) -> int:
    """Make the standards' categories, retention periods, code templates, schemes where they are missing.

    Returns how many rows were made; run again it makes none and changes nothing that was edited.
    """
    require(actor, ("sysadmin",))
    scheme, made = MetadataScheme.objects.get_or_create(
        code="dat46-2009",
        version=1,
        defaults={
            "name_zh": "DA/T 46-2009 文书类电子文件元数据方案",
            "name_en": "DA/T 46-2009 Metadata of administrative electronic records",
            "elements": [dict(row) for row in metadata.dat46_data()],
        },
    )
    count = int(made)
    for order, row in enumerate(defaults.CATEGORIES):
        parent = Category.objects.get(code=row.code.rsplit(codes.DOT, 1)[0]) if codes.DOT in row.code else None
        values = {
            "name_zh": row.name_zh,
            "name_en": row.name_en,
            "order": order,
            "parent": parent,
            "metadata_scheme": scheme,
        }
        count += int(Category.objects.get_or_create(code=row.code, defaults=values)[1])
    for order, period in enumerate(defaults.RETENTION_PERIODS):
        values = {
            "name_zh": period.name_zh,
            "name_en": period.name_en,
            "years": period.years,
            "legacy": period.legacy,
            "order": order,
        }
        count += int(RetentionPeriod.objects.get_or_create(code=period.code, defaults=values)[1])
    for template in defaults.TEMPLATES:
        values = {
            "name_zh": template.name_zh,
            "name_en": template.name_en,
            "forms": codes.template_data(template.forms),
        }
        count += int(CodeTemplate.objects.get_or_create(code=template.code, version=1, defaults=values)[1])
    for way in defaults.CLASSIFICATIONS:
        values = {"name_zh": way.name_zh, "name_en": way.name_en, "steps": list(way.steps)}
        count += int(ClassificationScheme.objects.get_or_create(code=way.code, defaults=values)[1])
    if count:
        record_act(actor=actor, verb="catalogue.install_defaults", target_kind="catalogue", facts={"rows": count})
    return count


@transaction.atomic
def create_fonds(
    *,
    actor: Actor,
    archives_id: UUID,
    code: str,
    name_zh: str,
    name_en: str = "",
    owner_unit_id: UUID | None = None,
    code_template: str = STANDARD_TEMPLATE,
    started_on: date | None = None,
    ended_on: date | None = None,
    history: str = "",
) -> Fonds:
    """Make a fonds at an archives, created by `owner_unit_id` (the archives itself, if None).

    Raises InvalidError for a number or name that cannot be right and ConflictError when the archives has the number.
    """
    archives = unit_of(archives_id)
    require(actor, ARRANGERS, archives.path)
    number = codes.normal_code(code)
    _check_fonds(number, name_zh, started_on, ended_on)
    owner = unit_of(owner_unit_id) if owner_unit_id else archives
    fonds = Fonds(
        archives=archives,
        code=number,
        name_zh=name_zh.strip(),
        name_en=name_en.strip(),
        owner_unit=owner,
        code_template=newest_template(code_template),
        classification=ClassificationScheme.objects.order_by("code").first(),
        started_on=started_on,
        ended_on=ended_on,
        history=history,
        created_at=now(),
    )
    try:
        with transaction.atomic():
            fonds.save(force_insert=True)
    except IntegrityError as error:
        raise ConflictError(
            "catalogue.fonds_code_used",
            gettext_noop("This archives has a fonds %(reference)s already. Choose the next free number."),
            reference=number,
        ) from error
    facts = {"archives": archives.id, "owner": owner.id, "fonds_number": number}
    record_act(actor=actor, verb="catalogue.create_fonds", target_kind="fonds", target_id=fonds.id, facts=facts)
    return fonds


def ensure_fonds(
    *,
    actor: Actor,
    archives_id: UUID,
    code: str,
    name_zh: str,
    name_en: str = "",
    owner_unit_id: UUID | None = None,
    code_template: str = STANDARD_TEMPLATE,
) -> Fonds:
    """Return the archives' fonds with this number, made if it is not there; what is there is not changed."""
    there = Fonds.objects.filter(archives_id=archives_id, code=codes.normal_code(code)).first()
    if there is not None:
        return fonds_to_work_on(there.id)
    return create_fonds(
        actor=actor,
        archives_id=archives_id,
        code=code,
        name_zh=name_zh,
        name_en=name_en,
        owner_unit_id=owner_unit_id,
        code_template=code_template,
    )


def _check_fonds(number: str, name_zh: str, started_on: date | None, ended_on: date | None) -> None:
    if not codes.is_fonds_number(number):
        raise InvalidError(
            "catalogue.fonds_number",
            gettext_noop("“%(reference)s” is no fonds number. Use a letter and three digits, such as Z109."),
            reference=number,
        )
    if not name_zh.strip():
        raise InvalidError(
            "catalogue.fonds_name", gettext_noop("The fonds has no Chinese name. Enter its creator's name.")
        )
    if started_on and ended_on and ended_on < started_on:
        raise InvalidError(
            "catalogue.fonds_days", gettext_noop("The fonds would end before it began. Correct one of the days.")
        )


@transaction.atomic
def add_category(
    *, actor: Actor, code: str, name_zh: str, name_en: str, metadata_scheme_id: UUID | None = None
) -> Category:
    """Add a category or, with a code such as KJ·JJ, a finer one below one that is there.

    Raises InvalidError for a code that no reference code could hold, NotFoundError when the wider one is missing.
    """
    require(actor, ARRANGERS)
    wanted = codes.normal_code(code)
    if not codes.is_category_code(wanted):
        raise InvalidError(
            "catalogue.category_code",
            gettext_noop(
                "“%(reference)s” is no category code. Use two capital letters, finer steps after a middle dot."
            ),
            reference=wanted,
        )
    parent = Category.objects.filter(code=wanted.rsplit(codes.DOT, 1)[0]).first() if codes.DOT in wanted else None
    if codes.DOT in wanted and parent is None:
        raise NotFoundError("catalogue.wider_category", gettext_noop("The wider category is not there. Add it first."))
    scheme_id = metadata_scheme_id or (parent.metadata_scheme_id if parent else None)
    category, made = Category.objects.get_or_create(
        code=wanted,
        defaults={
            "name_zh": name_zh,
            "name_en": name_en,
            "parent": parent,
            "metadata_scheme_id": scheme_id,
            "order": Category.objects.count(),
        },
    )
    if made:
        record_act(
            actor=actor,
            verb="catalogue.add_category",
            target_kind="category",
            target_id=category.id,
            facts={"code": wanted},
        )
    return category


@transaction.atomic
def publish_code_template(*, actor: Actor, code: str, name_zh: str, name_en: str, forms: codes.Forms) -> CodeTemplate:
    """Publish the next version of a code template. Codes issued under earlier versions stay as they are."""
    require(actor, ARRANGERS)
    data = codes.template_data(forms)
    codes.forms_from(data)
    last = CodeTemplate.objects.select_for_update().filter(code=code).order_by("-version").first()
    template = CodeTemplate.objects.create(
        code=code, version=last.version + 1 if last else 1, name_zh=name_zh, name_en=name_en, forms=data
    )
    facts = {"code": code, "version": template.version}
    record_act(
        actor=actor,
        verb="catalogue.publish_code_template",
        target_kind="code_template",
        target_id=template.id,
        facts=facts,
    )
    return template


@transaction.atomic
def choose_code_template(
    *, actor: Actor, fonds_id: UUID, template_code: str, category_codes: Iterable[str] = ()
) -> None:
    """Let a fonds' codes, or those of some categories in it, follow the newest version of a template from now on."""
    fonds = fonds_to_work_on(fonds_id)
    permit_arranging(actor, fonds)
    template = newest_template(template_code)
    wanted = list(category_codes)
    for category in Category.objects.filter(code__in=wanted):
        CodeRule.objects.update_or_create(fonds=fonds, category=category, defaults={"template": template})
    if not wanted:
        Fonds.objects.filter(id=fonds.id).update(code_template=template)
    facts = {"template": template.id, "categories": sorted(wanted)}
    record_act(actor=actor, verb="catalogue.choose_code_template", target_kind="fonds", target_id=fonds.id, facts=facts)


def newest_template(code: str) -> CodeTemplate:
    """Return the newest version of a template. Raises NotFoundError."""
    template = CodeTemplate.objects.filter(code=code).order_by("-version").first()
    if template is None:
        raise NotFoundError(
            "catalogue.template",
            gettext_noop("There is no code template “%(reference)s”. Install the defaults, or name one that is there."),
            reference=code,
        )
    return template
