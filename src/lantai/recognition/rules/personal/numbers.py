"""Numbers that name a person: told by check digits where there are some, else by the words before them.

Sources: GB 11643-1999 (identity number), GB/T 14504 and ISO/IEC 7812 (bank cards, Luhn), GA 36 (number plates), the
numbering plan of the ministry of industry (phones). Readers of scans write O for 0 and l or I for 1, and put gaps in.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date

from lantai.recognition.rules.codes import is_identity_number
from lantai.recognition.rules.personal import classes
from lantai.recognition.rules.personal.classes import Found

_D = r"[0-9OoQlI|]"
_GAP = r"[ \n]{0,2}"
_NOT_BEFORE = r"(?<![0-9A-Za-z.\-/])"
_NOT_AFTER = r"(?![0-9A-Za-z]|-\d|\.\d)"
_REPAIR = str.maketrans("OoQlI|", "000111")
_MOST_LOOK_ALIKES = 4
_MOST_IN_CHECKED = 6
"""Where a check digit proves what was read, more of them may be misread."""

_EIGHTEEN = re.compile(rf"(?<![0-9A-Za-z]){_D}(?:{_GAP}{_D}){{16}}{_GAP}[0-9XxOoQlI|](?![0-9A-Za-z])")
_FIFTEEN = re.compile(rf"(?<![0-9A-Za-z]){_D}(?:{_GAP}{_D}){{14}}(?![0-9A-Za-z])")
_CARD = re.compile(rf"(?<![0-9A-Za-z\-]){_D}(?:{_GAP}{_D}){{14,18}}(?![0-9A-Za-z\-])")
_MOBILE = re.compile(
    rf"(?<![0-9A-Za-z.])(?<!\d[ \n])(?:\+?{_GAP}8{_GAP}6{_GAP}-?{_GAP})?[1lI|"
    rf"]{_GAP}[3-9](?:{_GAP}{_D}){_GAP}-?(?:{_GAP}{_D}){{4}}{_GAP}-?"
    rf"(?:{_GAP}{_D}){{4}}(?![0-9A-Za-z]|\.\d)"
)
_LANDLINE = re.compile(
    rf"(?<![0-9A-Za-z.\-])(?<!\d[ \n])(?:\({_GAP}[0Oo](?:{_GAP}{_D}){{2,3}}{_GAP}\)|"
    rf"[0Oo](?:{_GAP}{_D}){{2,3}}{_GAP}-?){_GAP}[2-8](?:{_GAP}{_D}){{6,7}}"
    r"(?:(?:转|-)\d{1,5})?(?![0-9A-Za-z]|-\d|[ \n]\d{1,6}(?!\d))"
)
_LOCAL = re.compile(rf"{_NOT_BEFORE}[2-8](?:{_GAP}{_D}){{6,7}}{_NOT_AFTER}")
_PASSPORT = re.compile(
    rf"{_NOT_BEFORE}(?:[EGDSPHMCWT]{_GAP}[A-HJ-NP-Z]?(?:{_GAP}{_D}){{7,9}}|\d{{9}}){_NOT_AFTER}", re.IGNORECASE
)
_SOCIAL = re.compile(rf"{_NOT_BEFORE}[A-Za-z]?(?:{_GAP}{_D}){{8,17}}(?:{_GAP}[0-9Xx])?(?![0-9A-Za-z])")
_PLATE = re.compile(
    r"[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新]\s?[A-HJ-NP-Z]\s?[·•.]?\s?"
    r"(?:[DF](?:\s?[0-9OolI]){5}|(?:\s?[0-9OolI]){5}[DF]|(?=(?:\s?[A-Za-z]){0,3}\s?[0-9OolI]|"
    r"[0-9A-Z]{2}\s?\d)[0-9A-Za-z](?:\s?[0-9A-Za-z]){3}\s?[0-9A-Za-z挂学警港澳])"
    r"(?![0-9A-Za-z-])"
)
_EMAIL = re.compile(
    r"(?<![0-9A-Za-z._%+\-])[0-9A-Za-z](?:\n?[0-9A-Za-z._%+\-]){1,40}\s?@\s?(?:[0-9A-Za-z\-]+\n?[0-9A-Za-z\-]*\s?\.\s?\n?){1,3}(?:c\n?o\n?m|c\n?n|n\n?e\n?t|o\n?rg|edu|gov|c\n?c|info|vip|top)"
    r"(?:\s?\.\s?c\n?n)?(?![0-9A-Za-z])"
)

# The words before a number decide what it may be: the last of them counts.
_SERIAL_LABEL = (
    r"订单|流水|凭证|编号|批号|条码|条形码|序列|单号|票据|发票|档号|设备|资产|工单|许可|证书编|图号|合同|"
    r"项目|代码|注册号|标准号|桩号|税号|"
    r"ISBN|书号|招标|公章|案号|文号|仓单|快递|运单|核准号|邮编|页码|型号|产品|件号|经度|纬度|执照|保单"
)
_PERSON_LABEL = r"身份|证件号|公民|居民|驾驶证|社会保障号|社保号"
_OFFICE_PHONE = (
    r"咨询|单位|机关|报名|预约|挂号|订票|监督|举报电话|投诉|办公|值班|传真|热线|服务|举报投诉|受理|总机|"
    r"公开|救助|报警|客服|办公室|科室|窗口|来电办理"
)
_ACCOUNT_LABEL = r"银行卡|卡号|账号|帐号|账户|帐户|户名|开户|存折|汇入|转入|收款|划入|打入|发放至|打卡"
_BODY_ACCOUNT = r"对公|基本账户|基本户|开户单位|单位账"
_OTHER_NUMBER = re.compile(r"(?<!手机)(?<!电话)(?<!联系)(?<!微信)(?<!呼叫)(?:号|编码|代码|(?<!号)码)[:：]?$")
_LOOKED_BACK = 14
_SERIAL_NEAR = 6


def numbers_in(plain: str) -> Iterator[Found]:
    """Yield what numbers in folded text name a person, in no order; two may lie over each other."""
    for find in (_identities, _cards, _mobiles, _landlines, _passports, _socials, _plates, _emails):
        yield from find(plain)


def _before(plain: str, start: int, length: int = _LOOKED_BACK) -> str:
    return re.sub(r"[ \n]", "", plain[max(start - length - 6, 0) : start])[-length:]


def _last_label(before: str, *groups: str) -> int:
    """Return the number of the group whose word stands last in `before`, or -1."""
    near = len(before) - _SERIAL_NEAR
    places = [
        max((m.end() for m in re.finditer(group, before) if group != _SERIAL_LABEL or m.end() > near), default=-1)
        for group in groups
    ]
    best = max(places)
    return places.index(best) if best >= 0 else -1


def repaired(text: str) -> str:
    """Return the digits of a number without gaps, look-alikes read as the digits they stand for."""
    return re.sub(r"[^0-9A-Za-z]", "", text.replace("|", "1").translate(_REPAIR))


def _look_alikes(text: str) -> int:
    return sum(char in "OoQlI|" for char in text)


def _identities(plain: str) -> Iterator[Found]:
    for match in _EIGHTEEN.finditer(plain):
        number = repaired(match.group()).upper()
        if _look_alikes(match.group()) > _MOST_IN_CHECKED:
            continue
        if is_identity_number(number):
            # Among plain 18-digit numbers one in eleven passes the check; a serial label before it decides.
            serial = _last_label(_before(plain, match.start()), _PERSON_LABEL, _SERIAL_LABEL) == 1
            if not serial:
                yield Found(classes.IDENTITY_NUMBER, *match.span(), 0.995)
        elif _is_born(number[6:14]) and _last_label(_before(plain, match.start()), _PERSON_LABEL, _SERIAL_LABEL) == 0:
            yield Found(classes.IDENTITY_NUMBER, *match.span(), 0.85)
    for match in _FIFTEEN.finditer(plain):
        number = repaired(match.group())
        if number.isdigit() and number[0] in "12345678" and _is_born("19" + number[6:12]):
            label = _last_label(_before(plain, match.start()), _PERSON_LABEL, _SERIAL_LABEL)
            if label == 0:
                yield Found(classes.IDENTITY_NUMBER, *match.span(), 0.93)


def _is_born(digits: str) -> bool:
    try:
        return 1880 <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])).year <= 2100
    except ValueError:
        return False


def is_card_number(digits: str) -> bool:
    """Tell whether `digits` can be a bank card: 15 to 19 digits of a known issuer's range with the right Luhn digit."""
    if not digits.isdigit() or not 15 <= len(digits) <= 19:
        return False
    ranges = r"62|60|9[0-9]|4\d{15}$|5[1-5]\d{14}$|3[47]\d{13}$|35\d{14}$"
    return bool(re.match(ranges, digits)) and _luhn(digits)


