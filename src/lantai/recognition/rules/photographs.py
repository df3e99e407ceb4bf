"""What a camera wrote into a photograph, as facts for its description (DA/T 54-2014: photographer, time of taking)."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from lantai.recognition.rules.fact import Fact

ORIGIN = "exif/1"
CATEGORY = "ZP"
"""The category of photographs (照片); the scan of a document carries the day of scanning, not that of the document."""
_DAY_WORTH, _NAME_WORTH = 0.95, 0.9
_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


def photograph_facts(category_code: str, technical: Iterable[Mapping[str, Any]]) -> list[Fact]:
    """Return the day and the photographer of a record of photographs, from the first file that tells each."""
    if not category_code.startswith(CATEGORY):
        return []
    facts: dict[str, Fact] = {}
    for said in technical:
        photo = said.get("photo", {})
        day = str(photo.get("taken_at", ""))[:10]
        if _DAY.fullmatch(day):
            facts.setdefault("dated_on", Fact("dated_on", day, _DAY_WORTH, 0, (0, 0, 0, 0), ORIGIN))
        if photo.get("photographer"):
            name = str(photo["photographer"])
            facts.setdefault("author", Fact("author", name, _NAME_WORTH, 0, (0, 0, 0, 0), ORIGIN))
    return list(facts.values())
