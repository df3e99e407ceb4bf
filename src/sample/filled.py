"""Contracts, invoices and records of people's lives, each with the value of every field as its truth.

They are set in several layouts (tables with two or four columns, lists with colons, lines to write on), so that what reads
them is not tried on one form only. `fields` of an item hold the fields by the words that `recognition` uses for them.
"""

import random
from collections.abc import Callable
from datetime import date, timedelta

from sample.city import CITY, address, day_in, enterprise, given_name, one_of, person
from sample.codes import dated, sum_in_words
from sample.forms import grain, hand, label
from sample.item import Item
from sample.sheet import RED, Rule, Seal, Sheet, Text, points
from sample.typesetting import Entry, set_paragraph, set_table

Pair = tuple[str, str]


def _item(kind: str, title: str, body: str, on: date, fields: dict[str, str], sheet: Sheet) -> Item:
    item = Item(kind=kind, fonds="J019", series=kind, title=title, author=body, on=on, category="ZY")
    item.fields = dict(fields)
    item.sheets = [sheet]
    return item


def _spelt(on: date, rng: random.Random) -> str:
    return one_of(
        rng, (f"{on.year}年{on.month}月{on.day}日", f"{on:%Y.%m.%d}", on.isoformat(), f"{on:%Y/%m/%d}", dated(on))
    )


def _set_pairs(sheet: Sheet, pairs: list[Pair], level: float, rng: random.Random) -> float:
    """Set labels and values in one of three layouts; returns the level below."""
    style = rng.randrange(3)
    if style == 0:
        rows = [(12.0, [label(name), hand(value, align=0.0)]) for name, value in pairs]
        return set_table(sheet, 24, level, (46, 116), rows)
    if style == 1:
        return _set_fours(sheet, pairs, level)
    for name, value in pairs:
        level += 11
        text = Text(f"{name}：", 28, level, points(13))
        sheet.put(text, Text(value, 28 + text.width_mm + 3, level - 0.3, points(13), "kai"))
        sheet.put(Rule(28 + text.width_mm, level + 1.6, 182, level + 1.6, 0.2))
    return level + 6


def _set_fours(sheet: Sheet, pairs: list[Pair], level: float) -> float:
    rows: list[tuple[float, list[Entry]]] = []
    waiting = list(pairs)
    while waiting:
        first = waiting.pop(0)
        if waiting and max(len(first[1]), len(waiting[0][1])) <= 12:
            second = waiting.pop(0)
            rows.append(
                (12.0, [entry for name, value in (first, second) for entry in (label(name), hand(value, align=0.0))])
            )
        else:
            rows.append((13.0, [label(first[0]), hand(first[1], columns=3, align=0.0)]))
    return set_table(sheet, 22, level, (34, 49, 34, 49), rows)


