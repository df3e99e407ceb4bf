"""Registers of persons and money: marriages, only children, budgets; ruled tables, mostly filled in by hand."""

import random
from datetime import date

from sample.city import (
    BUREAUS,
    CITY,
    CIVIL_AFFAIRS,
    DISTRICTS,
    FINANCE,
    NEIGHBOURHOODS,
    address,
    day_in,
    enterprise,
    given_name,
    one_of,
    person,
    population_body,
)
from sample.codes import REGION, dated
from sample.item import Item
from sample.sheet import BLUE_INK, Picture, Seal, Sheet, Text, points
from sample.typesetting import Entry, set_table

_DEGREES = ("初中", "高中", "中专", "大专", "本科", "研究生")
_TRADES = ("工人", "教师", "职员", "农民", "个体经营", "公务员", "医护人员", "技术员", "待业")
_MARITAL = ("未婚", "未婚", "未婚", "离婚", "丧偶")


def _hand(text: str, **more: object) -> Entry:
    return Entry(text, **{"face": "kai", "colour": BLUE_INK, "size_mm": 4.3, **more})  # type: ignore[arg-type]


def _label(text: str, **more: object) -> Entry:
    return Entry(text, kind="label", **more)  # type: ignore[arg-type]


def _grain(rng: random.Random) -> int:
    return rng.randrange(1 << 30)


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
                _label("项　目", face="hei"),
                _label("男　方", face="hei", columns=2),
                _label("女　方", face="hei", columns=2),
            ],
        )
    ]
    facts = [
        ("姓　名", man.name, woman.name), ("国　籍", "中国", "中国"), ("出生日期", f"{man.born_on:%Y.%m.%d}", f"{woman.born_on:%Y.%m.%d}"),
        ("民　族", "汉", one_of(rng, ("汉", "汉", "汉", "回", "土家"))), ("职　业", one_of(rng, _TRADES), one_of(rng, _TRADES)),
        ("文化程度", one_of(rng, _DEGREES), one_of(rng, _DEGREES)), ("婚姻状况", one_of(rng, _MARITAL), one_of(rng, _MARITAL)),
        ("身份证件号", man.identity_number, woman.identity_number), ("常住户口所在地", address(rng), address(rng)),
    ]  # fmt: skip
    rows += [
        (20 if name == "常住户口所在地" else 11.5, [_label(name), _hand(his, columns=2), _hand(hers, columns=2)])
        for name, his, hers in facts
    ]
    words = "本人与对方自愿结为夫妻，均无配偶，没有直系血亲和三代以内旁系血亲关系，了解对方的身体健康状况。上述声明完全真实，如有虚假，愿承担法律责任。"
    rows.append((34, [_label("声　明"), Entry(words, columns=4, align=0.0)]))
    sign = f"声明人：{man.name}\n{on.year}年{on.month}月{on.day}日"
    rows.append((24, [_label("签　名"), _hand(sign, columns=2), _hand(sign.replace(man.name, woman.name), columns=2)]))
    low = set_table(declare, 22, 44, (34, 33, 33, 33, 33), rows)
    declare.put(Text(f"监誓人：{clerk}", 24, low + 12, points(13), "kai", BLUE_INK))
    declare.put(Seal(66, low + 10, 11, clerk, shape="square", angle_degrees=rng.gauss(0, 5), grain=_grain(rng)))
    declare.aligned(dated(on), 186, low + 12, points(13), share=1.0, kind="date")
    examine = _examination(rng, number, on, man.name, woman.name, office, clerk)
    title = f"{man.name}与{woman.name}结婚登记档案"
    item = _personal(
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
        (12, [_label("结婚证字号"), _hand(number, columns=2), _label("照　片", rows=4)]),
        (12, [_label("登记日期"), _hand(given, columns=2)]),
        (12, [_label("男方姓名"), _hand(man, columns=2)]),
        (12, [_label("女方姓名"), _hand(woman, columns=2)]),
        (22, [_label("提交证件"), _hand("1．居民身份证　2．户口簿　3．合影照片三张", columns=3, align=0.0)]),
        (
            36,
            [
                _label("审查意见"),
                _hand(
                    "经审查，双方符合《中华人民共和国婚姻法》关于结婚的规定，准予登记，发给结婚证。",
                    columns=3,
                    align=0.0,
                ),
            ],
        ),
        (14, [_label("登记员"), _hand(clerk), _label("登记机关"), _hand(office)]),
        (14, [_label("领证签名"), _hand(f"{man}　{woman}"), _label("领证日期"), _hand(given)]),
        (
            22,
            [
                _label("备　注"),
                _hand(one_of(rng, ("", "", f"女方户口于{on.year}年迁入。", "补领，原件遗失。")), columns=3, align=0.0),
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
            grain=_grain(rng),
        )
    )
    sheet.put(Seal(94, 157, 11, clerk, shape="square", angle_degrees=rng.gauss(0, 6), grain=_grain(rng)))
    return sheet


def _personal(
    kind: str,
    fonds: str,
    title: str,
    office: str,
    on: date,
    number: str,
    people: list[str],
    codes: list[str],
    rng: random.Random,
) -> Item:
    item = Item(
        kind=kind, fonds=fonds, series=kind, title=title, author=office, on=on, category="ZY", retention="Y", document_number=number,
        access="敏感", opening=one_of(rng, ("控制", "控制", "未审核", "延期开放")), forms=("page_folder", "scan_pdf", "scan_tiff"), stampable=False,
    )  # fmt: skip
    item.fields = {
        "title": title, "document_number": number, "issuing_body": office, "date": on.isoformat(), "addressees": [],
        "people": people, "organisations": [office], "codes": [code for code in (number, *codes) if code], "identity_numbers": codes,
    }  # fmt: skip
    return item


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

    item = _personal(
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
            _landscape(
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


def _landscape(
    title: str,
    heads: tuple[str, ...],
    widths: tuple[float, ...],
    rows: list[tuple[str, ...]],
    left: str,
    right: str,
    rng: random.Random,
    *,
    seal: str = "",
) -> Sheet:
    sheet = Sheet(297.0, 210.0)
    sheet.centre(title, 26, points(20), "title", kind="title")
    edge = (297 - sum(widths)) / 2
    sheet.put(Text(left, edge, 36, points(12), "song"))
    sheet.aligned(right, 297 - edge, 36, points(12), "song", share=1.0)
    table: list[tuple[float, list[Entry]]] = [(11, [Entry(head, face="hei", kind="table_head") for head in heads])]
    table += [(10.6, [_hand(cell) for cell in cells]) for cells in rows]
    low = set_table(sheet, edge, 40, widths, table)
    if seal:
        sheet.put(Seal(240, min(low - 2, 184), 38, seal, angle_degrees=rng.gauss(0, 6), grain=_grain(rng)))
    return sheet


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
    item = _personal("only_child_register", "J019", title, body, date(year, 12, 20), "", people, [], rng)
    item.organisation = "DS"
    heads = ("序号", "父亲姓名", "母亲姓名", "子女姓名", "性别", "出生日期", "光荣证编号", "奖励金", "领证时间")
    item.sheets = [
        _landscape(
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
        (11, [_label("", rows=1), _label("姓　名", face="hei"), _label("出生日期", face="hei"), _label("身份证号码", face="hei", columns=2)]),
        (12, [_label("父　亲"), _hand(father.name), _hand(f"{father.born_on:%Y.%m.%d}"), _hand(father.identity_number, columns=2)]),
        (12, [_label("母　亲"), _hand(mother.name), _hand(f"{mother.born_on:%Y.%m.%d}"), _hand(mother.identity_number, columns=2)]),
        (12, [_label("子　女"), _hand(child), _hand(f"{day_in(rng, year - rng.randint(0, 8)):%Y.%m.%d}"), _label("性别"), _hand("男" if boy else "女")]),
        (12, [_label("工作单位"), _hand(enterprise(rng).name, columns=4, align=0.0)]),
        (12, [_label("家庭住址"), _hand(address(rng), columns=4, align=0.0)]),
        (34, [_label("申请理由"), _hand("我夫妇自愿终身只生育一个子女，现申请领取独生子女父母光荣证，请予批准。", columns=4, align=0.0)]),
        (34, [_label("社区居委会\n意　　见"), _hand(f"情况属实，同意上报。\n{place}居民委员会", columns=4, align=0.0)]),
        (34, [_label("审批机关\n意　　见"), _hand(f"同意发证。\n{on.year}年{on.month}月{on.day}日", columns=4, align=0.0)]),
    ]  # fmt: skip
    set_table(sheet, 22, 44, (32, 30, 34, 34, 36), rows)
    sheet.put(Seal(148, 172, 34, f"{place}居民委员会", angle_degrees=rng.gauss(0, 10), grain=_grain(rng)))
    sheet.put(Seal(152, 206, 40, body, angle_degrees=rng.gauss(0, 7), grain=_grain(rng)))
    item = _personal(
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
        (10, [Entry(head, face="hei", kind="table_head", rows=rows_, columns=columns) for head, rows_, columns in (("科目编码", 2, 1), ("项目", 2, 1), (f"{year}年", 1, 2), (f"{year - 1}年决算", 2, 1), ("增减（%）", 2, 1))]),
        (9, [Entry(head, face="hei", kind="table_head") for head in ("年初预算", "执行数")]),
    ]  # fmt: skip
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
    unit = one_of(rng, DISTRICTS) if rng.random() < 0.5 else one_of(rng, BUREAUS)
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
    sheet.put(Seal(164, low + 6, 40, FINANCE.name, angle_degrees=rng.gauss(0, 6), grain=_grain(rng)))
    item = Item(
        kind="budget_table", fonds="B012", series="budget", title=title, author=FINANCE.name, on=on, category="KU", retention="D30", organisation="预算科",
        opening="开放" if rng.random() < 0.5 else "未审核", forms=("scan_tiff", "single_image", "scan_pdf"), sheets=[sheet],
    )  # fmt: skip
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
    rows = []
    people = []
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
        kind="relief_register", fonds="J019", series="relief", title=title, author=CIVIL_AFFAIRS.name, on=on, category="WS", retention="D10", organisation="救济科",
        access="内部", opening=one_of(rng, ("未审核", "控制")), forms=("single_image", "scan_pdf"),
    )  # fmt: skip
    heads = ("序号", "户主姓名", "人口", "住址", "发放物资", "领取人签字", "日期")
    item.sheets = [
        _landscape(
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
