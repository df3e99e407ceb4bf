"""Numbers with check digits for people, bodies and projects that do not exist.

The region code is that of a whole province, which no office writes into the number of a person or a body: nobody
can carry a number made here, and yet every part of it passes a check.
"""

import random
from datetime import date

REGION = "420000"

_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_CHECKS = "10X98765432"
_USCC_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_BODY_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def identity_number(rng: random.Random, born_on: date, *, male: bool) -> str:
    """Return an 18-digit identity number. Source: GB 11643-1999 (odd order number for men)."""
    order = rng.randrange(10, 989) // 2 * 2 + (1 if male else 0)
    body = f"{REGION}{born_on:%Y%m%d}{order:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _IDENTITY_WEIGHTS, strict=True))
    return body + _IDENTITY_CHECKS[total % 11]


def credit_code(rng: random.Random, kind: str = "91") -> str:
    """Return a unified social credit code of a registering body and class. Source: GB 32100-2015, GB 11714."""
    body = (
        "".join(rng.choice("0123456789") for _ in range(8))
        if kind[0] == "1"
        else "MA" + "".join(rng.choice(_USCC_SIGNS) for _ in range(6))
    )
    total = sum(_BODY_SIGNS.index(sign) * weight for sign, weight in zip(body, _BODY_WEIGHTS, strict=True))
    check = 11 - total % 11
    body += "X" if check == 10 else "0" if check == 11 else str(check)
    code = f"{kind}{REGION}{body}"
    total = sum(_USCC_SIGNS.index(sign) * weight for sign, weight in zip(code, _USCC_WEIGHTS, strict=True))
    return code + _USCC_SIGNS[(31 - total % 31) % 31]


def registration_number(rng: random.Random) -> str:
    """Return a 15-digit business registration number of the years before 2015 (ISO 7064 MOD 11,10)."""
    body = f"{REGION}{rng.randrange(10**7, 10**8)}"
    product = 10
    for digit in body:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return body + str((11 - product) % 10)


def project_code(rng: random.Random, on: date) -> str:
    """Return the code of a construction project, in the form of its year (the form changed in November 2020)."""
    trade = rng.choice(("47", "48", "70", "78", "83", "84"))
    if on >= date(2020, 11, 1):
        return f"{on:%y%m}-{REGION}-04-01-{rng.randrange(10**6):06d}"
    return f"{on.year}-{REGION}-{trade}-01-{rng.randrange(10**6):06d}"


_CHINESE_DIGITS = "○一二三四五六七八九"


def counted(number: int) -> str:
    """Return a number from 1 to 99 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _CHINESE_DIGITS[tens] + "十"
    return head + (_CHINESE_DIGITS[ones] if ones else "")


def dated(on: date) -> str:
    """Return a date as an office printed it: Chinese numerals until June 2012, Arabic ones from then on."""
    if on >= date(2012, 7, 1):
        return f"{on.year}年{on.month}月{on.day}日"
    year = "".join(_CHINESE_DIGITS[int(digit)] for digit in str(on.year))
    return f"{year}年{counted(on.month)}月{counted(on.day)}日"


_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟", "万", "拾", "佰", "仟", "亿")


def sum_in_words(yuan: int) -> str:
    """Return a whole sum below a thousand million yuan in the capitals of bank forms."""
    digits = str(yuan)
    words, gap = "", False
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if digit == "0":
            gap = True
            if place == 4 and not words.endswith("亿"):
                words += "万"
            continue
        if gap and words:
            words += "零"
        gap = False
        words += _CAPITALS[int(digit)] + _PLACES[place]
    return words + "元整"
