"""Fill the open places of a sentence and put sentences together as an office does."""

import random
import re

from sample.city import BUREAUS, DISTRICTS, RIVERS, STREETS, named_in, one_of
from sample.codes import counted
from sample.official import Annex, Paragraph
from sample.topics import Topic

_PLACE = re.compile(r"\{(\w+)\}")


def money(rng: random.Random) -> str:
    """Return a sum of public money as it stands in prose."""
    if rng.random() < 0.25:
        return f"{rng.randint(11, 98) / 10:g}亿元"
    return f"{rng.choice((rng.randint(12, 98) * 10, rng.randint(100, 9800), rng.randint(2, 46) * 50))}万元"


# Words that one office writes this way and the next another; each may stand for the first.
_SYNONYMS: dict[str, tuple[str, ...]] = {
    "应当": ("应当", "应", "必须", "要"),
    "严格": ("严格", "从严", "切实"),
    "切实": ("切实", "认真", "扎实"),
    "进一步": ("进一步", "进一步", "切实"),
    "有关部门": ("有关部门", "相关部门", "各有关单位", "职能部门"),
    "建立": ("建立", "建立健全", "建立和完善"),
    "加强": ("加强", "强化", "切实加强", "进一步加强"),
    "确保": ("确保", "保证", "务必做到", "全力保障"),
    "及时": ("及时", "按时", "尽快"),
    "落实": ("落实", "抓好", "落实好"),
    "各级各部门": ("各级各部门", "各地、各部门", "各县（区）、各单位"),
    "近年来": ("近年来", "近几年来", "这几年"),
    "目前": ("目前", "当前", "据统计，目前"),
    "今年以来": ("今年以来", "入夏以来", "上半年以来", "一个时期以来"),
    "不得": ("不得", "一律不得", "严禁"),
    "广泛宣传": ("广泛宣传", "大力宣传", "深入宣传", "集中宣传"),
    "为进一步": ("为进一步", "为了进一步", "为"),
    "结合我市实际": ("结合我市实际", "结合本市实际情况", "从我市实际出发"),
    "牵头": ("牵头", "负责牵头", "具体牵头"),
    "认真贯彻执行": ("认真贯彻执行", "遵照执行", "认真抓好贯彻落实", "认真组织实施"),
    "有关事项": ("有关事项", "有关工作", "有关问题", "相关事宜"),
    "各单位": ("各单位", "各有关单位", "各责任单位"),
    "公开电话": ("公开电话", "监督电话", "咨询服务电话", "举报投诉电话"),
    "严肃追究责任": ("严肃追究责任", "按照规定予以问责", "追究有关领导和直接责任人的责任"),
    "由分管副市长任组长": ("由分管副市长任组长", "由常务副市长任组长", "由市政府主要负责人任组长"),
}
_SYNONYM = re.compile("|".join(sorted(_SYNONYMS, key=len, reverse=True)))

# Open places: (least, most, rounded to) of numbers, tenths of a percent of shares, choices of words.
_NUMBERS = {
    "n": (11, 98, 1),
    "n9": (3, 9, 1),
    "n00": (110, 960, 10),
    "n000": (1200, 6800, 10),
    "bags": (5, 60, 1),
    "age": (10, 30, 5),
}
_SHARES = {"most": (520, 890), "few": (21, 149), "pct": (30, 985)}
_WORDS = {
    "dist": DISTRICTS,
    "street": STREETS,
    "weekday": tuple("一二三四五"),
    "month": tuple(f"{n}月" for n in range(1, 13)),
}


