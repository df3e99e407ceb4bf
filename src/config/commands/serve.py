"""Serve the product: web pages, job workers and the news process, each restarted when it dies."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this verb."""
    parser.add_argument("--bind", default="127.0.0.1:8000", help="address to listen on (default 127.0.0.1:8000)")
    parser.add_argument("--https", action="store_true", help="serve TLS with a certificate of a local authority")
    parser.add_argument("--only", choices=("web", "work"), help="only the pages, or only the workers and the news")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Make the installation ready, then serve until stopped."""
    from config.environment import ENVIRONMENT
    from config.installation import make_ready
    from config.supervisor import keep_running, web_command, worker_commands

    make_ready(lambda words: _say(f"  {words}"))
    commands: dict[str, list[str]] = {}
    if options.only != "work":
        commands["web"] = web_command(options.bind, pair=_pair(options.bind) if options.https else None)
        _say(f"Lantai 兰台: {'https' if options.https else 'http'}://{options.bind}/")
    if options.only != "web":
        commands |= worker_commands(ENVIRONMENT.workers)
    keep_running(commands)
    return {}


def _pair(bind: str) -> tuple[Path, Path]:
    """Return certificate and key for the names under which the pages are reached, and have the cookies kept to HTTPS."""
    from config.environment import ENVIRONMENT
    from config.tls import local_certificate

    os.environ["LANTAI_HTTPS"] = "1"
    pair = local_certificate(ENVIRONMENT.home, [bind.rpartition(":")[0], *ENVIRONMENT.hosts])
    _say(f"  trust this authority once: {pair[0].with_name('authority.pem')}")
    return pair


def _say(words: str) -> None:
    sys.stderr.write(words + "\n")
    sys.stderr.flush()
