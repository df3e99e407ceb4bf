"""Set up, take in a sample archive with visible progress, then serve and print the address and the demo accounts."""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

SAMPLE_PAGES, SAMPLE_SEED = 150, 1
DEMO_ARCHIVES = "YZ-DAG"
DEMO_CATEGORIES = (
    ("ZY·HY", "婚姻登记档案", "Marriage registration"),
    ("ZY·DS", "独生子女档案", "Only-child certificates"),
    ("ZY·QY", "企业登记档案", "Enterprise registration"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this verb."""
    parser.add_argument("--bind", default="127.0.0.1:8000", help="address to listen on (default 127.0.0.1:8000)")
    parser.add_argument("--https", action="store_true", help="serve TLS with a certificate of a local authority")
    parser.add_argument("--pages", type=int, default=SAMPLE_PAGES, help="pages of the sample archive (default 150)")
    parser.add_argument("--seed", type=int, default=SAMPLE_SEED, help="seed of the sample archive")
    parser.add_argument("--no-serve", action="store_true", help="stop when everything is taken in")
    parser.set_defaults(only=None)


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Bring the whole product up on this machine. Run again, it takes in nothing twice."""
    from config.installation import make_ready

    began = time.monotonic()
    _say("Lantai 兰台: setting up")
    make_ready(lambda words: _say(f"  {words}"))
    password = install_demo(options.pages, options.seed)
    _say(f"  ready after {time.monotonic() - began:.0f} s")
    _say(f"  demo accounts (password {password}): applicant archivist supervisor sysadmin secadmin auditor")
    if options.no_serve:
        return {"ready": True, "seconds": round(time.monotonic() - began)}
    from config.commands import serve

    return serve.run(options)


def install_demo(pages: int, seed: int) -> str:
    """Make the demo city, its accounts and its sample archive, and take it in; return the accounts' password."""
    from config.environment import ENVIRONMENT
    from lantai.catalogue.services import add_category
    from lantai.identity.services import DEMO_PASSWORD, install_demo_city
    from lantai.kernel.actors import system_actor

    actor = system_actor("setup")
    units = install_demo_city(actor=actor)
    for code, name_zh, name_en in DEMO_CATEGORIES:
        add_category(actor=actor, code=code, name_zh=name_zh, name_en=name_en)
    folder = ENVIRONMENT.home / "sample" / f"{pages}-{seed}"
    described = _sample(folder, pages, seed)
    from config.commands.ingest import finish

    batches = [_receive(folder / fonds["code"], fonds, units) for fonds in described["fonds"]]
    finish([batch for batch in batches if batch])
    return DEMO_PASSWORD


def _sample(folder: Path, pages: int, seed: int) -> dict[str, Any]:
    from config.progress import Bar
    from sample import make_archive

    description = folder / "archive.json"
    if not description.is_file():
        with Bar() as bar:
            make_archive(
                folder, pages=pages, seed=seed, progress=lambda done, total: bar.step("sample pages", done, total)
            )
    found: dict[str, Any] = json.loads(description.read_text())
    return found


def _receive(folder: Path, described: dict[str, Any], units: dict[str, Any]) -> Any:
    from config.commands.ingest import receive
    from lantai.catalogue.services import ensure_fonds
    from lantai.kernel.actors import system_actor

    owner = next(unit for unit in units.values() if unit.name_zh == described["owner"])
    fonds = ensure_fonds(
        actor=system_actor("setup"),
        archives_id=units[DEMO_ARCHIVES].id,
        code=described["code"],
        name_zh=described["title_zh"],
        name_en=described["title_en"],
        owner_unit_id=owner.id,
    )
    _say(f"  {fonds.code} {fonds.name_zh}")
    return None if _is_taken_in(folder) else receive(fonds_id=fonds.id, folder=folder)


def _is_taken_in(folder: Path) -> bool:
    from lantai.ingest.models import Batch

    return Batch.objects.filter(source_name=str(folder.resolve()), state=Batch.State.FINISHED).exists()


def _say(words: str) -> None:
    sys.stderr.write(words + "\n")
    sys.stderr.flush()
