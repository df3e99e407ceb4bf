"""Certificates for parents of an only child: the register of a neighbourhood and the application of a couple."""

import random
from datetime import date

from sample.city import (
    NEIGHBOURHOODS,
    address,
    day_in,
    enterprise,
    given_name,
    one_of,
    person,
    population_body,
)
from sample.forms import grain, hand, label, landscape, personal
from sample.item import Item
from sample.sheet import Seal, Sheet, points
from sample.typesetting import Entry, set_table


def only_child_register(rng: random.Random, year: int) -> Item:
    """The register of certificates for parents of an only child, kept by a neighbourhood."""
    year = min(year, 2015)
    place = one_of(rng, NEIGHBOURHOODS)
    body = population_body(year).name
    people: list[str] = []
    rows: list[tuple[str, ...]] = []
    for count in range(rng.randint(10, 13)):
        father, mother = given_name(rng, male=True), given_name(rng, male=False)
        boy = rng.random() < 0.52
        child = father[0] + given_name(rng, male=boy)[1:]
        born = day_in(rng, year - rng.randint(0, 9))
        people.extend((father, mother, child))
        rows.append(
            (
                str(count + 1),
                father,
                mother,
                child,
                "男" if boy else "女",
                f"{born:%Y.%m.%d}",
                f"{place[:1]}独字第{rng.randint(100, 999)}号",
                f"{rng.choice((5, 10, 20))}元/月",
                f"{year}.{rng.randint(1, 12)}",
            )
        )
    title = f"{place}{year}年独生子女父母光荣证领取登记表"
    item = personal("only_child_register", "J019", title, body, date(year, 12, 20), "", people, [], rng)
    item.organisation = "DS"
    heads = ("序号", "父亲姓名", "母亲姓名", "子女姓名", "性别", "出生日期", "光荣证编号", "奖励金", "领证时间")
    item.sheets = [
        landscape(
            title,
            heads,
            (16, 30, 30, 30, 18, 34, 44, 30, 30),
            rows,
            f"填报单位：{place}居民委员会",
            f"填报日期：{year}年12月20日",
            rng,
            seal=body,
        )
    ]
    item.forms = ("single_image", "scan_tiff", "scan_pdf")
    return item


def only_child_form(rng: random.Random, year: int) -> Item:
    """The application of one couple for the certificate."""
    year = min(year, 2015)
    on = day_in(rng, year)
    father, mother = (
        person(rng, male=True, born=(year - 44, year - 26)),
        person(rng, male=False, born=(year - 42, year - 24)),
    )
    boy = rng.random() < 0.5
    child = father.name[0] + given_name(rng, male=boy)[1:]
    body, place = population_body(year).name, one_of(rng, NEIGHBOURHOODS)
    sheet = Sheet()
    sheet.centre("独生子女父母光荣证申请表", 34, points(23), "title", kind="title")
    rows: list[tuple[float, list[Entry]]] = [
        (
            11,
            [
                label("", rows=1),
                label("姓　名", face="hei"),
                label("出生日期", face="hei"),
                label("身份证号码", face="hei", columns=2),
            ],
        ),
        (
            12,
            [
                label("父　亲"),
                hand(father.name),
                hand(f"{father.born_on:%Y.%m.%d}"),
                hand(father.identity_number, columns=2),
            ],
        ),
        (
            12,
            [
                label("母　亲"),
                hand(mother.name),
                hand(f"{mother.born_on:%Y.%m.%d}"),
                hand(mother.identity_number, columns=2),
            ],
        ),
        (
            12,
            [
                label("子　女"),
                hand(child),
                hand(f"{day_in(rng, year - rng.randint(0, 8)):%Y.%m.%d}"),
                label("性别"),
                hand("男" if boy else "女"),
            ],
        ),
        (12, [label("工作单位"), hand(enterprise(rng).name, columns=4, align=0.0)]),
        (12, [label("家庭住址"), hand(address(rng), columns=4, align=0.0)]),
        (
            34,
            [
                label("申请理由"),
                hand("我夫妇自愿终身只生育一个子女，现申请领取独生子女父母光荣证，请予批准。", columns=4, align=0.0),
            ],
        ),
        (34, [label("社区居委会\n意　　见"), hand(f"情况属实，同意上报。\n{place}居民委员会", columns=4, align=0.0)]),
        (
            34,
            [
                label("审批机关\n意　　见"),
                hand(f"同意发证。\n{on.year}年{on.month}月{on.day}日", columns=4, align=0.0),
            ],
        ),
    ]
    set_table(sheet, 22, 44, (32, 30, 34, 34, 36), rows)
    sheet.put(Seal(148, 172, 34, f"{place}居民委员会", angle_degrees=rng.gauss(0, 10), grain=grain(rng)))
    sheet.put(Seal(152, 206, 40, body, angle_degrees=rng.gauss(0, 7), grain=grain(rng)))
    item = personal(
        "only_child_form",
        "J019",
        f"{father.name}、{mother.name}独生子女父母光荣证申请表",
        body,
        on,
        "",
        [father.name, mother.name, child],
        [father.identity_number, mother.identity_number],
        rng,
    )
    item.organisation = "DS"
    item.sheets, item.forms = [sheet], ("single_image", "scan_pdf")
    return item
