"""Keep the seals and signatures of pages that were read; register, edit and retire the seals that are known."""

import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from lantai.audit.services import record_act
from lantai.catalogue.models import Page
from lantai.catalogue.selectors import page_for
from lantai.identity.models import Unit
from lantai.identity.selectors import require
from lantai.kernel.actors import Actor
from lantai.kernel.clock import now, today
from lantai.kernel.errors import ConflictError, InvalidError, NotFoundError, gettext_noop
from lantai.preservation.models import ComputerFile
from lantai.preservation.services import store_files
from lantai.recognition.adapters.imaging import Image
from lantai.recognition.adapters.seals.looks import look_of, seal_of_picture
from lantai.recognition.adapters.seals.pictures import MOST_BYTES, as_png, cut_seal, opened_picture
from lantai.recognition.models import FoundSeal, FoundSignature, SealModel, SealModelState, SealShape
from lantai.recognition.rules.expected_marks import findings_about_marks, is_readable
from lantai.recognition.rules.page_read import PageRead
from lantai.recognition.rules.seal_matching import SealMatch, match_seal
from lantai.recognition.rules.seals import SealText, SeenSeal
from lantai.recognition.selectors.pages import page_image
from lantai.recognition.selectors.review import REVIEWERS
from lantai.recognition.selectors.seals import compared_models, found_seal_for, seal_model_for
from lantai.recognition.services.findings import record_findings

__all__ = ["MOST_BYTES", "edit_seal", "keep_seals", "register_found_seal", "register_seal", "retire_seal"]

LONGEST_NAME, LONGEST_PURPOSE = 200, 60
# How many seals without an owner are looked at again when a seal is registered, the newest first.
MOST_LOOKED_AGAIN = 2000
PREFIXES = ("seal.", "signature.")


def keep_seals(actor: Actor, page: Page, read: PageRead) -> None:
    """Keep the seals and signatures seen on a page with whose they are, and find what is missing. Reading calls this."""
    archives_id = page.record.archives_id
    models = compared_models(archives_id, page.record.dated_on) if read.seals else []
    matches = [match_seal(seen.seal.shape, seen.text, seen.look, models) for seen in read.seals]
    FoundSeal.objects.filter(page=page).delete()
    FoundSignature.objects.filter(page=page).delete()
    moment = now()
    FoundSeal.objects.bulk_create(
        _found(page, seen, match, moment) for seen, match in zip(read.seals, matches, strict=True)
    )
    FoundSignature.objects.bulk_create(
        FoundSignature(
            page=page, record_id=page.record_id, label=one.label[:60], confidence=one.confidence, found_at=moment,
            **_places(one.box_px),
        )
        for one in read.signatures
    )  # fmt: skip
    unknown = sum(match is None and is_readable(seen) for seen, match in zip(read.seals, matches, strict=True))
    findings = findings_about_marks(read.layout, page.number, read.seals, read.unsigned, unknown if models else 0)
    for prefix in PREFIXES:
        own = [finding for finding in findings if finding.code.startswith(prefix)]
        record_findings(actor=actor, record_id=page.record_id, page_id=page.id, findings=own, prefix=prefix)


def _places(box: tuple[int, int, int, int]) -> dict[str, int]:
    return dict(zip(("left_px", "top_px", "right_px", "bottom_px"), box, strict=True))


def _found(page: Page, seen: SeenSeal, match: SealMatch | None, moment: Any) -> FoundSeal:
    return FoundSeal(
        page=page,
        record_id=page.record_id,
        shape=seen.seal.shape,
        colour=seen.seal.colour,
        confidence=seen.seal.confidence,
        angle_degrees=seen.seal.angle_degrees,
        name=seen.text.name[:LONGEST_NAME],
        purpose=seen.text.purpose[:LONGEST_PURPOSE],
        code=seen.text.code[:40],
        text_confidence=seen.text.confidence,
        look=seen.look,
        model_id=UUID(match.key) if match else None,
        score=match.score if match else None,
        found_at=moment,
        **_places(seen.box_px),
    )


@transaction.atomic
def register_seal(*, actor: Actor, archives_id: UUID, words: Mapping[str, str], picture: bytes = b"") -> SealModel:
    """Register a seal of an organisation, from a picture of it where there is one; return its row.

    `words`: name, purpose, shape, valid_from, valid_until (ISO dates). Raises InvalidError for a picture that cannot be
    opened, an empty name or dates that cannot be.
    """
    archives = Unit.objects.filter(id=archives_id, kind="archives").first()
    if archives is None:
        raise NotFoundError("recognition.seal_archives", gettext_noop("There is no such archives."))
    require(actor, REVIEWERS, archives.path)
    return _registered(actor, archives, words, opened_picture(picture) if picture else None)


@transaction.atomic
def register_found_seal(*, actor: Actor, found_id: UUID, words: Mapping[str, str]) -> SealModel:
    """Register the seal that was found on a page, its picture cut out of that page; return the row.

    What `words` leaves out is taken from what was read. Raises ConflictError where the seal is a registered one already.
    """
    found = found_seal_for(actor, found_id)
    page = page_for(actor, found.page_id)
    require(actor, REVIEWERS, page.record.archives.path)
    if found.model_id is not None:
        raise ConflictError("recognition.seal_known", gettext_noop("This seal is like a registered one already."))
    said = {"name": found.name, "purpose": found.purpose, "shape": found.shape, **words}
    return _registered(actor, page.record.archives, said, cut_seal(page_image(page), found.box_px, page.width_px or 0))


