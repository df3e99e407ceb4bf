"""What a reader of text names as characters though nobody wrote it as text: rules to write on, stars, bullets alone."""

# A run of nothing else is an ornament of the form or of a seal, a rule of dots, or dirt.
ORNAMENTS = frozenset("★☆●○◎◆◇■▲△▼▽※_ ￣丨…‥·•.。'`‘’")
# An ellipsis is two of them; a longer row is a rule to write on.
DOTS, LONGEST_ELLIPSIS = "…", 2


def is_rule(text: str, place: int) -> bool:
    """Tell whether the character at `place` belongs to a rule to write on: a low line that is not inside a word of
    ASCII, or a row of dots longer than an ellipsis."""
    if text[place] not in ("_", DOTS):
        return False
    start = end = place
    while start and text[start - 1] == text[place]:
        start -= 1
    while end + 1 < len(text) and text[end + 1] == text[place]:
        end += 1
    if text[place] == DOTS:
        return end - start + 1 > LONGEST_ELLIPSIS
    before, after = text[start - 1 : start], text[end + 1 : end + 2]
    return not (end == start and before.isascii() and before.isalnum() and after.isascii() and after.isalnum())
