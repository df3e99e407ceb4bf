"""The composition root as a Django application: its templates tags and the queue binding live here."""

from django.apps import AppConfig


class ConfigApp(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config.jobs import bind_queue

        bind_queue()
