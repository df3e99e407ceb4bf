"""Papers full of personal data with the truth about every place of it, and of what only looks like it.

A scene is a sentence or two with open places. `{name}` and its like are personal (the class is the word before a
colon in `_MAKERS`), everything else is not: order numbers with a wrong check digit, offices, dates, codes. `noisy` papers
are spoilt as a reader of scans spoils them. Nobody and nothing in here exists.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sample import city
from sample.codes import credit_code, dated, identity_number, project_code, registration_number
from sample.personal_scenes import SCENES, TRAPS, UNSEEN_SCENES, UNSEEN_TRAPS
from sample.prose import Pen, closing, measures, opening
from sample.topics import TOPICS

_PLACE = re.compile(r"\{(\w+)(?:=([^}]*))?\}")
_RARE_SURNAMES = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "夏侯",
    "尉迟",
    "令狐",
    "卜",
    "仝",
    "覃",
    "冼",
    "蔺",
    "丛",
    "缪",
    "佘",
    "庹",
)
_MONGOLIAN = (
    "乌云其其格",
    "巴特尔",
    "斯琴高娃",
    "那顺巴雅尔",
    "娜仁托娅",
    "阿拉坦仓",
    "呼格吉勒",
    "萨仁",
    "额尔敦",
    "苏日娜",
    "宝力道",
)
_PROVINCES = ("岱南省", "内蒙古自治区", "河北省", "山东省", "湖南省", "四川省", "", "", "")
_CITIES = ("砚州市", "呼和浩特市", "保定市", "临沂市", "岳阳市", "绵阳市", "永宁市", "松江市")
_COUNTIES = ("松烟区", "赛罕区", "新城区", "毫山县", "托克托县", "河东区", "云笈县", "高新区", "和林格尔县")
_TOWNS = ("青石镇", "白塔乡", "黄合少镇", "毕克齐镇", "桃源镇", "双河乡", "希拉穆仁苏木")
_ROADS = (*city.STREETS, "大学西街", "中山东路", "锡林郭勒北路", "建设路", "解放街", "八一巷", "滨河大道", "人民路")
_COMPOUNDS = ("望湖小区", "临池家园", "教师新村", "桃李苑", "书香花园", "阳光小区", "铁路家属院", "金桥新居", "巨海城")
_VILLAGES = (*city.VILLAGES, "什不斜气村", "前毛道村", "大营子村", "李家庄村")
_PLATES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
_PLATE_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
_MAIL_HOSTS = ("163.com", "126.com", "qq.com", "sina.com.cn", "gmail.com", "139.com", "foxmail.com", "outlook.com")
_DISEASES = (
    "高血压", "肺结核", "慢性乙型肝炎", "精神分裂症", "糖尿病", "尿毒症", "艾滋病", "抑郁症", "冠心病", "乳腺癌",
    "梅毒", "脑梗死", "白血病", "癫痫", "肝硬化", "阿尔茨海默病",
)  # fmt: skip
_RIGHT_OF_BODY = ("0602", "0540", "1500", "7111", "3301", "8112")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text; `kind` is the class of personal data, "" for none."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class PersonalPaper:
    """A text and its truth: (class, start, end) of every place of personal data."""

    text: str
    truth: tuple[tuple[str, int, int], ...]


def personal_paper(rng: random.Random, *, noisy: bool = False, unseen: bool = False) -> PersonalPaper:
    """Return one paper; of scenes that no rule was tuned on, if `unseen`."""
    scenes, traps = (UNSEEN_SCENES, UNSEEN_TRAPS) if unseen else (SCENES, TRAPS)
    chosen = rng.sample(scenes, rng.randint(2, 4)) + rng.sample(traps, rng.randint(3, 6))
    rng.shuffle(chosen)
    year = rng.randint(1985, 2024)
    pieces: list[Piece] = []
    for scene in chosen:
        if rng.random() < 0.35:
            pieces += [Piece(_filler(rng, year)), Piece("\n")]
        pieces += [*_filled(rng, year, scene), Piece("\n")]
    if noisy:
        pieces = [_spoilt(rng, piece) for piece in pieces]
    width = rng.randint(24, 42) if noisy or rng.random() < 0.6 else 0
    return _wrapped(pieces, width)


def _filler(rng: random.Random, year: int) -> str:
    pen = Pen(rng, year, rng.choice(TOPICS))
    way = rng.randrange(3)
    if way == 0:
        return opening(pen)
    if way == 1:
        return closing(pen)
    return measures(pen, limit=2)[-1].text


def _filled(rng: random.Random, year: int, scene: str) -> list[Piece]:
    person = _Person(rng, year)
    pieces, at = [], 0
    for place in _PLACE.finditer(scene):
        pieces.append(Piece(scene[at : place.start()]))
        kind, maker = _MAKERS[place[1]]
        pieces.append(Piece(place[2] if place[2] is not None else maker(person), kind))
        at = place.end()
    pieces.append(Piece(scene[at:]))
    return [piece for piece in pieces if piece.text]


class _Person:
    """Whoever a scene is about; each open place asks it for its words."""

    def __init__(self, rng: random.Random, year: int) -> None:
        self.rng = rng
        self.year = year
        self.male = rng.random() < 0.5
        self.born_on = city.day_in(rng, year - rng.randint(22, 70))

    def name(self) -> str:
        roll = self.rng.random()
        if roll < 0.06:
            return self.rng.choice(_MONGOLIAN)
        name = city.given_name(self.rng, male=self.rng.random() < 0.5)
        return self.rng.choice(_RARE_SURNAMES) + name[1:] if roll < 0.14 else name

    def identity(self) -> str:
        number = identity_number(self.rng, self.born_on, male=self.male)
        return number.lower() if self.rng.random() < 0.15 else number

    def identity_of_old(self) -> str:
        number = identity_number(self.rng, self.born_on.replace(year=self.rng.randint(1930, 1980)), male=self.male)
        return number[:6] + number[8:17]

    def mobile(self) -> str:
        digits = "1" + self.rng.choice("3456789") + "".join(self.rng.choice("0123456789") for _ in range(9))
        parts = digits[:3], digits[3:7], digits[7:]
        return self.rng.choice(
            (digits, digits, digits, "-".join(parts), " ".join(parts), "+86" + digits, "86-" + digits)
        )

    def landline(self) -> str:
        area = self.rng.choice(("0471", "010", "021", "0312", "0539", "0816", "0730"))
        local = str(self.rng.randint(2, 8)) + "".join(
            self.rng.choice("0123456789") for _ in range(7 if len(area) < 4 else 6)
        )
        return self.rng.choice((f"{area}-{local}", f"({area}){local}", f"{area} {local}", f"{area}{local}"))

    def card(self) -> str:
        prefix, length = self.rng.choice(
            (
                ("622202", 19),
                ("621700", 19),
                ("622848", 19),
                ("6225", 16),
                ("4367", 16),
                ("5187", 16),
                ("6217", 19),
                ("955880", 19),
            )
        )
        digits = prefix + "".join(self.rng.choice("0123456789") for _ in range(length - len(prefix) - 1))
        digits += _luhn(digits)
        return " ".join(re.findall(".{1,4}", digits)) if self.rng.random() < 0.3 else digits

    def home(self) -> str:
        rng = self.rng
        head = rng.choice(_PROVINCES) + rng.choice((*_CITIES, "")) + rng.choice(_COUNTIES)
        roll = rng.random()
        if roll < 0.3:
            group = rng.choice(("", f"{rng.randint(1, 12)}组", f"{rng.randint(1, 9)}社"))
            door = rng.choice((f"{rng.randint(1, 299)}号", ""))
            return f"{head}{rng.choice(_TOWNS)}{rng.choice(_VILLAGES)}{group}{door}"
        flat = rng.choice((
            f"{rng.randint(1, 30)}号楼{rng.randint(1, 6)}单元{rng.randint(101, 2604)}室",
            f"{rng.randint(1, 30)}栋{rng.randint(101, 2604)}室",
            f"{rng.randint(1, 30)}-{rng.randint(1, 6)}-{rng.randint(101, 2604)}",
            f"{rng.randint(1, 30)}幢{rng.randint(1, 4)}单元{rng.randint(1, 28)}层{rng.randint(1, 4)}号",
        ))  # fmt: skip
        if roll < 0.5:
            return f"{head}{rng.choice(_ROADS)}{rng.randint(1, 399)}号"
        if roll < 0.8:
            return f"{head}{rng.choice(_ROADS)}{rng.randint(1, 399)}号{rng.choice(_COMPOUNDS)}{flat}"
        return f"{rng.choice((head, ''))}{rng.choice(_COMPOUNDS)}{flat}"

    def office_address(self) -> str:
        rng = self.rng
        tail = rng.choice(("", "", "政务服务中心二楼", "3号楼", "综合办公楼501室", "金融大厦12层", "院内"))
        return f"{rng.choice((*_CITIES, ''))}{rng.choice(_COUNTIES)}{rng.choice(_ROADS)}{rng.randint(1, 399)}号{tail}"

    def birth(self) -> str:
        on = self.born_on
        return self.rng.choice(
            (
                f"{on.year}年{on.month}月{on.day}日",
                f"{on:%Y-%m-%d}",
                f"{on:%Y.%m.%d}",
                dated(date(2010, on.month, min(on.day, 28))),
                f"{on.year}年{on.month}月",
            )
        )

    def day(self) -> str:
        on = city.day_in(self.rng, self.rng.randint(1985, 2024))
        return self.rng.choice(
            (f"{on.year}年{on.month}月{on.day}日", f"{on:%Y-%m-%d}", f"{on:%Y.%m.%d}", f"{on:%Y%m%d}")
        )

    def mail(self) -> str:
        rng = self.rng
        user = rng.choice(("zhang", "liwei", "wang_lei", "chen.jie", "xiaoyu", "yn", "mzq", "hlj")) + str(
            rng.randint(1, 99999)
        )
        return f"{user}@{rng.choice(_MAIL_HOSTS)}"

    def plate(self) -> str:
        rng = self.rng
        head = rng.choice(_PLATES) + rng.choice("ABCDEFGHJKLMNPQ")
        if rng.random() < 0.2:
            return f"{head}{rng.choice('DF')}{rng.randint(10000, 99999)}"
        signs = "".join(rng.choice(_PLATE_SIGNS) for _ in range(2)) + f"{rng.randint(0, 999):03d}"
        return head + rng.choice(("", "", "·", " ")) + signs

    def passport(self) -> str:
        rng = self.rng
        return rng.choice(("E", "G", "EA", "EB", "EJ"))[:2] + f"{rng.randint(0, 99999999):08d}"[:8]

    def passport_of_form(self) -> str:
        value = self.passport()
        return value[:9]

    def social(self) -> str:
        rng = self.rng
        return rng.choice(
            (
                f"{rng.choice('ABCNP')}{rng.randint(0, 99999999):08d}",
                f"{rng.randint(10**9, 10**10 - 1)}",
                f"{rng.choice(('15', '13', '37', '51'))}{rng.randint(10**9, 10**10 - 1):010d}",
            )
        )

    def disease(self) -> str:
        return self.rng.choice(_DISEASES)

    def age_of_minor(self) -> str:
        return f"{self.rng.randint(1, 17)}{self.rng.choice(('岁', '岁', '周岁'))}"

    def serial(self, digits: int) -> str:
        return "".join(self.rng.choice("0123456789") for _ in range(digits))

    def order18(self) -> str:
        """An 18-digit number built like an identity number whose check digit is wrong, or a plain one."""
        if self.rng.random() < 0.5:
            good = identity_number(self.rng, self.born_on, male=self.male)
            return good[:17] + str((int(good[17], 36) + self.rng.randint(1, 8)) % 10 if good[17] != "X" else 4)
        return f"{self.year}{self.rng.randint(1, 12):02d}{self.rng.randint(1, 28):02d}" + self.serial(10)

    def order19(self) -> str:
        digits = "62" + self.serial(16)
        return digits + str((int(_luhn(digits)) + self.rng.randint(1, 9)) % 10)

    def body_account(self) -> str:
        return self.rng.choice(_RIGHT_OF_BODY) + self.serial(self.rng.choice((11, 13, 15)))

    def isbn(self) -> str:
        body = "9787" + self.serial(8)
        check = (10 - sum(int(c) * (1, 3)[i % 2] for i, c in enumerate(body)) % 10) % 10
        return self.rng.choice((body + str(check), f"978-7-{body[4:8]}-{body[8:12]}-{check}"))

    def firm(self) -> str:
        rng = self.rng
        head = rng.choice(
            ("张记", "王老五", "李家", "刘氏", "金辉", "方正", "安康", "高远", "马头琴", "石林", "周大发")
        )
        return f"{rng.choice(_CITIES)}{head}{rng.choice(('商贸', '餐饮', '建筑', '物业', '医疗器械'))}有限公司"

    def document(self) -> str:
        rng = self.rng
        return f"{rng.choice(('砚政办发', '内民发', '呼卫函', '国发', '教体字'))}〔{rng.randint(1990, 2024)}〕{rng.randint(1, 299)}号"


def _luhn(digits: str) -> str:
    total = 0
    for index, char in enumerate(reversed(digits)):
        value = int(char) * (2 if index % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str((10 - total % 10) % 10)


_Maker = Callable[[_Person], str]
_MAKERS: dict[str, tuple[str, _Maker]] = {
    "name": ("name", _Person.name),
    "id": ("identity_number", _Person.identity),
    "id15": ("identity_number", _Person.identity_of_old),
    "mobile": ("phone", _Person.mobile),
    "landline": ("phone", _Person.landline),
    "local": ("phone", lambda p: str(p.rng.randint(2, 8)) + p.serial(6)),
    "card": ("bank_card", _Person.card),
    "home": ("address", _Person.home),
    "birth": ("birth_date", _Person.birth),
    "mail": ("email", _Person.mail),
    "plate": ("plate", _Person.plate),
    "passport": ("passport", _Person.passport_of_form),
    "social": ("social_security", _Person.social),
    "health": ("health", _Person.disease),
    "minor": ("minor", _Person.age_of_minor),
    "marriage": ("marriage", lambda p: p.rng.choice(("离异", "已婚", "未婚", "丧偶", "再婚"))),
    "adoption": ("adoption", lambda _: "收养"),
    # What only looks personal.
    "sex": ("", lambda p: "男" if p.male else "女"),
    "office": ("", _Person.office_address),
    "day": ("", _Person.day),
    "order18": ("", _Person.order18),
    "order19": ("", _Person.order19),
    "order11": ("", lambda p: "1" + p.rng.choice("3456789") + p.serial(9)),
    "uscc": ("", lambda p: credit_code(p.rng)),
    "registration": ("", lambda p: registration_number(p.rng)),
    "account": ("", _Person.body_account),
    "project": ("", lambda p: project_code(p.rng, date(p.rng.randint(2016, 2024), 5, 6))),
    "isbn": ("", _Person.isbn),
    "firm": ("", _Person.firm),
    "document": ("", _Person.document),
    "bodyphone": ("", _Person.landline),
    "amount": ("", lambda p: f"{p.rng.randint(10**3, 10**9):,}.{p.rng.randint(0, 99):02d}"),
    "year": ("", lambda p: str(p.rng.randint(1985, 2024))),
    "n": ("", lambda p: str(p.rng.randint(2, 900))),
    "town": ("", lambda p: p.rng.choice(_COUNTIES) + p.rng.choice(_TOWNS)),
    "road": ("", lambda p: p.rng.choice(_ROADS)),
    "official": ("", _Person.name),
    "disease": ("", _Person.disease),
}

_FULL_WIDTH = {ord(c): ord(c) + 0xFEE0 for c in "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"}


def _spoilt(rng: random.Random, piece: Piece) -> Piece:
    """Return the piece as a bad reading gives it: look-alikes and gaps in numbers, gaps in names and words, full width."""
    text = piece.text
    if re.search(r"\d{4}", text) and "@" not in text:
        if rng.random() < 0.25:
            text = _with_look_alikes(rng, text)
        if rng.random() < 0.3:
            text = _with_gaps(rng, text, rng.randint(1, 3), r"(?<=\d)(?=\d)")
        if rng.random() < 0.15:
            text = text.translate(_FULL_WIDTH)
    elif piece.kind == "name" and rng.random() < 0.25:
        text = _with_gaps(rng, text, 1, r"(?<=\w)(?=\w)")
    elif len(text) > 8 and rng.random() < 0.3:
        text = _with_gaps(rng, text, 1, r"(?<=[，。、：])(?=\w)")
    return Piece(text, piece.kind)


def _with_look_alikes(rng: random.Random, text: str) -> str:
    alike = {"0": "Oo", "1": "lI"}
    places = [i for i, c in enumerate(text) if c in alike]
    for place in rng.sample(places, min(len(places), rng.randint(1, 2))):
        text = text[:place] + rng.choice(alike[text[place]]) + text[place + 1 :]
    return text


def _with_gaps(rng: random.Random, text: str, count: int, where: str) -> str:
    places = [m.start() for m in re.finditer(where, text)]
    for place in sorted(rng.sample(places, min(len(places), count)), reverse=True):
        text = text[:place] + " " + text[place:]
    return text


def _wrapped(pieces: list[Piece], width: int) -> PersonalPaper:
    """Set the pieces one behind the other, a new line every `width` characters (never, if 0)."""
    text: list[str] = []
    truth: list[tuple[str, int, int]] = []
    at = column = 0
    for piece in pieces:
        start = at
        for char in piece.text:
            if char == "\n":
                column = 0
            elif width and column >= width:
                text.append("\n")
                at, column = at + 1, 0
                start += 1 if start == at - 1 else 0
            text.append(char)
            at += 1
            column += char != "\n"
        if piece.kind:
            truth.append((piece.kind, start, at))
    return PersonalPaper("".join(text), tuple(truth))
