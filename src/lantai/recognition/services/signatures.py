"""Check the electronic signatures in the files of a record, and keep what was found."""

import logging
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from lantai.audit.services import Act, record_acts
from lantai.catalogue.models import RecordPart
from lantai.kernel import queue
from lantai.kernel.actors import Actor
from lantai.kernel.clock import now
from lantai.kernel.errors import InvalidError, NotPermittedError, gettext_noop
from lantai.preservation.selectors import open_file
from lantai.recognition.adapters.documents import open_document
from lantai.recognition.models import FileSignature
from lantai.recognition.rules import file_signatures as rules

log = logging.getLogger(__name__)
SIGNED_KINDS = ("application/pdf", "application/ofd")
MOST_KEPT = 500


def order_copies(actor: Actor, record_id: UUID) -> None:
    """Ask for what is made of a record once it has been read: its signatures checked, its searchable copy."""
    if RecordPart.objects.filter(record_id=record_id, media_type__in=SIGNED_KINDS).exists():
        queue.enqueue("recognition.check_signatures", once=f"signatures:{record_id}", record_id=str(record_id))
    queue.enqueue("viewing.make_searchable_copy", once=f"searchable:{record_id}", record_id=str(record_id))


def check_signatures(*, actor: Actor, record_id: UUID) -> int:
    """Check all signatures in the PDF and OFD files of a record; return how many there are. Safe to run again."""
    if not actor.is_system:
        raise NotPermittedError(
            "recognition.system_checks", gettext_noop("Signatures in files are checked by the system.")
        )
    parts = RecordPart.objects.filter(record_id=record_id, media_type__in=SIGNED_KINDS).order_by("order")
    found = [(part, _signatures_of(part)) for part in parts.select_related("computer_file__key")]
    moment = now()
    rows = [
        _row(part, order, signature, moment) for part, signatures in found for order, signature in enumerate(signatures)
    ]
    with transaction.atomic():
        FileSignature.objects.filter(record_id=record_id).delete()
        FileSignature.objects.bulk_create(rows)
        if rows:
            counts = rules.counted([signature for _, signatures in found for signature in signatures])
            facts: dict[str, Any] = {"signatures": len(rows), **counts}
            record_acts(actor=actor, acts=[Act("recognition.check_signatures", "record", record_id, facts)])
    return len(rows)


def _signatures_of(part: RecordPart) -> list[rules.FileSignature]:
    try:
        with open_file(part.computer_file) as stream, open_document(stream, part.name, known=True) as document:
            return document.signatures()[:MOST_KEPT]
    except InvalidError as error:
        log.warning("the signatures of part %s cannot be read: %s", part.id, error.code)
        return []


def _row(part: RecordPart, order: int, found: rules.FileSignature, moment: datetime) -> FileSignature:
    return FileSignature(
        record_id=part.record_id,
        part=part,
        order=order,
        name=_clean(found.number, 120),
        form=found.form,
        outcome=found.outcome,
        signer=_clean(found.signer, 400),
        issuer=_clean(found.issuer, 400),
        algorithm=_clean(found.algorithm, 120),
        signed_at=found.signed_at,
        certificate_from=found.certificate_from,
        certificate_until=found.certificate_until,
        seal=_seal(found.seal),
        places=[{"page": place.page_number, "box_px": list(place.box_px)} for place in found.places],
        broken=[_clean(entry, 400) for entry in found.broken[:100]],
        covers_all=found.covers_all,
        reason=_clean(found.reason, 200),
        checked_at=moment,
    )


def _seal(seal: rules.SealFacts | None) -> dict[str, Any]:
    if seal is None:
        return {}
    facts = {key: value.isoformat() if isinstance(value, datetime) else value for key, value in asdict(seal).items()}
    return {key: _clean(value, 400) if isinstance(value, str) else value for key, value in facts.items()}


def _clean(text: str, most: int) -> str:
    """PostgreSQL keeps no zero bytes, and names in files may hold anything."""
    return text.replace("\0", "")[:most]
