"""Pictures, manifests and files as answers of the web."""

import re
from collections.abc import Iterator
from typing import BinaryIO, TypeVar
from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from lantai.audit.services import record_reading
from lantai.viewing import selectors
from lantai.viewing.rules.iiif import FORMATS
from lantai.viewing.rules.searchable import copy_name
from lantai.viewing.services import order_searchable_copy

Answer = TypeVar("Answer", bound=HttpResponse)
PIECE_BYTES = 1 << 18
_RANGE = re.compile(r"^bytes=(\d*)-(\d*)$")
INLINE = ("audio/", "video/", "image/jpeg", "image/png", "image/webp", "application/pdf")


@require_safe
def image_base(request: HttpRequest, page_id: UUID) -> HttpResponse:
    """Send the reader of a picture's bare address to its description, as the standard asks."""
    answer = HttpResponseRedirect(reverse("viewing:image_info", args=[page_id]))
    answer.status_code = 303
    return answer


@require_safe
def image_info(request: HttpRequest, page_id: UUID) -> JsonResponse:
    """Answer the info.json of a page."""
    base = request.build_absolute_uri(reverse("viewing:image", args=[page_id]))
    answer = JsonResponse(selectors.info(request.actor, page_id, base))  # type: ignore[attr-defined]
    if "application/ld+json" in request.headers.get("Accept", ""):
        answer["Content-Type"] = 'application/ld+json;profile="http://iiif.io/api/image/3/context.json"'
    return _open_to_pages(answer)


@require_safe
def image(
    request: HttpRequest, page_id: UUID, region: str, size: str, rotation: str, quality: str, form: str
) -> HttpResponse:
    """Answer a part of a page's picture."""
    picture, free = selectors.picture(request.actor, page_id, region, size, rotation, quality, form)  # type: ignore[attr-defined]
    answer = HttpResponse(picture, content_type=FORMATS[form])
    answer["Cache-Control"] = "private, max-age=3600" if free else "no-store"
    return _open_to_pages(answer)


@require_safe
def manifest(request: HttpRequest, record_id: UUID) -> JsonResponse:
    """Answer the Presentation manifest of a record."""
    base = request.build_absolute_uri("/").rstrip("/")
    return _open_to_pages(JsonResponse(selectors.manifest(request.actor, record_id, base)))  # type: ignore[attr-defined]


def _open_to_pages(answer: Answer) -> Answer:
    """Let other sites' viewers show the picture; cookies do not travel with such requests, so they see what anybody may."""
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


@require_safe
def part(request: HttpRequest, part_id: UUID) -> HttpResponse | StreamingHttpResponse:
    """Answer a file of a record, whole or the range asked for, so that sound and film can be wound."""
    actor = request.actor  # type: ignore[attr-defined]
    found = selectors.media_part(actor, part_id)
    if not selectors.is_open(found.record):
        record_reading(actor=actor, record_id=found.record_id)
    stream, size = selectors.part_stream(found)
    return _file_answer(request, stream, size, found.media_type, found.name)


@require_safe
def searchable(request: HttpRequest, record_id: UUID) -> HttpResponse | StreamingHttpResponse:
    """Answer the searchable PDF of a record; one whose description has changed since is made again for the next time."""
    actor = request.actor  # type: ignore[attr-defined]
    copy = selectors.searchable_copy_for(actor, record_id)
    if not selectors.is_open(copy.record):
        record_reading(actor=actor, record_id=copy.record_id)
    order_searchable_copy(actor=actor, record_id=copy.record_id)
    name = copy_name(copy.record.reference_code or "", str(copy.record_id))
    return _file_answer(request, selectors.stream_of(copy), copy.file.size_bytes, "application/pdf", name)


def _file_answer(
    request: HttpRequest, stream: BinaryIO, size: int, media_type: str, name: str
) -> HttpResponse | StreamingHttpResponse:
    """Answer a stream, whole or the range asked for."""
    first, last = 0, size - 1
    asked = _RANGE.match(request.headers.get("Range", ""))
    if asked and (asked[1] or asked[2]):
        first = int(asked[1]) if asked[1] else max(0, size - int(asked[2]))
        last = min(int(asked[2]), size - 1) if asked[1] and asked[2] else size - 1
        if first > last:
            stream.close()
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    answer = StreamingHttpResponse(
        _pieces(stream, first, last),
        status=206 if asked else 200,
        content_type=media_type or "application/octet-stream",
    )
    shown = "inline" if media_type.startswith(INLINE) else "attachment"
    answer["Content-Length"] = str(last - first + 1)
    answer["Accept-Ranges"] = "bytes"
    answer["Cache-Control"] = "no-store"
    answer["Content-Disposition"] = f"{shown}; filename*=UTF-8''{quote(name)}"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    if asked:
        answer["Content-Range"] = f"bytes {first}-{last}/{size}"
    return answer


@require_safe
def preview(request: HttpRequest, part_id: UUID) -> HttpResponse:
    """Answer the picture that stands for a file without pages."""
    actor = request.actor  # type: ignore[attr-defined]
    part, picture = selectors.preview_of(actor, part_id)
    if not selectors.is_open(part.record):
        record_reading(actor=actor, record_id=part.record_id)
    return HttpResponse(picture, content_type="image/jpeg", headers={"Cache-Control": "private, max-age=600"})


def _pieces(stream: BinaryIO, first: int, last: int) -> Iterator[bytes]:
    with stream:
        stream.seek(first)
        left = last - first + 1
        while left > 0 and (piece := stream.read(min(PIECE_BYTES, left))):
            left -= len(piece)
            yield piece
