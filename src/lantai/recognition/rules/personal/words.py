"""The word list of an archives: words that ask for care in an opening review, with their class and effect.

The defaults are a beginning to edit. Sources: Archives Law (2020) articles 27 and 28; measures on the opening of archives of
state archives (2022); Personal Information Protection Law article 28; Anti-Unfair Competition Law article 10 (commercial
secrets).
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lantai.kernel.errors import InvalidError
from lantai.kernel.errors import gettext_noop as _

RESTRICT, MASK, LOOK, PASS = "restrict", "mask", "look", "pass"
EFFECT_WORDS = {
    RESTRICT: _("Propose restricting"),
    MASK: _("Hide in the masked copy"),
    LOOK: _("Point it out"),
    PASS: _("No reason for care"),
}
KIND_WORDS = {
    "state_secret": _("State secret"),
    "work_secret": _("Work secret"),
    "commercial_secret": _("Commercial secret"),
    "privacy": _("Personal privacy"),
    "health": _("Health"),
    "adoption": _("Adoption and birth"),
    "informant": _("Informants and complaints"),
    "case": _("Cases and penalties"),
    "religion": _("Nationality and religion"),
    "other": _("Something else"),
}
LONGEST = 40
MOST_IMPORTED = 20_000

DEFAULT_WORDS: tuple[tuple[str, str, str], ...] = tuple(
    (word, kind, effect)
    for kind, effect, words in (
        ("state_secret", RESTRICT, "国家秘密 绝密 机密 军事设施 国防动员 人防工程 密码通信 核心涉密 边防部署 战备"),
        ("work_secret", LOOK, "内部资料 内部文件 不得外传 注意保存 仅供领导参阅 工作秘密 内参"),
        ("commercial_secret", LOOK, "商业秘密 技术秘密 专有技术 客户名单 保密协议 商业机密 配方"),
        ("privacy", LOOK, "个人隐私 病历 心理咨询 私生子 同居 婚外情 性侵 强奸 猥亵 家庭暴力"),
        ("health", LOOK, "传染病 艾滋病 性病 精神病 麻风病 结核病 吸毒 流产 精神障碍 HIV"),
        ("adoption", RESTRICT, "收养登记 送养 弃婴 被收养人 亲子鉴定 抱养 人工授精 试管婴儿"),
        ("informant", RESTRICT, "举报人 检举人 控告人 匿名信 线人 密报 检举信 举报信 信访人"),
        ("case", LOOK, "劳动教养 收容审查 处分决定 刑满释放 缓刑 判处 平反 甄别 右派 反革命 开除党籍 记过"),
        ("religion", LOOK, "宗教活动 非法宗教 民族纠纷 邪教 教派"),
        (
            "other",
            PASS,
            "传染病防治法 传染病医院 举报电话 举报箱 精神病医院 收养登记办法 保守国家秘密法 收养法 传染病报告率 性病防治所",
        ),
    )
    for word in words.split()
)


@dataclass(frozen=True, slots=True)
class ListedWord:
    """One word of the list."""

    word: str
    kind: str
    effect: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class WordHit:
    """A listed word at `start` to `end` of a text."""

    word: ListedWord
    start: int
    end: int


class WordFinder:
    """Finds the words of one list; a longer word shields the shorter ones within it."""

    def __init__(self, words: Iterable[ListedWord]) -> None:
        self._words = {word.word: word for word in words}
        ordered = sorted(self._words, key=lambda word: (-len(word), word))
        # A line end or blank may stand between any two characters of a scanned word.
        parts = [r"\s?".join(map(re.escape, word)) for word in ordered]
        self._pattern = re.compile("|".join(parts)) if parts else None

    def hits_in(self, text: str) -> Iterator[WordHit]:
        """Yield the listed words in `text` but those that are no reason for care."""
        if self._pattern is None:
            return
        for match in self._pattern.finditer(text):
            word = self._words.get(re.sub(r"\s", "", match.group())) or self._words.get(match.group())
            if word is not None and word.effect != PASS:
                yield WordHit(word, *match.span())


_HEADS = ("word", "class", "effect", "note")


def written(words: Iterable[ListedWord]) -> str:
    """Return the list as CSV with a head line."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_HEADS)
    writer.writerows((word.word, word.kind, word.effect, word.note) for word in words)
    return out.getvalue()


def read(text: str) -> Sequence[ListedWord]:
    """Return the words of a CSV written so. Raises InvalidError naming the first line that cannot be read."""
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
    if rows and [cell.strip().lower() for cell in rows[0][:3]] == list(_HEADS[:3]):
        rows = rows[1:]
    if len(rows) > MOST_IMPORTED:
        raise InvalidError(
            "recognition.too_many_words",
            _("The list has more than %(most)s lines. Send it in pieces."),
            most=MOST_IMPORTED,
        )
    return [_read_row(row, number) for number, row in enumerate(rows, 2) if any(cell.strip() for cell in row)]


def _read_row(row: Sequence[str], number: int) -> ListedWord:
    cells = [cell.strip() for cell in (*row, "", "", "")][:4]
    word = ListedWord(cells[0], cells[1] or "other", cells[2] or LOOK, cells[3][:200])
    check_word(word, number)
    return word


def check_word(word: ListedWord, number: int = 0) -> None:
    """Raise InvalidError for a word that is none, or of no known class or effect; `number` is its line in a file."""
    if not 1 < len(word.word) <= LONGEST:
        raise InvalidError(
            "recognition.word",
            _("Line %(number)s: “%(word)s” is no word of 2 to %(most)s characters."),
            number=number,
            word=word.word[:LONGEST],
            most=LONGEST,
        )
    if word.kind not in KIND_WORDS or word.effect not in EFFECT_WORDS:
        raise InvalidError(
            "recognition.word_class",
            _("Line %(number)s: the class or effect of “%(word)s” is not known. See the manual for their names."),
            number=number,
            word=word.word,
        )
