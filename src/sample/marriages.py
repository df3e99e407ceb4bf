"""Marriages: the declaration and examination of a couple, and the register of a year."""

import random
from datetime import date

from sample.city import (
    CITY,
    DISTRICTS,
    address,
    day_in,
    given_name,
    one_of,
    person,
)
from sample.codes import REGION, dated
from sample.forms import grain, hand, label, landscape, personal
from sample.item import Item
from sample.sheet import BLUE_INK, Picture, Seal, Sheet, Text, points
from sample.typesetting import Entry, set_table

_DEGREES = ("初中", "高中", "中专", "大专", "本科", "研究生")
_TRADES = ("工人", "教师", "职员", "农民", "个体经营", "公务员", "医护人员", "技术员", "待业")
_MARITAL = ("未婚", "未婚", "未婚", "离婚", "丧偶")


def marriage_file(rng: random.Random, year: int) -> Item:
    """The form on which a marriage was declared, examined and entered: two leaves."""
    on = day_in(rng, year)
    man, woman = (
        person(rng, male=True, born=(year - 36, year - 23)),
        person(rng, male=False, born=(year - 34, year - 21)),
    )
    office = f"{CITY}{one_of(rng, DISTRICTS[:3])}民政局"
    number = f"J{REGION}-{year}-{rng.randint(1, 6800):06d}"
    clerk = given_name(rng, male=rng.random() < 0.3)
    declare = Sheet()
    declare.centre("申请结婚登记声明书", 34, points(24), "title", tracking_mm=1.5, kind="title")
    rows: list[tuple[float, list[Entry]]] = [
        (
            11,
            [
                label("项　目", face="hei"),
                label("男　方", face="hei", columns=2),
                label("女　方", face="hei", columns=2),
            ],
        )
    ]
    facts = [
        ("姓　名", man.name, woman.name),
        ("国　籍", "中国", "中国"),
        ("出生日期", f"{man.born_on:%Y.%m.%d}", f"{woman.born_on:%Y.%m.%d}"),
        ("民　族", "汉", one_of(rng, ("汉", "汉", "汉", "回", "土家"))),
        ("职　业", one_of(rng, _TRADES), one_of(rng, _TRADES)),
        ("文化程度", one_of(rng, _DEGREES), one_of(rng, _DEGREES)),
        ("婚姻状况", one_of(rng, _MARITAL), one_of(rng, _MARITAL)),
        ("身份证件号", man.identity_number, woman.identity_number),
        ("常住户口所在地", address(rng), address(rng)),
    ]
    rows += [
        (20 if name == "常住户口所在地" else 11.5, [label(name), hand(his, columns=2), hand(hers, columns=2)])
        for name, his, hers in facts
    ]
    words = (
        "本人与对方自愿结为夫妻，均无配偶，没有直系血亲和三代以内旁系血亲关系，"
        "了解对方的身体健康状况。上述声明完全真实，如有虚假，愿承担法律责任。"
    )
    rows.append((34, [label("声　明"), Entry(words, columns=4, align=0.0)]))
    sign = f"声明人：{man.name}\n{on.year}年{on.month}月{on.day}日"
    rows.append((24, [label("签　名"), hand(sign, columns=2), hand(sign.replace(man.name, woman.name), columns=2)]))
    low = set_table(declare, 22, 44, (34, 33, 33, 33, 33), rows)
    declare.put(Text(f"监誓人：{clerk}", 24, low + 12, points(13), "kai", BLUE_INK))
    declare.put(Seal(66, low + 10, 11, clerk, shape="square", angle_degrees=rng.gauss(0, 5), grain=grain(rng)))
    declare.aligned(dated(on), 186, low + 12, points(13), share=1.0, kind="date")
    examine = _examination(rng, number, on, man.name, woman.name, office, clerk)
    title = f"{man.name}与{woman.name}结婚登记档案"
    item = personal(
        "marriage_file",
        "J019",
        title,
        office,
        on,
        number,
        [man.name, woman.name, clerk],
        [man.identity_number, woman.identity_number],
        rng,
    )
    item.organisation = "HY"
    item.sheets = [declare, examine]
    return item


