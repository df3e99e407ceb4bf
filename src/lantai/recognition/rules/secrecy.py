"""Find the marks of state secrets: 秘密, 机密, 绝密 with a star and a term, as they are set, scanned and misread.

Source: Law on Guarding State Secrets and GB/T 9704-2012 clause 7.2.2: grade, then ★, then the term, top left of the
first page. The words alone in running text (保守国家秘密, 商业秘密) are no mark.
"""

import re
import unicodedata

GRADES = ("绝密", "机密", "秘密")
# A mark alone on its line, without star or term, counts only this near the beginning of the page.
HEAD_LINES = 6

_GAP = r"[ \t\u3000]*"
_HAN = r"\u4e00-\u9fff"
_STAR = "[★☆✭✮✯⋆✦✩✪✫✬⭐🌟✰]"
# What readers and typists make of ★. Asterisks mark footnotes too, letters and digits are common: they count less.
_ASTERISK = "[*﹡※✱✲✳✴✶✷✸✹]"
_LOOK_ALIKE = rf"(?:{_STAR}|{_ASTERISK}|[大太犬×xX女文夫火六+十#])"
_COUNT = rf"(?:[0-9〇零一二三四五六七八九十]{_GAP}){{1,3}}"
_TERM = rf"(?:长期|永久|启封前|解密前|公布前|(?:19|20)[0-9]{{2}}年|{_COUNT}(?:年|个?月|天|日))"
_GRADE = "(" + "|".join(rf"{grade[0]}{_GAP}{grade[1]}" for grade in GRADES) + rf"){_GAP}(?:级|文件|件)?"
_OPTION = rf"{_GAP}[、,/|;□☐○]*{_GAP}(?:绝密|机密|秘密|公开|内部|普通|一般|非密|无)"
_MARKS = (
    re.compile(rf"{_GRADE}{_GAP}{_STAR}"),
    re.compile(rf"{_STAR}{_GAP}{_GRADE}(?![{_HAN}])"),
    re.compile(rf"(?<![{_HAN}]){_GRADE}{_GAP}{_ASTERISK}"),
    re.compile(rf"(?<![{_HAN}]){_GRADE}{_GAP}{_LOOK_ALIKE}{_GAP}{_TERM}(?![{_HAN}])"),
    re.compile(rf"^{_GAP}{_GRADE}{_GAP}{_TERM}(?:\s|$)", re.MULTILINE),
    re.compile(rf"^{_GAP}[\[〔【(<《]{_GAP}{_GRADE}{_GAP}[\]〕】)>》]", re.MULTILINE),
    re.compile(rf"(?:密级|保密等级|涉密等级){_GAP}:{_GAP}{_GRADE}(?!{_OPTION})(?![{_HAN}])"),
)
_ALONE = re.compile(rf"^{_GAP}{_GRADE}{_GAP}$")
_TALK = re.compile(r"(?:如|标注|标明|标识|标志|格式|写作|形式|字样)[为是:]?\s*[“\"'「『《(]$")


def secrecy_mark(text: str) -> str | None:
    """Return the grade (秘密, 机密 or 绝密) that `text` (a name, a value or a page) is marked with, or None.

    The gravest one where there are several. A mark quoted as an example (标注为“机密★10年”) is none.
    """
    plain = _plain(text)
    found = [
        match.group(1)
        for pattern in _MARKS
        for match in pattern.finditer(plain)
        if not _TALK.search(plain[max(match.start() - 12, 0) : match.start()].rstrip())
    ]
    lines = [line for line in plain.splitlines() if line.strip()]
    found += [match.group(1) for line in lines[:HEAD_LINES] if (match := _ALONE.match(line))]
    grades = {re.sub(r"\s", "", grade) for grade in found}
    return next((grade for grade in GRADES if grade in grades), None)


def _plain(text: str) -> str:
    """Fold widths, keep lines. Underscores and dashes, as in file names, become gaps."""
    return re.sub(r"[_\-–—~]+", " ", unicodedata.normalize("NFKC", text))
