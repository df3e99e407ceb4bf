"""What a cell is worth in a sheet: a number only where nothing is lost by it, else the text as it was read.

Identity numbers, codes, telephone and account numbers, years with their sign, figures with leading noughts stay text: a
spreadsheet would round them or write them anew.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

LONGEST_WHOLE = 9
"""More digits than this without a separator are a code, a telephone or an account number."""
MOST_DIGITS = 15
"""A spreadsheet keeps no more (IEEE 754 double)."""
LONGEST_TEXT = 32_767
"""What one cell of a sheet holds (ECMA-376)."""
CODE_HEADING = re.compile("号|码|编号|代码|电话|手机|传真|邮编|账户|帐户|证件|身份|序列|卡|No\\.?$|code", re.IGNORECASE)
_WHOLE = re.compile(r"-?(?:0|[1-9]\d*)")
_GROUPED = re.compile(r"-?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_DECIMAL = re.compile(r"-?(?:0|[1-9]\d*)\.\d+")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class SheetValue:
    """What to write into a cell: a number with its format, or text (then `format` is "@")."""

    value: Decimal | int | str
    format: str = "@"


def sheet_value(text: str, heading: str = "") -> SheetValue:
    """Return what `text` is worth below a column's `heading`."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    number = None if CODE_HEADING.search("".join(heading.split())) else _number(plain)
    if number is not None:
        return number
    return SheetValue(_FORBIDDEN.sub("", text)[:LONGEST_TEXT])


def _number(plain: str) -> SheetValue | None:
    digits = sum(sign.isdigit() for sign in plain)
    if not 0 < digits <= MOST_DIGITS:
        return None
    share = plain.endswith("%")
    body = plain.removesuffix("%")
    if _WHOLE.fullmatch(body):
        if digits > LONGEST_WHOLE or body == "-0":
            return None
        return SheetValue(Decimal(body) / 100, "0%") if share else SheetValue(int(body), "0")
    if not (_GROUPED.fullmatch(body) or _DECIMAL.fullmatch(body)):
        return None
    places = len(body.partition(".")[2])
    pattern = ("#,##0" if "," in body else "0") + ("." + "0" * places if places else "")
    value = Decimal(body.replace(",", ""))
    return SheetValue(value / 100, pattern + "%") if share else SheetValue(value, pattern)