def _luhn(digits: str) -> bool:
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _cards(plain: str) -> Iterator[Found]:
    for match in _CARD.finditer(plain):
        digits = repaired(match.group())
        if _look_alikes(match.group()) > _MOST_LOOK_ALIKES or not is_card_number(digits):
            continue
        label = _last_label(_before(plain, match.start()), _ACCOUNT_LABEL, _SERIAL_LABEL, _BODY_ACCOUNT)
        if label in (1, 2) or (label < 0 and not digits.startswith(("62", "95588")) and len(digits) != 16):
            continue
        yield Found(classes.BANK_CARD, *match.span(), 0.97 if label == 0 else 0.85)


def _mobiles(plain: str) -> Iterator[Found]:
    for match in _MOBILE.finditer(plain):
        before = _before(plain, match.start())
        if _look_alikes(match.group()) > _MOST_LOOK_ALIKES or re.search(r"\d-$", plain[: match.start()][-2:]):
            continue
        label = _last_label(before, r"电话|手机|联系|号码|致电|来电|拨打|移动|微信", _SERIAL_LABEL)
        if label != 1 and not _OTHER_NUMBER.search(before):
            yield Found(classes.PHONE, *match.span(), 0.97 if label == 0 else 0.9)


def _landlines(plain: str) -> Iterator[Found]:
    for match in _LANDLINE.finditer(plain):
        before = _before(plain, match.start(), 9)
        if not re.search(rf"(?:{_OFFICE_PHONE}|{_SERIAL_LABEL}|{_ACCOUNT_LABEL}|{_BODY_ACCOUNT})", before):
            yield Found(classes.PHONE, *match.span(), 0.85)
    for match in _LOCAL.finditer(plain):
        before = _before(plain, match.start(), 9)
        if re.search(r"(?:联系|家庭|住宅|本人|宅)?(?:电话|座机|宅电)(?:号码)?[::]?$", before) and not re.search(
            _OFFICE_PHONE, before
        ):
            yield Found(classes.PHONE, *match.span(), 0.85)


