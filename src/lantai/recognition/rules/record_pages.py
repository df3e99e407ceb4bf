"""Look at the pages of one record together: pages scanned twice, and pages that the printed numbers miss."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lantai.recognition.rules.condition import usual_limits
from lantai.recognition.rules.findings import Finding
from lantai.recognition.rules.layout import Line, PageLayout

PRINT_BITS = 256
# Two scans of one leaf differ in few of the 256 bits; leaves of one form in some; other leaves in about half.
SAME_PRINT, LIKE_PRINT = 18, 90
LEAST_TEXT = 24
EDGE_SHARE = 0.12
MOST_MISSING = 40

_OF_TOTAL = re.compile(r"第?\s*(\d{1,4})\s*页?\s*[,，/／]?\s*共\s*(\d{1,4})\s*页|^(\d{1,4})\s*[/／]\s*(\d{1,4})$")
_NUMBERED = re.compile(r"^第\s*(\d{1,4})\s*页$|^[-—–─·•]+\s*(\d{1,4})\s*[-—–─·•]+$|^[Pp](?:age)?\.?\s*(\d{1,4})$")
_BARE = re.compile(r"^(\d{1,4})$")


@dataclass(frozen=True, slots=True)
class PrintedNumber:
    """A page number as printed: `total` where "of so many" stands beside it; `plain` if it is a bare number."""

    number: int
    total: int = 0
    plain: bool = False


@dataclass(frozen=True, slots=True)
class SeenPage:
    """What the comparison of pages needs of one: its place in the record, its text, its picture in bits, its number."""

    number: int
    text: str = ""
    picture_print: str = ""
    printed: PrintedNumber | None = None


def printed_number(layout: PageLayout) -> PrintedNumber | None:
    """Return the page number printed at the foot or the head of a page, the surest sign first; None if there is none."""
    edges = [line for line in layout.lines if _is_at_edge(line, layout.height_px)]
    found: PrintedNumber | None = None
    for line in sorted(edges, key=lambda line: -line.box_px[3]):
        text = unicodedata.normalize("NFKC", line.text).strip()
        if total := _OF_TOTAL.search(text):
            number, of = (int(v) for v in total.groups() if v)
            return PrintedNumber(number, of) if number <= of else None
        if told := _NUMBERED.match(text):
            return PrintedNumber(next(int(v) for v in told.groups() if v))
        if found is None and (bare := _BARE.match(text)):
            found = PrintedNumber(int(bare.group(1)), plain=True)
    return found


def _is_at_edge(line: Line, height: int) -> bool:
    return line.box_px[1] > (1 - EDGE_SHARE) * height or line.box_px[3] < EDGE_SHARE * height


def missing_pages(pages: Sequence[SeenPage], stated: int = 0) -> list[Finding]:
    """Return where the printed numbers jump, and where more or fewer pages are stated than there are.

    `stated` is the number of pages in the catalogue, 0 where it says none. A jump of bare numbers counts only where other
    pages bear out the count on both sides: a table may end with a number too.
    """
    found = []
    numbered = [(page.number, page.printed) for page in pages if page.printed is not None]
    offsets = Counter(printed.number - place for place, printed in numbered)
    for (place, before), (later, after) in pairwise(numbered):
        gap = (after.number - before.number) - (later - place)
        if not 0 < gap <= MOST_MISSING or after.number <= before.number:
            continue
        seen = (offsets[before.number - place], offsets[after.number - later])
        sure = not before.plain and not after.plain
        if min(seen) >= 2 or (sure and max(seen) >= 1) or (max(seen) >= 3 and not (before.plain and after.plain)):
            found.append(
                Finding("quality.missing_pages", {"before": before.number, "after": after.number, "page": later})
            )
            break
    total = max((printed.total for _, printed in numbered if printed.total), default=0)
    said = stated or (total if total > len(pages) else 0)
    if pages and said and said != len(pages):
        found.append(Finding("quality.page_count", {"stated": said, "pages": len(pages)}))
    return found


def doubled_pages(pages: Sequence[SeenPage], limits: Mapping[str, float] | None = None) -> list[tuple[int, Finding]]:
    """Return (page number, finding) of pages that show what an earlier page of the record shows.

    Leaves of one form are alike in print but not in their words and figures, so both are compared.
    """
    least = (usual_limits() | dict(limits or {}))["least_alike"]
    known = [_Known(page) for page in pages]
    found = []
    for index, later in enumerate(known):
        for earlier in known[:index]:
            alike = _likeness(earlier, later)
            if alike >= least:
                found.append(
                    (
                        later.page.number,
                        Finding("quality.doubled", {"other": earlier.page.number, "alike": round(alike)}),
                    )
                )
                break
    return found


class _Known:
    """A page made ready for comparison."""

    __slots__ = ("bits", "figures", "grams", "length", "page")

    def __init__(self, page: SeenPage) -> None:
        plain = "".join(c for c in unicodedata.normalize("NFKC", page.text) if c.isalnum())
        self.page = page
        self.length = len(plain)
        self.grams = Counter(a + b for a, b in pairwise(plain))
        self.figures = Counter(re.findall(r"\d+", unicodedata.normalize("NFKC", page.text)))
        self.bits = int(page.picture_print, 16) if page.picture_print else -1


def _likeness(first: _Known, second: _Known) -> float:
    """Return how alike two pages are in percent: 0 where picture or figures speak against it."""
    if first.bits < 0 or second.bits < 0:
        return 0.0
    apart = (first.bits ^ second.bits).bit_count()
    if apart > LIKE_PRINT:
        return 0.0
    if min(first.length, second.length) < LEAST_TEXT:
        both_bare = max(first.length, second.length) < LEAST_TEXT
        return 100.0 * (1 - apart / PRINT_BITS) if both_bare and apart <= SAME_PRINT // 2 else 0.0
    if not 0.9 <= first.length / second.length <= 1.12:
        return 0.0
    if _differ(first.figures, second.figures):
        return 0.0
    shared = sum((first.grams & second.grams).values())
    words = 200 * shared / max(sum(first.grams.values()) + sum(second.grams.values()), 1)
    # A worn page is read a little differently each time; then the picture must be the same.
    return max(words, 97.0) if apart <= SAME_PRINT and words >= 88 else words


def _differ(first: Counter[str], second: Counter[str]) -> bool:
    """Tell whether the figures of two pages differ by more than slips of the reader."""
    apart = sum(((first - second) + (second - first)).values())
    return apart > max(1, 0.12 * (sum(first.values()) + sum(second.values())))
