"""Keep a model in the content store, load it only as it was stored, and choose which one is at work."""

import hashlib
import hmac
import io
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import transaction

from lantai.audit.services import record_act, salted_digest
from lantai.identity.models import Unit
from lantai.kernel import queue
from lantai.kernel.actors import Actor
from lantai.kernel.clock import now
from lantai.kernel.errors import ConflictError, InvalidError, gettext_noop
from lantai.preservation.selectors import open_file
from lantai.preservation.services import store_file
from lantai.recognition.adapters.classifier import LinearModel, read_model, write_model
from lantai.recognition.models import CategoryModel, ModelState
from lantai.recognition.selectors.categories import model_for

MODELS_HELD = 6


def keep_model(
    *, actor: Actor, archives: Unit, facet: str, model: LinearModel, metrics: dict[str, Any], wins: bool
) -> CategoryModel:
    """Store a trained model; `wins` puts it to work in place of the present one. Returns its row."""
    content = write_model(model)
    file = store_file(
        actor=actor,
        source=io.BytesIO(content),
        name=f"{facet}.npz",
        archives_id=archives.id,
        media_type="application/zip",
    )
    with transaction.atomic():
        row = CategoryModel.objects.create(
            archives=archives,
            facet=facet,
            file=file,
            signature=_signature(content),
            metrics=metrics,
            records=metrics["records"],
            classes=len(model.classes),
            trained_at=now(),
        )
        record_act(
            actor=actor,
            verb="recognition.train_model",
            target_kind="category_model",
            target_id=row.id,
            facts={"facet": facet, "records": row.records, "classes": row.classes, "used": wins},
        )
        if wins:
            _put_to_work(actor, row)
    return row


@transaction.atomic
def use_model(*, actor: Actor, model_id: UUID) -> CategoryModel:
    """Put a former (or unused) model to work again, in place of the present one.

    Raises NotFoundError for what the actor may not see, ConflictError when it is at work already, InvalidError when its
    bytes are not those that were stored.
    """
    row = model_for(actor, model_id)
    if row.state == ModelState.CURRENT:
        raise ConflictError("recognition.model_at_work", gettext_noop("This model is at work already."))
    load_model(row)
    _put_to_work(actor, row)
    record_act(
        actor=actor,
        verb="recognition.use_model",
        target_kind="category_model",
        target_id=row.id,
        facts={"facet": row.facet},
    )
    return row


def _put_to_work(actor: Actor, row: CategoryModel) -> None:
    present = CategoryModel.objects.select_for_update().filter(archives=row.archives, facet=row.facet)
    present.filter(state=ModelState.CURRENT).update(state=ModelState.RETIRED)
    row.state = ModelState.CURRENT
    row.save(update_fields=["state"])
    queue.enqueue(
        "recognition.suggest_categories",
        once=f"recognition.suggest:{row.archives_id}",
        archives_id=str(row.archives_id),
    )


def load_model(row: CategoryModel) -> LinearModel:
    """Return the model of a row, from memory where it was loaded before.

    Raises InvalidError when its bytes are not those that were signed.
    """
    return _loaded(row.id, row.signature)


@lru_cache(maxsize=MODELS_HELD)
def _loaded(model_id: UUID, signature: str) -> LinearModel:
    row = CategoryModel.objects.select_related("file__key").get(id=model_id)
    with open_file(row.file) as stream:
        content = stream.read()
    if not hmac.compare_digest(_signature(content), signature):
        raise InvalidError(
            "recognition.model_changed",
            gettext_noop(
                "This model is not as it was stored and is not used. Train a new one, or go back to a former one."
            ),
        )
    return read_model(content)


def _signature(content: bytes) -> str:
    return salted_digest(f"category-model {hashlib.sha256(content).hexdigest()}")
