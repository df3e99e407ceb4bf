"""Names that stand free in prose, told by a dictionary's cutting and by the characters that names are made of.

Sought only near other signs of a person: on a page of law or plans nobody is meant by 古树 or 文明.
"""

import re
from collections.abc import Iterator, Sequence

import rjieba

from lantai.recognition.rules.personal.name_parts import COMMON, COMPOUND, MONGOLIAN, SURNAMES, WEAK
from lantai.recognition.rules.personal.people import (
    OFFICIAL,
    PLAIN_NAME,
    is_no_name,
    is_other_word,
    is_place,
    name_end,
    short_end,
)

_HAN_RUN = re.compile(r"[\u4e00-\u9fff]{2,}")
_SURE_TAGS = ("nr", "nrt", "nrfg", "x")
_NEAR = 250
_KNOWN = (
    "万宁 万山 万州 万科 万达 东山 东方 东海 乐园 乐山 乐清 人文景 仁寿 从业 从优 余姚 余干 余庆 余杭 余江 "
    "余热 余量 元宵 元氏 元江 元谋 党章 党风 全新 关山 关岭 冷山 冷水 凌晨 凌海 凌源 利川 包头 包装 华东 华中 "
    "华亭 华北 华南 华安 华容 华山 华文 华西 华阴 单双 卫士 卫星 卫生 古树 古树名 司法 吉安 吉林 吉祥 和平 "
    "喻家 孙子 宁夏 宁波 宁海 安全 安吉 安宁 安定 安平 安庆 安康 安阳 宋庄 宗旨 尚义 尚德 尚志 山林 常山 常州 "
    "常德 常春 平乐 平和 平安 平定 平昌 平江 平阳 广元 广安 康乐 康复 康平 廉洁 张家 张扬 张贴 成功 成年 成立 "
    "成都 成长 房东 房山 房源 揭发 文书 文体 文号 文娱 文学 文安 文山 文成 文教 文旅 文昌 文明 文景 文景观 "
    "文水 文物 文章 文风 方城 方山 方正 时代 时光 时常 昌平 昌江 明文 明星 明珠 明确 易县 易发 易地 易门 曲江 "
    "曲阳 权利 权力 权威 权重 林业 林区 林地 林场 林政 林木 林权 林海 柏油 柳州 柴达 梅山 梅州 武功 武夷 武威 "
    "武宁 武山 武平 武昌 武汉 武清 武进 武陵 武隆 段中 段落 毕业 毕节 水利 水文 水泥 水源 水电 水系 江东 江北 "
    "江南 江山 江河 江海 江源 江西 江阳 池州 汤山 沙河 沙洲 沙石 洪水 洪江 洪泽 洪湖 海东 海北 海南 海洋 海西 "
    "温和 温州 温泉 焦化 焦炭 焦点 燕山 牛奶 田园 白云 白云观 白名 白城 白天 白山 白昼 白河 白银 石化 石家 "
    "石家庄 石材 石林 石河 石油 石砚 石首 祁连 祁门 祁阳 秦岭 秦川 秦淮 程序 程度 童年 简明 简阳 米易 耿马 "
    "胡同 胡杨 花卉 花园 花山 花木 花溪 花都 苏州 荣昌 计生 许昌 谈判 谷城 谷物 贺兰 路况 路基 路径 路政 路灯 "
    "路由 车长 连云 连年 连续 郑州 金华 金地 金属 金山 金文 金星 金桥 金石 金科 金色 金融 金质 金辉 金银 金龙 "
    "钟山 钟楼 钟祥 钱江 阜阳 阳光 阳台 阳江 陆丰 陆地 陆川 陆河 陆海 陆良 雷达 雷雨 韶山 顾全 马力 马尾 马山 "
    "马达 马鞍 马龙 高中 高位 高压 高原 高发 高地 高尚 高山 高峰 高峰期 高新 高明 高标 高校 高水 高水平 高温 "
    "高端 高质 高达 高龄 黄河 黄金 龙山 龙川 龙江 龙泉 "
)
# Words whose characters look like a name, as laws and plans have them.
_WORDS = frozenset(_KNOWN.split())
_PLACE_BEHIND = re.compile(
    r"[\u4e00-\u9fff]{0,8}?(?:有限|股份|公司|集团|合作社|经营部|工作室)|[\u4e00-\u9fff]{0,3}?(?:旗|苏木|嘎查|自治)|[\u4e00-\u9fff]{0,1}[店馆坊坪坞]|省|市|县|区|镇|乡|村|街|路|河|山|湖|江|海|桥|港|站|院|校|厂|局|厅|部|所|公司|集团|银行|小学|中学|大学|社区|小区|遗址|景|湿地|等地|一带|等县|等市|旗|州|寺|观|庙"
)


