"""Messaging as a Django application."""

from django.apps import AppConfig


class MessagingApp(AppConfig):
    name = "lantai.messaging"
