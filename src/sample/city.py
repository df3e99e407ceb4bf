"""Yanzhou 砚州, a city that does not exist: its districts, streets, bodies, enterprises and people.

Everything here is invented; the names of the districts are the four treasures of the writer's desk.
"""

import random
from dataclasses import dataclass
from datetime import date

from sample.codes import credit_code, identity_number

CITY = "砚州市"
SHORT = "砚"
PROVINCE = "岱南省"
DISTRICTS = ("松烟区", "笺湖区", "墨塘区", "毫山县", "青镇县", "云笈县")
STREETS = (
    "松烟大道",
    "笺湖路",
    "墨塘东街",
    "洗砚巷",
    "青藤路",
    "观澜大街",
    "临池路",
    "文津街",
    "兰亭北路",
    "柿叶街",
    "竹简巷",
    "鹅池路",
    "流觞街",
    "砥石路",
    "桑麻街",
    "望槐路",
    "枕溪路",
    "白鹭洲路",
    "石鼓巷",
    "听雨街",
)
NEIGHBOURHOODS = (
    "洗砚社区",
    "临池社区",
    "文津社区",
    "枕溪社区",
    "望槐社区",
    "鹅池社区",
    "石鼓社区",
    "桑麻社区",
    "白鹭社区",
)
VILLAGES = ("上松村", "柿园村", "枫桥头村", "石砚坪村", "竹坞村", "青麻湾村", "渡口村", "杏树岭村")
RIVERS = ("墨水河", "洗砚溪", "笺湖", "枕溪")

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_MALE = "伟强磊军洋勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林阳建国志文光永德海松柏庆祥瑞铭泽清远"
_FEMALE = "芳娜敏静秀娟英慧巧美淑惠珠翠雅芝玉萍红月彩春菊兰凤洁梅琳素云莲真环雪荣爱妹霞香莺媛艳瑞凡佳嘉琼桂婷"

