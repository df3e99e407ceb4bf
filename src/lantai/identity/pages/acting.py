"""What every page of identity needs: who asks, and a form that shows a service's refusal."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest

from lantai.identity.forms import show_fault, told
from lantai.kernel.actors import ANONYMOUS, Actor
from lantai.kernel.errors import ConflictError, InvalidError, NotPermittedError


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks, as the middleware found out."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    return actor


def carried_out(form: Form, act: Callable[[], object]) -> bool:
    """Run `act` if the form is sound; return whether it was done. A refusal is shown in the form."""
    if not form.is_valid():
        return False
    try:
        act()
    except (InvalidError, ConflictError, NotPermittedError) as error:
        show_fault(form, error)
        return False
    return True


def done_or_told(request: HttpRequest, act: Callable[[], object], done: str) -> None:
    """Run `act` and say `done`; when the present state forbids it, say that instead."""
    try:
        act()
    except ConflictError as error:
        messages.error(request, told(error))
    else:
        messages.success(request, done)


def status_of(form: Form) -> int:
    """Return the HTTP status of a page with this form: 422 when what was sent is refused."""
    return 422 if form.errors else 200
