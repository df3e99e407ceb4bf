"""Who stands at the machine: verbs that look through an account's eyes are for the owner of the data folder."""

import os
import pwd

from django.conf import settings

from lantai.kernel.actors import Actor, system_actor
from lantai.kernel.errors import NotPermittedError, gettext_noop


def owner_actor() -> Actor:
    """Return the actor of the owner of the data folder. Raises NotPermittedError for anybody else but root."""
    owner = settings.HOME.stat().st_uid
    if os.geteuid() not in (owner, 0):
        raise NotPermittedError(
            "config.not_owner",
            gettext_noop("Only the owner of the data folder (%(owner)s) may look through an account's eyes."),
            owner=pwd.getpwuid(owner).pw_name,
        )
    return system_actor("owner")
