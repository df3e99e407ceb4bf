"""The electronic signatures in the files of a record."""

from uuid import UUID

from lantai.recognition.models import FileSignature


def signatures_of(record_id: UUID) -> list[FileSignature]:
    """Return the signatures in a record's files, in the order of the files; for whoever was given the record."""
    return list(
        FileSignature.objects.filter(record_id=record_id).select_related("part").order_by("part__order", "order")
    )
