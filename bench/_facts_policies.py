"""Real notices with their title, number, body and date, set in type two ways: as a web site prints them and as a paper.

The gold is read from how the texts are laid out (title, number and signature on lines of their own) and from the
description of the set; texts where one of title, body and date cannot be had with certainty are left out.
"""

import gzip
import json
import random
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sample.official import Paper, Paragraph, Press
from sample.sheet import GREY, Rule, Sheet, Text, points
from sample.typesetting import Entry, broken, set_paragraph, set_table

POLICIES = Path("housing_policy") / "policies.jsonl.gz"
_GENRE = re.compile(
    r"(?:通知|意见|办法|公告|决定|细则|规定|措施|方案|通告|批复|函|条例)(?:\((?:试行|暂行|征求意见稿)\))?$"
)
_NUMBER = re.compile(r"([\u4e00-\u9fff]{1,10})[〔\[【(]((?:19|20)\d\d)[〕\]】)]第?(\d{1,4})号")
_WEB = re.compile(r"来源|浏览|字体|索引号|发布机构|发布日期|访问量|时效|体裁")
_SIGNED_ON = re.compile(r"^((?:19|20)\d\d)年(\d{1,2})月(\d{1,2})日$")
_BODY = re.compile(r"^[\u4e00-\u9fff]{4,24}(?:政府|委员会|办公室|办公厅|厅|局|中心|委|银行|分行|支行|管理部)$")


@dataclass(frozen=True, slots=True)
class Policy:
    """One notice: what its header says (`number` may be empty) and its text."""

    id: str
    title: str
    number: str
    body: str
    on: date
    paragraphs: tuple[str, ...]

    @property
    def facts(self) -> dict[str, str]:
        """The four fields that are scored."""
        return {
            "title": self.title,
            "document_number": self.number,
            "author": self.body,
            "dated_on": self.on.isoformat(),
        }


def policies(data: Path) -> list[Policy]:
    """Return the notices of the set whose header is certain; near-duplicates once."""
    path = data / POLICIES
    if not path.is_file():
        return []
    found: dict[str, Policy] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            policy = _policy(json.loads(line))
            if policy is not None:
                found.setdefault(policy.title, policy)
    return sorted(found.values(), key=lambda policy: policy.id)


def _policy(row: dict[str, str]) -> Policy | None:
    lines = [clean for line in row["text"].split("\n") if (clean := _flat(line)) and not _WEB.search(clean[:60])]
    described = _flat(row["title"] or "")
    title = _title(described, lines)
    if title is None:
        return None
    last, body, on = _signed(lines) or (len(lines), _named(described, title[0]), _day(row["date"] or ""))
    if not body or on is None:
        return None
    rest = [line for line in lines[title[1] : last] if not _NUMBER.search(line[-24:]) or len(line) > 80]
    if len(rest) < 2 or len("".join(rest)) < 120:
        return None
    return Policy(row["id"], title[0], _own_number(described, lines[: title[1] + 3]), body, on, tuple(rest))


