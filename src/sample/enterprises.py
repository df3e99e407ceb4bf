"""Registration files of enterprises: application, shareholders, approval, licence."""

import random
from datetime import date, timedelta

from sample.city import day_in, enterprise, one_of, person, registering_body
from sample.codes import dated, registration_number, sum_in_words
from sample.forms import grain, hand, label
from sample.item import Item
from sample.official import LEFT, SIZE, WIDTH
from sample.sheet import BLUE_INK, RED, Rule, Seal, Sheet, Text, points
from sample.typesetting import Entry, set_paragraph, set_table

_SCOPES = {
    "建筑工程": "房屋建筑工程、市政公用工程施工；建筑材料销售",
    "商贸": "日用百货、五金交电、针纺织品批发零售；仓储服务",
    "机械制造": "通用机械、农用机械及配件的制造、销售与维修",
    "食品": "糕点、豆制品、方便食品生产、销售",
    "物流": "普通货物运输；货物装卸、仓储、信息配载",
    "置业": "房地产开发、经营；房屋租赁；物业管理",
    "纺织": "棉纱、坯布、服装的生产与销售；自营进出口业务",
    "信息技术": "计算机软硬件开发、销售；系统集成；网络工程",
    "生物科技": "植物提取物、饲料添加剂的研发、生产、销售",
    "印刷包装": "包装装潢印刷品印刷；纸制品加工、销售",
    "水产养殖": "淡水鱼、虾、蟹的养殖、收购与销售",
    "文化传播": "文化艺术交流活动策划；广告设计、制作、发布",
    "环保设备": "水处理设备、除尘设备的研发、制造、安装",
    "农业开发": "蔬菜、水果、花卉种植、销售；农业技术推广",
}


