"""Find personal data on the pages of a record, and help people to mask it."""

from collections.abc import Iterator
from uuid import UUID

from django.db import transaction

from lantai.audit.services import record_act
from lantai.catalogue.models import CheckedPage, Page, Record, Redaction
from lantai.catalogue.selectors import hidden_texts, masks_of, page_for, record_for
from lantai.catalogue.services import ProposedRedaction, decide_redaction, propose_redactions
from lantai.catalogue.services import check_page as enter_checked_page
from lantai.catalogue.services import draw_redaction as enter_redaction
from lantai.kernel import queue
from lantai.kernel.actors import Actor
from lantai.kernel.clock import now
from lantai.recognition.models import OpeningProposalRow
from lantai.recognition.rules.layout import Box, PageLayout
from lantai.recognition.rules.personal import PERSONAL, personal_in
from lantai.recognition.rules.personal.masked_layout import masked_layout, text_below
from lantai.recognition.rules.personal.opening import proposal_for
from lantai.recognition.rules.personal.words import MASK, WordFinder, WordHit
from lantai.recognition.selectors.opening import word_list
from lantai.recognition.selectors.pages import layout_of, turn_of

MOST_PLACES_KEPT = 400
"""Places of words kept with a proposal; the counts count them all."""


@transaction.atomic
def find_personal(*, actor: Actor, record_id: UUID) -> OpeningProposalRow:
    """Look through the pages of a record for personal data and listed words; return the proposal for its opening.

    Places of personal data become proposed masks; what people have decided on stays. Raises NotFoundError for a record that
    the actor may not view.
    """
    record = record_for(actor, record_id)
    finder = WordFinder(word_list(record.archives_id))
    masks: list[ProposedRedaction] = []
    places: list[dict[str, object]] = []
    kinds: list[str] = []
    hits: list[WordHit] = []
    unread = 0
    for page in Page.objects.filter(record=record).exclude(part__role="derived").order_by("number"):
        layout = layout_of(page.id)
        if layout is None:
            unread += 1
            continue
        found = list(_masks_on(page, layout))
        masks += found
        kinds += [kind for kind, _ in {(mask.kind, mask.hidden_text) for mask in found}]
        for hit in finder.hits_in(layout.text):
            hits.append(hit)
            boxes = layout.boxes_of(hit.start, hit.end)
            places.append({"page": str(page.id), "number": page.number, "word": hit.word.word, "boxes": boxes})
            if hit.word.effect == MASK:
                masks += [ProposedRedaction(page.id, box, "word", hit.word.word) for box in boxes]
    propose_redactions(actor=actor, record=record, proposals=masks)
    return _keep_proposal(actor, record, kinds, hits, places, unread)


def _masks_on(page: Page, layout: PageLayout) -> Iterator[ProposedRedaction]:
    text = layout.text
    for one in personal_in(text):
        if one.kind not in PERSONAL:
            continue
        hidden = text[one.start : one.end]
        for box in layout.boxes_of(one.start, one.end):
            if box[2] > box[0] and box[3] > box[1]:
                yield ProposedRedaction(page.id, box, one.kind, hidden, one.sureness)


def _keep_proposal(
    actor: Actor, record: Record, kinds: list[str], hits: list[WordHit], places: list[dict[str, object]], unread: int
) -> OpeningProposalRow:
    proposal = proposal_for(kinds, hits)
    values = {
        "archives_id": record.archives_id,
        "outcome": proposal.outcome,
        "counts": dict(proposal.counts),
        "words": dict(proposal.words),
        "places": places[:MOST_PLACES_KEPT],
        "pages": Page.objects.filter(record=record).count(),
        "pages_unread": unread,
        "made_at": now(),
    }
    row, _ = OpeningProposalRow.objects.update_or_create(record=record, defaults=values)
    facts = {"outcome": proposal.outcome, "personal": len(kinds), "words": len(hits), "unread": unread}
    record_act(actor=actor, verb="recognition.propose_opening", target_kind="record", target_id=record.id, facts=facts)
    return row


def draw_redaction(*, actor: Actor, page_id: UUID, box_px: Box, kind: str = "") -> Redaction:
    """Hide a place that a person drew on a page, with the words that were read there; return it."""
    page = page_for(actor, page_id)
    layout = layout_of(page.id)
    hidden = text_below(layout, box_px) if layout else ""
    return enter_redaction(actor=actor, page_id=page.id, box_px=box_px, kind=kind, hidden_text=hidden)


@transaction.atomic
def check_page(*, actor: Actor, page_id: UUID, hide_waiting: bool = False) -> CheckedPage:
    """Enter that the masks of a page are complete, and have its masked copy made.

    With `hide_waiting` all that is still to be checked on it is hidden first; else ConflictError is raised while there is.
    """
    page = page_for(actor, page_id)
    if hide_waiting:
        for waiting in page.redactions.filter(state=Redaction.State.PROPOSED):
            decide_redaction(actor=actor, redaction_id=waiting.id, hide=True)
    layout = layout_of(page.id)
    hidden = hidden_texts([page.record_id]).get(page.record_id, [])
    text = masked_layout(layout, masks_of(page.id), hidden).text if layout else ""
    row = enter_checked_page(actor=actor, page_id=page.id, masked_text=text, turn_degrees=turn_of(page.id))
    queue.enqueue("viewing.make_masked_copies", page_ids=[str(page.id)])
    return row
