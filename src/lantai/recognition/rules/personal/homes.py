"""Addresses by their grammar (division, road or village, number, flat): somebody's home, or where a body sits."""

import re
from collections.abc import Iterator

from lantai.recognition.rules.personal import classes
from lantai.recognition.rules.personal.classes import Found

_HAN = r"\u4e00-\u9fff"
_D = r"[0-9OolI一二三四五六七八九十]"
_NOT_IN = "的及与或在为从将对把被由以等责负"
_PART = (
    rf"(?:(?![{_NOT_IN}])[{_HAN}]){{1,8}}?(?:省|自治区|特别行政区|市|自治州|盟|地区|新区|开发区|区|自治县|"
    rf"县|自治旗|旗|镇|乡|苏木|街道)"
)
_ROAD = rf"(?:(?![{_NOT_IN}])[{_HAN}]){{1,8}}?(?:大街|大道|胡同|路|街|巷|道|弄|里)(?:[东南西北中]段)?"
_NUMBER = rf"{_D}{{1,5}}(?:-{_D}{{1,4}})?号(?:院|附{_D}{{1,3}}号)?"
_ESTATE = (
    rf"(?:(?![{_NOT_IN}])[{_HAN}]){{1,8}}?(?:小区|家园|花园|新村|苑|公寓|家属院|宿舍|新居|嘉园|华府|佳苑|"
    rf"花苑|豪庭|广场|城|园|庭|府|湾|郡|院)(?:[东南西北中]区|{_D}{{1,2}}期|{_D}{{1,2}}区)?"
)
_FLAT = (
    rf"(?:{_D}{{1,4}}(?:号楼|栋|幢|座|#楼|#|楼)(?:{_D}{{1,2}}单元)?(?:{_D}{{1,2}}(?:层|楼))?(?:东户|西户|"
    rf"中户|{_D}{{1,5}}(?:室|号|户)?)?|"
    rf"{_D}{{1,4}}-{_D}{{1,3}}-{_D}{{1,5}}(?:室|号)?)"
)
_VILLAGE = (
    rf"(?:(?![{_NOT_IN}本该各全行农])[{_HAN}]){{1,8}}?(?:嘎查|(?:庄|营子?|屯|沟|家)?村|屯|庄|营子|"
    rf"沟)(?:{_D}{{1,3}}(?:组|社|队))?(?:{_D}{{1,4}}号)?"
)
_ADDRESS = re.compile(
    rf"(?P<parts>(?:{_PART}){{0,5}})(?:"
    rf"(?P<street>{_ROAD}{_NUMBER})(?P<estate>{_ESTATE})?(?P<flat>{_FLAT})?"
    rf"|(?P<estate_alone>{_ESTATE})(?P<flat_alone>{_FLAT})"
    rf"|(?P<village>{_VILLAGE}))"
)
_ONLY_PARTS = re.compile(rf"(?:{_PART}){{2,5}}")
_HOME_LABEL = re.compile(
    r"(?:户籍(?:所在)?(?:地址|地)?|户口(?:所在)?地|家庭(?:住址|地址)|现住址|常住地址|居住地址|居住地|"
    r"居住证地址|住址|住地|收件地址|收货地址|"
    r"现居住于|现居住在|居住于|居住在|独居于|租住于|租住在|租住|常住|家住|邮寄地址|现住|坐落(?:于|在)?|"
    r"生前住|暂住|住于|住在|(?<=[,，。;；:：、\s)后均都仍又])住(?![宅房院所户宿建])|"
    r"^住(?![宅房院所户宿建]))(?:地)?(?:为|是|在|于)?[:：]?[\n\u3000]?"
)
_FIRM_LABEL = re.compile(
    r"(?:办公|注册|单位|公司|经营|报名|受理|窗口|营业|机构|工程|项目|建设|企业|中心|门店)(?:地址|地点|"
    r"场所|住所|位于)|住所[:：]?$|设[在于]$|选址于$"
)
_OWNED = re.compile(r"的?(?:自有|自建|祖传)?(?:房产|房屋|住房|住宅|宅基地|老宅|祖宅|房子)")
_OFFICE_TAIL = re.compile(
    rf"(?:[{_HAN}]{{0,8}}?(?:政务|服务中心|办公楼|办公区|办公室|大厦|写字楼|综合楼|商务|院内|办事大厅|"
    rf"人民政府|局|厅|委|法院|银行|公司|酒店|商场|市场|大楼|综合办公楼))"
)
_LEAD = re.compile(
    r"^(?:.*[于在住至到往从由把将向了，,。：:;；])?(?:租公租房|公租房|坐落于|坐落|房屋|位于|承租|购买|出租|出售|登记)*"
)


def addresses_in(text: str) -> Iterator[Found]:
    """Yield home addresses, and addresses of organisations, in folded text without blanks."""
    taken: list[tuple[int, int]] = []
    for label in _HOME_LABEL.finditer(text):
        match = _ADDRESS.match(text, label.end()) or _ONLY_PARTS.match(text, label.end())
        if match and not _overlaps(taken, *match.span()):
            taken.append(match.span())
            yield Found(classes.ADDRESS, *match.span(), 0.95)
    for match in _ADDRESS.finditer(text):
        start, end = _trimmed(text, match)
        if end - start < 5 or _overlaps(taken, start, end):
            continue
        kind = _kind(text, match, start)
        if kind:
            taken.append((start, end))
            yield Found(kind, start, end, 0.85)


def _kind(text: str, match: re.Match[str], start: int) -> str:
    """Tell a home by its flat from an office by its label or tail; an address that says neither is nothing."""
    before = text[max(start - 10, 0) : start]
    flat = match["flat"] or match["flat_alone"]
    if _OWNED.match(text, match.end()) and not _FIRM_LABEL.search(before):
        return classes.ADDRESS
    if flat and _dwelling(flat) and not _OFFICE_TAIL.match(text, match.end()) and not _FIRM_LABEL.search(before):
        return classes.ADDRESS
    if match["street"]:
        return classes.ORGANISATION_ADDRESS
    return ""


def _dwelling(flat: str) -> bool:
    return bool(re.search(r"单元|室|户|(?:栋|幢|号楼).*\d|\d-\d+-\d|\d+-[0-9OolI]+-[0-9OolI]+", flat))


def _trimmed(text: str, match: re.Match[str]) -> tuple[int, int]:
    lead = _LEAD.match(match.group())
    shift = lead.end() if lead and lead.end() < len(match.group()) - 5 else 0
    return match.start() + shift, match.end()


def _overlaps(taken: list[tuple[int, int]], start: int, end: int) -> bool:
    return any(s < end and start < e for s, e in taken)