def registration(rng: random.Random, year: int) -> Item:
    """The file of one enterprise at its founding: four leaves."""
    firm, body = enterprise(rng), registering_body(year)
    new_code = year >= 2016
    number = firm.code if new_code else registration_number(rng)
    on = day_in(rng, year)
    people = [person(rng, born=(year - 62, year - 24)) for _ in range(rng.randint(2, 4))]
    capital = rng.choice((10, 30, 50, 100, 200, 500, 1000, 3000))
    scope = (
        _SCOPES.get(firm.trade, "商品销售及相关技术服务") + "（依法须经批准的项目，经相关部门批准后方可开展经营活动）"
    )
    item = Item(
        kind="enterprise",
        fonds="Q045",
        series="registration",
        title=f"{firm.name}设立登记材料",
        author=body.name,
        on=on,
        category="ZY",
        retention="Y",
        organisation="注册科",
        document_number=number,
        access="敏感" if rng.random() < 0.25 else "公开",
        opening=one_of(rng, ("开放", "未审核", "控制")),
        forms=("scan_pdf", "page_folder", "scan_tiff"),
    )
    apply = Sheet()
    apply.centre("公司设立登记申请书", 34, points(24), "title", tracking_mm=1.2, kind="title")
    owner = people[0]
    set_table(
        apply,
        24,
        46,
        (36, 45, 36, 45),
        [
            (12, [label("名　　称"), hand(firm.name, columns=3, align=0.0)]),
            (12, [label("住　　所"), hand(firm.address, columns=3, align=0.0)]),
            (
                12,
                [
                    label("法定代表人"),
                    hand(owner.name, align=0.0),
                    label("联系电话"),
                    hand(f"8{rng.randint(100000, 999999)}", align=0.0),
                ],
            ),
            (12, [label("身份证号码"), hand(owner.identity_number, columns=3, align=0.0)]),
            (
                12,
                [
                    label("注册资本"),
                    hand(f"{capital}万元", align=0.0),
                    label("实收资本"),
                    hand(f"{capital if year < 2014 else capital // 2}万元", align=0.0),
                ],
            ),
            (12, [label("大写金额"), hand(f"人民币{sum_in_words(capital * 10000)}", columns=3, align=0.0)]),
            (12, [label("公司类型"), hand("有限责任公司（自然人投资或控股）", columns=3, align=0.0)]),
            (30, [label("经营范围"), hand(scope, columns=3, align=0.0)]),
            (
                12,
                [
                    label("营业期限"),
                    hand(
                        f"自{year}年{on.month}月{on.day}日至{year + rng.choice((10, 20, 30))}年{on.month}月{on.day}日",
                        columns=3,
                        align=0.0,
                    ),
                ],
            ),
            (
                50,
                [
                    label("申请人声明"),
                    Entry(
                        f"本公司依照《中华人民共和国公司法》和《中华人民共和国公司登记管理条例》申请设立登记，"
                        f"提交材料真实有效，谨此对真实性承担责任。\n法定代表人签字：{owner.name}　　　{on.year}年{on.month}月{on.day}日",
                        columns=3,
                        align=0.0,
                    ),
                ],
            ),
        ],
    )
    apply.put(
        Text("注：本表由申请人用黑色或蓝黑色墨水填写，字迹应当清楚。", 24, 238, points(10.5), "song", kind="note")
    )
    holders = Sheet()
    holders.centre("股东（发起人）出资情况表", 34, points(22), "title", kind="title")
    holders.put(Text(f"公司名称：{firm.name}", 20, 46, points(12)))
    shares = _shares(rng, len(people))
    rows: list[tuple[float, list[Entry]]] = [
        (
            12,
            [
                Entry(head, face="hei", kind="table_head")
                for head in ("序号", "姓名", "性别", "身份证号码", "出资额（万元）", "出资方式", "比例")
            ],
        )
    ]
    for place, (holder, share) in enumerate(zip(people, shares, strict=True), start=1):
        cells = (
            str(place),
            holder.name,
            holder.sex,
            holder.identity_number,
            f"{capital * share / 100:g}",
            one_of(rng, ("货币", "货币", "实物")),
            f"{share}%",
        )
        rows.append((12, [Entry(cell, face="kai", colour=BLUE_INK, size_mm=4.2) for cell in cells]))
    rows.append(
        (12, [Entry("合　计", columns=4), Entry(f"{capital}", face="kai"), Entry(""), Entry("100%", face="kai")])
    )
    low = set_table(holders, 20, 51, (14, 24, 14, 52, 28, 22, 18), rows)
    level = set_paragraph(
        holders,
        "以上出资已经股东会一致确认，各股东以其认缴的出资额为限对公司承担责任。",
        x_mm=20,
        y_mm=low + 4,
        width_mm=170,
    )
    for place, holder in enumerate(people):
        holders.put(Text(f"股东签字：{holder.name}", 110, level + 12 + place * 15, points(14), "kai", BLUE_INK))
        holders.put(
            Seal(
                178,
                level + 10 + place * 15,
                11,
                holder.name,
                shape="square",
                angle_degrees=rng.gauss(0, 6),
                grain=grain(rng),
            )
        )
    item.sheets = [
        apply,
        holders,
        _approval(firm.name, number, body.name, on, rng, new_code=new_code),
        _licence(firm.name, number, firm.address, owner.name, capital, scope, body.name, on, rng, new_code=new_code),
    ]
    item.fields = {
        "title": item.title,
        "document_number": number,
        "issuing_body": body.name,
        "date": on.isoformat(),
        "addressees": [firm.name],
        "people": [one.name for one in people],
        "organisations": [firm.name, body.name],
        "codes": [number, *(one.identity_number for one in people)],
        **({"credit_code": firm.code} if new_code else {"registration_number": number}),
        "identity_numbers": [one.identity_number for one in people],
    }
    return item


def _shares(rng: random.Random, count: int) -> list[int]:
    cuts = sorted(rng.sample(range(2, 19), count - 1))
    return [5 * (high - low) for low, high in zip([0, *cuts], [*cuts, 20], strict=True)]


