"""Viewing as a Django application."""

from django.apps import AppConfig


class ViewingConfig(AppConfig):
    name = "lantai.viewing"
    label = "viewing"