def contract(rng: random.Random, year: int) -> Item:
    """A contract of works, services or supply: parties, subject, sum in figures and capitals, days, seals."""
    on = day_in(rng, year)
    kind = one_of(
        rng, ("建设工程施工合同", "政府采购合同", "技术服务合同", "房屋租赁合同", "设备购销合同", "委托监理合同")
    )
    first, second = enterprise(rng), enterprise(rng, one_of(rng, ("建筑工程", "信息技术", "环保设备")))
    yuan = rng.choice((8600, 52000, 128000, 365000, 1204500, 9860000))
    number = f"{one_of(rng, ('YZ', 'HT', 'CG'))}-{on.year}-{rng.randint(1, 999):03d}"
    subject = one_of(
        rng, ("档案馆库房改造", "洗砚路排水管网维修", "电子档案系统运行维护", "门诊楼电梯安装", "竹简巷围墙修缮")
    )
    fields = {
        "document_number": number,
        "party_a": first.name,
        "party_b": second.name,
        "subject": subject,
        "amount": f"{yuan}.00",
        "dated_on": on.isoformat(),
    }
    sheet = Sheet()
    sheet.centre(kind, 38, points(24), "title", tracking_mm=1.5, kind="title")
    words = f"人民币{sum_in_words(yuan)}（￥{yuan:,}.00元）"
    pairs = [
        (one_of(rng, ("合同编号", "编号")), number),
        (one_of(rng, ("甲方", "甲方（发包人）", "发包人（甲方）", "委托方（甲方）")), first.name),
        (one_of(rng, ("乙方", "乙方（承包人）", "承包人（乙方）", "受托方（乙方）")), second.name),
        (one_of(rng, ("工程名称", "项目名称", "合同名称")), subject),
        (one_of(rng, ("合同价款", "合同金额", "合同总价", "签约合同价")), words),
        (one_of(rng, ("签订日期", "签订时间", "签约日期")), _spelt(on, rng)),
        ("合同工期", f"{rng.randint(20, 300)}日历天"),
    ]
    level = _set_pairs(sheet, pairs, 50, rng) + 4
    for clause in (
        "一、甲乙双方依照《中华人民共和国民法典》及有关法律，遵循平等、自愿、公平和诚实信用的原则，订立本合同。",
        "二、乙方应当按照约定的标准和期限完成全部工作，甲方应当按照约定支付价款。",
        "三、本合同一式四份，双方各执两份，自双方签字盖章之日起生效。",
    ):
        level = set_paragraph(sheet, clause, x_mm=28, y_mm=level, width_mm=154, size_mm=points(12), pitch_mm=7.2)
    for place, party in enumerate((first, second)):
        sheet.put(Text(f"{'甲乙'[place]}方（盖章）：", 28 + 80 * place, 262, points(12)))
        sheet.put(
            Seal(62 + 80 * place, 258, 38, party.name, "合同专用章", angle_degrees=rng.gauss(0, 8), grain=grain(rng))
        )
    return _item("contract", f"{subject}{kind}", first.name, on, fields, sheet)


def invoice(rng: random.Random, year: int) -> Item:
    """An invoice: the paper one with code and number, or the electronic one with a number of twenty digits."""
    on = day_in(rng, year)
    buyer, seller = enterprise(rng), enterprise(rng)
    electronic = rng.random() < 0.5
    net = rng.randint(200, 900000)
    rate = one_of(rng, ("13", "9", "6", "3"))
    cents = net * int(rate)
    total = net + cents // 100
    code, number = f"{rng.randrange(10**11, 10**12)}", f"{rng.randrange(10**7, 10**8)}"
    if electronic:
        number = f"{on:%y}42{rng.randrange(10**15, 10**16)}"
    fields = {
        "invoice_number": number,
        **({} if electronic else {"invoice_code": code}),
        "dated_on": on.isoformat(),
        "buyer_name": buyer.name,
        "buyer_tax_number": buyer.code,
        "seller_name": seller.name,
        "seller_tax_number": seller.code,
        "amount": f"{total}.00",
    }
    sheet = Sheet(210.0, 140.0)
    title = one_of(rng, ("增值税电子普通发票", "增值税专用发票")) if not electronic else "电子发票（普通发票）"
    sheet.centre(
        f"{CITY[:2]}{title}" if not electronic else title, 18, points(17), "title", colour=(150, 60, 40), kind="title"
    )
    heads = [("发票代码", code)] if not electronic else []
    heads += [("发票号码", number), ("开票日期", f"{on.year}年{on.month:02d}月{on.day:02d}日")]
    for place, (name, value) in enumerate(heads):
        sheet.put(Text(f"{name}：{value}", 142, 12 + 6 * place, points(9.5)))
    if electronic:
        _set_electronic(sheet, buyer.name, buyer.code, seller.name, seller.code, net, total, rate)
    else:
        _set_paper(sheet, (buyer.name, buyer.code), (seller.name, seller.code), net, total, rate, rng)
    sheet.put(Text(f"开票人：{given_name(rng, male=False)}", 24, 134, points(9.5)))
    sheet.put(Seal(170, 118, 32, seller.name, "发票专用章", angle_degrees=rng.gauss(0, 6), grain=grain(rng)))
    return _item("invoice", title, seller.name, on, fields, sheet)


def _set_electronic(
    sheet: Sheet, buyer: str, buyer_code: str, seller: str, seller_code: str, net: int, total: int, rate: str
) -> None:
    small = points(9)

    def party(name: str, code: str) -> Entry:
        return Entry(f"名称：{name}\n统一社会信用代码/纳税人识别号：{code}", align=0.0, size_mm=small)

    side = Entry("购买方信息", size_mm=small), Entry("销售方信息", size_mm=small)
    set_table(
        sheet,
        12,
        30,
        (10, 83, 10, 83),
        [(24, [side[0], party(buyer, buyer_code), side[1], party(seller, seller_code)])],
    )
    _set_sums(sheet, 54, net, total, rate)


