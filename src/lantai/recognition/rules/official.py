"""The parts of an official document by GB/T 9704-2012: head, number, title, addressees, issuing body, date.

Clause 7.2 puts the head (body, number, signatory) above the red line, 7.3 the title centred below it, the addressees
flush left ending with a colon, the body's name and the date to the right below the text.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from lantai.recognition.rules.dates import dates_in
from lantai.recognition.rules.names import ends_like_an_office
from lantai.recognition.rules.rows import Row, Span, joined

_NUMBER = re.compile(
    r"([\u4e00-\u9fff][\u4e00-\u9fffA-Za-z]{0,18})\s*[〔\[(【〈{<「［(C]?\s*((?:19|20)\d{2})\s*[〕\])】〉}>」］)]\s*(?:第|字第)?\s*(\d{1,5})\s*[号亏]"
)
_BARE_NUMBER = re.compile(r"^\s*[〔\[({]\s*((?:19|20)\d{2})\s*[〕\])}]\s*(?:第)?\s*(\d{1,4})\s*[号期]\s*$")
_PERMIT_NUMBER = re.compile(r"([地建乡选用核施]字第)\s*(\d{6,24})\s*号")
_ORDER_NUMBER = re.compile(r"^\s*第?\s*(\d{1,4})\s*号\s*$")
_NUMBER_LABEL = re.compile(r"^(?:发文字号|文号|文件编号|编号|字号|签发人)[::]?")
GENRES = (
    "决议|决定|命令|令|公报|公告|通告|意见|通知|通报|措施|意见稿|预案|指南|纲要|报告|请示|批复|议案|函|纪要|办法|规定|细则|条例|方案|规划|计划|总结|章程|规则|守则|"
    "讲话|简报|协议|合同|证书|许可证|执照|登记表|申请表|审批表|备案表|清单|目录|说明|证明|记录|通知书|决定书|意见书|申请书|报告书|核准书|证"
)
_GENRE_END = re.compile(rf"(?:{GENRES})(?:[((][^))]{{1,16}}[))])?$")
_ABOUT = re.compile(r"关于|有关")
_HEAD_END = re.compile(r"文\s*件$|(?:人民政府|委员会|局|厅|院|部|会|室|馆|公司)\s*(?:令|公告|函|纪要)?$")
_NOISE = re.compile(r"^\s*(?:\d{3,8}|[特加]\s*[急提]|平急|.*[★☆].*|(?:秘|机|绝)\s*密.*|[-—－ \d]*|第?\d+页.*)\s*$")
_FOOT = re.compile(r"抄\s*送|印\s*发|主题词|公开方式|信息公开选项|附\s*件\s*[::]|分送|报送")
_DATE_LABEL = re.compile(r"(?:发证|签发|登记|填表|制表|成文)?日期:?\s*\S")
_TEXT_START = re.compile(r"[((]?(?:19|20|二)")
_BODY_LABEL = re.compile(r"^(?:发证|登记|审批|填发|颁发|核发)(?:机关|单位):?")
_PRINTED = re.compile(r"印\s*发|印制")
_BODY_BEFORE_ABOUT = re.compile(r"^(.{4,40}?)(?:关于|转发|印发)")
HEAD_SHARE = 0.55
# The document's own number stands alone in its row; in running text it is another document's.
OWN_SHARE = 0.7
TITLE_ROWS = 6
CENTRE_TOLERANCE = 0.085


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the title: index of its last row in the rows given (-1: none), the number, the red name."""

    last_row: int = -1
    number: Span | None = None
    red_name: Span | None = None
    dated: Span | None = None
    first_page: int = 1


def find_head(rows: Sequence[Row]) -> Head:
    """Return the head of the document on its first page; empty for a paper without one."""
    first_page = rows[0].page_number
    last, number, name = -1, None, None
    for index, row in enumerate(rows):
        if row.page_number != first_page or row.top > HEAD_SHARE or index > 24:
            break
        found = _number_of(row)
        if found is not None:
            number, last = found, index
            break
    limit = last if last >= 0 else min(8, len(rows))
    for index, row in enumerate(rows[:limit]):
        compact = re.sub(r"\s", "", row.text)
        if row.page_number == first_page and _is_red_name(row, compact, rows):
            value = re.sub(r"文件$", "", compact)
            name = joined([row], value, 0.95 if compact.endswith("文件") else 0.85)
            last = max(last, index)
    below = rows[last + 1] if 0 <= last < len(rows) - 1 else None
    if below is not None and number is not None and (issued := _body_and_date(below)):
        return Head(last + 1, number, issued[0], issued[1], first_page)
    return Head(last, number, name, None, first_page)