def _approval(name: str, number: str, body: str, on: date, rng: random.Random, *, new_code: bool) -> Sheet:

    sheet = Sheet()
    sheet.centre(body, 44, points(22), "title", colour=RED, tracking_mm=1.5, kind="head")
    sheet.put(Rule(LEFT, 50, LEFT + WIDTH, 50, 0.7, RED))
    sheet.centre("准予设立登记通知书", 68, points(24), "title", kind="title")
    sheet.aligned(
        f"（{'砚' if new_code else '砚工商'}）登记内设字〔{on.year}〕第{rng.randint(100, 4999)}号",
        LEFT + WIDTH,
        82,
        points(13),
        share=1.0,
        kind="document_number",
    )
    level = set_paragraph(
        sheet, f"{name}：", x_mm=LEFT, y_mm=92, width_mm=WIDTH, size_mm=SIZE, pitch_mm=10.2, indent_em=0
    )
    code = "统一社会信用代码" if new_code else "注册号"
    level = set_paragraph(
        sheet,
        f"你单位提交的设立登记申请材料齐全，符合法定形式，我局决定准予设立登记。{code}为：{number}。",
        x_mm=LEFT,
        y_mm=level,
        width_mm=WIDTH,
        size_mm=SIZE,
        pitch_mm=10.2,
    )
    level = set_paragraph(
        sheet,
        "请你单位自收到本通知书之日起十日内，持本通知书到我局登记窗口领取营业执照。",
        x_mm=LEFT,
        y_mm=level,
        width_mm=WIDTH,
        size_mm=SIZE,
        pitch_mm=10.2,
    )
    day = sheet.aligned(dated(on), LEFT + WIDTH - 16, level + 34, SIZE, share=1.0, kind="date")
    sheet.put(
        Seal(
            day.x_mm + day.width_mm / 2,
            level + 30,
            42,
            body,
            "企业登记专用章",
            angle_degrees=rng.gauss(0, 5),
            grain=grain(rng),
        )
    )
    sheet.put(Text(f"领取人：　　　　　　　　领取日期：{dated(on + timedelta(days=3))}", LEFT, 250, points(12)))
    return sheet


def _licence(
    name: str,
    number: str,
    where: str,
    owner: str,
    capital: int,
    scope: str,
    body: str,
    on: date,
    rng: random.Random,
    *,
    new_code: bool,
) -> Sheet:

    sheet = Sheet(297.0, 210.0)
    for inset, width, tint in ((10.0, 2.2, (176, 140, 70)), (14.0, 0.4, (176, 140, 70))):
        right, low = sheet.width_mm - inset, sheet.height_mm - inset
        sheet.put(Rule(inset, inset, right, inset, width, tint), Rule(inset, low, right, low, width, tint))
        sheet.put(Rule(inset, inset, inset, low, width, tint), Rule(right, inset, right, low, width, tint))
    sheet.centre("营业执照" if new_code else "企业法人营业执照", 46, points(40), "title", tracking_mm=5, kind="title")
    sheet.centre("（副　本）", 58, points(14), kind="note")
    sheet.put(
        Text(
            f"{'统一社会信用代码' if new_code else '注册号'}　{number}",
            28,
            68,
            points(14),
            "hei",
            kind="document_number",
        )
    )
    facts = [
        ("名　　称", name),
        ("类　　型", "有限责任公司"),
        ("住　　所", where),
        ("法定代表人", owner),
        ("注册资本", f"{sum_in_words(capital * 10000)}"),
        ("成立日期", dated(on)),
    ]
    level = 74.0
    for name_of, value in facts:
        sheet.put(Text(name_of, 32, level + 8, points(13), "kai", kind="label"))
        sheet.put(Text(value, 64, level + 8, points(14), "song"))
        level += 10
    sheet.put(Text("经营范围", 32, level + 8, points(13), "kai", kind="label"))
    set_paragraph(sheet, scope, x_mm=64, y_mm=level + 1.5, width_mm=150, size_mm=points(14), pitch_mm=8, indent_em=0)
    sheet.put(Text("登记机关", 196, 176, points(14), "kai", kind="label"))
    sheet.aligned(dated(on), 258, 188, points(14), share=1.0, kind="date")
    sheet.put(Seal(236, 170, 44, body, angle_degrees=rng.gauss(0, 4), grain=grain(rng)))
    return sheet
