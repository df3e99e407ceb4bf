"""Sign-in, sign-out, one's own account and password, and the watch over how long a sitting lasts."""

from datetime import UTC, datetime

from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from lantai.identity import services
from lantai.identity.forms import PasswordForm, SignInForm, told
from lantai.identity.models import Account
from lantai.identity.pages.acting import actor_of, carried_out, status_of
from lantai.identity.rules.sign_in import client_address, device_name, password_is_due, sitting_is_over
from lantai.identity.selectors import access_levels, grants_of, own_account, sittings_of
from lantai.kernel import clock
from lantai.kernel.errors import NotPermittedError

NOTE_EVERY_SECONDS = 60
HOME = "/desk/"
BACKEND = "django.contrib.auth.backends.ModelBackend"
BEFORE_PASSWORD = ("/account/password/", "/sign-out/", "/i18n/", "/static/")


def keep_sitting(request: HttpRequest) -> bool:
    """Go on with the sitting of a signed-in request, or end it when it was idle or lasted too long; tell which."""
    session = request.session
    moment = int(clock.now().timestamp())
    began, seen = session.get("began_at"), session.get("seen_at")
    if began is None or seen is None:
        _begin(request, request.user)
        return True
    if sitting_is_over(_moment(began), _moment(seen), clock.now()):
        services.end_sitting(session_key=session.session_key or "")
        logout(request)
        messages.info(request, _("Your sitting has ended. Sign in again to go on."))
        return False
    if moment - seen >= NOTE_EVERY_SECONDS:
        session["seen_at"] = moment
        services.note_sitting(session_key=session.session_key or "")
    return True


def is_password_due(request: HttpRequest) -> bool:
    """Tell whether this request must wait until the signed-in account has changed its password."""
    account = request.user
    if not isinstance(account, Account) or request.path.startswith(BEFORE_PASSWORD):
        return False
    return password_is_due(account.must_change_password, account.password_set_at, clock.now())


@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """`/sign-in/`: login and password; then on to where one wanted to go."""
    then = _next_of(request)
    if request.user.is_authenticated:
        return redirect(then)
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account = services.sign_in(actor=actor_of(request), address=_address_of(request), **form.cleaned_data)
        except NotPermittedError as error:
            form.add_error(None, told(error))
        else:
            login(request, account, backend=BACKEND)
            _begin(request, account)
            return redirect(then)
    return render(request, "identity/sign_in.html", {"form": form, "next": then}, status=status_of(form))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """`/sign-out/`: end the sitting here; nothing stays in the browser."""
    if request.user.is_authenticated:
        services.sign_out(actor=actor_of(request), session_key=request.session.session_key or "")
    logout(request)
    messages.success(request, _("You are signed out."))
    return redirect("identity:sign_in")


@never_cache
@sensitive_post_parameters()
def change_password(request: HttpRequest) -> HttpResponse:
    """`/account/password/`: a new password; every other sitting ends, this one goes on."""
    account = own_account(actor_of(request))
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and carried_out(form, lambda: _change(request, form)):
        messages.success(request, _("Your password is changed. Other sittings have ended."))
        return redirect("identity:account")
    is_due = password_is_due(account.must_change_password, account.password_set_at, clock.now())
    return render(request, "identity/password.html", {"form": form, "is_due": is_due}, status=status_of(form))


@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """`/account/`: who I am here, what I may do, where I am signed in."""
    actor = actor_of(request)
    mine = own_account(actor)
    shown = {
        "account": mine,
        "grants": grants_of(mine),
        "level": next((row for row in access_levels() if row.level == mine.level), None),
        "sittings": sittings_of(actor),
        "session_key": request.session.session_key,
        "today": clock.today(),
    }
    return render(request, "identity/my_account.html", shown)


@require_POST
def end_sittings(request: HttpRequest) -> HttpResponse:
    """`/account/sittings/end/`: end the sitting named, or all others."""
    actor = actor_of(request)
    own_account(actor)
    named = request.POST.get("sitting", "")
    sitting = next((row.id for row in sittings_of(actor) if str(row.id) == named), None) if named else None
    if sitting or not named:
        services.end_other_sittings(actor=actor, session_key=request.session.session_key or "", sitting_id=sitting)
    messages.success(request, _("Ended. Whoever used it must sign in again."))
    return redirect("identity:account")


def _begin(request: HttpRequest, account: object) -> None:
    moment = int(clock.now().timestamp())
    request.session["began_at"] = request.session["seen_at"] = moment
    if not request.session.session_key:
        request.session.save()
    assert isinstance(account, Account)
    device = device_name(request.headers.get("User-Agent", ""))
    services.begin_sitting(account=account, session_key=request.session.session_key or "", device=device)


def _change(request: HttpRequest, form: PasswordForm) -> None:
    changed = services.change_password(
        actor=actor_of(request), old=form.cleaned_data["old"], new=form.cleaned_data["new"]
    )
    update_session_auth_hash(request, changed)
    _begin(request, changed)


def _next_of(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or HOME
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours and wanted.startswith("/") else HOME


def _address_of(request: HttpRequest) -> str:
    return client_address(request.META.get("REMOTE_ADDR", ""), request.headers.get("X-Forwarded-For", ""))


def _moment(stamp: int) -> datetime:
    return datetime.fromtimestamp(stamp, UTC)
