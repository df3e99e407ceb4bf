"""Read signed manifests back from the stores."""

import json
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from lantai.kernel.errors import ArchiveError, UnavailableError
from lantai.kernel.errors import gettext_noop as _
from lantai.preservation.adapters.sealing import open_whole
from lantai.preservation.adapters.signing import is_signed_by
from lantai.preservation.models import Manifest
from lantai.preservation.rules.container import DamagedError, read_header
from lantai.preservation.selectors.installation import manifest_path, master_keys, signing_key, stores_in_force


def manifests_of(subject_kind: str, subject_id: UUID) -> QuerySet[Manifest]:
    """Return the manifests of a subject, the newest first."""
    return Manifest.objects.filter(subject_kind=subject_kind, subject_id=subject_id).order_by("-version")


def read_manifest(manifest: Manifest) -> dict[str, Any]:
    """Return the signed document {"manifest", "key", "public_key", "signature"} from the first store with a good copy.

    The signature has been checked against this installation's key. Raises UnavailableError when no copy is good.
    """
    for store in stores_in_force():
        try:
            with store.open(manifest_path(manifest.id)) as copy:
                sealed = copy.read()
            document: dict[str, Any] = json.loads(open_whole(master_keys(), read_header(sealed), sealed))
        except (ArchiveError, DamagedError):
            continue
        if is_signed_by(document, signing_key().public_text):
            return document
    raise UnavailableError(
        "preservation.no_good_manifest",
        _("No store gives a good copy of this manifest. Run a fixity check; tell the system administrator."),
    )
