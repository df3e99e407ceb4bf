"""Names of persons in the words around them: labels before, titles behind, kin, and every other place of a name found.

Officials in their office (签发人, 局长) are not sought: what they sign is no privacy of theirs.
"""

import re
from collections.abc import Iterator

import rjieba

from lantai.recognition.rules.personal import classes
from lantai.recognition.rules.personal.classes import Found
from lantai.recognition.rules.personal.name_parts import (
    COMMON,
    COMPOUND_FORMS,
    DOUBTFUL,
    FOLLOWERS,
    HAN,
    LABELS,
    MONGOLIAN,
    NAME,
    NO_NAME,
    SURNAMES,
    WEAK,
    gapped,
)

_LABELLED = re.compile(
    rf"(?P<label>{LABELS})(?: ?(?:姓名|签名|签字))?(?:\([^()]{{1,6}}\))?(?P<colon> ?[:：] ?\n?| ?\t ?|"
    rf" )?(?:为|系|是|叫)?(?P<name>{NAME})"
)
_SUFFERING = re.compile(rf"(?:其中|、|[,，。；;\n]|^|职工|村民|居民)(?P<name>{NAME})(?=(?:身?患有?|罹患)[{HAN}])")
_ACTED = re.compile(
    rf"(?:由|与|和|委托|经查[,，]|同|、|嫁给|娶|被)(?P<name>{NAME})(?=夫妇|夫妻|驾驶|办理|依法收养|抚养|"
    rf"共同抚养|达成|监护|登记结婚|结婚|离婚|\((?:男|女|身份|手机|公民)|[,，](?:男|女)[,，]|签订)"
)
_TITLED = re.compile(rf"(?<![{HAN}])(?P<name>{NAME})(?=同志|先生|女士|老人|夫妇|一家|之妻|之子|之女|本人)")
_TITLED_INSIDE = re.compile(
    rf"(?:请|对|给|和|与|向|给予|授予|任命|追认|关于)(?P<name>{NAME})(?=同志|先生|女士|老人|夫妇|一家)"
)
_INTRODUCED = re.compile(
    rf"(?<![{HAN}])(?P<name>{NAME})(?= ?(?:[,，] ?(?:男|女)[,，]|\( ?(?:男|女|身份证|公民身份|居民身份|"
    rf"护照|手机|电话|\d{{4}} ?年|[\d\-.]{{8,10}}出?生|[〇○一二三四五六七八九零]{{4}}年|曾用名|家属|本人|"
    rf"已故|化名|父亲|母亲|丈夫|妻子)|驾驶))"
)
_BEFORE_NUMBERS = re.compile(
    rf"(?<![{HAN}])(?P<name>{NAME})(?= ?[,，;；、 ] ?(?:身份证|公民身份|银行卡|手机|联系电话|电话|家庭住址|"
    rf"住址|护照|卡号|出生|性别|现住|家住|车牌))"
)
_MARRIED = re.compile(rf"(?:因|,|，|。|\n|^)(?P<name>{NAME})(?=(?:与|和){NAME}(?:夫妻|夫妇|登记|结婚|离婚|感情))")
_ROLE = (
    rf"(?:[{HAN}](?:(?<![他有个本何法某])人|(?<![或])者|(?<![账帐落开])户)|失主|车主|物主|船主|该生|患儿|"
    rf"婴儿|取名|名叫|更名|叫)"
)
_KIN = (
    r"(?:[祖外养继岳长次三幼独婚生之其及与和妻丈儿孙哥弟姐妹](?:父|母|子|女|妻|夫|孙|媳)|父亲|母亲|丈夫|"
    r"妻子|儿子|女儿|孙[子女]|[兄弟姐妹]{1,2}|配偶)"
)
PLAIN_NAME = rf"(?:{MONGOLIAN}|(?:{gapped(COMPOUND_FORMS)}|[{SURNAMES}]) ?[{COMMON}](?: ?[{COMMON}])?)"
_PLAINLY = re.compile(rf"(?:{_ROLE}|(?P<kin>{_KIN})|取\n?名|[、之]母|[、之]父)(?P<name>{PLAIN_NAME})")
OFFICIAL = re.compile(
    r"(?:签发|核稿|审核|会签|校对|审批|批准|拟稿|主持|出席|[市县区局厅处科院校部]长|主任|书记|主席|"
    r"委员)(?:人|员)?[:：]?\s*$"
)
_DESCRIBED = re.compile(
    rf"(?P<name>{PLAIN_NAME})(?=[,，] ?(?:[男女][,，]|身份证|公民身份)|\( ?(?:身份证|公民身份|男|女)|"
    rf"[,，]?(?:当场死亡|因病去世|已故))"
)
_LISTED = re.compile(rf"(?<![{HAN}])(?P<name>{PLAIN_NAME})(?=(?:、{PLAIN_NAME}){{1,9}}等)")
_GENERIC_LABEL = re.compile(
    rf"(?P<before>[{HAN}]{{1,8}}?(?:人|者|员|户主|户|方|主|姓名|姓 ?名|父|母|妻|夫|儿|生|"
    rf"属)(?:\([^()]{{1,6}}\))?) ?[:：] ?\n?(?P<name>{NAME})"
)
_WITH = re.compile(rf"(?:、|和|与)(?P<name>{NAME})(?=[,，。;；、()（）\s夫自两二系于等]|$)")


