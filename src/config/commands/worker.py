"""Work off jobs in this process (or, with --news, seal the ledger and bring its news to the index)."""

import argparse
import os
import signal
import threading
from typing import Any


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this verb."""
    parser.add_argument("--news", action="store_true", help="seal the ledger and keep the index fresh instead")
    parser.add_argument("--once", action="store_true", help="stop when nothing is left to do")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Work until stopped, or with --once until nothing is left."""
    if options.news:
        from config.news import carry_news

        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        carry_news(stop, once=options.once)
        return {}
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from config.jobs import run_worker

    run_worker(wait=not options.once)
    return {}
