"""The gallery: every component of the design in every state, for people who build pages and for the tests."""

from datetime import timedelta

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from lantai.kernel import clock

STATES = ("waiting", "current", "done", "near", "late")
TONES = ("ink", "indigo", "celadon", "amber", "red", "stone", "cinnabar")


class SpecimenForm(forms.Form):
    """One field of each kind, filled in wrongly so that the errors show."""

    title = forms.CharField(label=_("Title"), help_text=_("As it stands on the first page."))
    document_number = forms.CharField(label=_("Document number"), required=False)
    dated_on = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}))
    retention = forms.ChoiceField(
        label=_("Retention"), choices=[("Y", _("Permanent")), ("D30", _("30 years")), ("D10", _("10 years"))]
    )
    opening = forms.ChoiceField(
        label=_("Opening state"),
        widget=forms.RadioSelect,
        choices=[("open", _("Open")), ("restricted", _("Restricted"))],
    )
    note = forms.CharField(label=_("Remark"), widget=forms.Textarea, required=False)
    checked = forms.BooleanField(label=_("I have compared it with the original"), required=False)


@login_required
def components(request: HttpRequest) -> HttpResponse:
    """Show the gallery."""
    now = clock.now()
    return render(
        request,
        "web/components.html",
        {
            "states": STATES,
            "tones": TONES,
            "form": SpecimenForm(initial={"opening": "open", "retention": "Y"}),
            "wrong": SpecimenForm(
                {"title": "", "dated_on": "2026-13-40", "retention": "Y", "opening": "open"}, auto_id="wrong_%s"
            ),
            "moments": [
                now - timedelta(seconds=20),
                now - timedelta(minutes=12),
                now - timedelta(hours=5),
                now - timedelta(days=3),
            ],
            "day": clock.today(),
        },
    )