def _named(described: str, title: str) -> str:
    """Return the body that the description or the title begins with."""
    offers = [*re.findall(r"^【([^】]*)】", described), title.partition("关于")[0]]
    return next((offer for offer in offers if _BODY.match(offer)), "")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _flat(line: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", line))


def _title(described: str, lines: list[str]) -> tuple[str, int] | None:
    """Return the title as the text begins with it, and the line behind it; the described one where it does not."""
    wanted = re.sub(r"^【[^】]*】", "", described)
    wanted = _NUMBER.sub("", wanted).strip("《》()")
    for count in range(1, 5):
        joined = "".join(lines[:count])
        if (
            _GENRE.search(joined)
            and _even(joined)
            and 12 <= len(joined) <= 80
            and "关于" in joined
            and "。" not in joined
        ):
            return joined, count
    if _GENRE.search(wanted) and _even(wanted) and "关于" in wanted and 12 <= len(wanted) <= 80:
        return wanted, 0
    return None


def _even(title: str) -> bool:
    return not re.search(r"【|文件|\d号", title) and all(
        title.count(a) == title.count(b) for a, b in (("《", "》"), ("(", ")"), ("〈", "〉"))
    )


def _signed(lines: list[str]) -> tuple[int, str, date] | None:
    """Return (line where the signature begins, body, date) of a text that ends with them."""
    for index in range(len(lines) - 1, max(len(lines) - 6, 2), -1):
        match = _SIGNED_ON.match(lines[index])
        if match and _BODY.match(lines[index - 1]) and not _BODY.match(lines[index - 2]):
            year, month, day = (int(group) for group in match.groups())
            return index - 1, lines[index - 1], date(year, month, day)
    return None


def _own_number(described: str, lines: list[str]) -> str:
    for line in [*lines, *re.findall(r"(?:》|\)|通知|意见)([^《》]*号)", described)]:
        match = _NUMBER.fullmatch(line.strip("()")) or re.fullmatch(rf"关于.*\({_NUMBER.pattern}\)", line)
        if match:
            return f"{match.group(1)}〔{match.group(2)}〕{int(match.group(3))}号"
    return ""


_LABELS = {
    "index": ("索引号", "索　引　号", "信息索引号"),
    "body": ("发文机关", "发布机构", "发文机构", "制发机关", "发文单位"),
    "date": ("成文日期", "发文日期", "生成日期", "成文时间"),
    "title": ("标题", "标　　题", "名称", "名　　称", "文件名称"),
    "number": ("发文字号", "文号", "文　　号", "文件编号"),
    "subject": ("主题分类", "信息分类", "体裁分类"),
    "printed": ("发布日期", "公开日期", "发布时间"),
    "valid": ("有效性", "时效性", "效力状态"),
}
_SUBJECTS = ("城乡建设（含住房）", "财政、金融、审计", "城乡建设、环境保护\\住房", "综合政务", "房地产市场监管")


def web_sheets(policy: Policy, rng: random.Random) -> list[Sheet]:
    """Return the notice as a government web site prints it: header block, title, text, signature (first page)."""
    sheet = Sheet()
    level = _set_block(sheet, _pairs(policy, rng), rng) + 14
    for line in broken(policy.title, 22):
        sheet.centre(line, level, points(18), "hei" if rng.random() < 0.5 else "title", kind="title")
        level += 9
    if policy.number and rng.random() < 0.4:
        sheet.centre(policy.number, level, points(14))
        level += 8
    sheets = [sheet]
    for place, paragraph in enumerate(policy.paragraphs[:30]):
        if level > 262:
            break
        room = int((272 - level) / 7) * 38
        level = set_paragraph(
            sheet, paragraph[:room], x_mm=24, y_mm=level, width_mm=162, size_mm=points(12), pitch_mm=7,
            indent_em=0.0 if place == 0 and paragraph.endswith(":") else 2.0,
        )  # fmt: skip
    return sheets


def _pairs(policy: Policy, rng: random.Random) -> list[tuple[str, str]]:
    def label(name: str) -> str:
        return rng.choice(_LABELS[name])

    printed = policy.on + timedelta(days=rng.choice((0, 1, 2, 5, 13)))
    index = f"{rng.randrange(10**8, 10**9)}/{printed.year}-{rng.randrange(100, 99999):05d}"
    return [
        (label("index"), index),
        (label("subject"), rng.choice(_SUBJECTS)),
        (label("body"), policy.body),
        (label("date"), _dated(policy.on, rng)),
        (label("title"), policy.title),
        (label("number"), policy.number),
        (label("printed"), _dated(printed, rng)),
        (label("valid"), rng.choice(("有效", "现行有效", "是"))),
    ]


def _dated(on: date, rng: random.Random) -> str:
    return rng.choice(
        (f"{on.year}年{on.month}月{on.day}日", f"{on:%Y年%m月%d日}", on.isoformat(), f"{on:%Y-%m-%d} 09:{rng.randrange(60):02d}",
         f"{on:%Y/%m/%d}", f"{on:%Y.%m.%d}")
    )  # fmt: skip


def _set_block(sheet: Sheet, pairs: list[tuple[str, str]], rng: random.Random) -> float:
    style = rng.choice(("ruled", "ruled", "bare", "bare", "list"))
    colon = "：" if style != "ruled" or rng.random() < 0.5 else ""
    if style == "list":
        level = 24.0
        for name, value in pairs:
            lines = broken(f"{name}{colon}{value}", 34)
            for line in lines:
                sheet.put(Text(line, 26, level, points(12), kind="header"))
                level += 7
        return level
    rows = [(pairs[0], pairs[1]), (pairs[2], pairs[3]), (pairs[4],), (pairs[5], pairs[6]), (pairs[7],)]
    if rng.random() < 0.3:
        rows[1], rows[3] = (pairs[2], pairs[6]), (pairs[5], pairs[3])
    if style == "ruled":
        table = [
            (
                12.0 if len(row) == 2 or len(row[0][1]) < 34 else 16.0,
                [
                    entry
                    for name, value in row
                    for entry in (
                        Entry(name + colon, face="hei", kind="label"),
                        Entry(value, columns=1 if len(row) == 2 else 3, align=0.0),
                    )
                ],
            )
            for row in rows
        ]
        return set_table(sheet, 22, 22, (28, 60, 28, 52), table)
    return _set_bare(sheet, rows, colon)


def _set_bare(sheet: Sheet, rows: list[tuple[tuple[str, str], ...]], colon: str) -> float:
    level = 26.0
    sheet.put(Rule(22, 19, 190, 19, 0.3, GREY))
    for row in rows:
        lowest = level
        for place, (name, value) in enumerate(row):
            left = 26 if place == 0 else 112
            sheet.put(Text(name + colon, left, level, points(11.5), "hei", kind="label"))
            width = (54 if len(row) == 2 and place == 0 else 50 if len(row) == 2 else 132) / points(11.5)
            for step, line in enumerate(broken(value, width)):
                sheet.put(Text(line, left + 27, level + 6.2 * step, points(11.5), kind="cell"))
                lowest = max(lowest, level + 6.2 * step)
        level = lowest + 8.5
    sheet.put(Rule(22, level - 4, 190, level - 4, 0.3, GREY))
    return level


def letter_sheets(policy: Policy, rng: random.Random) -> list[Sheet]:
    """Return the notice as an official paper: red head, number, title, text and signature with its seal."""
    has_number = bool(policy.number)
    paragraphs = list(policy.paragraphs)
    addressees = paragraphs.pop(0).rstrip(":") if paragraphs[0].endswith(":") else ""
    paper = Paper(
        head=policy.body + ("文件" if has_number and rng.random() < 0.7 else ""),
        number=policy.number,
        title=policy.title,
        addressees=addressees,
        paragraphs=[Paragraph(text) for text in paragraphs[:12]],
        body=policy.body,
        on=policy.on,
        seal=policy.body,
        copies_to="",
        printer=f"{policy.body}办公室" if rng.random() < 0.5 else "",
    )
    return Press(paper, rng, face=rng.choice(("song", "serif"))).set()


def pictures(sheets: list[Sheet], dpi: int) -> Iterator[Any]:
    """Yield the printed pictures of the first sheet and of the last two, (height, width, 3) uint8 RGB."""
    from sample.raster import print_sheet

    places = sorted({0, len(sheets) - 1, max(len(sheets) - 2, 0)})
    for place in places:
        yield print_sheet(sheets[place], dpi).image
