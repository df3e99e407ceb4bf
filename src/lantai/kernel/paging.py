"""Keyset paging: the next page begins after the last key shown, so a deep page costs what the first does."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from lantai.kernel.errors import InvalidError, gettext_noop

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Slice(Generic[Item]):
    """One page of a list; `next_cursor` is empty on the last one."""

    items: Sequence[Item]
    next_cursor: str = ""


def encode_cursor(*key: str | int) -> str:
    """Return the sort key of the last row shown as an opaque word for a URL."""
    return base64.urlsafe_b64encode(json.dumps(key, separators=(",", ":")).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, parts: int) -> list[Any]:
    """Return the sort key inside `cursor`. Raises InvalidError unless it is one of ours with `parts` parts."""
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError as error:
        raise _bad_cursor() from error
    if not isinstance(key, list) or len(key) != parts or not all(isinstance(k, str | int) for k in key):
        raise _bad_cursor()
    return key


def _bad_cursor() -> InvalidError:
    return InvalidError("paging.cursor", gettext_noop("This page address is damaged. Go back to the first page."))
