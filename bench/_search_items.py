"""Synthetic archive items by the million: streamed, seeded, with Zipf-distributed words; random prose, real statistics.

Term statistics and query load are like an archive's; whether an answer is a good one cannot be judged on it.
"""

import random
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from pypinyin.phrases_dict import phrases_dict

FONDS = 20
CATEGORIES = ("WS", "KJ", "ZY", "ZP", "LY", "LX")
CHARACTERS = 300

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
)
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华玉萍红建国文辉云龙海波宁春梅志新成康星光天宏生林家祥东玲小晓雪松柏思源"
_ORGANS = ("市人民政府办公室", "市住房和城乡建设局", "市自然资源和规划局", "市民政局", "市财政局", "市教育局", "市卫生健康委员会",
           "市市场监督管理局", "市农业农村局", "市交通运输局", "市水利局", "市文化和旅游局")  # fmt: skip
_TOPICS = ("老旧小区改造", "征地补偿安置", "农村饮水安全工程", "义务教育均衡发展", "企业登记注册", "城镇最低生活保障", "道路交通安全整治",
           "退役军人安置", "建设用地规划许可", "防汛抗旱", "干部任免", "年度财政预算", "档案数字化", "公共卫生服务", "文物保护",
           "安全生产检查", "婚姻登记", "河道治理", "招商引资", "人才引进")  # fmt: skip
_GENRES = ("通知", "请示", "批复", "报告", "会议纪要", "决定", "意见", "函", "实施方案", "总结")
_BOILERPLATE = ("根据上级有关文件精神，结合我市实际，经研究，", "现将有关事项通知如下，请认真贯彻执行。", "特此通知。",
                "各有关单位要高度重视，加强组织领导，", "确保各项工作落到实处。", "请各单位按照职责分工，抓好贯彻落实。")  # fmt: skip
_COMMON = ("工作", "管理", "建设", "发展", "单位", "部门", "项目", "经济", "社会", "服务", "制度", "计划", "检查", "资金",
           "人员", "情况")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """One synthetic item."""

    number: int
    fonds: int
    category: str
    year: int
    month: int
    day: int
    retention: str
    opening: str
    access_level: int
    code: str
    document_number: str
    organ: str
    name: str
    title: str
    text: str


@lru_cache(maxsize=1)
def vocabulary() -> tuple[list[str], list[float]]:
    """Return some 45,000 words, office words first, and their cumulative Zipf weights."""
    words = [word for word in phrases_dict if 2 <= len(word) <= 4]
    random.Random(7).shuffle(words)
    ordered = [*_COMMON, *words]
    return ordered, list(accumulate(1.0 / (rank + 10) for rank in range(len(ordered))))


def items(count: int, seed: int = 1) -> Iterator[Item]:
    """Yield `count` items, the same ones for the same seed."""
    chance = random.Random(seed)
    words, weights = vocabulary()
    for number in range(count):
        yield _item(number, chance, words, weights)


def _item(number: int, chance: random.Random, words: list[str], weights: list[float]) -> Item:
    pick = chance.random
    year = 1985 + int(pick() ** 0.6 * 40)
    fonds = int(FONDS * pick() ** 2)
    organ, topic, genre = chance.choice(_ORGANS), chance.choice(_TOPICS), chance.choice(_GENRES)
    name = chance.choice(_SURNAMES) + chance.choice(_GIVEN) + (chance.choice(_GIVEN) if pick() < 0.8 else "")
    category = CATEGORIES[int(len(CATEGORIES) * pick() ** 2)]
    return Item(
        number=number,
        fonds=fonds,
        category=category,
        year=year,
        month=1 + int(pick() * 12),
        day=1 + int(pick() * 28),
        retention=("Y", "D30", "D10")[int(pick() * 3)],
        opening=("open", "not_reviewed", "restricted")[int(pick() * 3)],
        access_level=0 if pick() < 0.9 else 10,
        code=f"Z{100 + fonds}-{category}·{year}·{number % 7}-{number:07d}",
        document_number=f"砚{organ[1]}发〔{year}〕{1 + int(pick() * 400)}号",
        organ=organ,
        name=name,
        title=f"{organ}关于{words[bisect(weights, pick() * weights[-1])]}{topic}的{genre}",
        text=_prose(chance, words, weights, name, topic),
    )


def _prose(chance: random.Random, words: list[str], weights: list[float], name: str, topic: str) -> str:
    total = weights[-1]
    pick = chance.random
    parts = [chance.choice(_BOILERPLATE), topic, "由", name, "同志负责。"]
    length = sum(map(len, parts))
    while length < CHARACTERS:
        if pick() < 0.08:
            piece = chance.choice(_BOILERPLATE)
        else:
            piece = "".join([words[bisect(weights, pick() * total)] for _ in range(6)]) + (
                "，" if pick() < 0.6 else "。\n"
            )
        parts.append(piece)
        length += len(piece)
    return "".join(parts)


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the load: what is typed and, for filtered ones, the fonds and years."""

    text: str
    fonds: int | None = None
    years: tuple[int, int] | None = None


def questions(count: int, sample: list[Item], seed: int = 2) -> dict[str, list[Question]]:
    """Return `count` questions of each kind, made from items that are there."""
    chance = random.Random(seed)
    words, _ = vocabulary()
    common = _COMMON
    found: dict[str, list[Question]] = {kind: [] for kind in ("exact", "name", "rare", "common", "phrase", "filtered")}
    for _ in range(count):
        item = chance.choice(sample)
        found["exact"].append(Question(chance.choice((item.code, item.document_number))))
        found["name"].append(Question(item.name))
        found["rare"].append(Question(words[chance.randrange(len(words) // 4, len(words))]))
        found["common"].append(Question(" ".join(chance.sample(common, chance.choice((2, 3))))))
        at = chance.randrange(0, len(item.text) - 12)
        found["phrase"].append(Question(item.text[at : at + chance.randrange(4, 9)].replace("\n", "").strip("，。")))
        first = chance.randrange(1985, 2015)
        found["filtered"].append(
            Question(" ".join(chance.sample(common, 2)), chance.randrange(FONDS), (first, first + 10))
        )
    return found
