"""When a sign-in is refused for a while, when a sitting is over, and which passwords are good enough.

The figures are the installation's defaults for the identification controls of GB/T 22239-2019 clause 8.1.4.1.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address

from lantai.kernel.errors import InvalidError, gettext_noop

LOGIN_FAILURES = 5
ADDRESS_FAILURES = 40
"""An office behind one address shares this many, so it is wider than the limit of one account."""
FAILURE_WINDOW = timedelta(minutes=15)
LOCK_TIME = timedelta(minutes=15)
IDLE_LIMIT = timedelta(minutes=30)
SITTING_LIMIT = timedelta(hours=8)
PASSWORD_LENGTH = 10
PASSWORD_MAX_LENGTH = 128
PASSWORD_HISTORY = 5
PASSWORD_LIFE = timedelta(days=180)

_LETTERS = "abcdefghjkmnpqrstuvwxyz"
_CAPITALS = "ABCDEFGHJKMNPQRSTUVWXYZ"
_DIGITS = "23456789"


@dataclass(frozen=True, slots=True)
class Failures:
    """Attempts counted under one login or address since `first_at`, and the moment until which more are refused."""

    count: int
    first_at: datetime
    locked_until: datetime | None = None


def is_locked(failures: Failures, moment: datetime) -> bool:
    """Tell whether attempts are refused at `moment`."""
    return failures.locked_until is not None and moment < failures.locked_until


def after_attempt(failures: Failures, moment: datetime) -> Failures:
    """Return the count with one more attempt; a window or lock that has passed begins a new count."""
    lock_is_over = failures.locked_until is not None and moment >= failures.locked_until
    if lock_is_over or moment - failures.first_at >= FAILURE_WINDOW:
        return Failures(1, moment)
    return Failures(failures.count + 1, failures.first_at, failures.locked_until)


def after_failure(failures: Failures, moment: datetime, limit: int) -> Failures:
    """Return the count after its last attempt failed: locked when the limit is reached."""
    locked_until = moment + LOCK_TIME if failures.count >= limit else failures.locked_until
    return Failures(failures.count, failures.first_at, locked_until)


def sitting_is_over(began_at: datetime, seen_at: datetime, moment: datetime) -> bool:
    """Tell whether a sitting has been idle too long or has lasted too long."""
    return moment - seen_at >= IDLE_LIMIT or moment - began_at >= SITTING_LIMIT


def password_is_due(must_change: bool, password_set_at: datetime, moment: datetime) -> bool:
    """Tell whether the password must be changed before anything else is done."""
    return must_change or moment - password_set_at >= PASSWORD_LIFE


def check_password_form(password: str, login: str, name: str) -> None:
    """Raise InvalidError if `password` is too short, too plain, or holds the login or the name."""
    if not PASSWORD_LENGTH <= len(password) <= PASSWORD_MAX_LENGTH:
        raise InvalidError(
            "identity.password_length",
            gettext_noop("The password needs %(least)d to %(most)d characters. Add a word or two."),
            least=PASSWORD_LENGTH,
            most=PASSWORD_MAX_LENGTH,
        )
    kinds = (str.islower, str.isupper, str.isdigit, lambda sign: not sign.isalnum())
    if sum(any(kind(sign) for sign in password) for kind in kinds) < 3:
        raise InvalidError(
            "identity.password_plain",
            gettext_noop(
                "The password is too plain. Use three of these: small letters, capitals, digits, other signs."
            ),
        )
    if any(len(word) >= 3 and word.casefold() in password.casefold() for word in (login, name)):
        raise InvalidError(
            "identity.password_personal",
            gettext_noop(
                "The password holds the login or the name. Choose words that have nothing to do with the account."
            ),
        )


def new_password() -> str:
    """Return a password for a first sign-in: four groups without signs that look alike, about 63 bits."""
    signs = _LETTERS + _CAPITALS + _DIGITS
    groups = ["".join(secrets.choice(signs) for _ in range(3)) for _ in range(3)]
    assured = secrets.choice(_LETTERS) + secrets.choice(_CAPITALS) + secrets.choice(_DIGITS)
    return "-".join([*groups, assured])


def client_address(remote: str, forwarded: str) -> str:
    """Return the address a request came from; a proxy on the same machine tells it last in `forwarded`."""
    near = forwarded.rsplit(",", 1)[-1].strip()
    if near and _is_here(remote):
        return near
    return remote


def _is_here(remote: str) -> bool:
    try:
        return not remote or ip_address(remote).is_loopback
    except ValueError:
        return False


def device_name(agent: str) -> str:
    """Return browser and system in two words, which is what the list of one's sittings shows."""
    browsers = (
        ("MicroMessenger", "WeChat"),
        ("Edg/", "Edge"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    )
    systems = (
        ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    )  # fmt: skip
    found = [next((name for mark, name in kinds if mark in agent), "") for kinds in (browsers, systems)]
    return " · ".join(word for word in found if word)
