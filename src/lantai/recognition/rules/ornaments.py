"""What a reader of text names as characters though nobody wrote it as text: rules to write on, stars, bullets alone."""

# A run of nothing else is an ornament of the form or of a seal.
ORNAMENTS = frozenset("★☆●○◎◆◇■▲△▼▽※_ ￣丨")


def is_rule(text: str, place: int) -> bool:
    """Tell whether the character at `place` is a rule to write on: a low line that is not inside a word of ASCII."""
    if text[place] != "_":
        return False
    start = end = place
    while start and text[start - 1] == "_":
        start -= 1
    while end + 1 < len(text) and text[end + 1] == "_":
        end += 1
    before, after = text[start - 1 : start], text[end + 1 : end + 2]
    return not (end == start and before.isascii() and before.isalnum() and after.isascii() and after.isalnum())