@transaction.atomic
def edit_seal(*, actor: Actor, model_id: UUID, version: int, words: Mapping[str, str]) -> SealModel:
    """Change the words and dates of a registered seal; return it. Raises ConflictError if somebody changed it before."""
    model = _locked(actor, model_id, version)
    for name, value in _checked(words).items():
        setattr(model, name, value)
    _save(actor, model)
    record_act(
        actor=actor, verb="recognition.edit_seal", target_kind="seal_model", target_id=model.id,
        facts={"archives": model.archives_id, "version": model.version},
    )  # fmt: skip
    return model


@transaction.atomic
def retire_seal(*, actor: Actor, model_id: UUID, version: int) -> SealModel:
    """Compare no more seals with a model; what was matched with it stays so. Raises ConflictError if it has retired."""
    model = _locked(actor, model_id, version)
    if model.state == SealModelState.RETIRED:
        raise ConflictError("recognition.seal_retired", gettext_noop("This seal has retired already."))
    model.state = SealModelState.RETIRED
    _save(actor, model)
    record_act(
        actor=actor, verb="recognition.retire_seal", target_kind="seal_model", target_id=model.id,
        facts={"archives": model.archives_id},
    )  # fmt: skip
    return model


def _locked(actor: Actor, model_id: UUID, version: int) -> SealModel:
    seal_model_for(actor, model_id)
    model = SealModel.objects.select_for_update(of=("self",)).select_related("archives").get(id=model_id)
    if model.version != version:
        raise ConflictError(
            "recognition.seal_changed",
            gettext_noop("Somebody has changed this seal meanwhile. Load the page again."),
        )
    return model


def _save(actor: Actor, model: SealModel) -> None:
    model.version += 1
    model.edited_by, model.edited_at = actor.on_behalf_of or actor.name, now()
    model.save()


def _checked(words: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of a seal model from what was typed."""
    name = words.get("name", "").strip()
    if not name or len(name) > LONGEST_NAME:
        raise InvalidError(
            "recognition.seal_name", gettext_noop("A seal needs the name of its organisation, at most 200 characters.")
        )
    shape = words.get("shape") or SealShape.ROUND
    if shape not in SealShape.values:
        raise InvalidError("recognition.seal_shape", gettext_noop("A seal is round, oval or square."))
    begins, ends = (_day(words.get(word, "")) for word in ("valid_from", "valid_until"))
    if begins and ends and ends < begins:
        raise InvalidError("recognition.seal_dates", gettext_noop("The seal ends before it begins."))
    purpose = words.get("purpose", "").strip()[:LONGEST_PURPOSE]
    return {"name": name, "purpose": purpose, "shape": shape, "valid_from": begins, "valid_until": ends}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as error:
        raise InvalidError(
            "recognition.seal_date", gettext_noop("A date is written as year-month-day, such as 2019-03-05.")
        ) from error


def _registered(actor: Actor, archives: Unit, words: Mapping[str, str], picture: Image | None) -> SealModel:
    values = _checked(words)
    look, file = b"", None
    if picture is not None:
        shape, look = _looked_at(picture)
        values["shape"] = words.get("shape") or shape
        file = _stored(actor, archives.id, picture)
    model = SealModel.objects.create(
        archives=archives,
        picture=file,
        look=look,
        edited_by=actor.on_behalf_of or actor.name,
        edited_at=now(),
        **values,
    )
    record_act(
        actor=actor, verb="recognition.register_seal", target_kind="seal_model", target_id=model.id,
        facts={"archives": archives.id, "picture": file.id if file else None, "matched": _match_again(model)},
    )  # fmt: skip
    return model


def _looked_at(picture: Image) -> tuple[str, bytes]:
    seal = seal_of_picture(picture)
    return seal.shape, look_of(picture, seal)


def _stored(actor: Actor, archives_id: UUID, picture: Image) -> ComputerFile:
    folder = settings.HOME / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        path = Path(temporary) / "seal.png"
        path.write_bytes(as_png(picture))
        return store_files(actor=actor, archives_id=archives_id, level=0, sources=[(path.name, path)])[0]


def _match_again(model: SealModel) -> int:
    """Compare the newest seals without an owner with a model just registered, among all models; return how many fit."""
    models = compared_models(model.archives_id, today())
    rows = FoundSeal.objects.filter(model__isnull=True, record__archives_id=model.archives_id).order_by("-found_at")
    fitting: list[FoundSeal] = []
    for found in rows[:MOST_LOOKED_AGAIN]:
        match = _match(found, models)
        if match and match.key == str(model.id):
            found.model, found.score = model, match.score
            fitting.append(found)
    FoundSeal.objects.bulk_update(fitting, ["model", "score"])
    return len(fitting)


def _match(found: FoundSeal, models: Sequence[Any]) -> SealMatch | None:
    text = SealText(found.name, found.purpose, found.code, found.text_confidence)
    return match_seal(found.shape, text, bytes(found.look), models)
