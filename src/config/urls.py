"""Where each package's addresses begin; the composition root mounts what is built."""

from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from ninja import NinjaAPI

MOUNTS = (
    ("identity", ""),
    ("audit", "manage/"),
    ("ingest", "desk/"),
    ("recognition", "desk/"),
    ("search", "desk/"),
    ("catalogue", "desk/"),
    ("preservation", "manage/"),
    ("viewing", ""),
    ("web", ""),
)

api = NinjaAPI(title="Lantai", version="1", urls_namespace="api", docs_url="docs")


def _mounted() -> list[URLPattern | URLResolver]:
    found: list[URLPattern | URLResolver] = []
    for package, prefix in MOUNTS:
        if package in settings.BUILT_PACKAGES and find_spec(f"lantai.{package}.urls"):
            found.append(path(prefix, include(f"lantai.{package}.urls")))
        if package in settings.BUILT_PACKAGES and find_spec(f"lantai.{package}.api"):
            api.add_router("", f"lantai.{package}.api.router", tags=[package])
    return found


urlpatterns = [path("i18n/", include("django.conf.urls.i18n")), *_mounted(), path("api/v1/", api.urls)]