def _examination(rng: random.Random, number: str, on: date, man: str, woman: str, office: str, clerk: str) -> Sheet:
    sheet = Sheet()
    sheet.centre("结婚登记审查处理表", 34, points(24), "title", tracking_mm=1.5, kind="title")
    given = f"{on.year}年{on.month}月{on.day}日"
    rows: list[tuple[float, list[Entry]]] = [
        (12, [label("结婚证字号"), hand(number, columns=2), label("照　片", rows=4)]),
        (12, [label("登记日期"), hand(given, columns=2)]),
        (12, [label("男方姓名"), hand(man, columns=2)]),
        (12, [label("女方姓名"), hand(woman, columns=2)]),
        (22, [label("提交证件"), hand("1．居民身份证　2．户口簿　3．合影照片三张", columns=3, align=0.0)]),
        (
            36,
            [
                label("审查意见"),
                hand(
                    "经审查，双方符合《中华人民共和国婚姻法》关于结婚的规定，准予登记，发给结婚证。",
                    columns=3,
                    align=0.0,
                ),
            ],
        ),
        (14, [label("登记员"), hand(clerk), label("登记机关"), hand(office)]),
        (14, [label("领证签名"), hand(f"{man}　{woman}"), label("领证日期"), hand(given)]),
        (
            22,
            [
                label("备　注"),
                hand(one_of(rng, ("", "", f"女方户口于{on.year}年迁入。", "补领，原件遗失。")), columns=3, align=0.0),
            ],
        ),
    ]
    set_table(sheet, 22, 46, (32, 46, 38, 50), rows)
    sheet.put(Picture(142, 49, 42, 42, "couple", rng.randrange(999), monochrome=on.year < 2003))
    sheet.put(
        Seal(
            150 + rng.uniform(-6, 8),
            150 + rng.uniform(-4, 4),
            40,
            office,
            "婚姻登记专用章",
            angle_degrees=rng.gauss(0, 6),
            grain=grain(rng),
        )
    )
    sheet.put(Seal(94, 157, 11, clerk, shape="square", angle_degrees=rng.gauss(0, 6), grain=grain(rng)))
    return sheet


def marriage_register(rng: random.Random, year: int) -> Item:
    """A leaf or two of the yearly register of marriages, landscape."""
    district = one_of(rng, DISTRICTS)
    office = f"{CITY}{district}民政局"
    start = rng.randint(1, 4000)
    heads = ("编号", "男方姓名", "男方身份证号", "女方姓名", "女方身份证号", "登记日期", "结婚证字号", "登记员")
    people: list[str] = []
    codes: list[str] = []
    clerk = given_name(rng, male=False)

    def row(place: int) -> tuple[str, ...]:
        man, woman = (
            person(rng, male=True, born=(year - 36, year - 23)),
            person(rng, male=False, born=(year - 34, year - 21)),
        )
        people.extend((man.name, woman.name))
        codes.extend((man.identity_number, woman.identity_number))
        on = day_in(rng, year, 1 + place // 8 % 12, 1 + place // 8 % 12)
        return (
            str(start + place),
            man.name,
            man.identity_number,
            woman.name,
            woman.identity_number,
            f"{on:%m.%d}",
            f"{year}-{start + place:05d}",
            clerk,
        )

    item = personal(
        "marriage_register",
        "J019",
        f"{year}年{district}结婚登记册（第{start}号起）",
        office,
        date(year, 12, 31),
        "",
        people,
        codes,
        rng,
    )
    item.organisation = "HY"
    for leaf in range(rng.randint(1, 2)):
        rows = [row(leaf * 13 + place) for place in range(13)]
        item.sheets.append(
            landscape(
                f"{district}{year}年度结婚登记册",
                heads,
                (17, 24, 52, 24, 52, 21, 34, 23),
                rows,
                f"登记机关：{office}",
                f"第{leaf + 1}页",
                rng,
            )
        )
    return item
