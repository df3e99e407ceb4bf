"""What is done to bytes: stored, sealed into manifests, checked, healed, swept."""

from lantai.preservation.services.fixity import FixityProgress, FixityReport, ask_for_check, check_fixity, heal_file
from lantai.preservation.services.manifests import ManifestDraft, write_manifest, write_manifests
from lantai.preservation.services.preparing import add_master_key, prepare_keeping
from lantai.preservation.services.storing import store_file, store_files
from lantai.preservation.services.sweeping import SweepReport, sweep_unreferenced

__all__ = [
    "FixityProgress",
    "FixityReport",
    "ManifestDraft",
    "SweepReport",
    "add_master_key",
    "ask_for_check",
    "check_fixity",
    "heal_file",
    "prepare_keeping",
    "store_file",
    "store_files",
    "sweep_unreferenced",
    "write_manifest",
    "write_manifests",
]