def _labelled(
    plain: str, pattern: re.Pattern[str], label: str, kind: str, fits: Callable[[str], bool]
) -> Iterator[Found]:
    for match in pattern.finditer(plain):
        if re.search(label, _before(plain, match.start())) and fits(repaired(match.group())):
            yield Found(kind, *match.span(), 0.93)


def _passports(plain: str) -> Iterator[Found]:
    label = r"(?:护照|通行证|台胞证|回乡证|旅行证|军官证)(?:号码|证号|号|编号)?(?:为|是)?[::(]?$"
    yield from _labelled(plain, _PASSPORT, label, classes.PASSPORT, lambda digits: len(digits) >= 8)


def _socials(plain: str) -> Iterator[Found]:
    label = (
        r"(?:社会保障|社保|医保|医疗保险|参保|养老保险|公积金|社会保险)(?:卡|个人|人员|社保|账户|账)*(?:编号|"
        r"号码|卡号|号|账号|证号)"
        r"(?:为|是)?[::]?$"
    )
    yield from _labelled(plain, _SOCIAL, label, classes.SOCIAL_SECURITY, lambda digits: len(digits) <= 19)


def _plates(plain: str) -> Iterator[Found]:
    for match in _PLATE.finditer(plain):
        signs = re.sub(r"[\s·•.]", "", match.group())
        if sum(char.isdigit() or char in "OolI" for char in signs[2:]) < 2:
            continue
        if not re.search(r"(?:证书|编号|图号|许可证|标准|文号|证号)[::]?$", _before(plain, match.start())):
            yield Found(classes.PLATE, *match.span(), 0.93)


_ROLE_MAILBOX = re.compile(
    r"(?:bgs|office|info|service|admin|webmaster|contact|mail|public|zwgk|xxgk|dang?a|kefu|hr|help)\d{0,4}@",
    re.IGNORECASE,
)


def _emails(plain: str) -> Iterator[Found]:
    for match in _EMAIL.finditer(plain):
        address = re.sub(r"\s", "", match.group())
        of_a_body = ".gov." in address or _ROLE_MAILBOX.match(address)
        if not of_a_body:
            yield Found(classes.EMAIL, *match.span(), 0.97)
