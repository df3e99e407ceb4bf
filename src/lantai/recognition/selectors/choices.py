"""Fields whose values are codes of the office's own lists: which there are, and what they are called."""

from django.utils.translation import get_language

from lantai.catalogue.selectors import categories, retention_periods

CHOSEN = ("category", "retention")


def choices_of(field: str) -> list[tuple[str, str, str]]:
    """Return (code, Chinese name, English name) of what may stand in `field`; nothing for a field of free text."""
    if field == "category":
        return [(one.code, one.name_zh, one.name_en) for one in categories()]
    if field == "retention":
        return [(one.code, one.name_zh, one.name_en) for one in retention_periods()]
    return []


def names_of(field: str) -> dict[str, str]:
    """Return the name of each code of `field` in the reader's language."""
    chinese = (get_language() or "").startswith("zh")
    return {code: name_zh if chinese else name_en for code, name_zh, name_en in choices_of(field)}


def code_named(field: str, typed: str) -> str:
    """Return the code that was typed or whose name was typed; what is neither comes back as it is."""
    wanted = typed.strip().casefold()
    for code, name_zh, name_en in choices_of(field):
        if wanted in (code.casefold(), name_zh, name_en.casefold()):
            return code
    return typed
