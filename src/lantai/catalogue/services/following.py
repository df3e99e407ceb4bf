"""Follow the tree of units: when a unit is moved, the records it owns take its new path."""

from uuid import UUID

from django.db import connection, transaction

from lantai.audit.services import Act, record_acts
from lantai.catalogue.selectors.records import units_out_of_step
from lantai.kernel.actors import Actor
from lantai.kernel.clock import now

_FOLLOW = """
UPDATE catalogue_record SET unit_path = %s, updated_at = %s
WHERE id IN (SELECT id FROM catalogue_record WHERE unit_id = %s AND unit_path <> %s ORDER BY id LIMIT %s FOR UPDATE)
RETURNING id
"""
SLICE = 2000


def follow_units(*, actor: Actor) -> int:
    """Give records whose unit was moved the unit's present path; return how many. One transaction for each slice."""
    followed = 0
    for unit_id, path in units_out_of_step():
        while changed := _follow_slice(actor, unit_id, path):
            followed += changed
    return followed


@transaction.atomic
def _follow_slice(actor: Actor, unit_id: UUID, path: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW, [path, now(), unit_id, path, SLICE])
        ids = [row[0] for row in cursor.fetchall()]
    record_acts(
        actor=actor,
        acts=[Act("catalogue.follow_unit", "record", record_id, {"unit": unit_id}) for record_id in ids],
    )
    return len(ids)