class Pen:
    """Writes for one paper: the bureau named first stays the leading one, years follow the year of the paper."""

    def __init__(self, rng: random.Random, year: int, topic: Topic) -> None:
        self.rng = rng
        self.year = year
        self.topic = topic
        self.second = one_of(rng, [name for name in BUREAUS if name != topic.bureau])
        self.river = one_of(rng, RIVERS)
        self.whole = 500
        self._kept: dict[str, str] = {}

    def fill(self, sentence: str) -> str:
        """Return a sentence with every open place filled; a place that ends in 1 is filled alike in the whole paper."""
        varied = _SYNONYM.sub(lambda found: one_of(self.rng, _SYNONYMS[found[0]]), sentence)
        return named_in(_PLACE.sub(lambda found: self._filled(found[1]), varied), self.year)

    def _filled(self, name: str) -> str:
        if not name.endswith("1"):
            return self._value(name)
        if name not in self._kept:
            self._kept[name] = self._value(name[:-1])
        return self._kept[name]

    def _value(self, name: str) -> str:
        if name in _NUMBERS:
            low, high, step = _NUMBERS[name]
            return str(self.rng.randint(low, high) // step * step)
        if name in _SHARES:
            low, high = _SHARES[name]
            return f"{self.rng.randint(low, high) / 10:g}%"
        if name in _WORDS:
            return one_of(self.rng, _WORDS[name])
        return self._of_this_paper(name)

    def _of_this_paper(self, name: str) -> str:
        match name:
            case "year":
                return str(self.year)
            case "next":
                return str(self.year + self.rng.randint(1, 3))
            case "river":
                return self.river
            case "bureau":
                return self.topic.bureau
            case "bureau2":
                return self.second
            case "sum":
                return money(self.rng)
            case "whole":
                self.whole = self.rng.randint(20, 480) * 10
                return f"{self.whole}万元"
            case "part":
                return f"{round(self.whole * self.rng.uniform(0.3, 0.75))}万元"
            case _:
                raise KeyError(name)

    def pick(self, sentences: tuple[str, ...], least: int = 1) -> list[str]:
        """Return some of the sentences, filled, in their order."""
        count = self.rng.randint(min(least, len(sentences)), len(sentences))
        chosen = sorted(self.rng.sample(range(len(sentences)), count))
        return [self.fill(sentences[at]) for at in chosen]


OPENINGS = (
    "{why}。这项工作涉及面广、政策性强，事关群众切身利益。为{aim}，现就有关事项通知如下：",
    "为{aim}，根据有关法律、法规和省人民政府的部署，结合我市实际，现通知如下：",
    "{year}年是我市实施五年规划的重要一年。{why}。为{aim}，经研究，现就有关工作通知如下：",
    "{month}{n9}日，市人民政府召开专题会议，听取了{bureau}的工作汇报。会议认为，{why}。根据会议精神，现通知如下：",
    "{why}。市委、市人民政府对此高度重视，多次提出明确要求。为{aim}，现将有关事项通知如下：",
    "省人民政府办公厅〔{year}〕{n}号文件下发后，我市迅速进行了研究部署。{why}。为{aim}，现结合我市实际通知如下：",
    "市人大常委会第{n}次会议审议了{bureau}的专项工作报告。针对审议意见，并考虑到{why}，现就有关事项通知如下：",
    "{why}。为{aim}，经市人民政府同意，现就有关事项通知如下：",
    "根据省人民政府有关会议精神，结合我市实际，为{aim}，现将有关工作通知如下：",
    "{why}。经市人民政府第{n}次常务会议研究，现就{subject}有关问题通知如下：",
    "{why}；{why}。为进一步{aim}，现提出如下要求：",
    "近期，市人民政府组织有关部门进行了专题调研。从调研情况看，{why}。为此，现就做好下一阶段工作通知如下：",
    "{why}。各级各部门务必统一思想，提高认识，抓紧抓好各项工作落实。现通知如下：",
)
AIMS = (
    "切实加强这项工作",
    "维护人民群众的合法权益",
    "促进全市经济社会协调发展",
    "理顺管理体制，落实工作责任",
    "把各项政策落到实处",
    "确保年度目标任务如期完成",
    "消除隐患，堵塞漏洞",
)
GENERAL = (
    (
        "明确工作步骤",
        (
            "第一阶段（{month}至{month}）为宣传动员和调查摸底阶段，由{bureau}制定实施方案并报市人民政府批准。",
            "第二阶段为组织实施阶段，各责任单位应当按照方案倒排工期、挂图作战，每月{n9}日前报送进度。",
            "第三阶段为总结验收阶段，由{bureau}会同{bureau2}组织考评，并于{next}年{month}底前将结果报市人民政府。",
        ),
    ),
    (
        "健全工作机制",
        (
            "建立由{bureau}、{bureau2}和{dist}人民政府参加的联席会议制度，原则上每{n9}个月召开一次。",
            "实行信息月报制度，重大事项随时报告，不得迟报、漏报和瞒报。",
            "鼓励{dist}先行先试，取得经验后在全市推广。",
        ),
    ),
    (
        "做好档案收集",
        (
            "工作中形成的文件、图纸、照片和电子数据应当及时收集齐全，任何个人不得据为己有。",
            "项目结束后{n9}个月内，由承办单位按照规定向{bureau2}和市档案馆移交档案。",
            "{street}等重点项目的影像资料，由{bureau}指定专人拍摄、整理并编写说明。",
        ),
    ),
    (
        "严肃工作纪律",
        (
            "严禁借机乱收费、乱摊派，违反规定的依照有关规定处理，并责令如数退还。",
            "工作人员不得接受服务对象的宴请和馈赠，接受社会各界监督，举报电话8{n00}{n00}。",
        ),
    ),
    (
        "加强组织领导",
        (
            "各县（区）人民政府、市直有关部门要把这项工作摆上重要议事日程，主要领导亲自抓，分管领导具体抓。",
            "成立由分管副市长任组长的工作领导小组，办公室设在{bureau}，负责日常协调。",
            "{bureau}要发挥牵头作用，{bureau2}等部门按照职责分工密切配合，形成工作合力。",
        ),
    ),
    (
        "严格督查考核",
        (
            "市政府督查室要会同{bureau}对落实情况进行跟踪督办，每季度通报一次。",
            "工作完成情况纳入{year}年度目标管理考核，考核结果作为评先评优的依据。",
            "对推诿扯皮、工作不力的，严肃追究责任。",
        ),
    ),
    (
        "加大宣传力度",
        (
            "新闻单位要采取多种形式，广泛宣传有关政策和先进典型，营造良好氛围。",
            "各单位要设立公开电话，及时受理群众咨询和投诉。",
        ),
    ),
    (
        "强化资金保障",
        (
            "所需经费列入同级财政预算，{year}年市级财政先行安排{sum}。",
            "审计机关要加强对专项资金的审计监督，发现问题及时纠正。",
        ),
    ),
)
CLOSINGS = (
    "以上通知，请认真贯彻执行，并将贯彻情况于{month}底前报市人民政府办公室和{bureau}。",
    "本通知由{bureau}负责解释，有效期{n9}年。",
    "特此通知。",
    "市政府办公室将于{month}会同{bureau}对各单位落实情况进行检查。",
    "各县（区）人民政府可根据本通知，结合当地实际制定具体办法，并报{bureau}备案。",
    "各县（区）、各部门贯彻落实情况，请于{month}{n}日前书面报送市人民政府办公室。",
    "本通知自印发之日起施行。此前有关规定与本通知不一致的，以本通知为准。",
    "执行中遇到的问题，请及时向{bureau}反映。",
    "请结合实际，认真贯彻执行。",
    "各单位要制定具体实施方案，于{month}底前报{bureau}备案。",
)
ADDRESSEES = (
    "各县（区）人民政府，市直各部门、各直属机构",
    "各县（区）人民政府，市政府各部门",
    "各县、区人民政府，市人民政府有关部门，各有关企事业单位",
    "松烟区、笺湖区、墨塘区人民政府，市直有关单位",
    "各县（区）人民政府，各街道办事处，市直有关部门",
)
COPIES = (
    "市委各部门，市人大常委会办公室，市政协办公室，市法院，市检察院，砚州军分区",
    "市委办公室，市人大常委会办公室，市政协办公室",
    "省人民政府办公厅，市委办公室，各新闻单位",
    "市委有关部门，各人民团体",
)


def _fixed(month_day: str) -> str:
    return re.sub(r"月(\d+)日", lambda found: f"月{min(int(found[1]), 28)}日", month_day)


def opening(pen: Pen) -> str:
    """Write the first paragraph, which gives the grounds."""
    reasons = pen.rng.sample(pen.topic.why, len(pen.topic.why))
    text = one_of(pen.rng, OPENINGS)
    for reason in reasons:
        text = text.replace("{why}", reason.removeprefix("为"), 1)
    text = text.replace("{why}", "这项工作政策性强、涉及面广").replace("{aim}", one_of(pen.rng, AIMS))
    return _fixed(pen.fill(text.replace("{subject}", pen.topic.subject)))


def measures(pen: Pen, *, limit: int = 6, deep: bool = True) -> list[Paragraph]:
    """Write the numbered sections: those of the topic, then one or two that every office adds."""
    sections = list(pen.topic.measures) + pen.rng.sample(GENERAL, pen.rng.randint(1, 2))
    kept = sections[:limit]
    result: list[Paragraph] = []
    for number, (heading, sentences) in enumerate(kept, start=1):
        written = pen.pick(sentences, 2)
        style = pen.rng.random()
        if not deep:
            result.append(Paragraph(f"{counted(number)}、{heading}。{''.join(written)}"))
            continue
        result.append(Paragraph(f"{counted(number)}、{heading}", 1))
        if style < 0.45 and len(written) > 1:
            for place, sentence in enumerate(written, start=1):
                result.append(Paragraph(f"（{counted(place)}）{sentence}"))
        else:
            result.append(Paragraph("".join(written)))
    return [Paragraph(_fixed(one.text), one.level) for one in result]


def closing(pen: Pen) -> str:
    """Write the last paragraph."""
    return _fixed(pen.fill(one_of(pen.rng, CLOSINGS)))


def annex(pen: Pen) -> Annex:
    """Draw up the table that goes with a notice."""
    rng = pen.rng
    kind = rng.randrange(3)
    if kind == 0:
        rows = [
            (
                str(n),
                district,
                str(rng.randint(3, 48)),
                f"{rng.randint(20, 900)}",
                one_of(rng, ("6月底", "9月底", "10月底", "12月底")),
            )
            for n, district in enumerate(DISTRICTS, start=1)
        ]
        rows.append(("", "合计", str(sum(int(row[2]) for row in rows)), str(sum(int(row[3]) for row in rows)), ""))
        heads = ("序号", "县（区）", "项目数（个）", "投资（万元）", "完成时限")
        return Annex(f"{pen.year}年度工作任务分解表", heads, (16, 40, 32, 36, 32), tuple(rows))
    if kind == 1:
        names = [named_in(name, pen.year) for name in rng.sample(BUREAUS, 8)]
        rows2 = tuple(
            (
                str(n),
                name,
                one_of(rng, ("牵头", "配合", "配合", "督办")),
                one_of(rng, ("制定方案", "落实资金", "现场核查", "信息汇总", "宣传报道", "整改验收")),
            )
            for n, name in enumerate(names, start=1)
        )
        return Annex("部门职责分工表", ("序号", "单位", "职责类别", "主要任务"), (16, 62, 34, 44), rows2)
    streets = rng.sample(STREETS, 9)
    rows3 = tuple(
        (
            str(n),
            street,
            one_of(rng, DISTRICTS[:3]),
            f"{rng.randint(3, 46) / 10:g}",
            f"{rng.randint(12, 60)}",
            money(rng),
        )
        for n, street in enumerate(streets, start=1)
    )
    heads3 = ("序号", "路段名称", "所在区", "长度（公里）", "红线宽（米）", "概算投资")
    return Annex("重点路段一览表", heads3, (14, 36, 26, 28, 28, 26), rows3)
