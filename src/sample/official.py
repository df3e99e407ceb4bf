"""Set an official paper as GB/T 9704 asks: red head, 22 lines of 28 characters, seal over the date, imprint.

Papers before July 2012 follow the edition of 1999: subject words, the date in Chinese numerals, no signing name.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from sample.codes import dated
from sample.fonts import width_em
from sample.sheet import RED, Rule, Seal, Sheet, Text, points
from sample.typesetting import Entry, broken, set_table

TOP, LEFT, WIDTH, HEIGHT = 37.0, 28.0, 156.0, 225.0
LINES = 22
PITCH = HEIGHT / LINES
SIZE = WIDTH / 28
SMALL = points(14)

NEW_STYLE = date(2012, 7, 1)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; `level` 1 is 一、 (black face), 2 is （一） (kai face), 0 is plain text."""

    text: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class Annex:
    """An attachment set as a ruled table."""

    title: str
    heads: tuple[str, ...]
    widths_mm: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(slots=True)
class Paper:
    """What an official paper says."""

    head: str
    number: str
    title: str
    addressees: str
    paragraphs: list[Paragraph]
    body: str
    on: date
    seal: str
    copies_to: str = ""
    printer: str = ""
    subject_words: str = ""
    annexes: list[Annex] = field(default_factory=list)
    signer: str = ""
    urgency: str = ""
    secrecy: str = ""
    head_kind: str = "document"
    note: str = ""


