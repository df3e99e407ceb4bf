"""Set the limits of digitisation that an archives keeps to."""

from collections.abc import Mapping

from django.db import transaction

from lantai.audit.services import record_act
from lantai.catalogue.models import Fonds
from lantai.identity.models import Unit
from lantai.identity.selectors import require
from lantai.kernel.actors import Actor
from lantai.kernel.clock import now
from lantai.kernel.errors import InvalidError, gettext_noop
from lantai.recognition.models import QualityLimit
from lantai.recognition.rules.condition import LIMITS
from lantai.recognition.selectors.review import REVIEWERS


@transaction.atomic
def set_quality_limits(
    *, actor: Actor, archives: Unit, fonds: Fonds | None = None, values: Mapping[str, float | None]
) -> int:
    """Set limits for an archives, or for one of its fonds; None takes a limit back to the usual one. Returns how many.

    Pages read from now on are judged by them. Raises InvalidError for a limit that is not known or cannot hold.
    """
    require(actor, REVIEWERS, archives.path)
    if fonds is not None and fonds.archives_id != archives.id:
        raise InvalidError("recognition.limit_fonds", gettext_noop("This fonds belongs to another archives."))
    for name, value in values.items():
        _check(name, value)
    changed = {}
    for name, value in values.items():
        rows = QualityLimit.objects.filter(archives=archives, fonds=fonds, name=name)
        if value is None:
            if rows.delete()[0]:
                changed[name] = "usual"
            continue
        row, is_new = rows.get_or_create(
            archives=archives, fonds=fonds, name=name, defaults={"value": value, "edited_at": now()}
        )
        if is_new or row.value != value:
            rows.update(value=value, edited_at=now())
            changed[name] = f"{value:g}"
    if changed:
        record_act(
            actor=actor,
            verb="recognition.set_quality_limits",
            target_kind="unit",
            target_id=archives.id,
            facts={"limits": changed, "fonds": fonds.id if fonds else None},
        )
    return len(changed)


def _check(name: str, value: float | None) -> None:
    limit = LIMITS.get(name)
    if limit is None:
        raise InvalidError("recognition.limit_name", gettext_noop("There is no such limit."), name=name)
    if value is not None and not 0 <= value <= limit.most:
        raise InvalidError(
            "recognition.limit_value",
            gettext_noop("A limit of %(value)s cannot hold: it lies between 0 and %(most)s."),
            name=name,
            value=value,
            most=limit.most,
        )
