"""What is asked of preservation: open a file, where its copies are, how the stores are."""

from lantai.preservation.selectors.copies import CopyOf, copies_of, events_of, file_of
from lantai.preservation.selectors.manifests import manifests_of, read_manifest
from lantai.preservation.selectors.opening import open_file
from lantai.preservation.selectors.overview import (
    KeepingOverview,
    keeping_for,
    latest_checks,
    latest_findings,
    slice_size,
)

__all__ = [
    "CopyOf",
    "KeepingOverview",
    "copies_of",
    "events_of",
    "file_of",
    "keeping_for",
    "latest_checks",
    "latest_findings",
    "manifests_of",
    "open_file",
    "read_manifest",
    "slice_size",
]