def _body_and_date(row: Row) -> tuple[Span, Span] | None:
    """Return the body and the date of a row that has just these two, as the heads of minutes and bulletins do."""
    found = list(dates_in(row.text))
    if len(found) != 1 or row.text[found[0].end :].strip():
        return None
    body = row.text[: found[0].start].strip()
    compact = re.sub(r"\s", "", body)
    if not ends_like_an_office(compact) or len(compact) < 4:
        return None
    return row.span(0, len(body), compact, 0.93), _date_spans(row)[-1]


def _number_of(row: Row) -> Span | None:
    match = _NUMBER.search(row.text)
    if match and len(match.group()) >= OWN_SHARE * len(re.sub(r"签发人.*$", "", row.text).strip()):
        word = _NUMBER_LABEL.sub("", re.sub(r"\s", "", match.group(1)))
        value = f"{word}〔{match.group(2)}〕{int(match.group(3))}号"
        sound = match.group(2) and 1950 <= int(match.group(2)) <= 2100 and 1 <= len(word) <= 14
        return row.span(match.start(), match.end(), value, 0.97 if sound else 0.6)
    bare = _BARE_NUMBER.match(row.text)
    if bare:
        return row.whole(f"〔{bare.group(1)}〕{int(bare.group(2))}号", 0.95)
    permit = _PERMIT_NUMBER.search(row.text)
    if permit:
        return row.span(permit.start(), permit.end(), f"{permit.group(1)}{permit.group(2)}号", 0.88)
    order = _ORDER_NUMBER.match(row.text)
    if order and row.top < 0.45 and abs(row.middle - 0.5) < 0.1:
        return row.whole(f"第{int(order.group(1))}号", 0.85)
    return None


def _is_red_name(row: Row, compact: str, rows: Sequence[Row]) -> bool:
    """Tell whether the row is the body's name in large letters at the top."""
    usual = median(r.height for r in rows)
    large = row.height >= 1.5 * usual
    named = bool(_HEAD_END.search(compact)) or ends_like_an_office(compact)
    # A long name is set smaller to fit its row; it is still larger than the text and stands first on the page.
    large = large or (len(compact) >= 14 and row.height >= 1.15 * usual and row is rows[0])
    return named and 4 <= len(compact) <= 40 and row.top < 0.4 and (
        compact.endswith("文件") or (large and not _ABOUT.search(compact))
    )  # fmt: skip


def find_title(rows: Sequence[Row], head: Head) -> Span | None:
    """Return the title, joined from its rows, with the addressees if there are some; None if nothing looks like one."""
    page = [row for row in rows if row.page_number == head.first_page]
    usual = median(row.height for row in page)
    for start in range(head.last_row + 1, min(head.last_row + 10, len(page))):
        if _may_begin_title(page[start], usual, headed=head.last_row >= 0):
            title = _title_rows(page, start, usual)
            value = re.sub(r"\s", "", "".join(row.raw for row in title))
            worth = _title_worth(unicodedata.normalize("NFKC", value), title, usual, headed=head.number is not None)
            if worth > 0:
                span = joined(title, value, worth)
                return replace(span, addressees=_addressees(page[start + len(title) :]))
    return None


def _may_begin_title(row: Row, usual: float, *, headed: bool) -> bool:
    compact = re.sub(r"\s", "", row.text)
    if len(compact) < 2 or _NOISE.match(row.text) or compact.endswith((":", "。", ";")):
        return False
    centred = abs(row.middle - 0.5) <= CENTRE_TOLERANCE
    return centred and (
        headed or row.height >= 1.15 * usual or bool(_ABOUT.search(compact) or _GENRE_END.search(compact))
    )


def _title_rows(page: Sequence[Row], start: int, usual: float) -> list[Row]:
    title = [page[start]]
    for row in page[start + 1 : start + TITLE_ROWS]:
        last = title[-1]
        compact = re.sub(r"\s", "", row.text)
        near = row.box_px[1] - last.box_px[3] < 1.6 * max(last.height, row.height)
        alike = 0.72 <= row.height / last.height <= 1.4
        centred = abs(row.middle - 0.5) <= CENTRE_TOLERANCE
        complete = bool(_GENRE_END.search(re.sub(r"\s", "", last.text)))
        larger = row.height >= 1.15 * usual
        begins_text = compact.endswith((":", "。")) or _TEXT_START.match(compact) or _NOISE.match(row.text)
        if begins_text or not (near and alike and centred) or (complete and not larger) or len(compact) > 40:
            break
        if complete and not _GENRE_END.search(compact):
            break
        title.append(row)
    return title


