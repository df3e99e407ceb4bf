"""What is asked of preservation: open a file, where its copies are, how the stores are."""

from lantai.preservation.selectors.copies import (
    CopyOf,
    copies_of,
    events_of,
    file_of,
    latest_checks,
    latest_findings,
    slice_size,
    stores_overview,
)
from lantai.preservation.selectors.manifests import manifests_of, read_manifest
from lantai.preservation.selectors.opening import open_file

__all__ = [
    "CopyOf",
    "copies_of",
    "events_of",
    "file_of",
    "latest_checks",
    "latest_findings",
    "manifests_of",
    "open_file",
    "read_manifest",
    "slice_size",
    "stores_overview",
]
