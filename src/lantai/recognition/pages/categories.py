"""The models that file records: how good they are, from where on they file, training them, going back, and why."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from lantai.identity.selectors import require
from lantai.kernel.actors import Actor
from lantai.kernel.errors import ConflictError, InvalidError
from lantai.recognition import services
from lantai.recognition.models import CategoryModel, LearningRun, RunState
from lantai.recognition.pages.asking import reader_of, uuid_in
from lantai.recognition.rules.categories import FACETS, RIGHT_SHARE
from lantai.recognition.rules.fields import FIELD_WORDS
from lantai.recognition.selectors import categories as selectors
from lantai.recognition.selectors.review import REVIEWERS
from lantai.recognition.services.categories import explain_record

CLASSES_A_PAGE = 30
LEFT, TOP, WIDE, HIGH = 44, 12, 300, 180
"""Where the plot lies in the drawing of a chart, and its size."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A curve as points in a drawing; the lowest value of the upright axis is `floor`."""

    line: str
    dots: tuple[tuple[float, float, str], ...]
    floor: float
    goal: float | None

    @property
    def marks(self) -> list[tuple[float, str]]:
        """Where the upright axis has its marks, and what they say."""
        values = [self.floor + (1 - self.floor) * step / 4 for step in range(5)]
        return [(_down(value, self.floor), f"{100 * value:.0f} %") for value in values]


@dataclass(frozen=True, slots=True)
class ShownClass:
    """One class of a model: what it was measured, from where on it files, what became of that."""

    value: str
    records: int
    right_percent: int
    threshold_percent: int | None
    filed: int
    confirmed: int
    corrected: int


@require_GET
@login_required
def categories(request: HttpRequest) -> HttpResponse:
    """Show the model of one facet with its curves and classes, the former models, and the last training."""
    actor = _actor(request)
    archives = selectors.archives_for(actor, uuid_in(request.GET.get("archives", "")))
    facet = request.GET.get("facet", FACETS[0])
    facet = facet if facet in FACETS else FACETS[0]
    model = selectors.current_model(archives.id, facet)
    context = {
        "archives": archives,
        "all_archives": selectors.archives_of_models(actor),
        "facet": facet,
        "facets": [(name, gettext(FIELD_WORDS[name])) for name in FACETS],
        "model": model,
        "run": selectors.latest_run(archives.id),
        "models": _page(selectors.models_of(archives.id, facet), request.GET.get("page"), selectors.MODELS_A_PAGE),
        **_run_context(selectors.latest_run(archives.id)),
        **(_model_context(actor, model, request.GET.get("classes")) if model else {}),
    }
    return render(request, "recognition/categories.html", context)


@require_GET
@login_required
def category_run(request: HttpRequest) -> HttpResponse:
    """How far the training is, for htmx."""
    archives = selectors.archives_for(_actor(request), uuid_in(request.GET.get("archives", "")))
    run = selectors.latest_run(archives.id)
    return render(request, "recognition/category_run.html", {"archives": archives, "run": run, **_run_context(run)})


@require_POST
@login_required
def train_categories(request: HttpRequest) -> HttpResponse:
    """Queue a training and go back to the page."""
    actor = _actor(request)
    archives = selectors.archives_for(actor, uuid_in(request.POST.get("archives", "")))
    with contextlib.suppress(ConflictError):  # the page shows the training that is under way
        services.ask_for_learning(actor=actor, archives_id=archives.id)
    return _back(archives.id, request.POST.get("facet", ""))


@require_POST
@login_required
def use_model(request: HttpRequest, model_id: UUID) -> HttpResponse:
    """Put a former model to work again and go back to the page; say on it why where that cannot be."""
    actor = _actor(request)
    model = selectors.model_for(actor, model_id)
    try:
        services.use_model(actor=actor, model_id=model_id)
    except (ConflictError, InvalidError) as error:
        context = {"fault": gettext(error.message) % error.facts, "archives": model.archives, "facet": model.facet}
        return render(request, "recognition/category_fault.html", context, status=409)
    return _back(model.archives_id, model.facet)


@require_GET
@login_required
def explain_category(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """For one record: what each model guesses and the words that decided."""
    record = selectors.explained_record(_actor(request), record_id)
    return render(request, "recognition/category_why.html", {"record": record, "told": explain_record(record)})


def _model_context(actor: Actor, model: CategoryModel, page: str | None) -> dict[str, Any]:
    metrics = model.metrics
    return {
        "metrics": metrics,
        "lately": selectors.lately_filed(actor, model),
        "held_out": metrics["held_out"],
        "curve": metrics["curve"],
        "curve_chart": _chart([(p["coverage"], p["precision"]) for p in metrics["curve"]], goal=RIGHT_SHARE),
        "reliability": metrics["reliability"],
        "reliability_chart": _chart([(p["said"], p["right"]) for p in metrics["reliability"]], floor=0.0),
        "classes": _page(_classes(model), page, CLASSES_A_PAGE),
    }


def _classes(model: CategoryModel) -> list[ShownClass]:
    filed = selectors.filed_by(model)
    shown = []
    for row in model.metrics["by_class"]:
        found = filed.get(row["value"])
        threshold = row["threshold"]
        shown.append(
            ShownClass(
                row["value"],
                row["records"],
                round(100 * row["right"] / row["guessed"]) if row["guessed"] else 0,
                None if threshold is None else round(100 * threshold),
                found.filed if found else 0,
                found.confirmed if found else 0,
                found.corrected if found else 0,
            )
        )
    return shown


def _chart(points: Sequence[tuple[float, float]], *, floor: float | None = None, goal: float | None = None) -> Chart:
    """Return the drawing of (across, up) shares; without `floor` the axis begins below the least value."""
    least = min((up for _, up in points), default=0.0) if floor is None else floor
    base = min(int(least * 10) / 10, 0.9) if floor is None else floor
    dots = tuple((round(LEFT + WIDE * across, 1), _down(up, base), f"{100 * up:.1f} %") for across, up in points)
    line = " ".join(f"{x},{y}" for x, y, _ in dots)
    return Chart(line, dots, base, _down(goal, base) if goal is not None and goal >= base else None)


def _down(value: float, floor: float) -> float:
    return round(TOP + HIGH * (1 - (value - floor) / (1 - floor)), 1)


def _run_context(run: LearningRun | None) -> dict[str, Any]:
    if run is None:
        return {"running": False, "outcomes": []}
    outcomes = [(gettext(FIELD_WORDS[facet]), _told(told), told["state"]) for facet, told in run.outcomes.items()]
    return {"running": run.state in (RunState.WAITING, RunState.RUNNING), "outcomes": outcomes}


def _told(outcome: Mapping[str, Any]) -> str:
    words: str = gettext(str(outcome["message"])) % outcome["facts"]
    return words


def _page(rows: Any, number: str | None, size: int) -> ListPage[Any]:
    return Paginator(rows, size).get_page(number)


def _back(archives_id: UUID | None, facet: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('recognition:categories')}?archives={archives_id}&facet={facet}")


def _actor(request: HttpRequest) -> Actor:
    actor = reader_of(request)
    require(actor, REVIEWERS)
    return actor
