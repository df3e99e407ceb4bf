"""Write the official papers of the city: notices, replies, requests, letters and minutes."""

import random
from collections.abc import Callable
from datetime import timedelta

from sample import prose
from sample.city import (
    BUREAUS,
    CITY,
    CIVIL_AFFAIRS,
    FINANCE,
    GOVERNMENT,
    OFFICE,
    RIVERS,
    Body,
    day_in,
    given_name,
    named_in,
    one_of,
)
from sample.codes import counted
from sample.item import Item
from sample.official import Paper, Paragraph, Press
from sample.topics import TOPICS, Topic

_SCANS = ("scan_pdf", "scan_tiff", "page_folder", "scan_pdf")

_SECTIONS = {"市水利局": "农业科", "市民政局": "社会科", "市教育局": "社会科", "市档案局": "综合科"}


def _access(item: Item, rng: random.Random) -> None:
    """Give the item its access level and opening state, as a review of a real holding would leave them."""
    chance = rng.random()
    if chance < 0.10:
        item.access, item.opening = "内部", one_of(rng, ["控制", "延期开放", "未审核"])
    elif item.year <= 2010 and chance < 0.8:
        item.opening = "开放"
    else:
        item.opening = one_of(rng, ["开放", "未审核", "未审核", "延期开放"])


def _item(
    paper: Paper, kind: str, rng: random.Random, *, fonds: str, organisation: str, retention: str, people: list[str]
) -> Item:
    item = Item(
        kind=kind,
        fonds=fonds,
        series=f"{kind}/{paper.body}",
        title=paper.title,
        author=paper.body,
        on=paper.on,
        category="WS",
        retention=retention,
        organisation=organisation,
        document_number=paper.number,
        forms=_SCANS,
    )
    face = "song" if rng.random() < 0.7 else "serif"
    item.sheets = Press(paper, rng, face=face).set()
    item.fields = {
        "title": paper.title,
        "document_number": paper.number,
        "issuing_body": paper.body,
        "date": paper.on.isoformat(),
        "addressees": [part for part in paper.addressees.replace("，", "、").split("、") if part],
        "people": people,
        "organisations": [paper.body],
        "codes": [paper.number],
    }
    _access(item, rng)
    return item


def _number(body: Body, suffix: str, year: int, rng: random.Random, top: int = 180) -> str:
    return f"{body.word}{suffix}〔{year}〕{rng.randint(1, top)}号"


def _topics_of(year: int) -> list[Topic]:
    return [topic for topic in TOPICS if topic.first_year <= year <= topic.last_year]


def _topic(rng: random.Random, year: int, *, about: tuple[str, ...] = ()) -> Topic:
    fitting = [topic for topic in _topics_of(year) if not about or any(word in topic.words for word in about)]
    return fitting[rng.randrange(len(fitting))]


def _notice(
    rng: random.Random, year: int, body: Body, topic: Topic, *, length: int, annex: bool, kind: str = "通知"
) -> Paper:
    pen = prose.Pen(rng, year, topic)
    subject = pen.fill(topic.subject)
    opinion = topic.words.endswith("意见") and kind == "通知"
    sort = "意见" if opinion else kind
    text = [Paragraph(prose.opening(pen)), *prose.measures(pen, limit=length, deep=rng.random() < 0.8)]
    text.append(Paragraph(prose.closing(pen)))
    if opinion:
        text[0] = Paragraph(
            text[0].text.replace("现就有关事项通知如下", "现提出如下意见").replace("通知如下", "提出如下意见")
        )
        text[-1] = Paragraph(text[-1].text.replace("本通知", "本意见"))
    return Paper(
        head=f"{body.name}文件",
        number=_number(body, "发", year, rng),
        title=f"{body.name}关于{subject}的{sort}",
        addressees=one_of(rng, prose.ADDRESSEES),
        paragraphs=text,
        body=body.name,
        on=day_in(rng, year),
        seal=body.name,
        copies_to=one_of(rng, prose.COPIES),
        printer=body.office,
        subject_words=topic.words,
        annexes=[prose.annex(pen)] if annex else [],
        urgency="特急" if rng.random() < 0.06 else "",
        note="此件公开发布" if year >= 2015 and rng.random() < 0.5 else "",
    )


def notice(rng: random.Random, year: int) -> Item:
    """A notice or opinion of the city government or its office, of two to four pages."""
    body = one_body(rng, (GOVERNMENT, OFFICE, OFFICE))
    topic = _topic(rng, year)
    paper = _notice(rng, year, body, topic, length=rng.randint(3, 6), annex=rng.random() < 0.45)
    organisation = _SECTIONS.get(topic.bureau, "办公室")
    return _item(
        paper,
        "notice",
        rng,
        fonds="Z109",
        organisation=organisation,
        retention=rng.choice(("Y", "Y", "D30")),
        people=[],
    )


