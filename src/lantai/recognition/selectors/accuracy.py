"""How often people agreed with the machine: by field, engine, form, scanner and week."""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone
from rapidfuzz.distance import Levenshtein

from lantai.identity.selectors import below, scopes
from lantai.kernel import clock
from lantai.kernel.actors import Actor
from lantai.recognition.models import DECIDED, CategoryModel, FieldThreshold, FormTemplate, Suggestion
from lantai.recognition.rules.agreement import Agreement
from lantai.recognition.selectors.review import REVIEWERS

LOOK_BACK_DAYS = 365
MOST_DECISIONS = 50_000
MOST_NAMES = 30
SIDES = ("field", "engine", "origin", "scanner", "week")


@dataclass(slots=True)
class _Count:
    states: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    characters: int = 0
    wrong: int = 0

    def add(self, row: dict[str, Any]) -> None:
        self.states[row["state"]] += 1
        if row["state"] != "refused":
            self.characters += max(len(row["value"]), len(row["decided_value"]))
            self.wrong += Levenshtein.distance(row["value"], row["decided_value"])


def agreements(actor: Actor, side: str) -> list[Agreement]:
    """Return agreement by `side` (one of SIDES) over a year of decisions in the actor's archives, the most first.

    Weeks come in their order. Names are those of the rows: fields, engines, origins, scanners as their files name them.
    """
    counts: dict[str, _Count] = defaultdict(_Count)
    name = _NAMES[side]
    for row in _decided(actor):
        counts[name(row)].add(row)
    found = [
        Agreement(
            name=key, accepted=count.states["accepted"], mended=count.states["mended"],
            refused=count.states["refused"], characters=count.characters, wrong_characters=count.wrong,
        )
        for key, count in counts.items()
    ]  # fmt: skip
    if side == "week":
        return sorted(found, key=lambda one: one.name)[-MOST_NAMES:]
    return sorted(found, key=lambda one: (-one.decided, one.name))[:MOST_NAMES]


def origin_names(actor: Actor, origins: Collection[str]) -> dict[str, str]:
    """Return what form templates and models among `origins` are called; rules are called by their own names."""
    ids = {origin: origin.partition(":")[2] for origin in origins if ":" in origin}
    mine = below(scopes(actor, *REVIEWERS), "archives__path")
    wanted = [one for one in ids.values() if one]
    templates = {str(row.id): str(row) for row in FormTemplate.objects.filter(mine, id__in=wanted)}
    models = {
        str(row.id): f"{row.facet_label} {timezone.localtime(row.trained_at):%Y-%m-%d}"
        for row in CategoryModel.objects.filter(mine, id__in=wanted)
    }
    return {origin: name for origin, one in ids.items() if (name := templates.get(one) or models.get(one))}


def thresholds_of(actor: Actor) -> list[FieldThreshold]:
    """Return the thresholds learnt for the actor's archives."""
    rows = FieldThreshold.objects.filter(below(scopes(actor, *REVIEWERS), "archives__path"))
    return list(rows.select_related("archives").order_by("field"))


def _decided(actor: Actor) -> list[dict[str, Any]]:
    since = clock.now() - timedelta(days=LOOK_BACK_DAYS)
    rows = Suggestion.objects.filter(
        below(scopes(actor, *REVIEWERS), "record__archives__path"),
        state__in=DECIDED,
        decided_at__gte=since,
        decided_by_account__isnull=False,
    )
    wanted = ("field", "origin", "state", "value", "decided_value", "decided_at", "page__reading__engine",
              "page__part__technical")  # fmt: skip
    return list(rows.order_by("-decided_at").values(*wanted)[:MOST_DECISIONS])


def _scanner(row: dict[str, Any]) -> str:
    technical = row["page__part__technical"] or {}
    words = [str(technical[key]) for key in ("make", "model", "software") if technical.get(key)]
    return " ".join(words)[:80]


def _week(row: dict[str, Any]) -> str:
    year, week, _ = row["decided_at"].astimezone(clock.CHINA).isocalendar()
    return f"{year}-W{week:02d}"


_NAMES: dict[str, Callable[[dict[str, Any]], str]] = {
    "field": lambda row: str(row["field"]),
    "engine": lambda row: str(row["page__reading__engine"] or ""),
    "origin": lambda row: str(row["origin"]),
    "scanner": _scanner,
    "week": _week,
}
