"""What the public's pages show."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from lantai.catalogue import selectors as catalogue
from lantai.catalogue.models import Record
from lantai.kernel import clock
from lantai.kernel.actors import ANONYMOUS
from lantai.web.models import Contact, Notice

NOTICES_SHOWN = 6
NEWEST_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Numbers:
    """How much is open: records, and the fonds that they stand in."""

    records: int
    fonds: int


def notices() -> list[Notice]:
    """Return the notices in force today, newest first."""
    today = clock.today()
    in_force = Q(until_on=None) | Q(until_on__gte=today)
    return list(Notice.objects.filter(in_force, published_on__lte=today)[:NOTICES_SHOWN])


def all_notices() -> QuerySet[Notice]:
    """Return every notice, past and coming ones too."""
    return Notice.objects.all()


def contacts() -> QuerySet[Contact]:
    """Return how each archives is reached."""
    return Contact.objects.select_related("archives")


def contact_of(archives_id: UUID) -> Contact | None:
    """Return how one archives is reached, or None while that is not said."""
    return Contact.objects.filter(archives_id=archives_id).first()


def open_numbers() -> Numbers:
    """Return how many records anybody may see, and in how many fonds."""
    records = catalogue.visible_records(ANONYMOUS).order_by()
    return Numbers(records.count(), records.values("fonds").distinct().count())


def newest_open() -> list[Record]:
    """Return the open records described last."""
    records = catalogue.visible_records(ANONYMOUS).exclude(level="series").select_related("fonds")
    return list(records.order_by("-created_at", "-id")[:NEWEST_SHOWN])
