"""Who may take records in, and who may see what is being taken in."""

MAY_TAKE_IN = ("archivist", "liaison", "handler")
MAY_SEE = (*MAY_TAKE_IN, "reviewer", "approver", "secadmin")
DECIDES_ON_QUARANTINE = "secadmin"
UNDER_WAY = ("waiting", "stored", "reading")
"""The states of an item that still has something before it."""
FOR_THE_GUARD = ("quarantined", "refused")
"""The states of an item that only who decides on quarantine is shown."""
LEADS_DIGITISATION = "archivist"
"""Who opens digitisation orders, notes their steps and accepts them."""