def _set_paper(sheet: Sheet, buyer: Pair, seller: Pair, net: int, total: int, rate: str, rng: random.Random) -> None:
    small = points(9)
    for place, (who, (name, code)) in enumerate((("购买方", buyer), ("销售方", seller))):
        text = f"名　　称：{name}\n纳税人识别号：{code}\n地址、电话：{address(rng)} 8{rng.randint(100000, 999999)}"
        rows = [(21.0, [Entry(who, size_mm=small), Entry(text, align=0.0, size_mm=small)])]
        set_table(sheet, 12, 32 if place == 0 else 100, (10, 176), rows)
    _set_sums(sheet, 53, net, total, rate)


def _set_sums(sheet: Sheet, level: float, net: int, total: int, rate: str) -> None:
    small = points(9)

    def row(*cells: str) -> list[Entry]:
        return [Entry(cell, size_mm=small) for cell in cells]

    low = set_table(
        sheet, 12, level, (66, 30, 20, 24, 16, 30),
        [
            (7.5, row("货物或应税劳务、服务名称", "规格型号", "数量", "金额", "税率", "税额")),
            (15, row("*信息技术服务*运行维护", "", "1", f"{net}.00", f"{rate}%", f"{total - net}.00")),
            (7.5, row("合　计", "", "", f"￥{net}.00", "", f"￥{total - net}.00")),
        ],
    )  # fmt: skip
    words = f"{sum_in_words(total).removesuffix('整')}整"
    set_table(
        sheet, 12, low, (44, 142),
        [(9, [Entry("价税合计（大写）", size_mm=small), Entry(f"{words}　　　　（小写）￥{total}.00", align=0.0, size_mm=small)])],
    )  # fmt: skip


def educated_youth(rng: random.Random, year: int) -> Item:
    """The card of a young person sent to the countryside and called back."""
    one = person(rng, born=(1948, 1958))
    sent, back = day_in(rng, rng.randint(1968, 1975)), day_in(rng, rng.randint(1976, 1980))
    place = one_of(rng, ("砚州县鹅池公社三大队", "临池县松烟公社红旗生产队", "青石农场二分场"))
    body = f"{CITY}知识青年上山下乡办公室"
    fields = {
        "person_name": one.name, "sex": one.sex, "born_on": one.born_on.isoformat(), "sent_on": sent.isoformat(),
        "sent_to": place, "returned_on": back.isoformat(), "author": body,
    }  # fmt: skip
    pairs = [
        ("姓名", one.name), ("性别", one.sex), ("出生日期", _spelt(one.born_on, rng)), ("家庭住址", address(rng)),
        ("下乡时间", _spelt(sent, rng)), ("下乡地点", place), ("返城时间", _spelt(back, rng)), ("审批单位", body),
    ]  # fmt: skip
    return _form("educated_youth", "知识青年登记表", body, back, fields, pairs, rng)


def school_record(rng: random.Random, year: int) -> Item:
    """The record of a student who left school with a diploma."""
    one = person(rng, born=(year - 24, year - 20))
    on = date(year, 7, 1)
    school = one_of(rng, ("砚州师范学院", "砚州职业技术学院", "文昌中学", "砚州工业学校"))
    subject = one_of(rng, ("汉语言文学", "档案管理", "建筑工程技术", "会计"))
    number = f"{rng.randrange(10**9, 10**10)}"
    fields = {
        "person_name": one.name, "sex": one.sex, "born_on": one.born_on.isoformat(), "identity_number": one.identity_number,
        "school": school, "subject": subject, "document_number": number, "graduated_on": on.isoformat(),
    }  # fmt: skip
    pairs = [
        ("姓名", one.name), ("性别", one.sex), ("出生日期", _spelt(one.born_on, rng)), ("身份证号", one.identity_number),
        ("毕业学校", school), ("专业", subject), ("学号", number), ("毕业时间", _spelt(on, rng)),
    ]  # fmt: skip
    return _form("school_record", "毕业生登记表", school, on, fields, pairs, rng)


