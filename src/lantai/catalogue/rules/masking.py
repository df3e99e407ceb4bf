"""What a masked copy says: texts without what is hidden on the pages. Pure; the places are decided by people."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

COVER = "█"
SHORTEST_HIDDEN = 2
"""One character alone stands in too many other words to be taken out of texts."""


def without_texts(text: str, hidden: Iterable[str]) -> str:
    """Return `text` with every place of the `hidden` texts covered, whatever their width and gaps; its length stays."""
    pattern = _pattern(hidden)
    if pattern is None or not text:
        return text
    shown = list(text)
    for match in pattern.finditer(_folded(text)):
        for at in range(*match.span()):
            if not text[at].isspace():
                shown[at] = COVER
    return "".join(shown)


def _pattern(hidden: Iterable[str]) -> re.Pattern[str] | None:
    words = {re.sub(r"\s", "", _folded(text)) for text in hidden}
    wanted = sorted((word for word in words if len(word) >= SHORTEST_HIDDEN), key=lambda word: (-len(word), word))
    return re.compile("|".join(r"\s*".join(map(re.escape, word)) for word in wanted)) if wanted else None


def _folded(text: str) -> str:
    folded = (unicodedata.normalize("NFKC", char).lower() for char in text)
    return "".join(new if len(new) == 1 else old for new, old in zip(folded, text, strict=True))


def masked_values(values: Mapping[str, Any], hidden: Sequence[str]) -> dict[str, Any]:
    """Return the texts among `values` with what is hidden covered; other values as they are."""
    return {name: without_texts(value, hidden) if isinstance(value, str) else value for name, value in values.items()}
