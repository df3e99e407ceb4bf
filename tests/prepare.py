"""Loaded by pytest before everything else: gives the tests a home of their own and a running PostgreSQL."""

import os
from pathlib import Path

from hypothesis import settings

CHECKOUT = Path(__file__).resolve().parents[1]
os.environ.setdefault("LANTAI_HOME", str(CHECKOUT / "var" / "test"))
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
os.environ["LANTAI_HOSTS"] = "testserver"


settings.register_profile("lantai", deadline=None)  # a busy machine is no failure
settings.load_profile("lantai")


def _ready() -> None:
    from config.database import prepare
    from config.environment import ENVIRONMENT

    (ENVIRONMENT.home / "tmp").mkdir(parents=True, exist_ok=True)
    prepare(ENVIRONMENT)


_ready()
