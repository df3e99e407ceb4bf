"""How well personal data is found in generated text with hard negatives, beside plain patterns on the same text."""

import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from lantai.recognition.rules.personal import PERSONAL, personal_in
from sample.personal import PersonalPaper, personal_paper

Progress = Callable[[str, int, int], None]
Place = tuple[str, int, int]
# Seeds from here on were never looked at while the rules were written.
HELD_OUT = 1_000_000
_OVERLAP = 0.5
_PLAIN = (
    ("identity_number", re.compile(r"\d{17}[\dXx]")),
    ("phone", re.compile(r"1\d{10}|0\d{2,3}-\d{7,8}")),
    ("bank_card", re.compile(r"\d{16,19}")),
    ("email", re.compile(r"[\w.]+@[\w.]+")),
    ("plate", re.compile(r"[\u4e00-\u9fff][A-Z][A-Z0-9]{5,6}")),
    ("name", re.compile(r"(?<=[人者方主名长妻夫子女])[：:]?[\u4e00-\u9fff]{2,3}")),
    ("address", re.compile(r"[\u4e00-\u9fff]{2,20}(?:路|街|村)[\u4e00-\u9fff\d]{0,20}号[\u4e00-\u9fff\d]*")),
    ("birth_date", re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")),
    ("health", re.compile(r"高血压|糖尿病|肺结核|艾滋病|阳性")),
    ("minor", re.compile(r"未成年|\d{1,2}岁")),
    ("marriage", re.compile(r"离婚|结婚|丧偶|已婚|未婚")),
    ("adoption", re.compile(r"收养")),
    ("passport", re.compile(r"[EG]\w{8}")),
)


def measure(*, quick: bool, data: Path, folder: Path, progress: Progress) -> dict[str, Any]:
    """Return recall and precision of the rules over held-out papers, clean, spoilt and of scenes never tuned on."""
    count = 300 if quick else 3000
    sets = {
        "clean": _papers(count, noisy=False, unseen=False),
        "noisy": _papers(count, noisy=True, unseen=False),
        "unseen": _papers(count, noisy=False, unseen=True),
        "unseen_noisy": _papers(count, noisy=True, unseen=True),
    }
    nested: dict[str, Any] = {"papers_each": count}
    for number, (name, papers) in enumerate(sets.items()):
        nested[name] = _scores(papers, _found)
        nested[f"{name}_plain"] = _scores(papers, _plainly_found)["all"]
        progress("personal", number + 1, len(sets))
    speed = _speed([paper.text for paper in sets["clean"][:300]])
    return {
        "personal_recall": nested["clean"]["all"]["recall"],
        "personal_precision": nested["clean"]["all"]["precision"],
        "personal_recall_noisy": nested["noisy"]["all"]["recall"],
        "personal_precision_noisy": nested["noisy"]["all"]["precision"],
        "personal_recall_unseen": nested["unseen"]["all"]["recall"],
        "personal_precision_unseen": nested["unseen"]["all"]["precision"],
        "personal_plain_recall": nested["clean_plain"]["recall"],
        "personal_plain_precision": nested["clean_plain"]["precision"],
        "personal_megabytes_per_second": speed,
        "personal": nested,
    }


def _papers(count: int, *, noisy: bool, unseen: bool) -> list[PersonalPaper]:
    first = HELD_OUT + 500_000 * noisy + 250_000 * unseen
    return [personal_paper(random.Random(first + n), noisy=noisy, unseen=unseen) for n in range(count)]


def _found(text: str) -> list[Place]:
    return [(one.kind, one.start, one.end) for one in personal_in(text) if one.kind in PERSONAL]


def _plainly_found(text: str) -> list[Place]:
    return [(kind, match.start(), match.end()) for kind, pattern in _PLAIN for match in pattern.finditer(text)]


def _scores(papers: Iterable[PersonalPaper], find: Callable[[str], list[Place]]) -> dict[str, dict[str, float]]:
    """Return per class and over all: a place counts once, when class and half of the joint extent agree."""
    right: Counter[str] = Counter()
    told: Counter[str] = Counter()
    true: Counter[str] = Counter()
    for paper in papers:
        found = find(paper.text)
        told.update(kind for kind, _, _ in found)
        true.update(kind for kind, _, _ in paper.truth)
        for one in matched(list(paper.truth), found):
            right[one[0]] += 1
    totals = {kind: _shares(right[kind], told[kind], true[kind]) for kind in sorted(true | told)}
    return {"all": _shares(right.total(), told.total(), true.total()), **totals}


def matched(truth: list[Place], found: list[Place]) -> list[Place]:
    """Return the true places that were found, each found place used once."""
    left = list(found)
    hits = []
    for place in truth:
        for other in left:
            if other[0] == place[0] and _agree(place, other):
                left.remove(other)
                hits.append(place)
                break
    return hits


def _agree(one: Place, other: Place) -> bool:
    shared = min(one[2], other[2]) - max(one[1], other[1])
    return shared > 0 and shared >= _OVERLAP * (max(one[2], other[2]) - min(one[1], other[1]))


def _shares(right: int, told: int, true: int) -> dict[str, float]:
    return {
        "recall": round(right / true, 4) if true else 1.0,
        "precision": round(right / told, 4) if told else 1.0,
        "places": true,
    }


def _speed(texts: list[str]) -> float:
    """Return megabytes of text a second of one core."""
    size = sum(len(text.encode()) for text in texts)
    begin = time.process_time()
    for text in texts:
        personal_in(text)
    return round(size / (time.process_time() - begin) / 1e6, 2)
