"""Photographs with captions, and recordings: the holdings that are not paper."""

import random

from sample.city import CITY, RIVERS, STREETS, VILLAGES, day_in, given_name, one_of
from sample.codes import dated
from sample.item import Item
from sample.sheet import GREY, Picture, Rule, Sheet, points
from sample.typesetting import Entry, set_table

_EVENTS = {
    "bridge": (("{river}大桥建成通车", "热烈庆祝{river}大桥建成通车"), ("{river}二桥主塔封顶", "")),
    "school": (("文津小学新教学楼落成典礼", "百年大计　教育为本"), ("枕溪中学开学典礼", "庆祝第二十个教师节")),
    "street": (("{street}拓宽改造后街景", ""), ("{street}夜市开市", "欢迎光临{street}夜市")),
    "embankment": (("{river}堤防除险加固工程完工", "众志成城　防汛抗洪"), ("{river}清淤疏浚现场", "")),
    "factory": (("砚州纺织厂技术改造竣工投产", "安全生产　质量第一"), ("松烟工业园首批企业入驻", "开工大吉")),
    "meeting": (
        ("{city}人民代表大会第{n}次会议", "砚州市人民代表大会第{n}次会议"),
        ("全市档案工作会议", "全市档案工作会议"),
        ("全市劳动模范表彰大会", "劳动最光荣"),
    ),
    "square": (("文昌广场揭幕", "文昌广场落成揭幕仪式"), ("庆祝建市二十周年群众集会", "庆祝建市二十周年")),
    "village": (("石砚坪村通自来水", "饮水思源"), ("柿园村村口", "")),
}


def _event(rng: random.Random, scene: str) -> tuple[str, str]:
    values = {
        "river": one_of(rng, RIVERS[:2]),
        "street": one_of(rng, STREETS),
        "city": CITY,
        "n": one_of(rng, ("三", "四", "五", "六")),
    }
    title, banner = one_pair(rng, _EVENTS[scene])
    return title.format(**values), banner.format(**values)


def one_pair(rng: random.Random, pairs: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    return pairs[rng.randrange(len(pairs))]


def _describe(item: Item, photographer: str, place: str) -> None:
    item.fields = {
        "title": item.title,
        "document_number": "",
        "issuing_body": "",
        "date": item.on.isoformat(),
        "addressees": [],
        "people": [photographer],
        "organisations": [],
        "codes": [],
        "photographer": photographer,
        "place": place,
    }


def photographs(rng: random.Random, year: int) -> Item:
    """A group of one to four photographs of one event, as picture files."""
    scene = one_of(rng, list(_EVENTS))
    title, banner = _event(rng, scene)
    on = day_in(rng, year)
    photographer = given_name(rng, male=True)
    item = Item(
        kind="photographs",
        fonds="K021",
        series="photographs",
        title=title,
        author=photographer,
        on=on,
        category="ZP",
        retention="Y",
        opening="开放" if rng.random() < 0.6 else "未审核",
        forms=("photo_folder",),
        stampable=False,
    )
    count = rng.choice((1, 1, 2, 3, 4))
    black_and_white = year < 2003 and rng.random() < 0.6
    for shot in range(count):
        sheet = Sheet(152.4, 101.6)
        words = banner if shot == 0 or rng.random() < 0.4 else ""
        view = scene if shot == 0 or rng.random() < 0.6 else one_of(rng, ("street", "square", scene))
        sheet.put(Picture(0, 0, 152.4, 101.6, view, rng.randrange(1 << 20), words, black_and_white))
        item.sheets.append(sheet)
    if count == 1:
        item.forms = ("single_photo",)
    _describe(item, photographer, CITY)
    item.fields["caption"] = f"{dated(on)}，{title}。{photographer}摄。"
    return item


def photograph_card(rng: random.Random, year: int) -> Item:
    """A photograph stuck on its caption card, scanned."""
    scene = one_of(rng, list(_EVENTS))
    title, banner = _event(rng, scene)
    on, photographer = day_in(rng, year), given_name(rng, male=True)
    people = [given_name(rng, male=rng.random() < 0.7) for _ in range(rng.randint(1, 3))]
    place = f"{CITY}{one_of(rng, VILLAGES if scene == 'village' else STREETS)}"
    sheet = Sheet()
    sheet.centre("照　片　档　案", 26, points(20), "title", kind="head")
    sheet.put(Rule(24, 31, 186, 31, 0.5))
    sheet.put(Picture(29, 38, 152, 101.3, scene, rng.randrange(1 << 20), banner, monochrome=year < 2002))
    words = (
        f"{title}。图中前排左起：{'、'.join(people)}。" if scene in ("meeting", "square", "school") else f"{title}。"
    )
    number = f"{rng.randint(1, 90):03d}-{rng.randint(1, 40):03d}"
    rows = [
        (
            11,
            [Entry("题　名", kind="label"), Entry(title, columns=3, align=0.0, face="kai", size_mm=4.4, kind="title")],
        ),
        (
            11,
            [
                Entry("照片号", kind="label"),
                Entry(number, face="kai"),
                Entry("参见号", kind="label"),
                Entry("", face="kai"),
            ],
        ),
        (
            11,
            [
                Entry("时　间", kind="label"),
                Entry(f"{on:%Y%m%d}", face="kai"),
                Entry("摄影者", kind="label"),
                Entry(photographer, face="kai"),
            ],
        ),
        (11, [Entry("地　点", kind="label"), Entry(place, columns=3, align=0.0, face="kai", size_mm=4.4)]),
        (
            36,
            [
                Entry("文字说明", kind="label"),
                Entry(
                    words + one_of(rng, ("原片为135胶片冲印。", "底片存市档案馆。", "该照片曾在《砚州日报》刊用。")),
                    columns=3,
                    align=0.0,
                    face="kai",
                    size_mm=4.4,
                ),
            ],
        ),
    ]
    low = set_table(sheet, 29, 148, (26, 50, 26, 50), rows)
    sheet.aligned("砚州市档案馆制", 181, low + 8, points(10), share=1.0, colour=GREY, kind="note")
    item = Item(
        kind="photograph_card",
        fonds="K021",
        series="photographs",
        title=title,
        author=photographer,
        on=on,
        category="ZP",
        retention="Y",
        opening="开放",
        forms=("single_image", "scan_pdf"),
        sheets=[sheet],
        stampable=False,
    )
    _describe(item, photographer, place)
    item.fields["people"] = [photographer, *people] if "前排" in words else [photographer]
    return item


def recording(rng: random.Random, year: int) -> Item:
    """A sound recording: bells and a hum, since no voice can be made up."""
    title = one_of(
        rng, ("砚州人民广播电台整点报时录音", "文昌塔古钟试敲录音", "墨水河渡轮汽笛录音", "砚州师范学校上课铃录音")
    )
    item = Item(
        kind="recording",
        fonds="K021",
        series="recordings",
        title=f"{title}（{year}年）",
        author="砚州人民广播电台",
        on=day_in(rng, year),
        category="LY",
        retention="Y",
        opening="开放",
        forms=("sound",),
        stampable=False,
    )
    item.fields = {
        "title": item.title,
        "document_number": "",
        "issuing_body": item.author,
        "date": item.on.isoformat(),
        "addressees": [],
        "people": [],
        "organisations": [item.author],
        "codes": [],
    }
    return item
