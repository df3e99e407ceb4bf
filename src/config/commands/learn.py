"""Train the models that file records, of one archives or of all: `learn`. Exit status 3 when every facet was refused."""

import argparse
from typing import Any
from uuid import UUID

from lantai.kernel.errors import NotFoundError, gettext_noop

FAULTS = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this verb."""
    parser.add_argument("--archives", metavar="NAME", help="only this archives, by its name, code or id")
    parser.add_argument(
        "--facet", action="append", choices=("category", "organisation", "retention"), help="only this facet"
    )


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Train and compare, showing how far it is; return for each archives and facet what became of it."""
    from config.progress import Bar
    from lantai.identity.models import Unit
    from lantai.kernel.actors import system_actor
    from lantai.recognition import services
    from lantai.recognition.rules.categories import FACETS

    chosen = [
        unit for unit in Unit.objects.filter(kind="archives").order_by("path") if _is_named(unit, options.archives)
    ]
    if not chosen:
        raise NotFoundError("learn.no_archives", gettext_noop("There is no such archives here."))
    found: dict[str, Any] = {}
    with Bar() as bar:
        for unit in chosen:
            outcomes = services.learn_categories(
                actor=system_actor("command_line"),
                archives_id=unit.id,
                facets=options.facet or FACETS,
                progress=bar.step,
            )
            found[unit.name_zh] = {facet: _told(outcome) for facet, outcome in outcomes.items()}
    states = [told["state"] for facets in found.values() for told in facets.values()]
    return found | ({} if any(state != "refused" for state in states) else {"exit": FAULTS})


def _is_named(unit: Any, name: str | None) -> bool:
    return name is None or name in (unit.name_zh, unit.code) or _is_id(unit.id, name)


def _is_id(unit_id: UUID, name: str) -> bool:
    return str(unit_id) == name


def _told(outcome: dict[str, Any]) -> dict[str, Any]:
    from django.utils.translation import gettext

    return {"state": outcome["state"], "message": gettext(outcome["message"]) % outcome["facts"]}
