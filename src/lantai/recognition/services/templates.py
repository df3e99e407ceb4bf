"""Make, change, publish and retire form templates; read pages by those in use."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from lantai.audit.services import record_act
from lantai.catalogue.models import Page
from lantai.catalogue.selectors import page_for
from lantai.identity.selectors import require
from lantai.kernel.actors import Actor
from lantai.kernel.clock import now
from lantai.kernel.errors import ConflictError, InvalidError, gettext_noop
from lantai.recognition.models import FormTemplate, TemplateState
from lantai.recognition.rules.fact import Fact
from lantai.recognition.rules.findings import Finding
from lantai.recognition.rules.layout import Box, PageLayout
from lantai.recognition.rules.page_read import PageRead
from lantai.recognition.rules.templates import (
    LEAST_ANCHORS,
    LOOKED_FOR,
    FormField,
    anchors_of,
    as_rows,
    fields_from,
    read_fields,
)
from lantai.recognition.selectors.pages import layout_of
from lantai.recognition.selectors.review import REVIEWERS
from lantai.recognition.selectors.templates import best_fit, template_for, templates_in_use
from lantai.recognition.services.findings import record_findings

MISSING = "template.missing"


@transaction.atomic
def create_template(*, actor: Actor, page_id: UUID, name: str) -> FormTemplate:
    """Begin a template on a read page, its anchors taken from the page; return the draft.

    Raises NotFoundError for a page the actor may not see, InvalidError for one that has not been read or has too few
    printed words.
    """
    page = page_for(actor, page_id)
    archives = page.record.archives
    require(actor, REVIEWERS, archives.path)
    layout = _read_layout(page)
    template = FormTemplate.objects.create(
        archives=archives,
        name=_named(name),
        page=page,
        width_px=layout.width_px,
        height_px=layout.height_px,
        anchors=_anchors(layout, ()),
        edited_by=actor.on_behalf_of or actor.name,
        edited_at=now(),
    )
    _record(actor, "recognition.create_template", template)
    return template


@transaction.atomic
def edit_template(*, actor: Actor, template_id: UUID, name: str, fields: Sequence[Mapping[str, Any]]) -> FormTemplate:
    """Replace the fields of a draft, and its anchors by what stands outside of them; return it.

    Raises ConflictError for a version that is published or retired, InvalidError for fields that cannot be.
    """
    template = _draft(actor, template_id)
    made = fields_from(fields, template.width_px, template.height_px)
    layout = layout_of(template.page_id) if template.page_id else None
    template.name, template.fields = _named(name), as_rows(made)
    if layout is not None:
        template.anchors = _anchors(layout, [field.box_px for field in made])
    template.edited_by, template.edited_at = actor.on_behalf_of or actor.name, now()
    template.save(update_fields=["name", "fields", "anchors", "edited_by", "edited_at"])
    _record(actor, "recognition.edit_template", template)
    return template


@transaction.atomic
def publish_template(*, actor: Actor, template_id: UUID) -> FormTemplate:
    """Put a draft to use; the version that was in use before retires. Raises InvalidError for a draft without fields."""
    template = _draft(actor, template_id)
    if not template.fields:
        raise InvalidError(
            "recognition.template_empty", gettext_noop("This template has no fields. Draw at least one box.")
        )
    moment = now()
    former = FormTemplate.objects.filter(family=template.family, state=TemplateState.PUBLISHED)
    former.update(state=TemplateState.RETIRED, edited_at=moment)
    template.state, template.published_at, template.edited_at = TemplateState.PUBLISHED, moment, moment
    template.save(update_fields=["state", "published_at", "edited_at"])
    _record(actor, "recognition.publish_template", template)
    return template


@transaction.atomic
def revise_template(*, actor: Actor, template_id: UUID) -> FormTemplate:
    """Begin the next version of a template as a copy; return the draft, or the one that is there already."""
    template = _locked(actor, template_id)
    versions = FormTemplate.objects.filter(family=template.family)
    present = versions.filter(state=TemplateState.DRAFT).first()
    if present is not None:
        return present
    last = versions.aggregate(last=Max("version"))["last"]
    draft = FormTemplate.objects.create(
        family=template.family,
        version=last + 1,
        archives=template.archives,
        name=template.name,
        page=template.page,
        width_px=template.width_px,
        height_px=template.height_px,
        anchors=template.anchors,
        fields=template.fields,
        edited_by=actor.on_behalf_of or actor.name,
        edited_at=now(),
    )
    _record(actor, "recognition.revise_template", draft)
    return draft


@transaction.atomic
def retire_template(*, actor: Actor, template_id: UUID) -> FormTemplate:
    """Take a template out of use; what it has suggested stays. Raises ConflictError where it has retired already."""
    template = _locked(actor, template_id)
    if template.state == TemplateState.RETIRED:
        raise ConflictError("recognition.template_retired", gettext_noop("This template has retired already."))
    template.state, template.edited_at = TemplateState.RETIRED, now()
    template.save(update_fields=["state", "edited_at"])
    _record(actor, "recognition.retire_template", template)
    return template


def template_facts(archives_id: UUID, layouts: Sequence[PageLayout], numbers: Sequence[int]) -> Iterable[Fact]:
    """Yield what the templates in use read on these pages of a record."""
    templates = templates_in_use(archives_id)
    for layout, number in zip(layouts, numbers, strict=True) if templates else ():
        found = best_fit(templates, layout)
        if found is None:
            continue
        template, form, place = found
        for read in read_fields(form, layout, place, {}):
            if read.value and read.field.kind not in LOOKED_FOR:
                yield Fact(
                    field=read.field.name,
                    value=read.value,
                    confidence=read.confidence,
                    page_number=number,
                    box_px=read.box_px,
                    origin=f"template:{template.id}",
                    reasons=(f"{template.name} {template.version}", read.field.label or read.field.name),
                )


def find_missing_fields(actor: Actor, page: Page, read: PageRead) -> None:
    """Keep as findings which required fields of its form are empty on a page that has just been read."""
    findings: list[Finding] = []
    found = best_fit(templates_in_use(page.record.archives_id), read.layout)
    if found is not None:
        template, form, place = found
        empty = [one for one in read_fields(form, read.layout, place, _looked(read)) if one.missing]
        if empty:
            names = [{"field": one.field.name, "kind": one.field.kind, "box": list(one.box_px)} for one in empty]
            findings = [Finding(MISSING, {"template": str(template.id), "fields": names})]
    record_findings(actor=actor, record_id=page.record_id, page_id=page.id, findings=findings, prefix="template.")


def _looked(read: PageRead) -> dict[str, list[Box]]:
    return {
        "seal": [seal.box_px for seal in read.seals],
        "signature": [signature.box_px for signature in read.signatures],
    }


def _read_layout(page: Page) -> PageLayout:
    layout = layout_of(page.id)
    if layout is None:
        raise InvalidError(
            "recognition.template_unread",
            gettext_noop("This page has not been read. Choose a page whose text was recognised."),
        )
    return layout


def _anchors(layout: PageLayout, boxes: Sequence[Box]) -> list[list[Any]]:
    anchors = anchors_of(layout, boxes)
    if len(anchors) < LEAST_ANCHORS:
        raise InvalidError(
            "recognition.template_anchors",
            gettext_noop(
                "Too few printed words are left outside of the boxes to know the form by. Draw smaller boxes, or choose "
                "a page on which more is printed."
            ),
        )
    return [[anchor.text, list(anchor.box_px)] for anchor in anchors]


def _named(name: str) -> str:
    if not name.strip():
        raise InvalidError("recognition.template_unnamed", gettext_noop("Give the template a name."))
    return name.strip()[:80]


def _locked(actor: Actor, template_id: UUID) -> FormTemplate:
    template = template_for(actor, template_id)
    require(actor, REVIEWERS, template.archives.path)
    FormTemplate.objects.select_for_update().filter(family=template.family).count()
    return template


def _draft(actor: Actor, template_id: UUID) -> FormTemplate:
    template = _locked(actor, template_id)
    if template.state != TemplateState.DRAFT:
        raise ConflictError(
            "recognition.template_fixed",
            gettext_noop("A template in use is not changed. Begin a new version of it."),
        )
    return template


def _record(actor: Actor, verb: str, template: FormTemplate) -> None:
    fields = [FormField(f["name"], f["kind"], (0, 0, 0, 0), f["required"]) for f in template.fields]
    record_act(
        actor=actor,
        verb=verb,
        target_kind="form_template",
        target_id=template.id,
        facts={
            "version": template.version,
            "fields": sorted({field.name for field in fields}),
            "anchors": len(template.anchors),
        },
    )