def born_digital_notice(rng: random.Random, year: int) -> Item:
    """A notice that never was on paper: a PDF with its text."""
    item = notice(rng, max(year, 2014))
    item.kind, item.forms, item.stampable = "born_digital_notice", ("born_pdf",), False
    return item


def one_body(rng: random.Random, bodies: tuple[Body, ...]) -> Body:
    return bodies[rng.randrange(len(bodies))]


def circular(rng: random.Random, year: int) -> Item:
    """A short notice of a bureau."""
    body, fonds, about = rng.choice(((CIVIL_AFFAIRS, "J019", ("民政",)), (FINANCE, "B012", ("经济", "教育", "低保"))))
    paper = _notice(rng, year, body, _topic(rng, year, about=about), length=2, annex=False)
    item = _item(paper, "circular", rng, fonds=fonds, organisation="办公室", retention="D30", people=[])
    item.forms = ("scan_pdf", "scan_tiff", "single_image") if item.pages == 1 else _SCANS
    return item


_MATTERS = (
    (
        "调整{dist1}部分村民委员会设置",
        "同意撤销{dist1}上松村、竹坞村村民委员会，合并设立新的村民委员会，办公地点设在原上松村。",
        "合并后的集体资产、债权债务由新设立的村民委员会承继，档案一并移交。",
    ),
    (
        "{street1}改造工程可行性研究报告",
        "原则同意{street1}改造工程可行性研究报告。道路全长{n9}公里，红线宽{n}米，项目估算总投资{sum}。",
        "请据此编制初步设计，按基本建设程序报批后组织实施，严格控制投资规模。",
    ),
    (
        "设立{dist1}工业集中区",
        "同意设立{dist1}工业集中区，规划面积{n9}平方公里，四至范围东至{street1}，西至{river}。",
        "集中区建设要坚持规划先行、节约用地，严禁引进高耗能、高污染项目。",
    ),
    (
        "命名{street1}等道路名称",
        "同意将新建城区{n9}条道路命名为{street1}、{street}等，具体起止点由市地名办公室公布。",
        "有关部门要及时更换路牌、门牌，做好户籍、邮政和证照的衔接工作。",
    ),
    (
        "{river}沿岸棚户区改造实施方案",
        "原则同意{river}沿岸棚户区改造实施方案，涉及居民{n00}户、建筑面积{n}万平方米。",
        "安置房建设应与拆迁同步推进，过渡期限不得超过{n}个月。",
    ),
    (
        "动用市长预备费抗旱救灾",
        "同意从市长预备费中安排{sum}，用于{dist1}和其他旱区抗旱保苗和人畜饮水应急工程。",
        "资金使用情况请于{month}底前报市财政局，并接受审计监督。",
    ),
    (
        "公布第{n9}批市级文物保护单位",
        "同意将{dist1}文昌塔、{river}古码头等{n}处列为市级文物保护单位。",
        "请划定保护范围和建设控制地带，设立保护标志，建立记录档案。",
    ),
)


def reply(rng: random.Random, year: int) -> Item:
    """A reply 批复 of the city government to a request of a district or bureau."""
    matter, consent, terms = rng.choice(_MATTERS)
    pen = prose.Pen(rng, year, _topic(rng, year))
    pen.river = one_of(rng, RIVERS)
    subject = pen.fill(matter)
    district = pen.fill("{dist1}")
    asked = f"{district}人民政府"
    short = district[:-1]
    on = day_in(rng, year, 2)
    incoming = f"{short[0]}政〔{year}〕{rng.randint(3, 80)}号"
    text = [
        Paragraph(f"你{district[-1]}《关于{subject}的请示》（{incoming}）收悉。经研究，现批复如下："),
        Paragraph("一、" + pen.fill(consent)),
        Paragraph("二、" + pen.fill(terms)),
    ]
    if rng.random() < 0.6:
        text.append(Paragraph("三、" + pen.fill("请{bureau2}、{bureau}等部门按照各自职责，做好指导和监督工作。")))
    text.append(Paragraph(one_of(rng, ("此复。", "特此批复。", "请认真组织实施。"))))
    paper = Paper(
        head=GOVERNMENT.name,
        number=_number(GOVERNMENT, "函", year, rng, 120),
        title=f"{GOVERNMENT.name}关于{subject}的批复",
        addressees=asked,
        paragraphs=text,
        body=GOVERNMENT.name,
        on=on,
        seal=GOVERNMENT.name,
        copies_to=pen.fill("{bureau}，{bureau2}"),
        printer=OFFICE.name,
        subject_words="政务 批复",
        head_kind="letter",
    )
    item = _item(paper, "reply", rng, fonds="Z109", organisation="综合科", retention="Y", people=[])
    item.fields["codes"] = [paper.number, incoming]
    item.fields["organisations"] = [paper.body, asked]
    return item


