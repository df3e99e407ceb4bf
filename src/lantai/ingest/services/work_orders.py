"""Digitisation orders: teams, opening an order, its volumes, closing it."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from lantai.audit.services import record_act
from lantai.catalogue.selectors.fonds import fonds_to_work_on
from lantai.identity.models import Unit
from lantai.identity.selectors import require
from lantai.ingest.models import Worker, WorkOrder, WorkTeam, WorkVolume
from lantai.ingest.rules.roles import LEADS_DIGITISATION
from lantai.ingest.rules.work import RETURNED, VolumeRow
from lantai.kernel import clock
from lantai.kernel.actors import Actor
from lantai.kernel.errors import ConflictError, InvalidError, NotFoundError, gettext_noop

MOST_VOLUMES = 50_000


@transaction.atomic
def create_team(
    *, actor: Actor, archives_id: UUID, name: str, is_outsourced: bool = False, contract_number: str = ""
) -> WorkTeam:
    """Enter a team that digitises. Raises ConflictError when the archives has one of that name."""
    archives = Unit.objects.get(id=archives_id)
    require(actor, LEADS_DIGITISATION, archives.path)
    team, is_new = WorkTeam.objects.get_or_create(
        archives=archives,
        name=name.strip(),
        defaults={"is_outsourced": is_outsourced, "contract_number": contract_number.strip()},
    )
    if not is_new:
        raise ConflictError("ingest.team_there", gettext_noop("There is a team of this name already."))
    record_act(actor=actor, verb="ingest.create_team", target_kind="work_team", target_id=team.id, facts={})
    return team


@transaction.atomic
def add_workers(*, actor: Actor, team_id: UUID, names: Sequence[str]) -> int:
    """Enter people of a team by name; return how many were new. Names that are there already stay as they are."""
    team = WorkTeam.objects.select_for_update(of=("self",)).select_related("archives").get(id=team_id)
    require(actor, LEADS_DIGITISATION, team.archives.path)
    wanted = {name.strip()[:80] for name in names if name.strip()}
    there = set(team.workers.filter(name__in=wanted).values_list("name", flat=True))
    rows = [Worker(team=team, name=name) for name in sorted(wanted - there)]
    Worker.objects.bulk_create(rows)
    facts = {"workers": [row.id for row in rows]}
    record_act(actor=actor, verb="ingest.add_workers", target_kind="work_team", target_id=team.id, facts=facts)
    return len(rows)


@transaction.atomic
def open_work_order(
    *, actor: Actor, fonds_id: UUID, name: str, team_id: UUID, resolution_dpi: int = 300,
    colour: str = WorkOrder.Colour.COLOUR, sample_percent: int = 5, least_right_percent: int = 95,
    due_on: date | None = None,
) -> WorkOrder:  # fmt: skip
    """Open an order to digitise volumes of a fonds by a team of its archives; it gets the next number of the year."""
    fonds = fonds_to_work_on(fonds_id)
    require(actor, LEADS_DIGITISATION, fonds.archives.path)
    team = WorkTeam.objects.filter(id=team_id, archives=fonds.archives, is_active=True).first()
    if team is None:
        raise NotFoundError("ingest.no_team", gettext_noop("This archives has no such team. Enter the team first."))
    order = WorkOrder.objects.create(
        archives=fonds.archives,
        fonds=fonds,
        number=_next_number(fonds.archives_id),
        name=name.strip(),
        team=team,
        resolution_dpi=resolution_dpi,
        colour=colour,
        sample_percent=sample_percent,
        least_right_percent=least_right_percent,
        due_on=due_on,
        created_by_id=actor.id if actor.kind == "account" else None,
    )
    facts = {"fonds": fonds.id, "team": team.id, "number": order.number, "sample_percent": sample_percent}
    record_act(actor=actor, verb="ingest.open_work_order", target_kind="work_order", target_id=order.id, facts=facts)
    return order


def _next_number(archives_id: UUID) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"work_order:{archives_id}"])
    stem = f"SZ{clock.today().year}-"
    numbers = WorkOrder.objects.filter(archives_id=archives_id, number__startswith=stem).values_list(
        "number", flat=True
    )
    return f"{stem}{max((int(number[len(stem) :]) for number in numbers), default=0) + 1:04d}"


@transaction.atomic
def add_volumes(*, actor: Actor, order_id: UUID, rows: Sequence[VolumeRow]) -> int:
    """Add volumes to an order that is under way; return how many. One refused row refuses all."""
    order = locked_order(actor, order_id)
    if order.volumes.count() + len(rows) > MOST_VOLUMES:
        raise InvalidError(
            "ingest.too_many_volumes",
            gettext_noop("An order holds %(most)s volumes at most. Open another order for the rest."),
            most=MOST_VOLUMES,
        )
    there = order.volumes.filter(code__in=[row.code for row in rows]).values_list("code", flat=True).first()
    if there:
        raise ConflictError(
            "ingest.volume_there",
            gettext_noop("The volume %(volume)s is in this order already. Nothing was added."),
            volume=there,
        )
    start = (order.volumes.aggregate(last=Max("place"))["last"] or 0) + 1
    WorkVolume.objects.bulk_create(
        [
            WorkVolume(
                order=order, place=start + place, code=row.code, title=row.title,
                stated_pages=row.stated_pages, stays_bound=row.stays_bound,
            )
            for place, row in enumerate(rows)
        ]
    )  # fmt: skip
    facts = {"volumes": len(rows)}
    record_act(actor=actor, verb="ingest.add_volumes", target_kind="work_order", target_id=order.id, facts=facts)
    return len(rows)


@transaction.atomic
def close_work_order(*, actor: Actor, order_id: UUID) -> WorkOrder:
    """Close an accepted order whose volumes are all back in their places."""
    order = locked_order(actor, order_id, states=(WorkOrder.State.ACCEPTED,))
    out = order.volumes.exclude(step=RETURNED).count()
    if out:
        raise ConflictError(
            "ingest.volumes_out",
            gettext_noop("%(count)s volumes are not back in their places yet. Return them first."),
            count=out,
        )
    order.state, order.closed_at = WorkOrder.State.CLOSED, clock.now()
    order.save(update_fields=["state", "closed_at"])
    facts = {"volumes": order.volumes.count()}
    record_act(actor=actor, verb="ingest.close_work_order", target_kind="work_order", target_id=order.id, facts=facts)
    return order


def locked_order(actor: Actor, order_id: UUID, *, states: Sequence[str] = (WorkOrder.State.OPEN,)) -> WorkOrder:
    """Return the order, locked, for one who leads digitisation there; as good as absent for anybody else.

    Raises ConflictError when it is not in one of `states`.
    """
    rows = WorkOrder.objects.select_for_update(of=("self",)).select_related("archives", "fonds", "team")
    order = rows.filter(id=order_id).first()
    if order is None or not actor.holds(LEADS_DIGITISATION, order.archives.path):
        raise NotFoundError("ingest.no_order", gettext_noop("There is no such digitisation order."))
    if order.state not in states:
        raise ConflictError(
            "ingest.order_state", gettext_noop("The order has gone on since. Load the page again."), state=order.state
        )
    return order
