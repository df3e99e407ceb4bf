"""The installation's own secrets: one file below LANTAI_HOME that nobody else may read, made at set-up."""

import json
import os
import secrets as random
from pathlib import Path
from typing import Any

from lantai.kernel.errors import UnavailableError, gettext_noop

NAMES = ("django", "superuser", "owner", "app", "sealer", "ledger_salt", "ledger_key")


def secrets_file(home: Path) -> Path:
    return home / "secrets" / "secrets.json"


def read_secrets(home: Path) -> dict[str, str]:
    """Return the secrets by name; empty before set-up. Raises UnavailableError when somebody else owns them."""
    try:
        found: dict[str, Any] = json.loads(secrets_file(home).read_text())
    except FileNotFoundError:
        return {}
    except PermissionError as error:
        raise UnavailableError(
            "secrets.unreadable",
            gettext_noop("The secrets in %(file)s cannot be read. Run this as the user who set Lantai up, or as root."),
            file=str(secrets_file(home)),
        ) from error
    return {str(k): str(v) for k, v in found.items()}


def make_secrets(home: Path) -> dict[str, str]:
    """Make the secrets that are missing, durably, and return them all."""
    file = secrets_file(home)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = read_secrets(home)
    missing = [name for name in NAMES if name not in found]
    if missing:
        found |= {name: random.token_urlsafe(32) for name in missing}
        draft = file.with_suffix(".new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            json.dump(found, out, indent=1)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
    return found
