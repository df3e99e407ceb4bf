"""The auditor's pages: the entries of the ledger, and one entry with its proof."""

import json
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lantai.audit import selectors
from lantai.audit.forms import LedgerFilterForm
from lantai.kernel.actors import ANONYMOUS, Actor
from lantai.kernel.errors import ConflictError


def _actor_of(request: HttpRequest) -> Actor:
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    return actor


@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """`/manage/ledger/`: the entries, newest first, by act, target, account and day."""
    actor = _actor_of(request)
    selectors.require_auditor(actor)
    form = LedgerFilterForm(request.GET or None, verbs=selectors.verbs_used()) if request.GET else None
    form = form or LedgerFilterForm({}, verbs=selectors.verbs_used())
    page = selectors.ledger_page(actor, form.asked(), cursor=request.GET.get("cursor", ""))
    logins = selectors.logins_of(entry.actor_id for entry in page.items)
    asked = request.GET.copy()
    asked.pop("cursor", None)
    shown = {
        "form": form,
        "rows": [(entry, logins.get(entry.actor_id, "") if entry.actor_id else "") for entry in page.items],
        "next_cursor": page.next_cursor,
        "asked": asked.urlencode(),
        "head": selectors.head(),
        "checkpoint": selectors.latest_checkpoint(),
    }
    return render(request, "audit/ledger.html", shown)


@require_safe
def ledger_entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """`/manage/ledger/<entry>/`: one entry, its exact bytes, and the proof that it stands where it was sealed."""
    actor = _actor_of(request)
    selectors.require_auditor(actor)
    entry = selectors.entry_of(entry_id)
    try:
        proof = selectors.proof_of(entry_id)
    except ConflictError:
        proof = None
    shown = {
        "entry": entry,
        "login": selectors.logins_of([entry.actor_id]).get(entry.actor_id, "") if entry.actor_id else "",
        "facts": [(key, json.dumps(value, ensure_ascii=False)) for key, value in sorted(entry.facts.items())],
        "proof": proof,
        "body": proof.body.decode() if proof else "",
        "path": [step.hex() for step in proof.path] if proof else [],
        "verifier_key": selectors.verifier_key(),
    }
    return render(request, "audit/ledger_entry.html", shown)
