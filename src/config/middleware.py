"""What happens to every request: it gets its actor, and a refusal becomes a page or a JSON answer."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from lantai.identity.pages.sittings import is_password_due, keep_sitting
from lantai.identity.selectors import actor_for
from lantai.kernel.actors import ANONYMOUS
from lantai.kernel.errors import ArchiveError, NotPermittedError, gettext_noop

STATUS = {"not_found": 404, "not_permitted": 403, "invalid": 400, "conflict": 409, "unavailable": 503}
PASSWORD_DUE = NotPermittedError(
    "identity.password_due", gettext_noop("The password of this account must be changed first. Sign in and change it.")
)
GetResponse = Callable[[HttpRequest], HttpResponse]


class ActorMiddleware:
    """Sets `request.actor` from the signed-in account and its sitting; a sitting that is over ends here.

    An account whose password is due gets to that page and nowhere else.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        request.actor = ANONYMOUS  # type: ignore[attr-defined]
        if user.is_authenticated and keep_sitting(request):
            request.actor = actor_for(user, sitting=request.session.session_key or "")  # type: ignore[attr-defined]
            if is_password_due(request):
                if request.path.startswith(("/api/", "/iiif/")):
                    return answer(request, PASSWORD_DUE)
                return redirect("identity:change_password")
        return self.get_response(request)


def told(error: ArchiveError) -> str:
    """Return the error's sentence in the reader's language, its facts filled in."""
    return gettext(error.message) % error.facts if error.facts else gettext(error.message)


def answer(request: HttpRequest, error: ArchiveError) -> HttpResponse:
    """Return the page or JSON that tells `error`; somebody not signed in is asked to sign in first."""
    status = STATUS.get(error.kind, 500)
    if request.path.startswith(("/api/", "/iiif/")):
        return JsonResponse({"code": error.code, "message": told(error)}, status=status)
    if (
        not request.user.is_authenticated
        and status in {403, 404}
        and request.path.startswith(("/desk/", "/manage/", "/watch/"))
    ):
        return redirect(f"/sign-in/?next={request.get_full_path()}")
    return render(request, "error.html", {"status": status, "error": error, "told": told(error)}, status=status)


class ArchiveErrorMiddleware:
    """Maps the five kinds of error to their status, once for every page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return answer(request, exception) if isinstance(exception, ArchiveError) else None
