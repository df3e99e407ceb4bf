"""The digitisation pages: orders, the volumes of one with their steps, who did how much, acceptance and its protocol."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lantai.identity.selectors import require
from lantai.ingest import selectors, services
from lantai.ingest.forms import JudgeForm, RejectForm, StepForm, TeamForm, VolumesForm, WorkersForm, WorkOrderForm
from lantai.ingest.models import Step, WorkOrder
from lantai.ingest.rules.roles import LEADS_DIGITISATION
from lantai.ingest.rules.work import verdict_of, volume_rows
from lantai.ingest.services.acceptance import looked_at
from lantai.kernel.actors import Actor
from lantai.kernel.errors import ArchiveError, ConflictError, InvalidError, NotFoundError, gettext_noop

Result = TypeVar("Result")


@require_safe
def work_orders(request: HttpRequest) -> HttpResponse:
    """`/desk/digitisation/`: the orders, newest first."""
    actor = _leader(request)
    found = selectors.work_orders(actor, state=request.GET.get("state", ""), cursor=request.GET.get("after", ""))
    shown = {
        "orders": found.items,
        "next_cursor": found.next_cursor,
        "state": request.GET.get("state", ""),
        "states": WorkOrder.State.choices,
    }
    return render(request, "ingest/work_orders.html", shown)


@require_http_methods(["GET", "POST"])
def open_work_order(request: HttpRequest) -> HttpResponse:
    """`/desk/digitisation/new/`: what is to be scanned, by whom, how well."""
    actor = _leader(request)
    form = WorkOrderForm(
        request.POST or None,
        fonds=selectors.fonds_to_take_in_for(actor),
        teams=selectors.teams(actor).filter(is_active=True),
    )
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        order = _carried_out(
            form,
            lambda: services.open_work_order(
                actor=actor, fonds_id=chosen["fonds"].id, team_id=chosen["team"].id,
                **{name: chosen[name] for name in ("name", "resolution_dpi", "colour", "sample_percent", "least_right_percent", "due_on")},
            ),
        )  # fmt: skip
        if order is not None:
            return redirect("ingest:work_order", order.id)
    return render(request, "ingest/open_work_order.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def work_teams(request: HttpRequest) -> HttpResponse:
    """`/desk/digitisation/teams/`: teams and their people; a new team, or new people of one."""
    actor = _leader(request)
    team_form = TeamForm(
        request.POST if "new_team" in request.POST else None, archives=selectors.archives_led_by(actor)
    )
    worker_form = WorkersForm(request.POST if "new_workers" in request.POST else None, teams=selectors.teams(actor))
    if team_form.is_bound and team_form.is_valid():
        told = team_form.cleaned_data
        archives = told.pop("archives")
        if _carried_out(team_form, lambda: services.create_team(actor=actor, archives_id=archives.id, **told)):
            return redirect("ingest:work_teams")
    if worker_form.is_bound and worker_form.is_valid():
        names = worker_form.cleaned_data["names"].replace("，", "\n").replace(",", "\n").splitlines()
        team_id = worker_form.cleaned_data["team"].id
        services.add_workers(actor=actor, team_id=team_id, names=names)
        return redirect("ingest:work_teams")
    shown = {"teams": selectors.teams(actor), "team_form": team_form, "worker_form": worker_form}
    wrong = team_form.errors or worker_form.errors
    return render(request, "ingest/work_teams.html", shown, status=422 if wrong else 200)


@require_safe
def work_order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Show one order: how far each step is, its volumes, and what can be noted on them."""
    order = selectors.work_order_for(_leader(request), order_id)
    return _shown_order(request, order, StepForm(order=order), RejectForm(order=order))