def _title_worth(value: str, title: Sequence[Row], usual: float, *, headed: bool) -> float:
    """Return how much a title is to be believed; 0 for none."""
    if not 3 <= len(value) <= 160 or not re.search(r"[\u4e00-\u9fff]{3}", value):
        return 0.0
    large = median(row.height for row in title) >= 1.15 * usual
    about, genre = bool(_ABOUT.search(value)), bool(_GENRE_END.search(value))
    if about and genre:
        return 0.97 if headed or large else 0.9
    if genre and large:
        return 0.8
    if headed and large:
        return 0.85
    return 0.7 if genre or large else 0.45 if headed else 0.0


def _addressees(rows: Sequence[Row]) -> Span | None:
    """Return who the document is sent to: the rows below the title up to the colon, flush left."""
    taken: list[Row] = []
    for row in rows[:5]:
        compact = re.sub(r"\s", "", row.text)
        taken.append(row)
        if compact.endswith(":"):
            value = "".join(re.sub(r"\s", "", r.raw) for r in taken).rstrip(":：")
            if 2 <= len(value) <= 300 and "。" not in value and taken[0].box_px[0] < 0.3 * row.page_width:
                return joined(taken, value, 0.93 if re.search(r"[,、，]|各|[局厅委府司会室院校馆处]$", value) else 0.7)
            return None
        if "。" in compact or compact.startswith(("一、", "第一", "为")):
            return None
    return None


def find_author(rows: Sequence[Row], head: Head, title: Span | None) -> Span | None:
    """Return the issuing body: signed at the end, printed in the head, named in the title; surest where they agree."""
    signed = _signature(rows)
    named = _BODY_BEFORE_ABOUT.match(title.value) if title else None
    offers = [offer for offer in (signed, head.red_name) if offer is not None]
    if title is not None and named is not None and ends_like_an_office(named.group(1)):
        offers.append(replace(title, value=named.group(1), worth=0.9))
    if not offers:
        return None
    best = max(offers, key=lambda o: (sum(_same_body(o.value, other.value) for other in offers), o.worth))
    agreeing = sum(_same_body(best.value, other.value) for other in offers)
    return replace(best, worth=0.98 if agreeing > 1 else best.worth)


def _same_body(one: str, other: str) -> bool:
    return one == other or (len(one) >= 4 and len(other) >= 4 and (one.endswith(other) or other.endswith(one)))


def _signature(rows: Sequence[Row]) -> Span | None:
    dated = _signing_date_row(rows)
    if dated is None:
        return None
    for row in reversed(rows[max(dated - 3, 0) : dated]):
        compact = _BODY_LABEL.sub("", re.sub(r"\s", "", row.text))
        if row.middle > 0.45 and 4 <= len(compact) <= 40 and ends_like_an_office(compact):
            return row.whole(compact, 0.9)
    return None


def _signing_date_row(rows: Sequence[Row]) -> int | None:
    """Return the index of the last row that is nothing but a date, right of the middle, before the foot of the paper."""
    for index in range(len(rows) - 1, -1, -1):
        row = rows[index]
        found = list(dates_in(row.text))
        if not found or _FOOT.search(row.text):
            continue
        rest = row.text[: found[-1].start].strip() + row.text[found[-1].end :].strip()
        if len(rest) <= 2 and row.middle > 0.45:
            return index
    return None


def find_date(rows: Sequence[Row], head: Head) -> Span | None:
    """Return the date of the document (ISO): signed below the text, else under the title, else when it was printed."""
    index = _signing_date_row(rows)
    if index is not None:
        return _date_span(rows[index], 0.97)
    if head.dated is not None:
        return head.dated
    for row in rows:
        if row.page_number == head.first_page and row.top < 0.5 and re.match(r"\s*[((].*[))]\s*$", row.text):
            span = _date_span(row, 0.85)
            if span is not None:
                return span
    labelled = next((row for row in rows if _DATE_LABEL.search(row.text)), None)
    span = _date_span(labelled, 0.75) if labelled is not None else None
    if span is not None:
        return span
    printed = next((row for row in reversed(rows) if _PRINTED.search(row.text)), None)
    return _date_span(printed, 0.6) if printed is not None else None


def _date_span(row: Row, worth: float) -> Span | None:
    """Return the last date of `row`, or None."""
    spans = _date_spans(row, worth)
    return spans[-1] if spans else None


def _date_spans(row: Row, worth: float = 0.95) -> list[Span]:
    return [row.span(f.start, f.end, f.on.isoformat(), worth * f.sureness) for f in dates_in(row.text)]
