"""Count attempts to sign in, by login and by address, under keyed digests; the words themselves are not kept."""

from datetime import timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from lantai.identity.models import SignInGuard
from lantai.identity.rules.sign_in import (
    FAILURE_WINDOW,
    LOCK_TIME,
    LOGIN_FAILURES,
    Failures,
    after_attempt,
    after_failure,
    is_locked,
)
from lantai.kernel import clock
from lantai.kernel.errors import NotPermittedError, gettext_noop


def count_attempt(word: str, limit: int = LOGIN_FAILURES) -> None:
    """Count an attempt under a login or address before it is tried, so that many at once cannot outrun the limit.

    Raises NotPermittedError while attempts are refused.
    """
    moment = clock.now()
    with transaction.atomic():
        guard = _locked_guard(word)
        failures = _failures(guard)
        refused = is_locked(failures, moment)
        if not refused:
            failures = after_attempt(failures, moment)
            refused = failures.count > limit
        if not refused:
            _keep(guard, failures)
    if refused:
        raise NotPermittedError(
            "identity.locked",
            gettext_noop("Too many attempts failed. Wait %(minutes)d minutes, or ask the system administrator."),
            minutes=int(LOCK_TIME / timedelta(minutes=1)),
        )


def count_failure(word: str, limit: int) -> bool:
    """Note that the last attempt failed; return whether this locks the login or address."""
    moment = clock.now()
    with transaction.atomic():
        guard = _locked_guard(word)
        failures = after_failure(_failures(guard), moment, limit)
        _keep(guard, failures)
        return is_locked(failures, moment)


def take_back_attempt(word: str) -> None:
    """Forget one attempt, which succeeded; the failures of others behind the same address stay."""
    with transaction.atomic():
        guard = _locked_guard(word)
        guard.failures = max(0, guard.failures - 1)
        guard.save(update_fields=["failures"])


def forget_failures(login: str) -> None:
    """Forget every attempt under a login."""
    SignInGuard.objects.filter(digest=_digest(login)).delete()


def clear_guards() -> int:
    """Delete counts that no longer matter; return how many."""
    return SignInGuard.objects.filter(first_failed_at__lt=clock.now() - FAILURE_WINDOW - LOCK_TIME).delete()[0]


def _digest(word: str) -> str:
    return salted_hmac("lantai.identity.guard", word, algorithm="sha256").hexdigest()


def _locked_guard(word: str) -> SignInGuard:
    digest = _digest(word)
    SignInGuard.objects.bulk_create([SignInGuard(digest=digest)], ignore_conflicts=True)
    return SignInGuard.objects.select_for_update().get(digest=digest)


def _failures(guard: SignInGuard) -> Failures:
    return Failures(guard.failures, guard.first_failed_at, guard.locked_until)


def _keep(guard: SignInGuard, failures: Failures) -> None:
    guard.failures, guard.first_failed_at, guard.locked_until = failures.count, failures.first_at, failures.locked_until
    guard.save(update_fields=["failures", "first_failed_at", "locked_until"])
