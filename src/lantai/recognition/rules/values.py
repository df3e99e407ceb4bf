"""Read what stands in a field as a value of its kind: a text, date, sum, code, name. The checks decide how sure it is."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from lantai.recognition.rules.codes import codes_in, is_identity_number, is_uscc, phones_in
from lantai.recognition.rules.dates import dates_in
from lantai.recognition.rules.money import plain_sum, sums_in
from lantai.recognition.rules.names import is_name

_NOTHING = re.compile(r"^[\s/\\—\-_无、:：.。]*$")
_WIDE_DIGITS = re.compile(r"[0-9A-Za-z]")


@dataclass(frozen=True, slots=True)
class Value:
    """A value in its normal form; `worth` is how far it is to be believed when its characters were read right."""

    text: str
    worth: float


Reader = Callable[[str], Value | None]


def read_text(text: str) -> Value | None:
    """Return the text without spaces between Chinese characters, None for an empty field."""
    value = compact(text)
    return None if _NOTHING.match(value) else Value(value, 0.9)


def read_date(text: str) -> Value | None:
    """Return the first whole date as ISO."""
    found = next(dates_in(text), None)
    return Value(found.on.isoformat(), 0.97 * found.sureness) if found else None


def read_sum(text: str) -> Value | None:
    """Return a sum of money in yuan with two places; surest where figures and capitals agree."""
    found = sums_in(text)
    if not found:
        return None
    best = max(found, key=lambda one: one.sureness)
    agree = sum(one.yuan == best.yuan for one in found) > 1
    return Value(plain_sum(best.yuan), 0.99 if agree else best.sureness)


def read_identity_number(text: str) -> Value | None:
    """Return an identity number; one whose check digit is wrong is kept with little worth, so that a person looks."""
    code = _letters(text)
    if is_identity_number(code):
        return Value(code, 0.995)
    return Value(code, 0.3) if re.fullmatch(r"\d{17}[\dX]|\d{15}", code) else None


def read_uscc(text: str) -> Value | None:
    """Return a unified social credit code, or with less worth an older registration number."""
    found = next((code for code in codes_in(text) if code.kind == "uscc"), None)
    if found:
        return Value(found.value, 0.995)
    code = _letters(text)
    if is_uscc(code):
        return Value(code, 0.995)
    return Value(code, 0.3) if len(code) == 18 else None


def read_registration_number(text: str) -> Value | None:
    """Return a business registration number of 13 to 15 digits."""
    code = _letters(text)
    return Value(code, 0.9) if re.fullmatch(r"\d{13}|\d{15}", code) else None


def read_project_code(text: str) -> Value | None:
    """Return the code of a construction project (GB/T 40058)."""
    found = next((code for code in codes_in(text) if code.kind == "project_code"), None)
    return Value(found.value, found.sureness) if found else None


def read_phone(text: str) -> Value | None:
    """Return a telephone number."""
    found = next(iter(phones_in(text)), None)
    return Value(found.value, found.sureness) if found else None


def read_number(text: str) -> Value | None:
    """Return a document's or certificate's number: a run with digits, brackets folded as documents write them."""
    value = compact(text)
    value = re.sub(r"[\[【{(]((?:19|20)\d\d)[\]】})]", r"〔\1〕", value)
    return Value(value, 0.95) if re.search(r"\d{2}", value) and len(value) <= 50 else None


def read_person(text: str) -> Value | None:
    """Return a person's name."""
    value = compact(text)
    return Value(value, 0.93 if is_name(value) else 0.6) if re.fullmatch(r"[\u4e00-\u9fff·]{2,15}", value) else None


_ROLE = re.compile(
    r"^[(（]?(?:[甲乙丙]方|发包人|承包人|委托[人方]|受托[人方]|出租[人方]|承租[人方]|买方|卖方|供方|需方)[)）]?[:：]?"
)
_SEALED = re.compile(r"^[(（](?:盖章|签字|公章|签章)[)）][:：]?")
_STRAY = re.compile(r"(?:销售?|购买?)$")
_OFFICE_END = re.compile(
    r"^.{2,30}?(?:人民政府|委员会|办公室|办公厅|管理局|监督局|保障局|公司|中心|法院|检察院|医院|保健院|银行|学校|学院|大学|厅|局|委|院|所|处|办)(?=[日期\d〇○一二（(]|$)"
)


def read_party(text: str) -> Value | None:
    """Return the name of a party, without the words for its part in the matter."""
    value = _SEALED.sub("", _STRAY.sub("", _ROLE.sub("", compact(text))))
    if _NOTHING.match(value) or re.search(r"盖章|签字|公章", value):
        return None
    return Value(value, 0.95 if len(value) >= 4 else 0.6)


def read_body(text: str) -> Value | None:
    """Return the name of an office, without a date or a seal's words that stand beside it; None for anything else."""
    for part in (*text.split(), compact(text)):
        match = _OFFICE_END.match(_FOREIGN.sub("", part))
        if match:
            return Value(match.group(), 0.95)
    return None


_FOREIGN = re.compile(r"^(?:(?:专用章?|登记专?|业务专?|婚姻登记专?|章)+)|[^\u4e00-\u9fff\d（）()]")


def read_choice(text: str) -> Value | None:
    """Return the ticked words of check boxes, or the text where there are none."""
    ticked = re.findall(r"[☑☒√■]\s*([^□☐☑☒√■\s]+)", text)
    if ticked:
        return Value("、".join(ticked), 0.9)
    return None if re.search("[□☐]", text) else read_text(text)


def read_digits(text: str) -> Value | None:
    """Return a plain number as it stands."""
    match = re.search(r"\d+(?:\.\d+)?", unicodedata.normalize("NFKC", text).replace(",", ""))
    return Value(match.group(), 0.85) if match else None


def compact(text: str) -> str:
    """Return `text` with full-width letters and digits folded, without spaces unless they part Latin words."""
    folded = "".join(f if _WIDE_DIGITS.fullmatch(f := unicodedata.normalize("NFKC", c)) else c for c in text)
    return re.sub(r"(?<![A-Za-z,.])\s+|\s+(?![A-Za-z])", "", folded.strip())


def _letters(text: str) -> str:
    return re.sub(r"[^0-9A-Za-z]", "", unicodedata.normalize("NFKC", text)).upper()


READERS: dict[str, Reader] = {
    "text": read_text,
    "date": read_date,
    "number": read_digits,
    "identity_number": read_identity_number,
    "uscc": read_uscc,
    "money": read_sum,
    "choice": read_choice,
    "code": read_number,
    "person": read_person,
    "phone": read_phone,
}
"""By the kinds of field that a template may have; seals and signatures are looked for, not read."""
