"""Which role may do what to the catalogue; the act itself is checked here, the right to see in the selectors."""

from lantai.catalogue.models import Fonds, Record
from lantai.identity.selectors import require
from lantai.kernel.actors import Actor
from lantai.kernel.errors import NotPermittedError, gettext_noop

ARRANGERS = ("archivist",)
DECIDERS = ("archivist", "reviewer", "approver")
GRANTERS = ("archivist", "approver")
GUARDS = ("secadmin",)


def permit_arranging(actor: Actor, fonds: Fonds) -> None:
    """Raise NotPermittedError unless `actor` arranges and describes in this fonds' archives."""
    require(actor, ARRANGERS, fonds.archives.path)


def permit_adding(actor: Actor, fonds: Fonds) -> None:
    """Raise NotPermittedError unless `actor` may add records: an archivist, or the liaison of the unit they come from."""
    if not actor.holds("liaison", fonds.owner_unit.path):
        permit_arranging(actor, fonds)


def permit_deciding(actor: Actor, record: Record) -> None:
    """Raise NotPermittedError unless `actor` is a person who decides on opening at the record's archives."""
    if actor.kind != "account":
        raise NotPermittedError(
            "catalogue.people_decide", gettext_noop("Opening is decided by people, not by the system.")
        )
    require(actor, DECIDERS, record.archives.path)


def permit_granting(actor: Actor, record: Record) -> None:
    """Raise NotPermittedError unless `actor` may give others the right to view this record."""
    require(actor, GRANTERS, record.archives.path)


def permit_guarding(actor: Actor, record: Record) -> None:
    """Raise NotPermittedError unless `actor` decides on what is quarantined at the record's archives."""
    require(actor, GUARDS, record.archives.path)
