"""Identity as a Django application."""

from django.apps import AppConfig


class IdentityApp(AppConfig):
    name = "lantai.identity"
