"""The register of seals at the desk, and the seals and signatures found on the pages of a record."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lantai.catalogue.selectors import record_for
from lantai.identity.selectors import require
from lantai.kernel.errors import ArchiveError, ConflictError, InvalidError
from lantai.recognition.models import FoundSeal, FoundSignature, SealShape
from lantai.recognition.pages.asking import reader_of, uuid_in
from lantai.recognition.selectors import seals as selectors
from lantai.recognition.selectors.review import REVIEWERS
from lantai.recognition.services import seals as services

MENDABLE = (InvalidError, ConflictError)
WORDS = ("name", "purpose", "shape", "valid_from", "valid_until")
CROP_PX = 320
MARGIN_SHARE = 0.06


@dataclass(frozen=True, slots=True)
class ShownMark:
    """A found seal or signature with the address of its picture, which the picture service gives or refuses."""

    mark: FoundSeal | FoundSignature
    percent: int
    score: int | None = None

    @property
    def address(self) -> str:
        left, top, right, bottom = self.mark.box_px
        room = round(MARGIN_SHARE * max(right - left, bottom - top))
        left, top = max(left - room, 0), max(top - room, 0)
        wide, high = right + room - left, bottom + room - top
        size = f"!{CROP_PX},{CROP_PX}" if max(wide, high) > CROP_PX else "max"
        return f"/iiif/image/{self.mark.page_id}/{left},{top},{wide},{high}/{size}/0/default.jpg"


@require_GET
@login_required
def seals_page(request: HttpRequest) -> HttpResponse:
    """Show the register of seals, those in use or those retired."""
    actor = reader_of(request)
    require(actor, REVIEWERS)
    words, retired = request.GET.get("q", ""), request.GET.get("state") == "retired"
    page = selectors.seal_models(actor, words=words, cursor=request.GET.get("cursor", ""), retired=retired)
    return render(request, "recognition/seals.html", {"page": page, "words": words, "retired": retired})


@require_http_methods(["GET", "POST"])
@login_required
def new_seal(request: HttpRequest) -> HttpResponse:
    """Register a seal from words and, where there is one, an uploaded picture."""
    actor = reader_of(request)
    require(actor, REVIEWERS)
    archives = selectors.seal_archives(actor)
    typed = {word: request.POST.get(word, "") for word in WORDS}
    fault = ""
    if request.method == "POST":
        file = request.FILES.get("picture")
        try:
            model = services.register_seal(
                actor=actor,
                archives_id=uuid_in(request.POST.get("archives", "")) or archives[0].id,
                words=typed,
                picture=file.read(services.MOST_BYTES + 1) if file else b"",
            )
            messages.success(request, gettext("The seal is registered."))
            return redirect("recognition:seal", model_id=model.id)
        except MENDABLE as error:
            fault = _words(error)
    context = {"typed": typed, "fault": fault, "archives": archives, "shapes": SealShape.choices}
    return render(request, "recognition/seal_new.html", context, status=422 if fault else 200)


@require_http_methods(["GET", "POST"])
@login_required
def seal(request: HttpRequest, model_id: UUID) -> HttpResponse:
    """Show a registered seal; take changes of its words and dates."""
    actor = reader_of(request)
    model = selectors.seal_model_for(actor, model_id)
    fault = ""
    typed = {word: _shown(getattr(model, word)) for word in WORDS}
    if request.method == "POST":
        typed = {word: request.POST.get(word, "") for word in WORDS}
        try:
            services.edit_seal(actor=actor, model_id=model_id, version=_version(request), words=typed)
            messages.success(request, gettext("The seal is kept as changed."))
            return redirect("recognition:seal", model_id=model_id)
        except MENDABLE as error:
            fault = _words(error)
    context = {"model": model, "typed": typed, "fault": fault, "shapes": SealShape.choices}
    return render(request, "recognition/seal.html", context, status=422 if fault else 200)


@require_POST
@login_required
def retire_seal(request: HttpRequest, model_id: UUID) -> HttpResponse:
    """Take a registered seal out of use."""
    try:
        services.retire_seal(actor=reader_of(request), model_id=model_id, version=_version(request))
        messages.success(request, gettext("The seal has retired. What was matched with it stays so."))
    except ConflictError as error:
        messages.error(request, _words(error))
    return redirect("recognition:seal", model_id=model_id)


@require_GET
@login_required
def seal_picture(request: HttpRequest, model_id: UUID) -> HttpResponse:
    """Give the kept picture of a registered seal to those who keep the register."""
    response = HttpResponse(selectors.seal_picture(reader_of(request), model_id), content_type="image/png")
    response["Cache-Control"] = "private, max-age=3600"
    return response


@require_GET
@login_required
def record_seals(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """Show the seals and signatures found on the pages of a record."""
    actor = reader_of(request)
    record = record_for(actor, record_id)
    require(actor, REVIEWERS, record.archives.path)
    marks = selectors.marks_of(actor, record_id)
    context = {
        "record": record,
        "seals": [
            ShownMark(one, round(100 * one.confidence), None if one.score is None else round(100 * one.score))
            for one in marks.seals
        ],
        "signatures": [ShownMark(one, round(100 * one.confidence)) for one in marks.signatures],
    }
    return render(request, "recognition/record_seals.html", context)


@require_POST
@login_required
def register_found_seal(request: HttpRequest, found_id: UUID) -> HttpResponse:
    """Put a found seal into the register under the name that was read or typed."""
    actor = reader_of(request)
    found = selectors.found_seal_for(actor, found_id)
    words = {word: value for word in ("name", "purpose") if (value := request.POST.get(word, "").strip())}
    try:
        services.register_found_seal(actor=actor, found_id=found_id, words=words)
        messages.success(request, gettext("The seal is registered. Seals like it were matched at once."))
    except MENDABLE as error:
        messages.error(request, _words(error))
    return redirect("recognition:record_seals", record_id=found.record_id)


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() else 0


def _shown(value: object) -> str:
    return "" if value is None else str(value)


def _words(error: ArchiveError) -> str:
    return gettext(error.message) % error.facts
