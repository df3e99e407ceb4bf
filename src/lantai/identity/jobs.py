"""What identity does by itself: clear away what is over."""

from lantai.identity.services import clear_expired

JOBS = {"identity.clear_expired": clear_expired}
SCHEDULE = {"identity.clear_expired": "17 * * * *"}