def people_in(text: str) -> Iterator[Found]:
    """Yield the names of persons in folded text whose broken lines were rejoined."""
    found: dict[tuple[int, int], float] = {}
    for match in _LABELLED.finditer(text):
        if match["colon"]:
            _take(found, text, *match.span("name"), 0.95)
        elif match["name"][0] not in WEAK or re.match(COMPOUND_FORMS, match["name"]):
            _take(found, text, *match.span("name"), 0.92, followed=True)
    for pattern, sureness in (
        (_ACTED, 0.9),
        (_TITLED, 0.88),
        (_TITLED_INSIDE, 0.88),
        (_INTRODUCED, 0.93),
        (_MARRIED, 0.92),
        (_BEFORE_NUMBERS, 0.9),
        (_SUFFERING, 0.9),
        (_DESCRIBED, 0.88),
        (_LISTED, 0.88),
    ):
        for match in pattern.finditer(text):
            if match["name"][0] not in WEAK or re.match(COMPOUND_FORMS, match["name"]):
                _take(found, text, *match.span("name"), sureness)
    for match in _GENERIC_LABEL.finditer(text):
        if not OFFICIAL.search(match["before"]):
            _take(found, text, *match.span("name"), 0.92, followed=True)
    for match in _PLAINLY.finditer(text):
        _take_plain(found, text, match)
    _take_companions(found, text)
    _take_repeated(found, text)
    for (start, end), sureness in found.items():
        yield Found(classes.NAME, start, end, sureness)


def _take(
    found: dict[tuple[int, int], float], text: str, start: int, end: int, sureness: float, *, followed: bool = False
) -> None:
    mongolian = re.match(MONGOLIAN, text[start:end])
    if mongolian and mongolian.end() == end - start:
        if len(text[start:end].replace(" ", "")) >= 3 or FOLLOWERS.match(text, end):
            found.setdefault((start, end), sureness)
        return
    end = name_end(text, start, end)
    name = text[start:end].replace(" ", "")
    if followed and not (_certain_end(text, end) or (text[start] not in DOUBTFUL and FOLLOWERS.match(text, end))):
        return
    if len(name) < 2 or NO_NAME.match(name) or _is_a_place(text, start, end):
        return
    if any(s <= start < e for s, e in found):
        return
    found[(start, end)] = sureness


def is_no_name(word: str) -> bool:
    """Tell whether `word` begins as words do that only look like names."""
    return bool(NO_NAME.match(word))


def is_place(word: str) -> bool:
    """Tell whether `word` has the ending of a place or an office in it."""
    return bool(re.search(r"[省市县区镇乡村路街局厅部]", word))