def letter(rng: random.Random, year: int) -> Item:
    """A letter 函 from the government office to an enterprise or a bureau, usually of one page."""
    pen = prose.Pen(rng, year, _topic(rng, year))
    subject = pen.fill(
        one_of(
            rng,
            (
                "商请协助提供{street}地下管线资料",
                "征求《{dist}城乡规划》意见",
                "协调解决{street}临时占道施工",
                "商请减免{dist}敬老院水电费用",
                "推荐{year}年度先进集体和先进个人",
                "做好市人大代表建议第{n}号办理工作",
            ),
        )
    )
    to = named_in(one_of(rng, BUREAUS), year).replace("市", CITY, 1)
    text = [
        Paragraph(
            pen.fill(
                one_of(
                    rng,
                    (
                        f"为做好{pen.topic.bureau}牵头的有关工作，现就{subject}事宜函告如下。",
                        f"你单位来函收悉。关于{subject}一事，经与{pen.topic.bureau}、{pen.second}研究，现函复如下。",
                    ),
                )
            )
        ),
        Paragraph(
            pen.fill(
                one_of(
                    rng,
                    (
                        "请对照所附清单认真核对，如有补充或者修改意见，请于{month}{n9}日前以书面形式反馈，逾期视为无意见。",
                        "有关资料请复制一式{n9}份，加盖单位公章后送市政府办公室（地址：{street}1号），联系电话：8{n00}{n00}6。",
                    ),
                )
            )
        ),
        Paragraph(pen.fill("{bureau}已安排专人负责联络，请你单位予以支持为盼。")),
        Paragraph("专此函达。" if rng.random() < 0.5 else "特此函告，请予支持。"),
    ]
    paper = Paper(
        head=OFFICE.name,
        number=_number(OFFICE, "函", year, rng, 150),
        title=f"{OFFICE.name}关于{subject}的函",
        addressees=to,
        paragraphs=text,
        body=OFFICE.name,
        on=day_in(rng, year),
        seal=OFFICE.name,
        subject_words="政务 函",
        head_kind="letter",
    )
    item = _item(paper, "letter", rng, fonds="Z109", organisation="办公室", retention="D10", people=[])
    item.fields["organisations"] = [paper.body, to]
    item.forms = ("single_image", "scan_pdf", "scan_tiff") if item.pages == 1 else _SCANS
    return item


_USES = {
    "J019": (
        "购置办公设备",
        "维修{street1}婚姻登记处",
        "增加殡仪馆设施改造投资",
        "追加救灾物资储备经费",
        "新建{dist1}敬老院",
    ),
    "B012": ("购置会计核算设备", "建设财政信息管理系统", "解决会计档案库房加固资金", "维修{street1}国库支付大厅"),
}
_NEEDS = (
    "我局现有办公用房和设备多为上世纪九十年代购置，超期使用，故障频发，已不能适应工作需要。",
    "今年以来，我局业务量较上年同期增长{few}，每月接待群众{n00}余人次，现有条件难以保障服务质量。",
    "{month}中旬，连续强降雨造成我局{street1}业务用房屋面渗漏，部分物资和档案受潮，亟需维修加固。",
    "根据上级部门标准化建设要求，我局须于{year}年底前完成有关设施的达标改造，目前尚有差距。",
)


def _costs(rng: random.Random, whole: int) -> str:
    """Split a sum into three costs that add up."""
    first, last = round(whole * rng.uniform(0.45, 0.65)), round(whole * rng.uniform(0.03, 0.09))
    return (
        f"一是土建及维修费用{first}万元；二是设备购置费用{whole - first - last}万元；三是其他不可预见费用{last}万元。"
    )


def request(rng: random.Random, year: int) -> Item:
    """A request 请示 of a bureau for money, signed by its head."""
    body, fonds = rng.choice(((CIVIL_AFFAIRS, "J019"), (FINANCE, "B012")))
    pen = prose.Pen(rng, year, _topic(rng, year, about=("民政",) if body is CIVIL_AFFAIRS else ()))
    signer = given_name(rng, male=rng.random() < 0.75)
    use = one_of(rng, _USES[fonds])
    subject = pen.fill(use)
    text = [
        Paragraph(pen.fill(one_of(rng, _NEEDS))),
        Paragraph(
            pen.fill(f"经测算，{subject}共需资金{{whole}}，已落实{{part}}，其余部分尚无着落。主要用于以下方面：")
        ),
        Paragraph(_costs(rng, pen.whole)),
        Paragraph(pen.fill("鉴于我局年度预算已无法调剂，特恳请市人民政府从{year}年度机动财力中予以安排。")),
        Paragraph(one_of(rng, ("妥否，请批示。", "以上请示当否，请批复。"))),
    ]
    paper = Paper(
        head=f"{body.name}文件",
        number=_number(body, "", year, rng, 90),
        title=f"{body.name}关于{subject}的请示",
        addressees="市人民政府",
        paragraphs=text,
        body=body.name,
        on=day_in(rng, year),
        seal=body.name,
        printer=body.office,
        subject_words="财政 经费 请示",
        signer=signer,
        note=f"联系人：{given_name(rng, male=rng.random() < 0.5)}，联系电话：8{rng.randint(100000, 999999)}",
    )
    return _item(paper, "request", rng, fonds=fonds, organisation="计财科", retention="D30", people=[signer])


