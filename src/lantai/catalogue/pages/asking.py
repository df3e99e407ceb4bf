"""What every page of the catalogue needs: who asks, and a form that shows a service's refusal."""

from collections.abc import Callable

from django.http import HttpRequest

from lantai.catalogue.forms import RefusableForm
from lantai.kernel.actors import ANONYMOUS, Actor
from lantai.kernel.errors import ConflictError, InvalidError, NotFoundError, NotPermittedError, gettext_noop


def reader_of(request: HttpRequest) -> Actor:
    """Return who asks. Raises NotPermittedError, which leads to the sign-in, for somebody not signed in."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    if actor.kind != "account":
        raise NotPermittedError("catalogue.sign_in", gettext_noop("Sign in to work at the desk."))
    return actor


def carried_out(form: RefusableForm, act: Callable[[], object]) -> bool:
    """Run `act` if the form is sound; return whether it was done. A refusal is shown in the form."""
    if not form.is_valid():
        return False
    try:
        act()
    except (InvalidError, ConflictError, NotPermittedError, NotFoundError) as error:
        form.show_fault(error)
        return False
    return True


def status_of(form: RefusableForm) -> int:
    """Return the HTTP status of a page with this form: 422 when what was sent is refused."""
    return 422 if form.errors else 200