def _take_plain(found: dict[tuple[int, int], float], text: str, match: re.Match[str]) -> None:
    """Take a name that only its characters and its end tell, unless the dictionary knows it as another word."""
    start, end = match.span("name")
    name = match["name"].replace(" ", "")
    if name[0] in WEAK and not re.match(COMPOUND_FORMS, name):
        return
    if OFFICIAL.search(text[max(start - 10, 0) : start]) or any(s <= start < e for s, e in found):
        return
    if re.fullmatch(MONGOLIAN, match["name"]):
        _take(found, text, start, end, 0.86)
        return
    for stop in dict.fromkeys((name_end(text, start, end), end, short_end(text, start))):
        ended = FOLLOWERS.match(text, stop) or match["kin"]
        whole = text[start:stop].replace(" ", "")
        if ended and not (NO_NAME.match(whole) or _is_a_place(text, start, stop) or is_other_word(text, start, stop)):
            found.setdefault((start, stop), 0.84)
            return


def short_end(text: str, start: int) -> int:
    """Return where the shortest name from `start` ends: the surname and one character."""
    surname = re.match(COMPOUND_FORMS, text[start : start + 2])
    return start + (3 if surname else 2)


def is_other_word(text: str, start: int, end: int) -> bool:
    """Tell whether the dictionary cuts the text so that these characters are, or belong to, words that are no name."""
    context = text[start : min(end + 3, len(text))].replace(" ", "")
    length = len(text[start:end].replace(" ", ""))
    at = 0
    for word, tag in rjieba.tag(context):
        inside = at > 0 and at + len(word) <= length
        if at < length and len(word) > 1 and not inside and tag not in ("nr", "nrt", "nrfg", "ns", "nz", "x"):
            return True
        if at < length < at + len(word):
            return True
        at += len(word)
    return False


def name_end(text: str, start: int, end: int) -> int:
    """Return where the name ends: its third character may already be the word that follows."""
    places = [at for at in range(start, end) if text[at] != " "]
    head = 2 if re.match(COMPOUND_FORMS, text[start:end].replace(" ", "")) else 1
    short = places[head] + 1
    if len(places) <= head + 1:
        return short
    third = places[head + 1]
    after = third + 1
    # Two blanks-apart characters and a blank before the third: a cell of its own begins.
    if (
        text[third - 1] == " "
        and text[short - 2 : short].strip() == text[short - 2 : short]
        and not _alone(text, third)
    ):
        return short
    if FOLLOWERS.match(text, third) and not _certain_end(text, after):
        return short
    if FOLLOWERS.match(text, after):
        return after
    return short if FOLLOWERS.match(text, third) else after


def _certain_end(text: str, at: int) -> bool:
    return at >= len(text) or not re.match(rf"[{HAN}]", text[at])


def _alone(text: str, at: int) -> bool:
    return at + 1 >= len(text) or not re.match(rf"[{HAN}]", text[at + 1])


_PLACE_AFTER = re.compile(
    r"省|市(?!民)|县|区(?!别)|镇|乡|村|街道|社区|路|大街|河|山|小学|中学|医院|公司|集团|银行|大学|派出所|"
    r"法院|检察院|局|厅|委员会|旗"
)


def _is_a_place(text: str, start: int, end: int) -> bool:
    return bool(_PLACE_AFTER.match(text, end)) or bool(re.search(r"[省市县区镇乡村路街局厅部]", text[start:end]))


def _take_companions(found: dict[tuple[int, int], float], text: str) -> None:
    """Take the names that a found name is joined to by 、, 和 or 与."""
    for _ in range(3):
        before = len(found)
        for _start, end in list(found):
            match = _WITH.match(text, end)
            if match:
                _take(found, text, *match.span("name"), 0.88)
        if len(found) == before:
            return


def _take_repeated(found: dict[tuple[int, int], float], text: str) -> None:
    """Take every other place of a name that was found once."""
    names = {text[start:end].replace(" ", "") for (start, end), sureness in found.items() if sureness >= 0.88}
    if not names:
        return
    taken = sorted(found)
    pattern = re.compile("|".join(" ?".join(map(re.escape, name)) for name in sorted(names, key=len, reverse=True)))
    for match in pattern.finditer(text):
        if not any(start < match.end() and match.start() < end for start, end in taken):
            found[match.span()] = 0.86
