"""The page on which the archives keeps what its public first page says: notices and contacts."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from lantai.identity.selectors import archives_units, require, unit_of
from lantai.kernel.actors import Actor
from lantai.web.forms import ContactForm, NoticeForm
from lantai.web.selectors import public
from lantai.web.services import EDITORS, publish_notice, set_contact, withdraw_notice


@login_required
def front_door(request: HttpRequest) -> HttpResponse:
    """List the notices and the contacts."""
    require(_actor(request), EDITORS, None)
    contacts = {contact.archives_id: contact for contact in public.contacts()}
    archives = [(unit, contacts.get(unit.id)) for unit in archives_units()]
    return render(request, "web/front_door.html", {"notices": public.all_notices(), "archives": archives})


@login_required
def publish(request: HttpRequest) -> HttpResponse:
    """Show the form of a new notice, or publish it."""
    require(_actor(request), EDITORS, None)
    form = NoticeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        publish_notice(actor=_actor(request), **form.cleaned_data)
        messages.success(request, gettext("The notice is published."))
        return redirect("web:front_door")
    return render(request, "web/notice_form.html", {"form": form})


@login_required
@require_POST
def withdraw(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Withdraw a notice."""
    withdraw_notice(actor=_actor(request), notice_id=notice_id)
    messages.success(request, gettext("The notice is withdrawn."))
    return redirect("web:front_door")


@login_required
def contact(request: HttpRequest, archives_id: UUID) -> HttpResponse:
    """Show the form of an archives' contact, or save it."""
    archives = unit_of(archives_id)
    require(_actor(request), EDITORS, archives.path)
    form = ContactForm(request.POST or None, instance=public.contact_of(archives_id))
    if request.method == "POST" and form.is_valid():
        set_contact(actor=_actor(request), archives_id=archives_id, **form.cleaned_data)
        messages.success(request, gettext("The contact is saved."))
        return redirect("web:front_door")
    return render(request, "web/contact_form.html", {"form": form, "archives": archives})


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
