"""Catalogue as a Django application."""

from django.apps import AppConfig


class CatalogueApp(AppConfig):
    name = "lantai.catalogue"
