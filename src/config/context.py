"""What every page knows: the large-type choice and, later, the navigation."""

from typing import Any

from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the values that the base templates read on every page."""
    return {"large_type": request.COOKIES.get("large_type") == "1"}