_POINTS = (
    "会议听取了{bureau}关于{subject}的情况汇报，认为前一阶段工作思路清晰、措施得力，取得了阶段性成效。",
    "会议指出，当前仍存在进度不平衡、资金缺口较大、部门衔接不畅等问题，必须采取有力措施加以解决。",
    "会议原则通过{bureau}提交的实施方案，由{bureau}根据会议讨论意见修改完善后，按程序印发。",
    "会议同意从{year}年城建资金中安排{sum}用于该项目前期工作，不足部分由{bureau2}会同有关部门研究筹措。",
    "会议明确，{dist}人民政府负责征地拆迁和群众工作，{month}底前交付净地；{bureau}负责工程组织实施。",
    "会议要求，{bureau2}要于{month}{n9}日前完成方案比选，报市政府专题研究。",
    "会议决定，将{street}至{street}段列为首批启动区，力争{month}开工、{next}年{month}竣工。",
    "会议强调，要坚持依法依规，妥善处理历史遗留问题，切实维护群众合法权益和社会稳定。",
    "关于{street}{n}号地块处置问题，会议同意按现状评估后依法收回，收回补偿控制在{sum}以内。",
    "会议议定，由市政府办公室负责督办，每半月调度一次，遇到重大问题及时报告。",
)


def _minutes_title(first_subject: str, meeting: str) -> str:
    return f"研究{first_subject}等问题的{meeting}纪要"


def minutes(rng: random.Random, year: int) -> Item:
    """Minutes 会议纪要 of a meeting of the city government, with those present."""
    topics = rng.sample(_topics_of(year), rng.randint(2, 3))
    chair = given_name(rng, male=True)
    present = [given_name(rng, male=rng.random() < 0.7) for _ in range(rng.randint(7, 12))]
    on = day_in(rng, year)
    regular = rng.random() < 0.55
    count = rng.randint(3, 62)
    name = f"市政府第{count}次常务会议" if regular else "市长办公会议"
    subjects = [prose.Pen(rng, year, topic).fill(topic.subject) for topic in topics]
    text = [
        Paragraph(
            f"{on.year}年{on.month}月{on.day}日{one_of(rng, ('上午', '下午'))}，{'市长' if regular else '副市长'}{chair}在"
            f"市政府{rng.randint(1, 5)}楼会议室主持召开{name}，研究{'、'.join(subjects)}等问题。现将会议议定事项纪要如下："
        )
    ]
    for place, (topic, subject) in enumerate(zip(topics, subjects, strict=True), start=1):
        pen = prose.Pen(rng, year, topic)
        text.append(Paragraph(f"{counted(place)}、关于{subject}", 1))
        points = [pen.fill(point.replace("{subject}", subject)) for point in rng.sample(_POINTS, rng.randint(3, 5))]
        points.sort(key=lambda point: not point.startswith(("会议听取", "会议指出")))
        text.extend(Paragraph(point) for point in points)
    text.append(Paragraph("出席：" + "、".join([chair, *present]) + "。"))
    text.append(
        Paragraph(
            "列席："
            + "、".join(
                f"{given_name(rng, male=True)}（{named_in(bureau, year)}）" for bureau in rng.sample(BUREAUS, 4)
            )
            + "。"
        )
    )
    paper = Paper(
        head=f"{GOVERNMENT.name}{'常务' if regular else '办公'}会议纪要",
        number=f"〔{year}〕{count}号",
        title=_minutes_title(subjects[0], name),
        addressees="",
        paragraphs=text,
        body=OFFICE.name,
        on=on + timedelta(days=rng.randint(1, 6)),
        seal="",
        copies_to=one_of(rng, prose.COPIES),
        printer=OFFICE.name,
        subject_words="会议 纪要",
        head_kind="minutes",
    )
    item = _item(paper, "minutes", rng, fonds="Z109", organisation="办公室", retention="Y", people=[chair, *present])
    if item.access == "公开" and rng.random() < 0.3:
        item.access, item.opening = "内部", "控制"
    return item


PAPERS: dict[str, Callable[[random.Random, int], Item]] = {
    "notice": notice,
    "born_digital_notice": born_digital_notice,
    "circular": circular,
    "reply": reply,
    "letter": letter,
    "request": request,
    "minutes": minutes,
}
