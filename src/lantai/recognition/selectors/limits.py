"""The limits of digitisation that hold for a record: the usual ones, those of its archives, those of its fonds."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from lantai.catalogue.models import Fonds, Record
from lantai.catalogue.selectors import archives_to_arrange, visible_fonds
from lantai.identity.models import Unit
from lantai.kernel.actors import Actor
from lantai.recognition.models import QualityLimit
from lantai.recognition.rules.condition import LIMITS, Limit, usual_limits


@dataclass(frozen=True, slots=True)
class ShownLimit:
    """One limit as it holds here: `value`, whether it was `set` here, and what holds where it is not."""

    name: str
    limit: Limit
    value: float
    is_set: bool
    otherwise: float


def limits_for(record: Record) -> dict[str, float]:
    """Return the limits for the pages of `record`."""
    return _limits(record.archives_id, record.fonds_id)


def _limits(archives_id: UUID, fonds_id: UUID | None) -> dict[str, float]:
    rows = QualityLimit.objects.filter(archives_id=archives_id).values_list("fonds_id", "name", "value")
    common = {name: value for fonds, name, value in rows if fonds is None}
    own = {name: value for fonds, name, value in rows if fonds is not None and fonds == fonds_id}
    return usual_limits() | common | own


def archives_with_limits(actor: Actor) -> list[Unit]:
    """Return the archives whose limits `actor` may set."""
    return archives_to_arrange(actor)


def fonds_with_limits(actor: Actor, archives: Unit) -> Sequence[Fonds]:
    """Return the fonds of `archives` that `actor` may see."""
    return list(visible_fonds(actor).filter(archives=archives).order_by("code"))


def limits_shown(archives: Unit, fonds: Fonds | None) -> list[ShownLimit]:
    """Return every limit as it holds for `archives`, or for one of its fonds."""
    rows = QualityLimit.objects.filter(archives=archives, fonds=fonds).values_list("name", "value")
    own = dict(rows)
    otherwise = _limits(archives.id, None) if fonds else usual_limits()
    return [
        ShownLimit(name, limit, own.get(name, otherwise[name]), name in own, otherwise[name])
        for name, limit in LIMITS.items()
    ]
