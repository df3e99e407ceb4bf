"""Money: budget and outcome of a year, and relief goods handed out against a signature."""

import random
from datetime import date

from sample.city import (
    BUREAUS,
    CIVIL_AFFAIRS,
    DISTRICTS,
    FINANCE,
    NEIGHBOURHOODS,
    address,
    given_name,
    named_in,
    one_of,
    person,
)
from sample.codes import dated
from sample.forms import grain, landscape
from sample.item import Item
from sample.sheet import Seal, Sheet, Text, points
from sample.typesetting import Entry, set_table

_HEADINGS = (
    "人员经费",
    "公用经费",
    "专项业务费",
    "基本建设支出",
    "社会保障补助",
    "教育事业费",
    "科技三项费用",
    "农林水事务",
    "城市维护费",
    "医疗卫生支出",
    "文物保护经费",
    "档案保护费",
    "抚恤和社会救济",
    "其他支出",
)


def budget_table(rng: random.Random, year: int) -> Item:
    """A table of budget and outcome with subtotals, one or two leaves."""
    rows: list[tuple[float, list[Entry]]] = [
        (
            10,
            [
                Entry(head, face="hei", kind="table_head", rows=rows_, columns=columns)
                for head, rows_, columns in (
                    ("科目编码", 2, 1),
                    ("项目", 2, 1),
                    (f"{year}年", 1, 2),
                    (f"{year - 1}年决算", 2, 1),
                    ("增减（%）", 2, 1),
                )
            ],
        ),
        (9, [Entry(head, face="hei", kind="table_head") for head in ("年初预算", "执行数")]),
    ]
    totals = [0, 0, 0]
    for place, heading in enumerate(rng.sample(_HEADINGS, rng.randint(10, 14))):
        before = rng.randint(80, 9000)
        plan = round(before * rng.uniform(0.95, 1.2))
        spent = round(plan * rng.uniform(0.86, 1.12))
        totals = [totals[0] + plan, totals[1] + spent, totals[2] + before]
        cells = (
            str(20101 + place * rng.randint(7, 60)),
            heading,
            f"{plan:,}",
            f"{spent:,}",
            f"{before:,}",
            f"{(spent - before) / before * 100:+.1f}",
        )
        rows.append(
            (9.6, [Entry(cell, align=0.0 if at == 1 else 1.0 if at > 1 else 0.5) for at, cell in enumerate(cells)])
        )
    last = (
        "合计",
        f"{totals[0]:,}",
        f"{totals[1]:,}",
        f"{totals[2]:,}",
        f"{(totals[1] - totals[2]) / totals[2] * 100:+.1f}",
    )
    rows.append(
        (10.5, [Entry(last[0], columns=2, face="hei"), *(Entry(cell, align=1.0, face="hei") for cell in last[1:])])
    )
    unit = one_of(rng, DISTRICTS) if rng.random() < 0.5 else named_in(one_of(rng, BUREAUS), year)
    title = f"{year}年{unit}财政支出预算执行情况表"
    on = date(year + (1 if year < 2023 else 0), 1, rng.randint(8, 26))
    sheet = Sheet()
    sheet.centre(title, 32, points(20), "title", kind="title")
    sheet.put(Text(f"编制单位：{FINANCE.name}", 21, 44, points(11)))
    sheet.aligned("单位：万元", 189, 44, points(11), share=1.0)
    low = set_table(sheet, 21, 47, (26, 46, 26, 26, 24, 20), rows)
    names = [given_name(rng, male=rng.random() < 0.5) for _ in range(3)]
    sheet.put(Text(f"负责人：{names[0]}　　　审核：{names[1]}　　　制表：{names[2]}", 21, low + 9, points(11), "kai"))
    sheet.aligned(dated(on), 186, low + 9, points(11), share=1.0, kind="date")
    sheet.put(Seal(164, low + 6, 40, FINANCE.name, angle_degrees=rng.gauss(0, 6), grain=grain(rng)))
    item = Item(
        kind="budget_table",
        fonds="B012",
        series="budget",
        title=title,
        author=FINANCE.name,
        on=on,
        category="KU",
        retention="D30",
        organisation="预算科",
        opening="开放" if rng.random() < 0.5 else "未审核",
        forms=("scan_tiff", "single_image", "scan_pdf"),
        sheets=[sheet],
    )
    item.fields = {
        "title": title,
        "document_number": "",
        "issuing_body": FINANCE.name,
        "date": on.isoformat(),
        "addressees": [],
        "people": names,
        "organisations": [FINANCE.name],
        "codes": [],
    }
    return item


def relief_register(rng: random.Random, year: int) -> Item:
    """A sheet of signatures for relief goods handed out."""
    village = one_of(rng, NEIGHBOURHOODS)
    rows: list[tuple[str, ...]] = []
    people: list[str] = []
    for place in range(rng.randint(11, 13)):
        head = person(rng, born=(year - 78, year - 35))
        people.append(head.name)
        rows.append(
            (
                str(place + 1),
                head.name,
                str(rng.randint(1, 6)),
                address(rng)[3:22],
                one_of(rng, ("大米25公斤", "棉被2床", "食用油5升", "现金300元", "现金500元")),
                head.name,
                f"{year}.1.{rng.randint(5, 26)}",
            )
        )
    title = f"{year}年{village}春节困难群众慰问物资发放表"
    on = date(year, 1, 28)
    item = Item(
        kind="relief_register",
        fonds="J019",
        series="relief",
        title=title,
        author=CIVIL_AFFAIRS.name,
        on=on,
        category="WS",
        retention="D10",
        organisation="救济科",
        access="内部",
        stampable=False,
        opening=one_of(rng, ("未审核", "控制")),
        forms=("single_image", "scan_pdf"),
    )
    heads = ("序号", "户主姓名", "人口", "住址", "发放物资", "领取人签字", "日期")
    item.sheets = [
        landscape(
            title,
            heads,
            (16, 30, 18, 82, 44, 40, 34),
            rows,
            f"发放单位：{village}居民委员会",
            "附原始签名",
            rng,
            seal=CIVIL_AFFAIRS.name,
        )
    ]
    item.fields = {
        "title": title,
        "document_number": "",
        "issuing_body": CIVIL_AFFAIRS.name,
        "date": on.isoformat(),
        "addressees": [],
        "people": people,
        "organisations": [CIVIL_AFFAIRS.name],
        "codes": [],
    }
    return item
