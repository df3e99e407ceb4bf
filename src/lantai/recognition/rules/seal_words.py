"""What the words of a seal mean: clean what was read on its ring, its level lines and its square."""

import itertools
import re
import unicodedata
from collections.abc import Sequence

from rapidfuzz import fuzz, process

PURPOSES = (
    "合同专用章", "财务专用章", "发票专用章", "档案专用章", "业务专用章", "行政审批专用章", "户口专用章", "公章",
    "人事专用章", "报关专用章", "检验专用章", "规划审批专用章", "审批专用章", "婚姻登记专用章", "登记专用章", "专用章",
    "现金收讫", "现金付讫", "转讫", "财务章", "审核专用章", "出图专用章", "竣工图章", "电子专用章", "查询专用章",
)  # fmt: skip
NEAR_PURPOSE = 70
LEAST_SURE_END = 0.55
LEAST_SUPPORT = 0.22

_SIGN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffffA-Za-z()（）·]")
_ENDS = re.compile(
    r"(局|厅|部|署|处|科|室|所|站|院|会|团|馆|社|行|厂|店|校|园|队|公司|中心|政府|办公室|委员会|委|集团|大学|法院|合作社|事务所|协会|基金会|支行|分行|分局|大队|支队|医院|学校|幼儿园)$"
)
_BEGINS = re.compile(r".{1,8}?(省|市|县|区|旗|州|乡|镇|国)")
_NOT_CODE = str.maketrans("OoIlBSZ", "0011852")


def as_name(text: str, sureness: Sequence[float]) -> tuple[str, float]:
    """Return the name in what was read around a ring, and how sure that is: doubtful signs at its ends are let go.

    The bits of rim, star and code beside the first and last letter are read as brackets, digits and strokes.
    """
    signs = [
        (unicodedata.normalize("NFKC", sign), sure)
        for sign, sure in zip(text, sureness, strict=True)
        if not sign.isspace()
    ]
    while signs and not _is_name_end(*signs[0]):
        signs.pop(0)
    while signs and not _is_name_end(*signs[-1]):
        signs.pop()
    kept = _without_tail([(sign, sure) for sign, sure in signs if _SIGN.match(sign) or sign.isdigit()])
    if not kept:
        return "", 0.0
    return "".join(sign for sign, _ in kept), sum(sure for _, sure in kept) / len(kept)


def agreed_name(readings: Sequence[Sequence[tuple[int, str, float]]], steps: int) -> tuple[str, float]:
    """Return the name on which several readings of one ring agree, letter by letter, and how sure that is.

    Each reading is (place, letter, sureness) with places from 0 to `steps`. Letters of different readings that stand in
    one place are votes for that place; places with little support are the rim or print that lies across.
    """
    letters = sorted(one for reading in readings for one in reading if _SIGN.match(one[1]))
    spacing = _spacing(readings)
    if not letters or spacing is None:
        return "", 0.0
    signs: list[tuple[str, float]] = []
    for group in _groups(letters, 0.5 * spacing):
        votes: dict[str, float] = {}
        for _, sign, sure in group:
            votes[sign] = votes.get(sign, 0.0) + sure * sure
        sign = max(votes, key=lambda one: votes[one])
        support = votes[sign] / len(readings)
        if support >= LEAST_SUPPORT:
            signs.append((sign, max(sure for _, other, sure in group if other == sign)))
    return as_name("".join(sign for sign, _ in signs), [sure for _, sure in signs])


def _spacing(readings: Sequence[Sequence[tuple[int, str, float]]]) -> float | None:
    """Return how far the letters of a ring stand apart: the middle of the steps between neighbours."""
    steps = sorted(
        after[0] - before[0]
        for reading in readings
        for before, after in itertools.pairwise(sorted(reading))
        if after[0] > before[0]
    )
    return float(steps[len(steps) // 2]) if len(steps) >= 3 else None


def _groups(letters: Sequence[tuple[int, str, float]], reach: float) -> list[list[tuple[int, str, float]]]:
    """Part letters, in the order of their places, wherever the next stands further off than `reach` from the middle."""
    groups: list[list[tuple[int, str, float]]] = []
    for one in letters:
        if groups and one[0] - sum(other[0] for other in groups[-1]) / len(groups[-1]) <= reach:
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _without_tail(signs: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Cut off up to three doubtful signs after what ends a name: they are the ring seen a second time."""
    text = "".join(sign for sign, _ in signs)
    for extra in (1, 2, 3):
        head, tail = text[:-extra], signs[len(signs) - extra :]
        if len(head) >= 4 and _ENDS.search(head) and not _ENDS.search(text) and min(sure for _, sure in tail) < 0.9:
            return signs[:-extra]
    return signs


def name_worth(name: str, sure: float) -> float:
    """Return how likely a reading is the whole name of an organisation: surely read, long, begun and ended as names are.

    A start inside the ring breaks a name in two, so that it begins with its own end.
    """
    worth: float = sure * min(len(name), 30) ** 0.35
    worth *= 1.25 if _ENDS.search(name) else 1.0
    return worth * (1.1 if _BEGINS.match(name) else 1.0)


def _is_name_end(sign: str, sure: float) -> bool:
    return bool("\u3400" <= sign <= "\u9fff" and sign not in "一丨丿乙亅" and sure >= LEAST_SURE_END) or (
        sign.isascii() and sign.isalpha() and sure > 0.95
    )


def as_purpose(text: str) -> str:
    """Return the level line of a seal, put right where it is nearly one of the usual words; empty if it is no words."""
    bare = "".join(re.findall(r"[\u3400-\u9fff]", unicodedata.normalize("NFKC", text)))
    if len(bare) < 2:
        return ""
    near = process.extractOne(bare, PURPOSES, scorer=fuzz.ratio, score_cutoff=NEAR_PURPOSE)
    return near[0] if near else bare if len(bare) >= 3 and bare.endswith("章") else ""


def as_code(text: str) -> str:
    """Return the code of a seal (13 digits, or 15 to 18 letters and digits); empty if there is none. Source: GA/T 1106."""
    bare = unicodedata.normalize("NFKC", text).replace(" ", "")
    runs = re.findall(r"[0-9A-Za-z]{9,20}", bare)
    if not runs:
        return ""
    longest: str = max(runs, key=len)
    digits = longest.translate(_NOT_CODE)
    return digits if digits.isdigit() else longest.upper()


def most_usual(texts: Sequence[str]) -> str:
    """Return the text that most readings agree on, the longest of equals; empty where there is none."""
    there = [text for text in texts if text]
    return max(there, key=lambda text: (there.count(text), len(text)), default="")


def square_name(text: str) -> str:
    """Return the name on a square seal without the words for seal that fill its fourth place."""
    bare = "".join(re.findall(r"[\u3400-\u9fff]", unicodedata.normalize("NFKC", text)))
    return re.sub(r"(之印|印章|之章|印|章)$", "", bare)
