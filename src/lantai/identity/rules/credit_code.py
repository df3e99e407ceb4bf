"""The unified social credit code 统一社会信用代码 of a body. Source: GB 32100-2015 clauses 4 and 5."""

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Clause 4: digits and capital letters without I, O, Z, S and V."""

WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
"""Clause 5: the weight of place i is 3 to the power of i - 1, modulo 31."""

LENGTH = 18


def check_character(body: str) -> str:
    """Return the eighteenth character for the seventeen of `body`. Raises ValueError for a character not allowed.

    Source: GB 32100-2015 clause 5 (the scheme of GB/T 17710, modulus 31).
    """
    total = sum(ALPHABET.index(character) * weight for character, weight in zip(body, WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def normal_credit_code(text: str) -> str:
    """Return `text` as the code is printed: no blanks or hyphens, capital letters."""
    return "".join(text.split()).replace("-", "").upper()


def is_credit_code(code: str) -> bool:
    """Tell whether `code` (as printed) has the form and the check character of a unified social credit code."""
    if len(code) != LENGTH or any(character not in ALPHABET for character in code):
        return False
    return code[2:8].isdigit() and check_character(code[:17]) == code[17]
