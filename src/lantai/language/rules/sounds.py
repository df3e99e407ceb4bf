"""Pinyin without tones: every reading of a name, the usual reading of text. ü is written v, as people type it."""

import unicodedata
from functools import lru_cache
from itertools import islice, product

from lantai.language.rules.tokens import runs

MOST_READINGS = 8

SURNAMES = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "区": "ou", "查": "zha", "任": "ren", "华": "hua",
    "盖": "ge", "朴": "piao", "冼": "xian", "缪": "miao", "乐": "yue", "召": "shao", "宁": "ning", "洗": "xian",
    "翟": "zhai", "尉": "wei", "员": "yun", "纪": "ji", "葛": "ge", "燕": "yan", "车": "che", "种": "chong",
    "覃": "qin", "秘": "bi", "繁": "po", "逄": "pang", "折": "she", "祭": "zhai", "晟": "cheng", "重": "chong",
    "柏": "bai", "哈": "ha", "那": "na", "娄": "lou", "能": "nai", "郝": "hao", "俞": "yu", "佴": "nai",
    "万俟": "mo qi", "尉迟": "yu chi", "长孙": "zhang sun", "澹台": "tan tai", "令狐": "ling hu", "皇甫": "huang fu",
    "单于": "chan yu", "夏侯": "xia hou", "诸葛": "zhu ge", "欧阳": "ou yang", "鲜于": "xian yu", "宰父": "zai fu",
}  # fmt: skip
"""How a surname is read where the first reading in the dictionary is another; compound surnames with a blank."""


@lru_cache(maxsize=1)
def _dictionary() -> dict[int, str]:
    from pypinyin.pinyin_dict import pinyin_dict

    return dict(pinyin_dict)


@lru_cache(maxsize=8192)
def _readings(char: str) -> tuple[str, ...]:
    """Return the toneless readings of one character, the usual one first; the character itself if it has none."""
    marked = _dictionary().get(ord(char), "")
    return tuple(dict.fromkeys(_toneless(reading) for reading in marked.split(",") if reading)) or (char,)


def _toneless(reading: str) -> str:
    plain = unicodedata.normalize("NFD", reading).replace("u\u0308", "v").replace("e\u0302", "e")
    return "".join(c for c in plain if not unicodedata.combining(c))


def pinyin_readings(name: str) -> list[str]:
    """Return up to eight ways to read a Chinese name, each as one word: "曾小单" gives "zengxiaodan", "zengxiaoshan", …

    The surname's own reading comes first. Empty for a name without letters.
    """
    letters = "".join(runs(name))
    if not letters:
        return []
    surname = next((letters[:size] for size in (2, 1) if letters[:size] in SURNAMES), "")
    choices: list[tuple[str, ...]] = []
    if surname:
        own = SURNAMES[surname].split(" ")
        choices = [tuple(dict.fromkeys((*own[at : at + 1], *_readings(c)))) for at, c in enumerate(surname)]
    choices += [_readings(c) for c in letters[len(surname) :]]
    return list(dict.fromkeys(islice(map("".join, _nearest_first(choices)), MOST_READINGS)))


def _nearest_first(choices: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return products of `choices`, those with the fewest unusual readings first; long names are not multiplied out."""
    usual = tuple(choice[0] for choice in choices)
    singles = [
        (*usual[:at], other, *usual[at + 1 :]) for at, choice in enumerate(choices) for other in choice[1:MOST_READINGS]
    ]
    others = islice(product(*(choice[:3] for choice in choices)), 4 * MOST_READINGS)
    return list(dict.fromkeys([usual, *singles, *others]))


def syllables(text: str) -> list[str]:
    """Return the usual reading of every Chinese character in `text`; other runs stay whole."""
    found: list[str] = []
    for run in runs(text):
        if ord(run[0]) in _dictionary():
            found.extend(_readings(char)[0] for char in run)
        else:
            found.append(run)
    return found
