"""The papers of one construction project: siting and land, planning, building permit, completion.

The four records of a project share its code and its builder, and each cites the number of the one before.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from sample.city import (
    DISTRICTS,
    SHORT,
    STREETS,
    Body,
    Enterprise,
    construction_body,
    enterprise,
    given_name,
    one_of,
    planning_body,
)
from sample.codes import REGION, dated, project_code
from sample.forms import grain, hand, label
from sample.item import FIRST_YEAR, LAST_YEAR, Item
from sample.sheet import BLUE_INK, RED, Rule, Seal, Sheet, Text, points
from sample.typesetting import Entry, set_paragraph, set_table

_WORKS = (
    ("文津小学教学楼", "教育用房", 4, (3200, 9800)),
    ("砚州市第三人民医院门诊楼", "医疗用房", 9, (9000, 32000)),
    ("洗砚花园住宅小区一期", "住宅", 18, (26000, 98000)),
    ("市档案馆新馆", "公共建筑", 6, (8000, 21000)),
    ("临池农贸市场", "商业用房", 3, (2600, 8800)),
    ("鹅池污水处理厂综合楼", "市政设施", 4, (1800, 5200)),
    ("松烟工业园标准厂房", "工业厂房", 2, (9000, 38000)),
    ("枕溪敬老院", "社会福利用房", 5, (3000, 7600)),
    ("砚州客运东站站房", "交通设施", 3, (5200, 16000)),
    ("竹简巷安置小区", "住宅", 11, (18000, 62000)),
    ("文昌中学图书实验楼", "教育用房", 5, (3600, 8200)),
    ("墨塘商贸中心", "商业用房", 16, (28000, 88000)),
    ("兰亭路社区卫生服务中心", "医疗用房", 4, (1600, 4800)),
    ("市体育公园游泳馆", "公共建筑", 2, (6400, 15000)),
)


@dataclass(frozen=True, slots=True)
class Project:
    """One invented construction project."""

    number: int
    name: str
    use: str
    floors: int
    area: int
    land: int
    site: str
    builder: Enterprise
    designer: Enterprise
    contractor: Enterprise
    supervisor: Enterprise
    engineer: str
    legal_person: str
    cost: int
    code: str
    days: tuple[date, date, date, date]

    @property
    def siting(self) -> str:
        return f"选字第{REGION}{self.days[0].year}{self.number:05d}号"

    @property
    def land_permit(self) -> str:
        return f"地字第{REGION}{self.days[0].year}{self.number + 7:05d}号"

    @property
    def planning_permit(self) -> str:
        return f"建字第{REGION}{self.days[1].year}{self.number + 19:05d}号"

    @property
    def building_permit(self) -> str:
        return f"{REGION}{self.days[2]:%Y%m%d}{self.number % 100:02d}01"

    @property
    def completion(self) -> str:
        return f"{SHORT}建竣备字〔{self.days[3].year}〕{self.number}号"


def _site(rng: random.Random) -> str:
    across, along = rng.sample(STREETS, 2)
    return f"{one_of(rng, DISTRICTS[:3])}{across}以{one_of(rng, ('南', '北'))}、{along}以{one_of(rng, ('东', '西'))}"


def project(rng: random.Random, number: int) -> Project:
    """Think up a project; its four papers fall into two to four years."""
    name, use, floors, area = rng.choice(_WORKS)
    start = date(rng.randint(FIRST_YEAR, LAST_YEAR - 4), rng.randint(1, 12), rng.randint(1, 28))
    first = start + timedelta(days=rng.randint(60, 200))
    second = first + timedelta(days=rng.randint(50, 210))
    third = second + timedelta(days=rng.randint(40, 160))
    fourth = third + timedelta(days=rng.randint(260, 620))
    built = rng.randint(*area)
    brand = ("建筑设计院", "建筑工程", "工程监理", "城市建设投资")
    return Project(
        number,
        name,
        use,
        floors,
        built,
        round(built * rng.uniform(0.4, 1.3)),
        _site(rng),
        enterprise(rng, brand[3] if rng.random() < 0.5 else "置业"),
        enterprise(rng, brand[0]),
        enterprise(rng, brand[1]),
        enterprise(rng, brand[2]),
        given_name(rng, male=True),
        given_name(rng, male=rng.random() < 0.8),
        built * rng.randint(900, 2600) // 10000,
        project_code(rng, start),
        (first, second, third, fourth),
    )


def _certificate(
    title: str,
    number: str,
    statement: str,
    rows: list[tuple[str, str]],
    notes: tuple[str, ...],
    body: Body,
    on: date,
    rng: random.Random,
    *,
    seal_line: str = "",
) -> Sheet:
    """Print a permit: double frame, number, statement, the facts in a table, issuing body and seal, rules below."""
    sheet = Sheet()
    for inset, width in ((14.0, 1.1), (16.5, 0.3)):
        right, low = sheet.width_mm - inset, sheet.height_mm - inset
        tint = (150, 40, 44)
        sheet.put(Rule(inset, inset, right, inset, width, tint), Rule(inset, low, right, low, width, tint))
        sheet.put(Rule(inset, inset, inset, low, width, tint), Rule(right, inset, right, low, width, tint))
    sheet.centre("中华人民共和国", 36, points(20), "title", kind="title_prefix")
    sheet.centre(title, 52, points(30), "title", colour=RED, tracking_mm=2.0 if len(title) < 11 else 0.6, kind="title")
    sheet.aligned(number, 186, 65, points(13), "song", share=1.0, kind="document_number")
    level = set_paragraph(sheet, statement, x_mm=28, y_mm=70, width_mm=154, size_mm=points(14), pitch_mm=8.4)
    level = set_table(
        sheet,
        27,
        level + 6,
        (42, 114),
        [
            (11.5, [Entry(name, face="hei", kind="label"), Entry(value, align=0.0, face="kai", size_mm=4.4)])
            for name, value in rows
        ],
    )
    sheet.aligned(f"发证机关　{body.name}", 180, level + 15, points(14), share=1.0, kind="issuing_body")
    day = sheet.aligned(f"日　　期　{dated(on)}", 180, level + 24, points(14), share=1.0, kind="date")
    sheet.put(
        Seal(
            day.x_mm + day.width_mm * 0.62 + rng.uniform(-4, 4),
            level + 17 + rng.uniform(-3, 3),
            42,
            body.name,
            seal_line,
            angle_degrees=rng.gauss(0, 5),
            grain=grain(rng),
        )
    )
    low = sheet.height_mm - 26 - 6 * len(notes)
    sheet.put(Text("遵守事项", 27, low, points(11), "hei", kind="heading"))
    for place, note in enumerate(notes, start=1):
        sheet.put(Text(f"{place}．{note}", 27, low + 6.2 * place, points(10.5), "song"))
    return sheet


def _item(made: Project, stage: int, kind: str, title: str, body: Body, number: str, rng: random.Random) -> Item:
    on = made.days[stage]
    item = Item(
        kind=kind,
        fonds="X032",
        series=f"project/{made.number}",
        title=title,
        author=body.name,
        on=on,
        category="KJ",
        retention="Y",
        organisation=f"{made.number:02d}",
        document_number=number,
        forms=("scan_pdf", "scan_tiff", "page_folder"),
        opening="开放" if rng.random() < 0.5 else "未审核",
    )
    item.fields = {
        "title": title,
        "document_number": number,
        "issuing_body": body.name,
        "date": on.isoformat(),
        "addressees": [made.builder.name],
        "people": [],
        "organisations": [body.name, made.builder.name],
        "codes": [number, made.code, made.builder.code],
        "project": made.name,
        "project_code": made.code,
        "cites": [],
    }
    return item


def siting_and_land(made: Project, rng: random.Random) -> Item:
    """Stage one: the siting opinion and the land-use planning permit."""
    on, body = made.days[0], planning_body(made.days[0].year)
    name = "建设项目用地预审与选址意见书" if on.year >= 2019 else "建设项目选址意见书"
    facts = [("建设项目名称", made.name), ("项目代码", made.code), ("建设单位名称", made.builder.name)]
    item = _item(made, 0, "siting_and_land", f"{made.name}{name}、建设用地规划许可证", body, made.land_permit, rng)
    law = "《中华人民共和国城乡规划法》" if on.year >= 2008 else "《中华人民共和国城市规划法》"
    first = _certificate(
        name,
        made.siting,
        f"根据{law}和国家有关规定，经审核，本建设项目符合城乡规划要求，核发此书。",
        [
            *facts,
            ("统一社会信用代码", made.builder.code),
            ("建设项目拟选位置", made.site),
            ("拟用地面积", f"{made.land}平方米"),
            ("拟建设规模", f"总建筑面积约{made.area}平方米"),
        ],
        (
            "本书是城乡规划主管部门依法审核建设项目选址的法定凭据。",
            "未经核发机关审核同意，本书的各项内容不得随意变更。",
            "本书所需附图与附件由核发机关依法确定，与本书具有同等效力。",
        ),
        body,
        on - timedelta(days=20),
        rng,
    )
    second = _certificate(
        "建设用地规划许可证",
        made.land_permit,
        f"根据{law}，经审核，本用地项目符合城乡规划要求，颁发此证。",
        [
            *facts,
            ("选址意见书编号", made.siting),
            ("用地位置", made.site),
            ("用地性质", made.use),
            ("用地面积", f"{made.land}平方米"),
            ("附图及附件名称", "建设用地规划红线图（1：500）"),
        ],
        (
            "本证是经审核，建设用地符合城乡规划要求的法律凭证。",
            "未取得本证而取得建设用地批准文件、占用土地的，均属违法行为。",
            "未经发证机关审核同意，本证的各项规定不得随意变更。",
        ),
        body,
        on,
        rng,
        seal_line="规划审批专用章",
    )
    item.sheets = [first, second]
    item.fields["codes"] = [made.land_permit, made.siting, made.code, made.builder.code]
    item.fields["cites"] = [made.siting]
    return item


def planning(made: Project, rng: random.Random) -> Item:
    """Stage two: the planning permit of the works, with the list of its drawings."""
    on, body = made.days[1], planning_body(made.days[1].year)
    item = _item(made, 1, "planning_permit", f"{made.name}建设工程规划许可证", body, made.planning_permit, rng)
    law = "《中华人民共和国城乡规划法》" if on.year >= 2008 else "《中华人民共和国城市规划法》"
    first = _certificate(
        "建设工程规划许可证",
        made.planning_permit,
        f"根据{law}，经审核，本建设工程符合城乡规划要求，颁发此证。",
        [
            ("建设单位（个人）", made.builder.name),
            ("建设项目名称", made.name),
            ("项目代码", made.code),
            ("用地规划许可证", made.land_permit),
            ("建设位置", made.site),
            ("建设规模", f"{made.area}平方米，地上{made.floors}层"),
            ("设计单位", made.designer.name),
            ("附图及附件名称", "总平面图一份，建筑施工图一套"),
        ],
        (
            "本证是经审核，建设工程符合城乡规划要求的法律凭证。",
            "未取得本证或不按本证规定进行建设的，均属违法建设。",
            "工程竣工后六个月内，建设单位应当向城建档案管理机构报送竣工资料。",
        ),
        body,
        on,
        rng,
        seal_line="规划审批专用章",
    )
    drawings = [
        "总平面图",
        "一层平面图",
        "标准层平面图",
        "屋顶平面图",
        "南立面图",
        "北立面图",
        "1—1剖面图",
        "基础平面图",
        "给排水总图",
        "电气系统图",
        "消防平面图",
        "绿化布置图",
    ]
    second = Sheet()
    second.centre("建设工程规划许可证附图目录", 36, points(20), "title", kind="title")
    second.put(Text(f"许可证编号：{made.planning_permit}", 24, 50, points(12)))
    second.aligned(f"项目代码：{made.code}", 186, 50, points(12), share=1.0)
    heads = [
        Entry(head, face="hei", kind="table_head") for head in ("序号", "图号", "图纸名称", "比例", "张数", "备注")
    ]
    rows: list[tuple[float, list[Entry]]] = [(10, heads)]
    for place, drawing in enumerate(rng.sample(drawings, rng.randint(8, 12)), start=1):
        cells = (
            str(place),
            f"建施—{place:02d}",
            drawing,
            one_of(rng, ("1：100", "1：500", "1：200")),
            str(rng.randint(1, 4)),
            one_of(rng, ("", "", "蓝图", "硫酸纸")),
        )
        rows.append((10, [Entry(cell, face="kai", colour=BLUE_INK) for cell in cells]))
    low = set_table(second, 24, 55, (16, 32, 54, 22, 18, 20), rows)
    second.put(Text(f"审核人：{given_name(rng, male=True)}", 24, low + 12, points(12), "kai"))
    second.aligned(f"填表日期：{dated(on)}", 186, low + 12, points(12), share=1.0)
    second.put(Seal(150, low + 10, 38, body.name, "规划审批专用章", angle_degrees=rng.gauss(0, 7), grain=grain(rng)))
    item.sheets = [first, second]
    item.fields["codes"] = [made.planning_permit, made.land_permit, made.code]
    item.fields["cites"] = [made.land_permit]
    item.fields["organisations"] = [body.name, made.builder.name, made.designer.name]
    return item


def building(made: Project, rng: random.Random) -> Item:
    """Stage three: the building permit."""
    on, body = made.days[2], construction_body(made.days[2].year)
    item = _item(made, 2, "building_permit", f"{made.name}建筑工程施工许可证", body, made.building_permit, rng)
    finish = made.days[3] - timedelta(days=30)
    item.sheets = [
        _certificate(
            "建筑工程施工许可证",
            f"编号　{made.building_permit}",
            "根据《中华人民共和国建筑法》第八条规定，经审查，本建筑工程符合施工条件，准予施工。特发此证。",
            [
                ("建设单位", made.builder.name),
                ("工程名称", made.name),
                ("项目代码", made.code),
                ("工程规划许可证", made.planning_permit),
                ("建设地址", made.site),
                ("建设规模", f"{made.area}平方米"),
                ("合同价格", f"{made.cost}万元"),
                ("设计单位", made.designer.name),
                ("施工单位", made.contractor.name),
                ("监理单位", f"{made.supervisor.name}"),
                ("合同工期", f"{dated(on)}至{dated(finish)}"),
            ],
            (
                "本证放置施工现场，作为准予施工的凭证。",
                "未经发证机关许可，本证的各项内容不得变更。",
                "本证自核发之日起三个月内应予施工，逾期应办理延期手续。",
            ),
            body,
            on,
            rng,
        )
    ]
    item.fields["codes"] = [made.building_permit, made.planning_permit, made.code]
    item.fields["cites"] = [made.planning_permit]
    item.fields["organisations"] = [
        body.name,
        made.builder.name,
        made.designer.name,
        made.contractor.name,
        made.supervisor.name,
    ]
    item.forms = ("single_image", "scan_pdf")
    return item


def completion(made: Project, rng: random.Random) -> Item:
    """Stage four: the filing of completion, a form filled in by hand with the seals of the five parties."""
    on, body = made.days[3], construction_body(made.days[3].year)
    item = _item(made, 3, "completion", f"{made.name}竣工验收备案表", body, made.completion, rng)

    def pair(name: str, value: str) -> tuple[float, list[Entry]]:
        return (11.5, [label(name), hand(value, columns=3, align=0.0)])

    first = Sheet()
    first.centre("房屋建筑工程竣工验收备案表", 34, points(22), "title", kind="title")
    first.aligned(f"备案编号：{made.completion}", 186, 47, points(12), share=1.0, kind="document_number")
    rows: list[tuple[float, list[Entry]]] = [
        pair("工程名称", made.name),
        pair("项目代码", made.code),
        pair("工程地点", made.site),
        (
            11.5,
            [
                label("建筑面积"),
                hand(f"{made.area}平方米", align=0.0),
                label("结构类型"),
                hand(f"框架{made.floors}层", align=0.0),
            ],
        ),
        (
            11.5,
            [
                label("工程造价"),
                hand(f"{made.cost}万元", align=0.0),
                label("工程用途"),
                hand(made.use, align=0.0),
            ],
        ),
        (
            11.5,
            [
                label("开工日期"),
                hand(f"{made.days[2]:%Y.%m.%d}", align=0.0),
                label("竣工日期"),
                hand(f"{on - timedelta(days=30):%Y.%m.%d}", align=0.0),
            ],
        ),
        pair("工程规划许可证号", made.planning_permit),
        pair("施工许可证号", made.building_permit),
        pair("建设单位", made.builder.name),
        pair("统一社会信用代码", made.builder.code),
        pair("设计单位", made.designer.name),
        pair("施工单位", made.contractor.name),
        pair("监理单位", made.supervisor.name),
    ]
    set_table(first, 24, 52, (38, 44, 34, 46), rows)
    second = Sheet()
    opinions = [
        ("建设单位意见", made.builder.name, "工程已按合同和设计文件全部完成，同意验收，质量合格。"),
        ("设计单位意见", made.designer.name, "符合设计要求，同意验收。"),
        ("施工单位意见", made.contractor.name, "自评合格，申请竣工验收备案。"),
        ("监理单位意见", made.supervisor.name, f"经检查，{made.name}各分部工程质量合格，资料齐全，同意验收。"),
        (
            "备案机关意见",
            body.name,
            f"该工程的竣工验收备案文件已于{on.year}年{on.month}月{on.day}日收讫，文件齐全，准予备案。",
        ),
    ]
    table: list[tuple[float, list[Entry]]] = []
    level = 28.0
    for name, party, words in opinions:
        signed = given_name(rng, male=True)
        text = f"{words}\n负责人：{signed}　　{on.year}年{on.month}月{on.day}日"
        table.append((42, [label(name), hand(text, align=0.0)]))
        second.put(
            Seal(
                146 + rng.uniform(-12, 14),
                level + 23 + rng.uniform(-4, 4),
                38,
                party,
                angle_degrees=rng.gauss(0, 10),
                grain=grain(rng),
            )
        )
        level += 42
    set_table(second, 24, 28, (30, 132), table)
    item.sheets = [first, second]
    item.fields["codes"] = [made.completion, made.building_permit, made.planning_permit, made.code, made.builder.code]
    item.fields["cites"] = [made.building_permit, made.planning_permit]
    item.fields["organisations"] = [party for _, party, _ in opinions]
    return item


STAGES = (siting_and_land, planning, building, completion)