@require_POST
def record_step(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Note a step on the chosen volumes."""
    actor = _leader(request)
    order = selectors.work_order_for(actor, order_id)
    form = StepForm(request.POST, order=order)
    if form.is_valid():
        told = form.cleaned_data
        count = _carried_out(
            form,
            lambda: services.record_step(
                actor=actor, order_id=order.id, volume_ids=_chosen(request), step=told["step"],
                worker_id=told["worker"].id if told["worker"] else None, pages=told["pages"], minutes=told["minutes"] or 0.0,
            ),
        )  # fmt: skip
        if count is not None:
            words = ngettext("Noted on %(count)s volume.", "Noted on %(count)s volumes.", count)
            messages.success(request, words % {"count": count})
            return redirect(f"{_address(order)}?waits={told['step']}")
    return _shown_order(request, order, form, RejectForm(order=order), status=422)


@require_POST
def reject_volume(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Send one volume back to the scanner."""
    actor = _leader(request)
    order = selectors.work_order_for(actor, order_id)
    form = RejectForm(request.POST, order=order)
    chosen = _chosen(request)
    if form.is_valid():
        told = form.cleaned_data
        done = _carried_out(
            form,
            lambda: services.reject_volume(
                actor=actor, order_id=order.id, volume_id=_single(chosen), reason=told["reason"], pages=told["rejected_pages"],
                worker_id=told["worker"].id if told["worker"] else None,
            ),
        )  # fmt: skip
        if done is not None:
            messages.success(request, _("The volume %(code)s goes back to the scanner.") % {"code": done.code})
            return redirect(_address(order))
    return _shown_order(request, order, StepForm(order=order), form, status=422)


@require_http_methods(["GET", "POST"])
def add_volumes(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Add volumes to an order by a pasted list."""
    actor = _leader(request)
    order = selectors.work_order_for(actor, order_id)
    form = VolumesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        rows = form.cleaned_data["rows"]
        count = _carried_out(form, lambda: services.add_volumes(actor=actor, order_id=order.id, rows=volume_rows(rows)))
        if count is not None:
            words = ngettext("%(count)s volume was added.", "%(count)s volumes were added.", count)
            messages.success(request, words % {"count": count})
            return redirect(_address(order))
    shown = {"order": order, "form": form}
    return render(request, "ingest/add_volumes.html", shown, status=422 if form.errors else 200)


@require_safe
def output(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Show who scanned how much of an order, how fast, and what had to be scanned again."""
    order = selectors.work_order_for(_leader(request), order_id)
    people, whole = selectors.output_of(order)
    return render(request, "ingest/work_output.html", {"order": order, "people": people, "whole": whole})


@require_http_methods(["GET", "POST"])
def acceptance(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Show the sample of an order; draw one, or close the one that has been looked at."""
    actor = _leader(request)
    order = selectors.work_order_for(actor, order_id)
    sample = selectors.sample_for(actor, order)
    fault = ""
    if request.method == "POST":
        try:
            if "draw" in request.POST:
                services.draw_sample(actor=actor, order_id=order.id)
            elif sample is not None:
                services.close_sample(actor=actor, sample_id=sample.id)
            return redirect("ingest:acceptance", order.id)
        except (ConflictError, InvalidError) as error:
            fault = _told(error)
    shown: dict[str, object] = {"order": order, "sample": sample, "fault": fault}
    if sample is not None:
        rows = sample.volumes.select_related("volume__record").order_by("volume__place")
        shown |= {"rows": rows, "verdict": verdict_of(looked_at(sample), order.least_right_percent)}
    return render(request, "ingest/acceptance.html", shown, status=409 if fault else 200)


@require_http_methods(["GET", "POST"])
def judge_volume(request: HttpRequest, order_id: UUID, sampled_id: UUID) -> HttpResponse:
    """Note what looking at one drawn volume gave."""
    actor = _leader(request)
    order = selectors.work_order_for(actor, order_id)
    sample = selectors.sample_for(actor, order)
    row = sample.volumes.select_related("volume__record").filter(id=sampled_id).first() if sample else None
    if row is None:
        raise NotFoundError("ingest.no_sample", gettext_noop("This volume was not drawn."))
    seen = row.catalogue_right is not None
    start = {"catalogue_right": row.catalogue_right if seen else True, "pages": row.pages or row.volume.scanned_pages,
             "wrong_pages": row.wrong_pages, "note": row.note}  # fmt: skip
    form = JudgeForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        if _carried_out(form, lambda: services.judge_volume(actor=actor, sampled_id=row.id, **told)):
            return redirect("ingest:acceptance", order.id)
    shown = {"order": order, "row": row, "form": form}
    return render(request, "ingest/judge_volume.html", shown, status=422 if form.errors else 200)


@require_safe
def protocol(request: HttpRequest, order_id: UUID, sample_id: UUID) -> HttpResponse:
    """Show the acceptance protocol of a sample, to be printed and signed."""
    actor = _leader(request)
    order = selectors.work_order_for(actor, order_id)
    sample = selectors.sample_for(actor, order, sample_id)
    if sample is None:
        raise NotFoundError("ingest.no_sample", gettext_noop("There is no such sample."))
    people, whole = selectors.output_of(order)
    shown = {
        "order": order,
        "sample": sample,
        "rows": sample.volumes.select_related("volume").order_by("volume__place"),
        "verdict": verdict_of(looked_at(sample), order.least_right_percent),
        "whole": whole,
        "people": people,
        "volume_count": order.volumes.count(),
    }
    return render(request, "ingest/protocol.html", shown)


@require_POST
def close_work_order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Close an accepted order."""
    actor = _leader(request)
    order = selectors.work_order_for(actor, order_id)
    try:
        services.close_work_order(actor=actor, order_id=order.id)
        messages.success(request, _("The order is closed."))
    except ConflictError as error:
        messages.error(request, _told(error))
    return redirect(_address(order))


def _shown_order(
    request: HttpRequest, order: WorkOrder, step_form: StepForm, reject_form: RejectForm, status: int = 200
) -> HttpResponse:
    waits = request.GET.get("waits", "")
    found = selectors.volumes(
        order,
        waits_for=waits if waits in Step.values else "",
        fault=waits == "fault",
        cursor=request.GET.get("after", ""),
    )
    shown = {
        "order": order,
        "steps": selectors.steps_of(order),
        "waits": waits,
        "volumes": found.items,
        "next_cursor": found.next_cursor,
        "faults": order.volumes.filter(selectors.WITH_FAULT).count(),
        "volume_count": order.volumes.count(),
        "step_form": step_form,
        "reject_form": reject_form,
        "chosen": request.POST.getlist("volume"),
    }
    if waits in Step.values and not step_form.is_bound:
        step_form.initial["step"] = waits
    return render(request, "ingest/work_order.html", shown, status=status)


def _leader(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, LEADS_DIGITISATION)
    return actor


def _address(order: WorkOrder) -> str:
    return f"/desk/digitisation/{order.id}/"


def _chosen(request: HttpRequest) -> list[UUID]:
    try:
        return [UUID(word) for word in request.POST.getlist("volume")]
    except ValueError as error:
        raise InvalidError("ingest.no_volume", gettext_noop("Choose volumes of this order.")) from error


def _single(chosen: list[UUID]) -> UUID:
    if len(chosen) != 1:
        raise InvalidError("ingest.one_volume", gettext_noop("Choose the one volume that goes back."))
    return chosen[0]


def _carried_out(form: forms.Form, act: Callable[[], Result]) -> Result | None:
    """Return what `act` gives; where it refuses, show why in the form and return None."""
    try:
        return act()
    except (InvalidError, ConflictError, NotFoundError) as error:
        form.add_error(None, _told(error))
        return None


def _told(error: ArchiveError) -> str:
    return _(error.message) % error.facts
