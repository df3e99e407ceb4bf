"""The page of agreement: how often people took what the machine suggested, by field, engine, form, scanner and week."""

import re
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, pgettext
from django.views.decorators.http import require_GET

from lantai.identity.selectors import require
from lantai.kernel.actors import Actor
from lantai.kernel.errors import gettext_noop
from lantai.recognition import selectors
from lantai.recognition.rules.agreement import NEVER, Agreement
from lantai.recognition.rules.fields import FIELD_WORDS
from lantai.recognition.selectors.review import REVIEWERS

# What suggests values, by the first part of its origin; templates and models have names of their own.
ORIGIN_WORDS = {
    "official": gettext_noop("Official documents"),
    "header": gettext_noop("Header blocks"),
    "form": gettext_noop("Labels of forms"),
    "building_permit": gettext_noop("Building permits"),
    "completion_record": gettext_noop("Records of completion"),
    "contract": gettext_noop("Contracts"),
    "invoice": gettext_noop("Invoices"),
    "enterprise": gettext_noop("Enterprise registration"),
    "marriage": gettext_noop("Marriage registration"),
    "adoption": gettext_noop("Adoption"),
    "birth": gettext_noop("Births"),
    "only_child": gettext_noop("Only-child certificates"),
    "school_record": gettext_noop("School records"),
    "educated_youth": gettext_noop("Educated youth"),
    "work_injury": gettext_noop("Injuries at work"),
    "year": gettext_noop("Year of the date"),
    "exif": gettext_noop("Data in photographs"),
    "category": gettext_noop("A model since removed"),
    "template": gettext_noop("A template since removed"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of the chart, in percent."""

    name: str
    agreement: Agreement

    @property
    def accepted_percent(self) -> float:
        return round(100 * self.agreement.share, 1)

    @property
    def mended_percent(self) -> float:
        return round(100 * self.agreement.mended / self.agreement.decided, 1)

    @property
    def mended_from(self) -> float:
        return self.accepted_percent

    @property
    def refused_from(self) -> float:
        return round(self.accepted_percent + self.mended_percent, 1)

    @property
    def refused_percent(self) -> float:
        return round(max(100 - self.refused_from, 0), 1)

    @property
    def bounds_percent(self) -> tuple[int, int]:
        low, high = self.agreement.bounds
        return int(100 * low), -int(-100 * high // 1)

    @property
    def error_percent(self) -> float:
        return 100 * self.agreement.error_rate


@require_GET
@login_required
def accuracy(request: HttpRequest) -> HttpResponse:
    """Show agreement by one side, as bars with their numbers, and the thresholds that follow from it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, REVIEWERS)
    sides = {
        "field": gettext("Field"),
        "engine": gettext("Engine"),
        "origin": gettext("Rule or form"),
        "scanner": gettext("Scanner"),
        "week": pgettext("a week of the year", "Week"),
    }
    side = request.GET.get("by", "field")
    side = side if side in selectors.SIDES else "field"
    found = selectors.agreements(actor, side)
    called = selectors.origin_names(actor, [one.name for one in found]) if side == "origin" else {}
    bars = [Bar(called.get(one.name) or _name(side, one.name), one) for one in found]
    thresholds = [
        (gettext(FIELD_WORDS.get(row.field, row.field)), row, row.threshold >= NEVER)
        for row in selectors.thresholds_of(actor)
    ]
    shown = {"side": side, "sides": sides.items(), "bars": bars, "thresholds": thresholds}
    return render(request, "recognition/accuracy.html", shown)


def _name(side: str, name: str) -> str:
    if side == "field":
        return gettext(FIELD_WORDS.get(name, name))
    if side == "origin":
        word = ORIGIN_WORDS.get(re.split("[/:]", name)[0])
        return gettext(word) if word else name
    return name or gettext("Not named")
