"""Take a folder (or a zip or tar) in: store, describe, read and index it; return when it can be found."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

FAULTS = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this verb."""
    parser.add_argument("folder", type=Path, help="a folder, or a zip or tar file")
    parser.add_argument("--fonds", required=True, metavar="CODE", help="the fonds that the records belong to")
    parser.add_argument("--kind", choices=("filing", "transfer", "digitisation", "donation"), default="digitisation")
    parser.add_argument("--catalogue", type=Path, metavar="FILE", help="an Excel or CSV catalogue that names the files")
    parser.add_argument("--dry-run", action="store_true", help="only compare catalogue and files; take nothing in")
    parser.add_argument(
        "--no-reading", action="store_true", help="keep and index by description, without reading the pages"
    )


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Take in and return {batch, received, stored, records, failed}; exit status 3 when something was returned."""
    from dataclasses import asdict

    from lantai.ingest import services

    if options.dry_run:
        found = asdict(services.compare_catalogue(folder=options.folder, catalogue=options.catalogue))
        return {**found, "exit": FAULTS if found["missing"] or found["faults"] else 0}
    return _take_in(options)


def _take_in(options: argparse.Namespace) -> dict[str, Any]:
    from lantai.catalogue.selectors import fonds_by_code

    return take_in(
        fonds_id=fonds_by_code(options.fonds).id,
        folder=options.folder,
        catalogue=options.catalogue,
        kind=options.kind,
        wants_reading=not options.no_reading,
    )


def take_in(*, fonds_id: UUID, folder: Path, catalogue: Path | None = None, **chosen: Any) -> dict[str, Any]:
    """Take in a folder or packed file with visible progress; return when all of it can be found or was returned."""
    batch = receive(fonds_id=fonds_id, folder=folder, catalogue=catalogue, **chosen)
    finish([batch])
    return _outcome(batch)


def receive(*, fonds_id: UUID, folder: Path, catalogue: Path | None = None, **chosen: Any) -> Any:
    """Count a folder or packed file into a batch, its work queued; return the batch."""
    from lantai.ingest import services
    from lantai.ingest.adapters.packed_files import is_packed
    from lantai.kernel.actors import system_actor

    actor = system_actor("command_line")
    if folder.is_file() and is_packed(folder.name):
        return services.take_in_packed_file(
            actor=actor, fonds_id=fonds_id, packed=folder, catalogue=catalogue, **chosen
        )
    return services.take_in_folder(actor=actor, fonds_id=fonds_id, folder=folder, catalogue=catalogue, **chosen)


def finish(batches: Sequence[Any]) -> None:
    """Work, with visible progress, until every item of `batches` can be found or was returned."""
    from config.progress import Bar
    from config.workforce import work_until
    from lantai.ingest import selectors

    with Bar() as bar:

        def look() -> None:
            states = [selectors.progress(batch) for batch in batches]
            bar.step("items", sum(s.ended for s in states), sum(s.total for s in states))
            if pages := sum(s.pages for s in states):
                bar.step("pages", sum(s.pages_read for s in states), pages)

        work_until(lambda: all(_is_finished(batch) for batch in batches), look)
        look()


def _is_finished(batch: Any) -> bool:
    batch.refresh_from_db(fields=["state", "finished_at"])
    return bool(batch.state == batch.State.FINISHED)


def _outcome(batch: Any) -> dict[str, Any]:
    from lantai.ingest import selectors

    handover = selectors.handover_of(batch)
    items = batch.items.select_related("record").order_by("order")
    failed = [
        {"path": i.path, "code": i.error_code, "reason": selectors.told(i)}
        for i in items.filter(state__in=["failed", "quarantined", "refused"])
    ]
    codes = [c for c in items.filter(state__in=["done", "held"]).values_list("record__reference_code", flat=True) if c]
    return {
        "batch": str(batch.id),
        "received": handover.sent_files,
        "stored": handover.received_files,
        "records": codes,
        "failed": failed,
        "exit": FAULTS if failed else 0,
    }
