"""Hide places of pages in masked copies: the machine proposes, a person decides and checks page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from lantai.audit.services import record_act
from lantai.catalogue.models import CheckedPage, Page, Record, Redaction
from lantai.catalogue.selectors.masking import redaction_for
from lantai.catalogue.selectors.viewing import page_for
from lantai.catalogue.services.permits import permit_deciding
from lantai.kernel.actors import Actor
from lantai.kernel.clock import now
from lantai.kernel.errors import ConflictError, InvalidError, NotFoundError, gettext_noop

Box = tuple[int, int, int, int]
SMALLEST_PX = 4
MOST_ON_A_PAGE = 2000


@dataclass(frozen=True, slots=True)
class ProposedRedaction:
    """A place that the machine would hide; pixels of the upright page."""

    page_id: UUID
    box_px: Box
    kind: str
    hidden_text: str = ""
    sureness: float = 1.0


@transaction.atomic
def propose_redactions(*, actor: Actor, record: Record, proposals: Sequence[ProposedRedaction]) -> int:
    """Replace the undecided proposals of a record by these; return how many are new. What people decided stays.

    `actor` is the system, or a person who decides on the opening of the record and was given it whole.
    """
    if not actor.is_system:
        permit_deciding(actor, record)
    Redaction.objects.filter(record=record, state=Redaction.State.PROPOSED).delete()
    decided = set(Redaction.objects.filter(record=record).values_list("page_id", "left_px", "top_px", "right_px"))
    fresh = [
        _row(record, one, state=Redaction.State.PROPOSED, origin=Redaction.Origin.MACHINE)
        for one in proposals
        if (one.page_id, *one.box_px[:3]) not in decided
    ]
    Redaction.objects.bulk_create(fresh, batch_size=500)
    for page_id in {row.page_id for row in fresh}:
        CheckedPage.objects.filter(page_id=page_id).delete()
    facts = {"places": len(fresh), "pages": len({row.page_id for row in fresh})}
    record_act(actor=actor, verb="catalogue.propose_redactions", target_kind="record", target_id=record.id, facts=facts)
    return len(fresh)


@transaction.atomic
def draw_redaction(*, actor: Actor, page_id: UUID, box_px: Box, kind: str = "", hidden_text: str = "") -> Redaction:
    """Hide a place that a person drew on a page, in pixels of the upright page; return it.

    Raises NotFoundError for a page that the actor may not view, InvalidError for a place that is none.
    """
    page = page_for(actor, page_id)
    permit_deciding(actor, page.record)
    if page.redactions.count() >= MOST_ON_A_PAGE:
        raise InvalidError("catalogue.too_many_masks", gettext_noop("This page has too many masks. Draw larger ones."))
    proposal = ProposedRedaction(page.id, _inside(page, box_px), kind, hidden_text)
    row = _row(page.record, proposal, state=Redaction.State.CONFIRMED, origin=Redaction.Origin.PERSON)
    _sign(row, actor)
    row.save()
    _unchecked(actor, page, "catalogue.draw_redaction", row)
    return row


@transaction.atomic
def decide_redaction(*, actor: Actor, redaction_id: UUID, hide: bool) -> Redaction:
    """Hide a place in the masked copy, or leave it readable; a page decided on anew has to be checked anew.

    Raises NotFoundError for a place that is no longer there or that the actor may not view.
    """
    row = redaction_for(actor, redaction_id)
    if row is None:
        raise NotFoundError("catalogue.redaction", gettext_noop("This place is no longer there. Load the page again."))
    permit_deciding(actor, row.record)
    row.state = Redaction.State.CONFIRMED if hide else Redaction.State.DROPPED
    if not hide:
        row.hidden_text = ""
    _sign(row, actor)
    row.save(update_fields=["state", "hidden_text", "decided_by", "decided_by_account", "decided_at"])
    _unchecked(actor, row.page, "catalogue.decide_redaction", row)
    return row


@transaction.atomic
def check_page(*, actor: Actor, page_id: UUID, masked_text: str, turn_degrees: int) -> CheckedPage:
    """Enter that the masks of a page are complete, so that it may stand in the masked copy; return that entry.

    `masked_text` is what of the page's text the masked copy says. Raises ConflictError while a proposal is undecided.
    """
    page = page_for(actor, page_id)
    permit_deciding(actor, page.record)
    if page.redactions.filter(state=Redaction.State.PROPOSED).exists():
        raise ConflictError(
            "catalogue.proposals_left",
            gettext_noop("Some places on this page are still to be checked. Hide each of them or leave it readable."),
        )
    values = {
        "record_id": page.record_id,
        "masked_text": masked_text,
        "turn_degrees": turn_degrees,
        "checked_by": actor.name,
        "checked_at": now(),
    }
    row, _ = CheckedPage.objects.update_or_create(page=page, defaults=values)
    facts = {"page": page.id, "masks": page.redactions.filter(state=Redaction.State.CONFIRMED).count()}
    record_act(actor=actor, verb="catalogue.check_page", target_kind="record", target_id=page.record_id, facts=facts)
    return row


def refuse_unchecked(record: Record) -> None:
    """Raise ConflictError unless every page of `record` was checked for its masked copy, and there is a page."""
    checked = CheckedPage.objects.filter(record=record).values("page_id")
    waiting = list(Page.objects.filter(record=record).exclude(id__in=checked).values_list("number", flat=True)[:10])
    if waiting or not Page.objects.filter(record=record).exists():
        raise ConflictError(
            "catalogue.pages_unchecked",
            gettext_noop("Pages %(pages)s are not checked for masking. Check the masks of every page first."),
            pages=", ".join(map(str, sorted(waiting))) or "—",
        )


def _inside(page: Page, box: Box) -> Box:
    """Return `box` cut to the page, whichever way up it stands."""
    longest = max(page.width_px, page.height_px)
    left, top, right, bottom = (min(max(edge, 0), longest) for edge in box)
    if right - left < SMALLEST_PX or bottom - top < SMALLEST_PX:
        raise InvalidError("catalogue.no_area", gettext_noop("The place drawn is too small. Draw a larger one."))
    return left, top, right, bottom


def _row(record: Record, one: ProposedRedaction, *, state: str, origin: str) -> Redaction:
    left, top, right, bottom = one.box_px
    return Redaction(
        record=record,
        page_id=one.page_id,
        left_px=max(left, 0),
        top_px=max(top, 0),
        right_px=right,
        bottom_px=bottom,
        kind=one.kind,
        hidden_text=one.hidden_text[:400],
        sureness=one.sureness,
        origin=origin,
        state=state,
        created_at=now(),
    )


def _sign(row: Redaction, actor: Actor) -> None:
    row.decided_by, row.decided_by_account, row.decided_at = actor.name, actor.id, now()


def _unchecked(actor: Actor, page: Page, verb: str, row: Redaction) -> None:
    """Take the page out of the masked copy until it is checked again, and tell the ledger why."""
    CheckedPage.objects.filter(page=page).delete()
    facts = {"page": page.id, "redaction": row.id, "kind": row.kind or "none", "state": str(row.state)}
    record_act(actor=actor, verb=verb, target_kind="record", target_id=page.record_id, facts=facts)