_TRADES = (
    "建筑工程",
    "商贸",
    "机械制造",
    "食品",
    "物流",
    "置业",
    "纺织",
    "信息技术",
    "生物科技",
    "印刷包装",
    "水产养殖",
    "文化传播",
    "环保设备",
    "农业开发",
)
_BRANDS = [
    "兰溪",
    "松风",
    "墨韵",
    "砚池",
    "远帆",
    "恒石",
    "春禾",
    "青禾",
    "锦川",
    "瑞麟",
    "云阶",
    "启明",
    "和畅",
    "百川",
    "嘉木",
    "朗润",
    "广厦",
    "宏图",
    "鼎新",
    "金穗",
    "天工",
    "碧梧",
]


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person."""

    name: str
    male: bool
    born_on: date
    identity_number: str

    @property
    def sex(self) -> str:
        return "男" if self.male else "女"


@dataclass(frozen=True, slots=True)
class Enterprise:
    """An invented enterprise."""

    name: str
    code: str
    trade: str
    address: str


def one_of(rng: random.Random, choices: tuple[str, ...] | list[str]) -> str:
    return choices[rng.randrange(len(choices))]


def given_name(rng: random.Random, *, male: bool) -> str:
    signs = _MALE if male else _FEMALE
    name = "".join(rng.sample(signs, 1 if rng.random() < 0.3 else 2))
    return rng.choice(_SURNAMES) + name


def day_in(rng: random.Random, year: int, first_month: int = 1, last_month: int = 12) -> date:
    return date(year, rng.randint(first_month, last_month), rng.randint(1, 28))


def person(rng: random.Random, *, male: bool | None = None, born: tuple[int, int] = (1950, 1985)) -> Person:
    sex = rng.random() < 0.55 if male is None else male
    born_on = day_in(rng, rng.randint(*born))
    return Person(given_name(rng, male=sex), sex, born_on, identity_number(rng, born_on, male=sex))


def address(rng: random.Random) -> str:
    if rng.random() < 0.75:
        spot = f"{rng.randint(1, 288)}号"
        if rng.random() < 0.5:
            spot += f"{rng.randint(1, 24)}幢{rng.randint(1, 6)}单元{rng.randint(1, 18)}0{rng.randint(1, 4)}室"
        return f"{CITY}{one_of(rng, DISTRICTS[:3])}{one_of(rng, STREETS)}{spot}"
    return f"{CITY}{one_of(rng, DISTRICTS[3:])}{one_of(rng, VILLAGES)}{rng.randint(1, 12)}组{rng.randint(1, 90)}号"


def enterprise(rng: random.Random, trade: str = "") -> Enterprise:
    line = trade or one_of(rng, _TRADES)
    form = one_of(rng, ("有限公司", "有限责任公司", "股份有限公司")) if rng.random() < 0.7 else "有限公司"
    brand = one_of(rng, _BRANDS) + (one_of(rng, ("", "华", "泰", "源", "达")) if rng.random() < 0.4 else "")
    return Enterprise(f"{CITY}{brand}{line}{form}", credit_code(rng), line, address(rng))


@dataclass(frozen=True, slots=True)
class Body:
    """A body of the city: what it is called, and the word it numbers its papers with."""

    name: str
    word: str
    office: str


GOVERNMENT = Body(f"{CITY}人民政府", "砚政", f"{CITY}人民政府办公室")
OFFICE = Body(f"{CITY}人民政府办公室", "砚政办", f"{CITY}人民政府办公室")
CIVIL_AFFAIRS = Body(f"{CITY}民政局", "砚民", f"{CITY}民政局办公室")
FINANCE = Body(f"{CITY}财政局", "砚财", f"{CITY}财政局办公室")

BUREAUS = (
    "市发展改革委",
    "市教育局",
    "市公安局",
    "市民政局",
    "市司法局",
    "市财政局",
    "市人力资源社会保障局",
    "市交通运输局",
    "市水利局",
    "市农业局",
    "市文化局",
    "市卫生局",
    "市审计局",
    "市环境保护局",
    "市统计局",
    "市档案局",
    "市城市管理局",
    "市林业局",
)


# What a bureau was called until when: (name today's lists use, first year of the new name, new name), oldest first.
_RENAMED = (
    ("市建设局", 2010, "市住房城乡建设局"),
    ("市卫生局", 2014, "市卫生计生委"),
    ("市卫生计生委", 2019, "市卫生健康委"),
    ("市环境保护局", 2019, "市生态环境局"),
    ("市安全生产监督管理局", 2019, "市应急管理局"),
    ("市国土资源局", 2019, "市自然资源和规划局"),
    ("市农业局", 2019, "市农业农村局"),
    ("市文化局", 2019, "市文化和旅游局"),
)


def named_in(text: str, year: int) -> str:
    """Return a text with every bureau called as it was in a year."""
    for old, since, new in _RENAMED:
        if year >= since:
            text = text.replace(old, new)
    return text


def planning_body(year: int) -> Body:
    """Return the planning authority of a year (renamed in the reform of 2019)."""
    if year >= 2019:
        return Body(f"{CITY}自然资源和规划局", "砚自然资规", f"{CITY}自然资源和规划局办公室")
    return Body(f"{CITY}规划局", "砚规", f"{CITY}规划局办公室")


def construction_body(year: int) -> Body:
    """Return the construction authority of a year (renamed in 2010)."""
    if year >= 2010:
        return Body(f"{CITY}住房和城乡建设局", "砚建", f"{CITY}住房和城乡建设局办公室")
    return Body(f"{CITY}建设局", "砚建", f"{CITY}建设局办公室")


def registering_body(year: int) -> Body:
    """Return the authority that registered enterprises in a year."""
    if year >= 2019:
        return Body(f"{CITY}市场监督管理局", "砚市监", f"{CITY}市场监督管理局办公室")
    return Body(f"{CITY}工商行政管理局", "砚工商", f"{CITY}工商行政管理局办公室")


def population_body(year: int) -> Body:
    """Return the authority for family planning in a year."""
    if year >= 2014:
        return Body(f"{CITY}卫生和计划生育委员会", "砚卫计", f"{CITY}卫生和计划生育委员会办公室")
    return Body(f"{CITY}人口和计划生育委员会", "砚人口", f"{CITY}人口和计划生育委员会办公室")
