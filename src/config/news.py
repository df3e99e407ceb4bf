"""The news process: seals committed ledger entries and carries them to the index, several times a second."""

import logging
import threading

from django.db import Error as DatabaseError
from django.db import close_old_connections, connections

from lantai.audit import services as audit
from lantai.search import services as search

log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.2
AFTER_TROUBLE_SECONDS = 2.0


def carry_news(stop: threading.Event, *, once: bool = False) -> None:
    """Seal and index until `stop`; with `once`, until nothing new is left. A database that is away is waited for."""
    pause = PAUSE_SECONDS
    while not stop.wait(0 if once else pause):
        try:
            close_old_connections()
            moved = audit.seal() + search.index_news(limit=1000)
            pause = PAUSE_SECONDS
        except DatabaseError as error:
            if once:
                raise
            log.warning("no news for %.0f s: %s", AFTER_TROUBLE_SECONDS, error)
            for connection in connections.all(initialized_only=True):
                connection.close()
            pause = AFTER_TROUBLE_SECONDS
            continue
        if once and not moved:
            return