class Press:
    """Sets one paper, sheet by sheet; a slot is one of the 22 lines of a page."""

    def __init__(self, paper: Paper, rng: random.Random, *, face: str = "song") -> None:
        self.paper = paper
        self.rng = rng
        self.face = face
        self.sheets: list[Sheet] = []
        self.slot = 0.0
        self._turn()

    @property
    def sheet(self) -> Sheet:
        return self.sheets[-1]

    def _turn(self) -> None:
        self.sheets.append(Sheet())
        self.slot = 0.0

    def _baseline(self, size: float = SIZE) -> float:
        return TOP + PITCH * (self.slot + 0.5) + size * 0.36

    def _room(self, slots: float) -> None:
        if self.slot + slots > LINES + 0.01:
            self._turn()

    def set(self) -> list[Sheet]:
        self._head()
        self._title()
        if self.paper.addressees:
            for line in broken(self.paper.addressees + "：", 28, face=self.face):
                self._line(line, kind="addressees")
        for paragraph in self.paper.paragraphs:
            self._paragraph(paragraph)
        self._attachment_note()
        self._signature()
        self._imprint_after_annexes()
        self._page_numbers()
        return self.sheets

    def _head(self) -> None:
        paper, sheet = self.paper, self.sheet
        for place, mark in enumerate((paper.secrecy, paper.urgency)):
            if mark:
                sheet.put(Text(mark, LEFT, TOP + 6 + 8 * place, SIZE, "hei", kind="mark"))
        size = min(points(46), WIDTH / width_em(paper.head, "title"))
        level = TOP + (28 if paper.head_kind == "document" else 12 if paper.head_kind == "letter" else 18) + size * 0.36
        spare = WIDTH - width_em(paper.head, "title") * size
        tracking = min(spare / max(len(paper.head) - 1, 1), size * 0.35) if len(paper.head) < 12 else 0.0
        sheet.centre(paper.head, level, size, "title", colour=RED, tracking_mm=tracking, kind="head")
        level += PITCH * (2.1 if paper.head_kind == "document" else 1.6)
        if paper.signer:
            sheet.put(Text(paper.number, LEFT + SIZE, level, SIZE, self.face, kind="document_number"))
            label = f"签发人：{paper.signer}"
            sheet.aligned(label, LEFT + WIDTH - SIZE, level, SIZE, "kai", share=1.0, kind="signer")
        elif paper.head_kind == "letter":
            sheet.aligned(paper.number, LEFT + WIDTH, level, SIZE, self.face, share=1.0, kind="document_number")
        else:
            sheet.centre(paper.number, level, SIZE, self.face, kind="document_number")
        if paper.head_kind == "minutes":
            level += PITCH
            sheet.put(Text(paper.body, LEFT, level, SIZE, "kai", kind="issuing_body"))
            sheet.aligned(dated(paper.on), LEFT + WIDTH, level, SIZE, "kai", share=1.0, kind="date")
        level += 4
        sheet.put(Rule(LEFT, level, LEFT + WIDTH, level, 0.9 if paper.head_kind == "document" else 0.6, RED))
        if paper.head_kind == "letter":
            sheet.put(Rule(LEFT, level + 1.4, LEFT + WIDTH, level + 1.4, 0.25, RED))
        self.slot = (level - TOP) / PITCH + (1.6 if paper.head_kind == "document" else 1.0)

    def _title(self) -> None:
        for line in _title_lines(self.paper.title):
            self.slot += 0.15
            self.sheet.centre(line, self._baseline(points(22)), points(21), "title", kind="title")
            self.slot += 1
        self.slot += 0.75

    def _line(
        self, text: str, *, indent: float = 0.0, face: str = "", tracking: float = 0.0, kind: str = "body"
    ) -> None:
        self._room(1)
        where = LEFT + indent * SIZE
        self.sheet.put(Text(text, where, self._baseline(), SIZE, face or self.face, tracking_mm=tracking, kind=kind))
        self.slot += 1

    def _paragraph(self, paragraph: Paragraph) -> None:
        face = {0: self.face, 1: "hei", 2: "kai"}[paragraph.level]
        kind = "heading" if paragraph.level else "body"
        lines = broken(paragraph.text, 28, indent_em=2, face=face)
        if paragraph.level:
            self._room(len(lines) + 1)
        for place, line in enumerate(lines):
            indent = 2.0 if place == 0 else 0.0
            slack = 28 - indent - width_em(line, face)
            last = place == len(lines) - 1
            tracking = 0.0 if last or slack > 2.2 or len(line) < 2 else slack * SIZE / (len(line) - 1)
            if last and slack < 0:
                tracking = slack * SIZE / (len(line) - 1)
            self._line(line, indent=indent, face=face, tracking=tracking, kind=kind)

    def _attachment_note(self) -> None:
        titles = [annex.title for annex in self.paper.annexes]
        if not titles:
            return
        self.slot += 1
        for place, title in enumerate(titles):
            lead = "附件：" if place == 0 else "　　　"
            number = f"{place + 1}．" if len(titles) > 1 else ""
            self._line(f"{lead}{number}{title}", indent=2, kind="attachment")

    def _signature(self) -> None:
        paper = self.paper
        if not paper.seal:
            return
        if self.slot + (4 if paper.on >= NEW_STYLE else 3.2) > LINES:
            self._turn()
            self._line("（此页无正文）", indent=2, kind="note")
        self.slot += 2 if self.slot + 5 <= LINES else 1.4
        words = dated(paper.on)
        date_width = width_em(words, self.face) * SIZE
        right = LEFT + WIDTH - 4 * SIZE
        middle = right - date_width / 2
        if paper.on >= NEW_STYLE:
            name_width = width_em(paper.body, self.face) * SIZE
            middle = min(middle, LEFT + WIDTH - 2 * SIZE - name_width / 2)
            self.sheet.aligned(paper.body, middle, self._baseline(), SIZE, self.face, share=0.5, kind="issuing_body")
            self.slot += 1
        self.sheet.aligned(words, middle, self._baseline(), SIZE, self.face, share=0.5, kind="date")
        sit = self._baseline() - SIZE * (1.0 if paper.on >= NEW_STYLE else 0.5) + self.rng.uniform(-2, 2)
        self.sheet.put(
            Seal(
                middle + self.rng.uniform(-5, 5),
                sit,
                42.0,
                paper.seal,
                angle_degrees=self.rng.gauss(0, 5),
                grain=self.rng.randrange(1 << 30),
            )
        )
        self.slot += 1.6
        if paper.note:
            self._line(f"（{paper.note}）", indent=2, kind="note")

    def _imprint(self) -> None:
        paper = self.paper
        rows: list[tuple[str, str]] = []
        if paper.subject_words and paper.on < NEW_STYLE:
            rows.append((f"主题词：{paper.subject_words}", "subject_words"))
        copies = broken(f"抄送：{paper.copies_to}。", 152 / SMALL, face=self.face) if paper.copies_to else []
        rows += [((line if n == 0 else "　　　" + line), "copies_to") for n, line in enumerate(copies)]
        height = 8.2
        if self.slot * PITCH + height * (len(rows) + 1) > HEIGHT - 2:
            self._turn()
        level = TOP + HEIGHT - height * (len(rows) + 1)
        edges = {level, TOP + HEIGHT}
        for text, kind in rows:
            if kind == "subject_words":
                self.sheet.put(Text(text, LEFT, level + 5.6, SMALL, "hei", kind=kind))
                edges.add(level + height)
                edges.discard(level)
            else:
                self.sheet.put(Text(text, LEFT + 2, level + 5.6, SMALL, self.face, kind=kind))
            level += height
        edges.add(level)
        printed = f"{dated(paper.on + timedelta(days=self.rng.randint(0, 2)))}印发"
        self.sheet.put(Text(paper.printer, LEFT + 2, level + 5.6, SMALL, self.face, kind="printer"))
        self.sheet.aligned(printed, LEFT + WIDTH - 2, level + 5.6, SMALL, self.face, share=1.0, kind="printed_on")
        for edge in sorted(edges):
            outer = edge in (min(edges), max(edges))
            self.sheet.put(Rule(LEFT, edge, LEFT + WIDTH, edge, 0.35 if outer else 0.2))

    def _imprint_after_annexes(self) -> None:
        for place, annex in enumerate(self.paper.annexes):
            self._turn()
            mark = f"附件{place + 1}" if len(self.paper.annexes) > 1 else "附件"
            self.sheet.put(Text(mark, LEFT, self._baseline(), SIZE, "hei", kind="heading"))
            self.slot += 1.6
            self.sheet.centre(annex.title, self._baseline(), points(18), "title", kind="title")
            self.slot += 1.4
            self._annex_table(annex)
        if self.paper.printer:
            self._imprint()

    def _annex_table(self, annex: Annex) -> None:
        spare = LEFT + WIDTH / 2 - sum(annex.widths_mm) / 2
        heads = [Entry(head, face="hei", kind="table_head") for head in annex.heads]
        waiting = list(annex.rows)
        while waiting:
            room = int((HEIGHT - self.slot * PITCH - 30) // 9.4) - 1
            part, waiting = waiting[: max(room, 4)], waiting[max(room, 4) :]
            rows = [(10.0, heads)] + [
                (9.4, [Entry(text, align=0.5 if len(text) < 12 else 0.0) for text in row]) for row in part
            ]
            low = set_table(self.sheet, spare, TOP + self.slot * PITCH, annex.widths_mm, rows)
            self.slot = (low - TOP) / PITCH + 0.3
            if waiting:
                self._turn()

    def _page_numbers(self) -> None:
        for place, sheet in enumerate(self.sheets):
            words = f"— {place + 1} —"
            share, where = (1.0, LEFT + WIDTH - SMALL) if place % 2 == 0 else (0.0, LEFT + SMALL)
            sheet.aligned(words, where, TOP + HEIGHT + 11, SMALL, "serif", share=share, kind="page_number")


def _title_lines(title: str) -> list[str]:
    """Break a title where its sense allows it, into lines of at most 20 characters."""
    limit = 20
    if len(title) <= limit:
        return [title]
    breaks = [
        at + len(word)
        for word in ("关于", "人民政府", "办公室", "的", "和", "工作", "年度")
        for at in _places(title, word)
    ]
    breaks += [at for word in ("关于", "《", "等") for at in _places(title, word)]
    lines: list[str] = []
    rest = title
    start = 0
    while len(rest) > limit:
        count = -(-len(rest) // limit)
        ideal = len(rest) / count
        inside = [at - start for at in breaks if 6 <= at - start <= limit and len(rest) - (at - start) >= 4]
        cut = min(inside, key=lambda at: abs(at - ideal)) if inside else round(ideal)
        lines.append(rest[:cut])
        rest, start = rest[cut:], start + cut
    return [*lines, rest]


def _places(text: str, word: str) -> list[int]:
    found, at = [], text.find(word)
    while at >= 0:
        found.append(at)
        at = text.find(word, at + 1)
    return found
