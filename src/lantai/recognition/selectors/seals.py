"""The register of seals, and the seals and signatures found on pages. Every answer holds only what the asker may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from lantai.catalogue.models import Record
from lantai.catalogue.selectors import page_for, record_for
from lantai.identity.models import Unit
from lantai.identity.selectors import below, require, scopes
from lantai.kernel.actors import Actor
from lantai.kernel.errors import NotFoundError, NotPermittedError, gettext_noop
from lantai.kernel.paging import Slice, decode_cursor, encode_cursor
from lantai.preservation.selectors import open_file
from lantai.recognition.models import FoundSeal, FoundSignature, SealModel, SealModelState
from lantai.recognition.rules.seal_matching import ModelSeal
from lantai.recognition.selectors.review import REVIEWERS

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class MarksOfRecord:
    """The seals and signatures found on a record, by page."""

    seals: Sequence[FoundSeal]
    signatures: Sequence[FoundSignature]


def compared_models(archives_id: UUID, on: date | None) -> list[ModelSeal]:
    """Return the models in use that found seals of an archives are compared with, valid `on` a day where one is known."""
    rows = SealModel.objects.filter(archives_id=archives_id, state=SealModelState.IN_USE)
    if on is not None:
        rows = rows.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=on), Q(valid_until__isnull=True) | Q(valid_until__gte=on)
        )
    return [ModelSeal(str(one.id), one.name, one.purpose, one.shape, bytes(one.look)) for one in rows]


def _mine(actor: Actor) -> QuerySet[SealModel]:
    return SealModel.objects.filter(below(scopes(actor, *REVIEWERS), "archives__path")).select_related("archives")


def seal_models(
    actor: Actor, *, words: str = "", cursor: str = "", size: int = PAGE_SIZE, retired: bool = False
) -> Slice[SealModel]:
    """Return a page of the register in the order of names, those in use or those retired."""
    state = SealModelState.RETIRED if retired else SealModelState.IN_USE
    rows = _mine(actor).filter(state=state).annotate(matched=Count("found")).order_by("name", "id")
    if words.strip():
        rows = rows.filter(Q(name__icontains=words.strip()) | Q(purpose__icontains=words.strip()))
    if cursor:
        name, last_id = (str(part) for part in decode_cursor(cursor, 2))
        rows = rows.filter(Q(name__gt=name) | Q(name=name, id__gt=last_id))
    found = list(rows[: size + 1])
    shown = found[:size]
    following = encode_cursor(shown[-1].name, str(shown[-1].id)) if len(found) > size else ""
    return Slice(shown, following)


def seal_model_for(actor: Actor, model_id: UUID) -> SealModel:
    """Return a registered seal. Raises NotFoundError where the actor does not keep this register."""
    found = _mine(actor).filter(id=model_id).first()
    if found is None:
        raise NotFoundError("recognition.seal_model", gettext_noop("There is no such seal in the register."))
    return found


def seal_picture(actor: Actor, model_id: UUID) -> bytes:
    """Return the kept picture of a registered seal, a PNG file. Raises NotFoundError if it has none."""
    model = seal_model_for(actor, model_id)
    if model.picture is None:
        raise NotFoundError("recognition.seal_no_picture", gettext_noop("This seal was registered without a picture."))
    with open_file(model.picture) as stream:
        return stream.read()


def seal_archives(actor: Actor) -> list[Unit]:
    """Return the archives whose register the actor keeps."""
    return list(Unit.objects.filter(below(scopes(actor, *REVIEWERS), "path"), kind="archives").order_by("path"))


def found_seal_for(actor: Actor, found_id: UUID) -> FoundSeal:
    """Return a found seal of a page that the actor may see. Raises NotFoundError otherwise."""
    found = FoundSeal.objects.filter(id=found_id).first()
    if found is None:
        raise NotFoundError("recognition.found_seal", gettext_noop("This seal is no longer there."))
    page_for(actor, found.page_id)
    return found


def marks_of(actor: Actor, record_id: UUID) -> MarksOfRecord:
    """Return the seals and signatures on the pages of a record that the actor may see, in the order of the pages."""
    record = record_for(actor, record_id)
    seals = FoundSeal.objects.filter(record=record).select_related("page", "model").order_by("page__number", "top_px")
    signatures = FoundSignature.objects.filter(record=record).select_related("page").order_by("page__number", "top_px")
    return MarksOfRecord(list(seals), list(signatures))


def marks_card(actor: Actor, record: Record) -> tuple[int, int] | None:
    """Return (seals, signatures) found on a record for those who keep its archives' register; None where there is none."""
    try:
        require(actor, REVIEWERS, record.archives.path)
    except NotPermittedError:
        return None
    counts = (
        FoundSeal.objects.filter(record=record).count(),
        FoundSignature.objects.filter(record=record).count(),
    )
    return counts if any(counts) and not record.quarantined else None
