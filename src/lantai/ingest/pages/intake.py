"""The intake pages: batches, upload, progress, what was returned, watched folders, quarantine."""

import json
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lantai.ingest import selectors, services
from lantai.ingest.forms import HotFolderForm, UploadBatchForm
from lantai.ingest.models import Batch
from lantai.kernel.errors import ConflictError, InvalidError, gettext_noop


@require_safe
def batches(request: HttpRequest) -> HttpResponse:
    """Show the batches, newest first, with the progress of those under way."""
    found = selectors.batches(request.actor, cursor=request.GET.get("after", ""))  # type: ignore[attr-defined]
    rows = list(zip(found.items, selectors.progress_of(found.items), strict=True))
    may_take_in = selectors.fonds_to_take_in_for(request.actor).exists()  # type: ignore[attr-defined]
    return render(
        request, "ingest/batches.html", {"rows": rows, "next_cursor": found.next_cursor, "may_take_in": may_take_in}
    )


@require_http_methods(["GET", "POST"])
def open_upload_batch(request: HttpRequest) -> HttpResponse:
    """Ask what is being sent, then open its batch."""
    actor = request.actor  # type: ignore[attr-defined]
    form = UploadBatchForm(request.POST or None, fonds=selectors.fonds_to_take_in_for(actor))
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        batch = services.open_upload_batch(
            actor=actor,
            fonds_id=chosen["fonds"].id,
            kind=chosen["kind"],
            name=chosen["name"],
            wants_reading=chosen["wants_reading"],
        )
        return redirect("ingest:batch", batch.id)
    return render(request, "ingest/open_upload_batch.html", {"form": form}, status=400 if form.errors else 200)


@require_safe
def batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Show one batch: the drop zone while it gathers, afterwards its progress, handover list and items."""
    actor = request.actor  # type: ignore[attr-defined]
    found = selectors.batch_for(actor, batch_id)
    if found.state == Batch.State.RECEIVING and found.source == Batch.Source.UPLOAD:
        return render(request, "ingest/upload.html", {"batch": found, "uploads": found.uploads.order_by("path")})
    state = request.GET.get("state", "")
    items = selectors.items(actor, found, state=state, cursor=request.GET.get("after", ""))
    values = {
        "batch": found,
        "progress": selectors.progress(found),
        "handover": selectors.handover_of(found),
        "states": selectors.state_tabs(actor, found),
        "state": state,
        "items": [(item, selectors.told(item)) for item in items.items],
        "next_cursor": items.next_cursor,
    }
    return render(request, "ingest/batch.html", values)


@require_safe
def batch_progress(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Answer the progress part of a batch's page; when it has finished, ask for the whole page again."""
    found = selectors.batch_for(request.actor, batch_id)  # type: ignore[attr-defined]
    progress = selectors.progress(found)
    answer = render(request, "ingest/progress.html", {"batch": found, "progress": progress})
    if progress.finished:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
def begin_upload(request: HttpRequest, batch_id: UUID) -> JsonResponse:
    """Announce a file: JSON {path, size} → {id, received}."""
    try:
        said = json.loads(request.body)
        path, size = str(said["path"]), int(said["size"])
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidError(
            "ingest.upload_words", gettext_noop("The page sent something that is no file. Load the page again.")
        ) from error
    upload = services.begin_upload(actor=request.actor, batch_id=batch_id, path=path, size_bytes=size)  # type: ignore[attr-defined]
    return JsonResponse({"id": str(upload.id), "received": upload.received_bytes})


@require_http_methods(["GET", "PUT", "DELETE"])
def continue_upload(request: HttpRequest, upload_id: UUID) -> JsonResponse:
    """Take the next piece of a file (?offset=N), tell how far it is, or take it out of the batch."""
    actor = request.actor  # type: ignore[attr-defined]
    upload = selectors.upload_for(actor, upload_id)
    if request.method == "DELETE":
        services.remove_upload(actor=actor, upload_id=upload_id)
        return JsonResponse({"received": 0})
    if request.method == "PUT":
        offset = request.GET.get("offset", "")
        try:
            upload = services.continue_upload(
                actor=actor, upload_id=upload_id, offset=int(offset) if offset.isdigit() else -1, piece=request
            )
        except ConflictError:
            upload.refresh_from_db()
            return JsonResponse({"received": upload.received_bytes}, status=409)
    return JsonResponse({"received": upload.received_bytes, "size": upload.size_bytes})


@require_POST
def submit_uploads(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Hand over what was uploaded."""
    services.submit_uploads(actor=request.actor, batch_id=batch_id)  # type: ignore[attr-defined]
    return redirect("ingest:batch", batch_id)


@require_POST
def retry_items(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Send returned items through again: all of the batch, or those chosen."""
    actor = request.actor  # type: ignore[attr-defined]
    chosen = [UUID(word) for word in request.POST.getlist("item")]
    count = services.retry_items(actor=actor, batch_id=batch_id, item_ids=chosen or None)
    words = ngettext("%(count)s item is being tried again.", "%(count)s items are being tried again.", count)
    messages.success(request, words % {"count": count})
    return redirect("ingest:batch", batch_id)


@require_http_methods(["GET", "POST"])
def hot_folders(request: HttpRequest) -> HttpResponse:
    """Show the watched folders; begin or end the watching of one."""
    actor = request.actor  # type: ignore[attr-defined]
    form = HotFolderForm(
        request.POST if request.method == "POST" and "stop" not in request.POST else None,
        fonds=selectors.fonds_to_take_in_for(actor),
    )
    if request.method == "POST":
        done = _edit_hot_folder(request, form)
        if done:
            return redirect("ingest:hot_folders")
    folders = [(folder, selectors.told(folder)) for folder in selectors.hot_folders(actor)]
    values = {"form": form, "folders": folders}
    return render(request, "ingest/hot_folders.html", values, status=400 if form.errors else 200)


def _edit_hot_folder(request: HttpRequest, form: HotFolderForm) -> bool:
    actor = request.actor  # type: ignore[attr-defined]
    if "stop" in request.POST:
        folder = selectors.hot_folders(actor).get(id=UUID(request.POST["stop"]))
        services.edit_hot_folder(
            actor=actor, fonds_id=folder.fonds_id, path=folder.path, kind=folder.kind, is_active=False
        )
        return True
    if not form.is_valid():
        return False
    chosen = form.cleaned_data
    try:
        services.edit_hot_folder(actor=actor, fonds_id=chosen["fonds"].id, path=chosen["path"], kind=chosen["kind"])
    except InvalidError as error:
        form.add_error("path", _(error.message) % error.facts)
        return False
    return True


@require_safe
def quarantine(request: HttpRequest) -> HttpResponse:
    """Show the items that bear a secret mark, to who decides on them."""
    found = selectors.quarantined_items(request.actor, cursor=request.GET.get("after", ""))  # type: ignore[attr-defined]
    return render(request, "ingest/quarantine.html", {"items": found.items, "next_cursor": found.next_cursor})


@require_POST
def decide_quarantine(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Release an item that is no state secret after all, or keep it refused."""
    services.decide_quarantine(
        actor=request.actor,  # type: ignore[attr-defined]
        item_id=item_id,
        release=request.POST.get("decision") == "release",
        reason=request.POST.get("reason", ""),
    )
    messages.success(request, _("Your decision is written down."))
    return redirect("ingest:quarantine")
