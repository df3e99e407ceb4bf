"""The form templates of an archives: listed, opened, fitted on pages, tried."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from lantai.catalogue.selectors import page_for
from lantai.identity.selectors import below, scopes
from lantai.kernel.actors import Actor
from lantai.kernel.errors import InvalidError, NotFoundError, gettext_noop
from lantai.kernel.paging import Slice, decode_cursor, encode_cursor
from lantai.recognition.models import FormTemplate, TemplateState
from lantai.recognition.rules.layout import Box, PageLayout
from lantai.recognition.rules.templates import Fit, Form, ReadField, fit, form_from, read_fields
from lantai.recognition.selectors.pages import layout_of
from lantai.recognition.selectors.review import REVIEWERS

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Trial:
    """What a template reads on a page: whether the page is of its form, how many anchors lie where they should."""

    page_id: UUID
    fits: bool
    found: int
    anchors: int
    read: tuple[ReadField, ...] = ()


def templates_for(actor: Actor) -> QuerySet[FormTemplate]:
    """Return the templates of the archives whose archivist `actor` is."""
    return FormTemplate.objects.filter(below(scopes(actor, *REVIEWERS), "archives__path"))


def templates_list(actor: Actor, *, cursor: str = "", size: int = PAGE_SIZE) -> Slice[FormTemplate]:
    """Return a page of the templates that `actor` may work on, the last changed first."""
    rows = templates_for(actor).select_related("archives").order_by("-edited_at", "-id")
    if cursor:
        moment, last_id = _key(cursor)
        rows = rows.filter(Q(edited_at__lt=moment) | Q(edited_at=moment, id__lt=last_id))
    found = list(rows[: size + 1])
    shown = found[:size]
    following = encode_cursor(shown[-1].edited_at.isoformat(), str(shown[-1].id)) if len(found) > size else ""
    return Slice(shown, following)


def _key(cursor: str) -> tuple[datetime, UUID]:
    moment, last_id = decode_cursor(cursor, 2)
    try:
        return datetime.fromisoformat(str(moment)), UUID(str(last_id))
    except ValueError as error:
        raise InvalidError(
            "paging.cursor", gettext_noop("This page address is damaged. Go back to the first page.")
        ) from error


def template_for(actor: Actor, template_id: UUID) -> FormTemplate:
    """Return a template of the actor's archives. Raises NotFoundError for any other."""
    template = templates_for(actor).select_related("archives", "page__record").filter(id=template_id).first()
    if template is None:
        raise NotFoundError("recognition.template", gettext_noop("There is no such form template in your archives."))
    return template


def form_of(template: FormTemplate) -> Form:
    """Return the form that a template states."""
    return form_from(template.width_px, template.height_px, template.anchors, template.fields)


def templates_in_use(archives_id: UUID) -> list[FormTemplate]:
    """Return the published templates of an archives."""
    return list(FormTemplate.objects.filter(archives_id=archives_id, state=TemplateState.PUBLISHED).order_by("id"))


def best_fit(templates: Sequence[FormTemplate], layout: PageLayout) -> tuple[FormTemplate, Form, Fit] | None:
    """Return the template whose anchors the page bears most surely, None where it is of no known form."""
    offers = []
    for template in templates:
        form = form_of(template)
        place = fit(form, layout)
        if place is not None:
            offers.append((place.share, place.found, template, form, place))
    if not offers:
        return None
    *_rank, template, form, place = max(offers, key=lambda offer: offer[:2])
    return template, form, place


def try_template(
    actor: Actor, template_id: UUID, page_id: UUID, looked: Mapping[str, Sequence[Box]] | None = None
) -> Trial:
    """Return what a template, a draft too, would read on a page. Raises NotFoundError for what the actor may not see."""
    template = template_for(actor, template_id)
    page = page_for(actor, page_id)
    layout = layout_of(page.id)
    form = form_of(template)
    place = fit(form, layout) if layout is not None else None
    if layout is None or place is None:
        return Trial(page.id, fits=False, found=0, anchors=len(form.anchors))
    read = tuple(read_fields(form, layout, place, looked or {}))
    return Trial(page.id, fits=True, found=place.found, anchors=len(form.anchors), read=read)
