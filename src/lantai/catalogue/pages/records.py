"""Acts on one record, each a small form: as a page of its own, or for htmx in the record page's drawer."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from lantai.catalogue import selectors, services
from lantai.catalogue.forms import (
    DefectForm,
    DescriptionForm,
    GrantForm,
    MoveForm,
    OpeningForm,
    RefusableForm,
    ReleaseForm,
)
from lantai.catalogue.models import Record
from lantai.catalogue.pages.asking import carried_out, reader_of, status_of
from lantai.catalogue.services import permits
from lantai.identity.selectors import actor_for_login
from lantai.kernel.actors import Actor


def edit_record(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """`/desk/records/<id>/describe/`: the whole description, metadata included."""
    actor, record = _asked(request, record_id)
    permits.permit_arranging(actor, record.fonds)
    form = DescriptionForm(request.POST or None, record=record)
    found = selectors.metadata_findings(record) if request.method != "POST" else []
    findings = [{"element": f.element, "words": _(f.message) % f.facts if f.facts else _(f.message)} for f in found]

    def act() -> None:
        services.edit_record(actor=actor, record_id=record.id, version=form.version, changes=form.changes())

    return _answer(
        request, record, form, act, _("Saved."), _("Edit the description"), findings=findings, submit=_("Save")
    )


def decide_opening(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """`/desk/records/<id>/opening/`: whether the record is open, with the basis of the decision."""
    actor, record = _asked(request, record_id)
    permits.permit_deciding(actor, record)
    form = OpeningForm(request.POST or None, record=record)

    def act() -> None:
        cleaned = form.cleaned_data
        services.decide_opening(
            actor=actor,
            record_id=record.id,
            version=cleaned["held"],
            outcome=cleaned["outcome"],
            basis=cleaned["basis"],
            next_review_on=cleaned["next_review_on"],
        )

    return _answer(request, record, form, act, _("The decision is entered."), _("Decide on opening"))


def move_record(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """`/desk/records/<id>/move/`: put the record into another file or series of its fonds."""
    actor, record = _asked(request, record_id)
    permits.permit_arranging(actor, record.fonds)
    form = MoveForm(request.POST or None, record=record)

    def act() -> None:
        wanted = form.cleaned_data["parent"].strip()
        parent = selectors.record_for(actor, wanted).id if wanted else None
        services.move_record(actor=actor, record_id=record.id, version=form.cleaned_data["held"], parent_id=parent)

    return _answer(request, record, form, act, _("The record is moved."), _("Move the record"))


def grant_view(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """`/desk/records/<id>/grants/`: who may view the record for a time, and the form for one more."""
    actor, record = _asked(request, record_id)
    permits.permit_granting(actor, record)
    form = GrantForm(request.POST or None)

    def act() -> None:
        cleaned = form.cleaned_data
        account_id = actor_for_login(cleaned["login"]).id
        assert account_id is not None
        services.grant_view(
            actor=actor,
            record_id=record.id,
            account_id=account_id,
            until_on=cleaned["until_on"],
            reason=cleaned["reason"],
            masked=cleaned["masked"],
        )

    grants = selectors.grants_of(record)
    return _answer(request, record, form, act, _("The right to view is granted."), _("Rights to view"), grants=grants)


@require_POST
def revoke_view(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """`/desk/grants/<id>/revoke/`: take a right to view back."""
    grant = services.revoke_view(actor=reader_of(request), grant_id=grant_id)
    messages.success(request, _("The right to view is withdrawn."))
    return redirect("catalogue:grant_view", record_id=grant.record_id)


def report_defect(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """`/desk/records/<id>/defects/`: what is wrong with the record, and the form for one more."""
    actor, record = _asked(request, record_id)
    permits.permit_adding(actor, record.fonds)
    form = DefectForm(request.POST or None)

    def act() -> None:
        cleaned = form.cleaned_data
        owner = actor_for_login(cleaned["login"]).id if cleaned["login"] else None
        services.report_defect(
            actor=actor, record_id=record.id, kind=cleaned["kind"], description=cleaned["description"], owner_id=owner
        )

    defects = selectors.defects(actor, record=record).items
    return _answer(
        request, record, form, act, _("The defect is in the register."), _("Report a defect"), defects=defects
    )


def release_record(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """`/desk/records/<id>/release/`: let a quarantined record go; the security administrator's decision."""
    actor, record = _asked(request, record_id)
    permits.permit_guarding(actor, record)
    form = ReleaseForm(request.POST or None)

    def act() -> None:
        services.release_record(actor=actor, record_id=record.id, basis=form.cleaned_data["basis"])

    return _answer(
        request, record, form, act, _("The record is released."), _("Release from quarantine"), back="/desk/quarantine/"
    )


def record_acts(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """`/desk/records/<id>/acts/`: links to the acts that the reader may do on the record, for the record page."""
    actor, record = _asked(request, record_id)
    return render(request, "catalogue/record_acts.html", {"record": record, "acts": selectors.acts_on(actor, record)})


def _asked(request: HttpRequest, record_id: UUID) -> tuple[Actor, Record]:
    actor = reader_of(request)
    return actor, selectors.record_for(actor, record_id)


def _answer(
    request: HttpRequest,
    record: Record,
    form: RefusableForm,
    act: Callable[[], object],
    done: str,
    heading: str,
    *,
    back: str = "",
    **shown: object,
) -> HttpResponse:
    """Carry `act` out when the form was sent, or show the form: the fragment to htmx, else the page around it."""
    fragment = bool(request.headers.get("HX-Request"))
    target = back or record.get_absolute_url()
    if request.method == "POST" and carried_out(form, act):
        messages.success(request, done)
        return HttpResponseClientRedirect(target) if fragment else redirect(target)
    template = "catalogue/act_form.html" if fragment else "catalogue/act.html"
    context = {"record": record, "form": form, "heading": heading, "back": target, **shown}
    return render(request, template, context, status=200 if fragment else status_of(form))