def plain_names_in(text: str, signs: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the places of free-standing names within reach of `signs`, the places of other signs of persons."""
    for run in _HAN_RUN.finditer(text):
        if any(run.start() - _NEAR < sign < run.end() + _NEAR for sign in signs):
            for start, end in _names_of_run(run.group()):
                at, stop = run.start() + start, run.start() + end
                if not OFFICIAL.search(text[max(at - 10, 0) : at]) and not _PLACE_BEHIND.match(text, stop):
                    yield at, stop


_LED_ON = re.compile(
    rf"(?<=[系与和被由对向给让同及据到认养窃占为伙了找请是名母父子女人部员长夫妻])(?P<name>{PLAIN_NAME})"
)


def led_names_in(text: str, signs: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the places of names that a word such as 与, 被 or 由 leads on to, within reach of `signs`."""
    for match in _LED_ON.finditer(text):
        start, end = match.span("name")
        if not any(abs(start - sign) < _NEAR for sign in signs) or text[start] in WEAK:
            continue
        for stop in dict.fromkeys((name_end(text, start, end), short_end(text, start))):
            name = text[start:stop].replace(" ", "")
            if is_name(name) and not is_other_word(text, start, stop):
                if not OFFICIAL.search(text[max(start - 10, 0) : start]) and not _PLACE_BEHIND.match(text, stop):
                    yield start, stop
                break


def mongolian_names_in(text: str, signs: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the places of free-standing Mongolian names of three characters and more within reach of `signs`."""
    for match in _MONGOLIAN_NAME.finditer(text):
        near = any(abs(match.start() - sign) < _NEAR for sign in signs)
        named = len(match.group()) >= 3 and not OFFICIAL.search(text[max(match.start() - 10, 0) : match.start()])
        if near and named and not _PLACE_BEHIND.match(text, match.end()):
            yield match.span()


_MONGOLIAN_NAME = re.compile(MONGOLIAN)


def _names_of_run(run: str) -> Iterator[tuple[int, int]]:
    tokens = rjieba.tag(run)
    at = index = 0
    while index < len(tokens):
        length, used = _name_at(tokens, index)
        if length:
            yield at, at + length
        for _ in range(used):
            at += len(tokens[index][0])
            index += 1


def _name_at(tokens: list[tuple[str, str]], index: int) -> tuple[int, int]:
    """Return (characters of a name that begins with token `index` or 0, tokens passed)."""
    word, tag = tokens[index]
    compound = word if word in COMPOUND else ""
    if len(word) in (2, 3, 4) and not compound:
        if tag in _SURE_TAGS and is_name(word):
            more = tokens[index + 1][0] if index + 1 < len(tokens) else ""
            if len(word) == 2 and len(more) == 1 and more in COMMON and is_name(word + more) and not _leads_on(more):
                return 3, 2
            return len(word), 1
        return 0, 1
    if not (compound or (len(word) == 1 and word in SURNAMES)):
        return 0, 1
    name, used = word, 1
    while index + used < len(tokens) and len(name) < len(word) + 2:
        following, following_tag = tokens[index + used]
        if len(name) + len(following) > len(word) + 2 or any(char not in COMMON for char in following):
            break
        if (
            len(following) == 1
            and (_leads_on(following) or following_tag in ("p", "c", "u", "uj", "f", "m", "q", "r"))
            and used > 1
        ):
            break
        name += following
        used += 1
    return (len(name), used) if used > 1 and is_name(name) else (0, 1)


def _leads_on(char: str) -> bool:
    return char in "和与及同对向由被将来到是有为等常自从以之其可能所未已正在着了过去上下中外年月日名实良"


def is_name(word: str) -> bool:
    """Tell whether `word` is built as a name: a surname, then one or two characters of given names; no known word."""
    head = next((name for name in COMPOUND if word.startswith(name)), "") or word[0]
    given = word[len(head) :]
    if head not in COMPOUND and (head not in SURNAMES or head in WEAK):
        return False
    if not 1 <= len(given) <= 2 or any(char not in COMMON for char in given):
        return False
    return word not in _WORDS and not is_no_name(word) and not is_place(word)
