"""Acts on the public's first page: notices and contacts."""

from datetime import date
from uuid import UUID

from django.db import transaction

from lantai.audit.services import record_act
from lantai.identity.selectors import require, unit_of
from lantai.kernel import clock
from lantai.kernel.actors import Actor
from lantai.kernel.errors import NotFoundError, gettext_noop
from lantai.web.models import Contact, Notice

EDITORS = ("archivist", "sysadmin")


@transaction.atomic
def publish_notice(
    *,
    actor: Actor,
    title_zh: str,
    title_en: str = "",
    body_zh: str = "",
    body_en: str = "",
    published_on: date | None = None,
    until_on: date | None = None,
) -> Notice:
    """Put a notice on the first page, from today unless a day is given. Raises NotPermittedError."""
    require(actor, EDITORS, None)
    notice = Notice.objects.create(
        title_zh=title_zh,
        title_en=title_en,
        body_zh=body_zh,
        body_en=body_en,
        published_on=published_on or clock.today(),
        until_on=until_on,
    )
    record_act(actor=actor, verb="web.publish_notice", target_kind="notice", target_id=notice.id)
    return notice


@transaction.atomic
def withdraw_notice(*, actor: Actor, notice_id: UUID) -> None:
    """Take a notice off the first page. Raises NotFoundError, NotPermittedError."""
    notice = Notice.objects.select_for_update().filter(id=notice_id).first()
    if notice is None:
        raise NotFoundError("web.notice", gettext_noop("There is no such notice. It may have been withdrawn already."))
    require(actor, EDITORS, None)
    record_act(actor=actor, verb="web.withdraw_notice", target_kind="notice", target_id=notice.id)
    notice.delete()


@transaction.atomic
def set_contact(
    *,
    actor: Actor,
    archives_id: UUID,
    hotline: str = "",
    hours_zh: str = "",
    hours_en: str = "",
    address_zh: str = "",
    address_en: str = "",
) -> Contact:
    """Say how the public reaches an archives. Raises NotFoundError, NotPermittedError."""
    archives = unit_of(archives_id)
    require(actor, EDITORS, archives.path)
    contact, _made = Contact.objects.update_or_create(
        archives=archives,
        defaults={
            "hotline": hotline,
            "hours_zh": hours_zh,
            "hours_en": hours_en,
            "address_zh": address_zh,
            "address_en": address_en,
        },
    )
    record_act(actor=actor, verb="web.set_contact", target_kind="unit", target_id=archives.id)
    return contact
