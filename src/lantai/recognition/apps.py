"""Recognition as a Django application."""

from django.apps import AppConfig


class RecognitionApp(AppConfig):
    name = "lantai.recognition"
