"""Serve the product: web pages, job workers and the news process, each restarted when it dies."""

import argparse
import os
import sys
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
    from config.tls import local_certificate

    make_ready(lambda words: print(f"  {words}", file=sys.stderr))  # noqa: T201
    commands: dict[str, list[str]] = {}
    if options.only != "work":
        pair = local_certificate(ENVIRONMENT.home, options.bind.rsplit(":", 1)[0]) if options.https else (None, None)
        if options.https:
            os.environ["LANTAI_HTTPS"] = "1"
            sys.stderr.write(f"  trust this authority once: {pair[0].parent / 'authority.pem' if pair[0] else ''}\n")
        commands["web"] = web_command(options.bind, certificate=pair[0], key=pair[1])
    if options.only != "web":
        commands |= worker_commands(ENVIRONMENT.workers)
    sys.stderr.write(f"Lantai 兰台: {'https' if options.https else 'http'}://{options.bind}/\n")
    sys.stderr.flush()
    keep_running(commands)
    return {}
