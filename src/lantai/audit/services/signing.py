"""Sign checkpoints: the ledger's size and root under the installation's key."""

from django.conf import settings
from django.db import connections, transaction

from lantai.audit.models import Checkpoint
from lantai.audit.rules.notes import Signer, is_due
from lantai.audit.rules.tree import root
from lantai.audit.selectors.nodes import StoredNodes
from lantai.audit.selectors.reading import head
from lantai.kernel import clock

SEALER = "sealer"
SEALING_LOCK = 0x6C616E746169
"""Advisory lock ("lantai"): one sealer at a time, on any machine."""


def sign_checkpoint() -> Checkpoint | None:
    """Sign the tree as it is and return its checkpoint (the one there is, if it has not grown); None while empty."""
    with transaction.atomic(using=SEALER), connections[SEALER].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALING_LOCK])
        size = head(using=SEALER)
        latest = Checkpoint.objects.using(SEALER).order_by("-size").first()
        if size == (latest.size if latest else 0):
            return latest
        return _sign(size)


def sign_if_due(size: int) -> Checkpoint | None:
    """Sign a tree of `size` leaves if the last checkpoint is old enough, within the sealer's transaction."""
    latest = Checkpoint.objects.using(SEALER).order_by("-size").first()
    now = clock.now()
    if is_due(size=size, signed_size=latest.size if latest else 0, signed_at=latest.at if latest else None, now=now):
        return _sign(size)
    return None


def _sign(size: int) -> Checkpoint:
    top = root(StoredNodes(SEALER), size)
    note = Signer(settings.LANTAI_LEDGER_KEY).sign(size, top)
    return Checkpoint.objects.using(SEALER).create(size=size, root=top, note=note, at=clock.now())
