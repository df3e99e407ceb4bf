"""Form templates at the desk: the list, drawing one on a page, trying it, putting it to use."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lantai.catalogue.models import Page
from lantai.catalogue.selectors import pages_of, record_for
from lantai.identity.selectors import require
from lantai.kernel.actors import Actor
from lantai.kernel.errors import ArchiveError, ConflictError, InvalidError, NotFoundError
from lantai.recognition.models import FormTemplate, TemplateState
from lantai.recognition.pages.asking import reader_of
from lantai.recognition.rules.fields import FIELD_WORDS
from lantai.recognition.rules.templates import KINDS
from lantai.recognition.selectors.review import REVIEWERS
from lantai.recognition.selectors.templates import Trial, template_for, templates_list, try_template
from lantai.recognition.services import templates as services

PICTURE_WIDTH_PX = 1600
MENDABLE = (InvalidError, ConflictError, NotFoundError)


@dataclass(frozen=True, slots=True)
class ShownField:
    """One line of the editor: what the field is, and its box as four numbers."""

    name: str
    label: str
    kind: str
    required: bool
    box: tuple[str, ...]
    shown: str = ""


@require_GET
@login_required
def templates_page(request: HttpRequest) -> HttpResponse:
    """Show the templates of the reader's archives, the last changed first."""
    actor = reader_of(request)
    require(actor, REVIEWERS)
    page = templates_list(actor, cursor=request.GET.get("cursor", ""))
    return render(request, "recognition/templates.html", {"page": page})


@require_http_methods(["GET", "POST"])
@login_required
def new_template(request: HttpRequest) -> HttpResponse:
    """Begin a template on the page that the form names."""
    actor = reader_of(request)
    require(actor, REVIEWERS)
    typed = request.POST if request.method == "POST" else request.GET
    fault = ""
    if request.method == "POST":
        try:
            page = _named_page(actor, typed)
            template = services.create_template(actor=actor, page_id=page.id, name=typed.get("name", ""))
            return redirect("recognition:template", template_id=template.id)
        except MENDABLE as error:
            fault = _words(error)
    return render(
        request, "recognition/template_new.html", {"typed": typed, "fault": fault}, status=422 if fault else 200
    )


@require_http_methods(["GET", "POST"])
@login_required
def template(request: HttpRequest, template_id: UUID) -> HttpResponse:
    """Show a template on its page; take the fields of a draft."""
    actor = reader_of(request)
    found = template_for(actor, template_id)
    fault, rows = "", found.fields
    if request.method == "POST":
        rows = _rows(request.POST)
        try:
            services.edit_template(actor=actor, template_id=template_id, name=request.POST.get("name", ""), fields=rows)
            if request.POST.get("then") == "publish":
                services.publish_template(actor=actor, template_id=template_id)
                messages.success(request, gettext("The template is in use: pages read from now on are tried with it."))
            else:
                messages.success(request, gettext("The draft is kept."))
            return redirect("recognition:template", template_id=template_id)
        except MENDABLE as error:
            fault = _words(error)
    return render(request, "recognition/template.html", _context(found, rows, fault), status=422 if fault else 200)


@require_POST
@login_required
def revise_template(request: HttpRequest, template_id: UUID) -> HttpResponse:
    """Go to the draft of the next version."""
    return _act(request, template_id, services.revise_template, "")


@require_POST
@login_required
def retire_template(request: HttpRequest, template_id: UUID) -> HttpResponse:
    """Take a template out of use."""
    return _act(request, template_id, services.retire_template, gettext("The template has retired."))


@require_POST
@login_required
def try_on_page(request: HttpRequest, template_id: UUID) -> HttpResponse:
    """Show what the kept template reads on the page that is named, without keeping anything."""
    actor = reader_of(request)
    found = template_for(actor, template_id)
    trial: Trial | None = None
    fault = ""
    try:
        trial = try_template(actor, template_id, _named_page(actor, request.POST).id)
    except MENDABLE as error:
        fault = _words(error)
    context = {"template": found, "trial": trial, "fault": fault, "read": _shown_trial(trial)}
    if request.headers.get("HX-Request") == "true":
        return render(request, "recognition/template_trial.html", context)
    return render(request, "recognition/template.html", _context(found, found.fields, fault) | context)


def _shown_trial(trial: Trial | None) -> list[dict[str, Any]]:
    return [
        {
            "label": one.field.label or _field_word(one.field.name),
            "raw": one.raw,
            "value": one.value,
            "percent": round(100 * one.confidence),
            "box": ",".join(str(edge) for edge in one.box_px),
            "missing": one.missing,
            "looked_for": one.field.kind in ("seal", "signature"),
        }
        for one in (trial.read if trial else ())
    ]


def _context(found: FormTemplate, rows: list[dict[str, Any]], fault: str) -> dict[str, Any]:
    return {
        "template": found,
        "is_draft": found.state == TemplateState.DRAFT,
        "fields": [_shown_field(row) for row in rows],
        "anchors": [",".join(str(edge) for edge in box) for _text, box in found.anchors],
        "kinds": [(kind, gettext(label)) for kind, label in KINDS.items()],
        "known_fields": sorted(((name, gettext(label)) for name, label in FIELD_WORDS.items()), key=lambda one: one[1]),
        "picture_size": f"{PICTURE_WIDTH_PX}," if found.width_px > PICTURE_WIDTH_PX else "max",
        "fault": fault,
    }


def _shown_field(row: dict[str, Any]) -> ShownField:
    box = tuple(str(edge) for edge in row["box"])
    return ShownField(
        row["name"], row["label"], row["kind"], row["required"], box, row["label"] or _field_word(row["name"])
    )


def _field_word(name: str) -> str:
    return gettext(FIELD_WORDS.get(name, name))


def _rows(typed: QueryDict) -> list[dict[str, Any]]:
    """Return the fields that the form states: lists of the same length, one entry for each field."""
    lists = [typed.getlist(key) for key in ("field", "label", "kind", "required", "box")]
    return [
        {"name": name, "label": label, "kind": kind, "required": required == "yes", "box": tuple(box.split(","))}
        for name, label, kind, required, box in zip(*lists, strict=False)
    ]


def _named_page(actor: Actor, typed: QueryDict) -> Page:
    """Return the page of a record that the reader may see, by the record's code or id and the number of the page."""
    record = record_for(actor, typed.get("record", "").strip() or "-")
    try:
        number = int(typed.get("number", "") or 1)
    except ValueError:
        number = 0
    page = pages_of(record.id).filter(number=number).first()
    if page is None:
        raise InvalidError("recognition.template_page", _("This record has no page of that number."))
    return page


def _act(request: HttpRequest, template_id: UUID, act: Callable[..., FormTemplate], done: str) -> HttpResponse:
    try:
        found = act(actor=reader_of(request), template_id=template_id)
    except ConflictError as error:
        messages.error(request, _words(error))
        return redirect("recognition:template", template_id=template_id)
    if done:
        messages.success(request, done)
    return redirect("recognition:template", template_id=found.id)


def _words(error: ArchiveError) -> str:
    return gettext(error.message) % error.facts