def work_injury(rng: random.Random, year: int) -> Item:
    """The finding that an injury was suffered at work."""
    one, firm = person(rng, born=(year - 58, year - 20)), enterprise(rng)
    hurt = day_in(rng, year)
    on = hurt + timedelta(days=rng.randint(20, 90))
    body = f"{CITY}人力资源和社会保障局"
    number = f"砚人社工认〔{on.year}〕{rng.randint(1, 900)}号"
    fields = {
        "person_name": one.name, "sex": one.sex, "identity_number": one.identity_number, "work_unit": firm.name,
        "injured_on": hurt.isoformat(), "document_number": number, "dated_on": on.isoformat(), "author": body,
    }  # fmt: skip
    pairs = [
        ("编号", number), ("职工姓名", one.name), ("性别", one.sex), ("身份证号码", one.identity_number), ("用人单位", firm.name),
        ("受伤时间", _spelt(hurt, rng)), ("受伤部位", one_of(rng, ("左手食指", "右小腿", "腰部"))), ("认定结论", "认定为工伤"),
        ("认定机构", body), ("认定日期", _spelt(on, rng)),
    ]  # fmt: skip
    return _form("work_injury", "工伤认定申请表", body, on, fields, pairs, rng)


def adoption(rng: random.Random, year: int) -> Item:
    """The registration of an adoption."""
    one = person(rng, born=(year - 50, year - 32))
    child = one.name[0] + given_name(rng, male=False)[1:]
    on = day_in(rng, year)
    body = f"{CITY}民政局"
    number = f"{on.year}收字第{rng.randint(1, 400):04d}号"
    fields = {
        "adopter": one.name, "identity_number": one.identity_number, "child": child, "document_number": number,
        "author": body, "dated_on": on.isoformat(),
    }  # fmt: skip
    pairs = [
        ("登记编号", number), ("收养人姓名", one.name), ("身份证号码", one.identity_number), ("现住址", address(rng)),
        ("被收养人姓名", child), ("登记机关", body), ("登记日期", _spelt(on, rng)),
    ]  # fmt: skip
    return _form("adoption", "收养登记申请书", body, on, fields, pairs, rng)


def birth(rng: random.Random, year: int) -> Item:
    """The medical certificate of a birth."""
    father, mother = (
        person(rng, male=True, born=(year - 40, year - 24)),
        person(rng, male=False, born=(year - 38, year - 22)),
    )
    boy = rng.random() < 0.5
    child = father.name[0] + given_name(rng, male=boy)[1:]
    born = day_in(rng, year)
    body = one_of(rng, ("砚州市妇幼保健院", "砚州市第三人民医院"))
    number = f"{one_of(rng, ('J', 'K', 'L'))}420{rng.randrange(10**6, 10**7)}"
    fields = {
        "child": child, "sex": "男" if boy else "女", "born_on": born.isoformat(), "father": father.name, "mother": mother.name,
        "document_number": number, "author": body,
    }  # fmt: skip
    pairs = [
        ("新生儿姓名", child), ("性别", fields["sex"]), ("出生日期", _spelt(born, rng)), ("出生地点", CITY), ("母亲姓名", mother.name),
        ("父亲姓名", father.name), ("签发机构", body), ("编号", number),
    ]  # fmt: skip
    return _form("birth", "出生医学证明", body, born, fields, pairs, rng)


def _form(
    kind: str, title: str, body: str, on: date, fields: dict[str, str], pairs: list[Pair], rng: random.Random
) -> Item:
    sheet = Sheet()
    sheet.centre(
        title, 36, points(23), "title", tracking_mm=1.2, colour=RED if kind == "birth" else (22, 22, 24), kind="title"
    )
    low = _set_pairs(sheet, pairs, 48, rng)
    sheet.put(Text("以上内容经核对无误。", 28, low + 12, points(12)))
    sheet.put(Seal(150, low + 26, 38, body, angle_degrees=rng.gauss(0, 8), grain=grain(rng)))
    return _item(kind, title, body, on, fields, sheet)


MAKERS: dict[str, Callable[[random.Random, int], Item]] = {
    "contract": contract,
    "invoice": invoice,
    "educated_youth": educated_youth,
    "school_record": school_record,
    "work_injury": work_injury,
    "adoption": adoption,
    "birth": birth,
}
