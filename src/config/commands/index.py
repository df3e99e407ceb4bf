"""See to the search index: `index rebuild` makes it anew while searches go on."""

import argparse
from typing import Any


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this verb."""
    parser.add_argument("act", choices=["rebuild", "state"], help="rebuild it, or say how it stands")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Rebuild and return {items, seconds}; or return the state of the index."""
    if options.act == "state":
        return _state()
    from config.progress import Bar
    from lantai.kernel.actors import system_actor
    from lantai.search.services import rebuild_index

    with Bar() as bar:
        done = rebuild_index(actor=system_actor("owner"), progress=lambda at, of: bar.step("indexing", at, of))
    return {"items": done.items, "seconds": done.seconds}


def _state() -> dict[str, Any]:
    from lantai.search.selectors import index_state

    state = index_state()
    return {
        "generation": state.generation,
        "position": state.position,
        "behind": state.behind,
        "items": state.items,
        "fits": state.fits,
        "exit": 0 if state.fits else 3,
    }
