"""One byte form for a JSON value, so that the same facts always have the same digest (a subset of RFC 8785)."""

import json
from typing import Any


def canonical_json(value: Any) -> bytes:
    """Return `value` as UTF-8 JSON with sorted keys and no blanks.

    Takes None, booleans, integers, text, lists and mappings with text keys. Floats are refused: two machines may
    print them differently. Raises TypeError for anything else.
    """
    _refuse_floats(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("a canonical value holds no floats; write a decimal as text")
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError("a canonical mapping has text keys only")
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)
