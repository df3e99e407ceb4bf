"""Facts: headers of real notices, questions and answers of the real forms, the fields of generated papers.

**Headers** (`facts_f1`, `facts_f1_letterhead`): number, body, date and title of real notices whose header is certain (see
`_facts_policies`), set in type as a web site prints them with their header block, and as papers with a red head without
one; printed to pictures at 200 dpi, read by our reader. A value is right when it is the same after NFKC, without white
space and punctuation; micro-averaged over the four fields, a field that is rightly left empty counts for nothing.

**Forms**: `facts_forms_linking_f1` is relation extraction as XFUND defines it: boxes and labels (question, answer) of the
entities are given, pairs are predicted. `facts_forms_f1` is what an archivist gets: nothing is given, the page is read by
our reader, and a question with its whole answer counts as found when the question and all of the answer are at least 80 %
alike (1 - edit distance / length, NFKC, one check-box glyph, without white space and punctuation). The answer of a
question is what its linked entities say in reading order. Rules were developed on the first 72 forms by name; the other
72 are told apart.

**Generated papers** (`facts_sample_f1`): permits, registrations, marriages, contracts, invoices and others, aged and
scanned as the sample archive is; every field whose value the truth states.

Yardsticks of the same run: regular expressions over the text (headers), the nearest question by distance (linking), what
stands behind or right of a colon (forms).
"""

import json
import random
import re
import time
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from bench._facts_policies import Policy, letter_sheets, pictures, policies, web_sheets

Box = tuple[int, int, int, int]
Progress = Callable[[str, int, int], None]

POLICIES, QUICK_POLICIES, SEED, DPI = 220, 3, 20, 200
QUICK_FORMS, DEVELOPED_ON = 1, 72
ROUNDS = 6
ALIKE, CLOSELY_ALIKE = 0.8, 0.9
FIELDS = ("title", "document_number", "author", "dated_on")
_BOXES = str.maketrans({**dict.fromkeys("□☐☑☒✓√■▢◻口囗", "□"), **dict.fromkeys("○〇◯", "0")})
# What the truth of the sample calls by another name; what is not read from the page or is no single field.
_NAMED = {
    "issuing_body": "author",
    "date": "dated_on",
    "project": "project_name",
    "credit_code": "uscc",
    "identity_numbers": "identity_number",
}
_UNSCORED = {"title", "addressees", "people", "organisations", "codes", "cites", "registration_number"}
_SEVERAL = {"identity_number", "uscc"}


def measure(*, quick: bool, data: Path, folder: Path, progress: Progress) -> dict[str, Any]:
    """Measure headers, forms and generated papers; `data` may lack the sets, then their keys are left out."""
    flat: dict[str, Any] = {}
    details: dict[str, Any] = {}
    spent: list[float] = []
    for part in (_headers, _forms, _sample):
        keys, told = part(quick, data, progress, spent)
        flat |= keys
        details |= told
    flat["facts_ms_per_page"] = round(1000 * sum(spent) / max(len(spent), 1), 2)
    return {**flat, "facts": details}


# Headers


def _headers(quick: bool, data: Path, progress: Progress, spent: list[float]) -> tuple[dict[str, Any], dict[str, Any]]:
    every = policies(data)
    if not every:
        return {}, {"headers": "The housing notices are not here: give the folder of the sets with --data."}
    random.Random(SEED).shuffle(every)
    chosen = every[: QUICK_POLICIES if quick else POLICIES]
    told: dict[str, Any] = {"documents": len(chosen), "with_number": sum(bool(one.number) for one in chosen)}
    flat = {}
    for name, key, sheets_of in (
        ("header_block", "facts_f1", web_sheets),
        ("letterhead", "facts_f1_letterhead", letter_sheets),
    ):
        some = chosen[:1] if quick and sheets_of is letter_sheets else chosen
        ours, regex, bins = _Counts(), _Counts(), _Bins()
        for place, policy in enumerate(some):
            progress(f"facts, {name}", place, len(some))
            _score_header(policy, _read_sheets(policy, sheets_of), ours, regex, bins, spent)
        flat[key] = ours.f1
        told[name] = {"f1": ours.f1, **ours.by_name, "regex_f1": regex.f1, "regex": regex.by_name, "sure": bins.told}
    flat["facts_regex_f1"] = told["header_block"]["regex_f1"]
    return flat, {"headers": told}


def _read_sheets(policy: Policy, sheets_of: Callable[..., Any]) -> list[Any]:
    from lantai.recognition.adapters.ocr import read_image

    sheets = sheets_of(policy, random.Random(policy.id))
    shown = list(pictures(sheets, DPI))
    return [read_image(image) for image in (shown[:1] if sheets_of is web_sheets else shown)]


def _score_header(
    policy: Policy, pages: Sequence[Any], ours: "_Counts", regex: "_Counts", bins: "_Bins", spent: list[float]
) -> None:
    found = _timed_facts(pages, spent)
    plain = _by_regex("\n".join(page.text for page in pages))
    for field, wanted in policy.facts.items():
        fact = next((fact for fact in found if fact.field == field), None)
        right = ours.add(field, fact.value if fact else "", wanted)
        regex.add(field, plain.get(field, ""), wanted)
        if fact is not None:
            bins.add(fact.confidence, right)


def _timed_facts(pages: Sequence[Any], spent: list[float]) -> list[Any]:
    from lantai.recognition.rules.facts import facts_of

    started = time.perf_counter()
    found = facts_of(pages)
    taken = time.perf_counter() - started
    spent.extend([taken / len(pages)] * len(pages))
    return sorted(found, key=lambda fact: -fact.confidence)


def _by_regex(text: str) -> dict[str, str]:
    """Return what four regular expressions find in the text: the yardstick."""
    number = re.search(r"[\u4e00-\u9fff]{1,10}[〔\[(（](?:19|20)\d\d[〕\])）]\d{1,4}号", text)
    day = re.search(r"((?:19|20)\d\d)年(\d{1,2})月(\d{1,2})日", text)
    title = re.search(r".{0,30}关于.{4,60}?(?:通知|意见|办法|公告|决定|细则|规定|措施|方案|通告|批复|函)", text)
    body = re.search(r"[\u4e00-\u9fff]{2,20}(?:政府|委员会|办公室|办公厅|中心|厅|局)", text)
    found = {"document_number": number, "title": title, "author": body}
    values = {field: match.group() for field, match in found.items() if match}
    if day:
        year, month, on = (int(group) for group in day.groups())
        values["dated_on"] = f"{year}-{month:02d}-{on:02d}"
    return values


# Forms


def _forms(quick: bool, data: Path, progress: Progress, spent: list[float]) -> tuple[dict[str, Any], dict[str, Any]]:
    folder = data / "ocr_forms"
    paths = sorted((folder / "gt").glob("*.json"))
    if not paths:
        return {}, {"forms": "The real forms are not here: give the folder of the sets with --data."}
    scores: dict[str, _Pairs] = {}
    for place, path in enumerate(paths[: QUICK_FORMS if quick else len(paths)]):
        progress("facts, forms", place, len(paths))
        half = "developed_on" if place < DEVELOPED_ON else "held_out"
        for name, counts in _score_form(folder, path, spent).items():
            for key in (f"{name}", f"{name} {half}"):
                scores.setdefault(key, _Pairs()).add(*counts)
    told = {name: one.told for name, one in sorted(scores.items())}
    flat = {
        "facts_forms_f1": scores["end_to_end"].f1,
        **{
            f"facts_forms_f1_{half}": scores[f"end_to_end {half}"].f1
            for half in ("developed_on", "held_out")
            if f"end_to_end {half}" in scores
        },
        "facts_forms_linking_f1": scores["linking"].f1,
        "facts_forms_colon_f1": scores["colon"].f1,
        "facts_forms_nearest_f1": scores["nearest"].f1,
    }
    return flat, {"forms": told}


def _score_form(folder: Path, path: Path, spent: list[float]) -> dict[str, tuple[int, int, int]]:
    """Return (right, predicted, wanted) of each way of reading one form."""
    from lantai.recognition.adapters.ocr import read_image
    from lantai.recognition.adapters.tables import look_for_tables
    from lantai.recognition.rules.key_values import key_values_of

    truth = json.loads(path.read_text("utf-8"))
    image = _picture(folder / "images" / f"{path.stem}.jpg")
    entities, pairs = _entities(truth)
    known = _layout_of(entities, image)
    cells = [
        cell.box_px
        for table in look_for_tables(image, known, reread=False)
        if table.kind == "ruled"
        for cell in table.cells
    ]
    wanted = _answers(entities, pairs)
    layout = read_image(image)
    seen = [cell.box_px for table in look_for_tables(image, layout) if table.kind == "ruled" for cell in table.cells]
    started = time.perf_counter()
    found = [(one.key, "".join(one.parts)) for one in key_values_of(layout, seen)]
    spent.append(time.perf_counter() - started)
    given = [(one.key, "".join(one.parts)) for one in key_values_of(known, cells)]
    colon = _by_colon(layout)
    return {
        "linking": _same_pairs(_linked(entities, cells), pairs),
        "linking_without_rules": _same_pairs(_linked(entities, []), pairs),
        "nearest": _same_pairs(_nearest(entities), pairs),
        "end_to_end": _same_texts(found, wanted, ALIKE),
        "end_to_end_90": _same_texts(found, wanted, CLOSELY_ALIKE),
        "given_text_without_labels": _same_texts(given, wanted, ALIKE),
        "colon": _same_texts(colon, wanted, ALIKE),
    }


def _picture(path: Path) -> Any:
    import numpy as np
    from PIL import Image

    return np.asarray(Image.open(path).convert("RGB"))


Entity = tuple[str, Box, str]


def _entities(truth: dict[str, Any]) -> tuple[list[Entity], set[tuple[int, int]]]:
    """Return the entities of a form (text, box, label) and the pairs (question, answer) by their places in the list."""
    entities: list[Entity] = []
    places: dict[int, int] = {}
    for line in truth["lines"]:
        xs, ys = [p[0] for p in line["points"]], [p[1] for p in line["points"]]
        places[line["id"]] = len(entities)
        entities.append((line["text"], (round(min(xs)), round(min(ys)), round(max(xs)), round(max(ys))), line["label"]))
    pairs = set()
    for one, other in (link for line in truth["lines"] for link in line["linking"]):
        if one in places and other in places:
            first, second = places[one], places[other]
            labels = entities[first][2], entities[second][2]
            if labels == ("question", "answer"):
                pairs.add((first, second))
            elif labels == ("answer", "question"):
                pairs.add((second, first))
    return entities, pairs


def _layout_of(entities: Sequence[Entity], image: Any) -> Any:
    from lantai.recognition.rules.layout import Line, PageLayout, in_reading_order

    lines = [Line(text, box, 1.0) for text, box, _label in entities if text]
    return PageLayout(in_reading_order(lines), image.shape[1], image.shape[0])


def _answers(entities: Sequence[Entity], pairs: Iterable[tuple[int, int]]) -> list[tuple[str, str]]:
    """Return each question with all that is linked to it, in reading order."""
    linked: dict[int, list[int]] = {}
    for question, answer in sorted(pairs):
        linked.setdefault(question, []).append(answer)
    return [
        (
            entities[question][0],
            "".join(
                entities[i][0]
                for i in sorted(answers, key=lambda i: (round(entities[i][1][1] / 20), entities[i][1][0]))
            ),
        )
        for question, answers in linked.items()
    ]


def _linked(entities: Sequence[Entity], cells: Sequence[Box]) -> set[tuple[int, int]]:
    from lantai.recognition.rules.linking import Entity as Asked
    from lantai.recognition.rules.linking import linked

    kept = [i for i, entity in enumerate(entities) if entity[2] in ("question", "answer")]
    found = linked([Asked(entities[i][0], entities[i][1], entities[i][2] == "question") for i in kept], cells)
    return {(kept[question], kept[answer]) for question, answer in found}


def _nearest(entities: Sequence[Entity]) -> set[tuple[int, int]]:
    """Pair each answer with the question whose box is nearest: the yardstick."""
    questions = [i for i, entity in enumerate(entities) if entity[2] == "question"]

    def distance(one: Box, other: Box) -> float:
        across = max(other[0] - one[2], one[0] - other[2], 0)
        down = max(other[1] - one[3], one[1] - other[3], 0)
        return float(across**2 + down**2)

    return {
        (min(questions, key=lambda q, box=entity[1]: distance(entities[q][1], box)), i)  # type: ignore[misc]
        for i, entity in enumerate(entities)
        if entity[2] == "answer" and questions
    }


def _by_colon(layout: Any) -> list[tuple[str, str]]:
    """Return what stands behind a colon, or alone to the right of one that ends its line: the yardstick."""
    found = []
    for place, line in enumerate(layout.lines):
        key, colon, value = re.sub("：", ":", line.text).partition(":")
        following = layout.lines[place + 1] if place + 1 < len(layout.lines) else None
        if colon and not value.strip() and following is not None and following.row == line.row:
            value = following.text
        if colon and value.strip():
            found.append((key, value))
    return found


def _same_pairs(found: set[tuple[int, int]], wanted: set[tuple[int, int]]) -> tuple[int, int, int]:
    return len(found & wanted), len(found), len(wanted)


def _same_texts(
    found: Sequence[tuple[str, str]], wanted: Sequence[tuple[str, str]], least: float
) -> tuple[int, int, int]:
    """Match each question with one of the truth, the most alike first; both question and answer must be alike."""
    offers = []
    for i, (key, value) in enumerate(found):
        for j, (other_key, other_value) in enumerate(wanted):
            of_key = _alike(key, other_key)
            of_value = _alike(value, other_value) if of_key >= least else 0.0
            if of_value >= least:
                offers.append((-of_key - of_value, i, j))
    ours: set[int] = set()
    theirs: set[int] = set()
    for _rank, i, j in sorted(offers):
        if i not in ours and j not in theirs:
            ours.add(i)
            theirs.add(j)
    return len(ours), len(found), len(wanted)


def _alike(one: str, other: str) -> float:
    from rapidfuzz.distance import Levenshtein

    return float(Levenshtein.normalized_similarity(_plain(one), _plain(other)))


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text.translate(_BOXES)).translate(_BOXES)
    return re.sub(r"[\s:,.;。、·_\-—()\[\]〔〕*\"'“”‘’《》〈〉<>{}【】]", "", folded)


# Generated papers


def _sample(quick: bool, data: Path, progress: Progress, spent: list[float]) -> tuple[dict[str, Any], dict[str, Any]]:
    kinds: dict[str, _Counts] = {}
    items = list(_items(1 if quick else ROUNDS))
    for place, item in enumerate(items[-1:] if quick else items):
        progress("facts, generated papers", place, len(items))
        found = _timed_facts(_scanned(item, place), spent)
        counts = kinds.setdefault(item.kind, _Counts())
        for name, value in _truth_of(item):
            said = list(dict.fromkeys(fact.value for fact in found if fact.field == name))
            if name in _SEVERAL:
                counts.add_all(name, said, value)
            else:
                counts.add(name, said[0] if said else "", value[0])
    total = _Counts()
    for one in kinds.values():
        total.merge(one)
    by_kind = {kind: {"f1": one.f1, **one.by_name} for kind, one in sorted(kinds.items())}
    return {"facts_sample_f1": total.f1}, {"sample": by_kind}


def _items(rounds: int) -> Iterable[Any]:
    from sample import enterprises, families, marriages, permits
    from sample.filled import MAKERS

    for number in range(rounds):
        chance = random.Random(f"facts/{number}")
        project = permits.project(chance, 20 + number)
        for stage in permits.STAGES:
            yield stage(project, chance)
        yield enterprises.registration(chance, 2008 + 2 * number)
        yield marriages.marriage_file(chance, 2001 + 3 * number)
        yield families.only_child_form(chance, 2000 + 2 * number)
        for make in MAKERS.values():
            yield make(chance, 2006 + 3 * number)


def _scanned(item: Any, place: int) -> list[Any]:
    import numpy as np

    from lantai.recognition.adapters.ocr import read_image
    from sample.raster import print_sheet
    from sample.wear import RECIPES, scan

    recipe = RECIPES[place % len(RECIPES)]
    layouts = []
    for sheet in item.sheets:
        image = scan(print_sheet(sheet, recipe.dpi).image, recipe, random.Random(place)).image
        layouts.append(read_image(image if image.ndim == 3 else np.repeat(image[:, :, None], 3, 2)))
    return layouts


def _truth_of(item: Any) -> Iterable[tuple[str, list[str]]]:
    for name, value in item.fields.items():
        field = _NAMED.get(name, name)
        values = [one for one in (value if isinstance(value, list) else [value]) if one]
        is_code = item.kind == "enterprise" and field == "document_number"
        if name not in _UNSCORED and values and not is_code:
            yield field, values


# Counting


class _Counts:
    """Right, wrong and missed values by name."""

    def __init__(self) -> None:
        self.names: dict[str, list[int]] = {}

    def add(self, name: str, said: str, wanted: str) -> bool:
        right = bool(said and wanted) and _plain(said) == _plain(wanted)
        self._count(name, int(right), int(bool(said) and not right), int(bool(wanted) and not right))
        return right

    def add_all(self, name: str, said: Sequence[str], wanted: Sequence[str]) -> None:
        ours, theirs = {_plain(one) for one in said}, {_plain(one) for one in wanted}
        # Codes of other parties stand on the same papers: what is found beside those asked for is not wrong.
        self._count(name, len(ours & theirs), 0, len(theirs - ours))

    def _count(self, name: str, right: int, wrong: int, missed: int) -> None:
        row = self.names.setdefault(name, [0, 0, 0])
        row[0] += right
        row[1] += wrong
        row[2] += missed

    def merge(self, other: "_Counts") -> None:
        for name, row in other.names.items():
            self._count(name, *row)

    @property
    def f1(self) -> float:
        return _f1(*(sum(row[place] for row in self.names.values()) for place in range(3)))

    @property
    def by_name(self) -> dict[str, float]:
        return {name: _f1(*row) for name, row in self.names.items() if any(row)}


class _Pairs:
    """Right, predicted and wanted pairs."""

    def __init__(self) -> None:
        self.counts = [0, 0, 0]

    def add(self, right: int, predicted: int, wanted: int) -> None:
        self.counts = [one + more for one, more in zip(self.counts, (right, predicted, wanted), strict=True)]

    @property
    def f1(self) -> float:
        right, predicted, wanted = self.counts
        return _f1(right, predicted - right, wanted - right)

    @property
    def told(self) -> dict[str, float]:
        right, predicted, wanted = self.counts
        return {
            "f1": self.f1,
            "precision": round(right / max(predicted, 1), 4),
            "recall": round(right / max(wanted, 1), 4),
            "wanted": wanted,
        }


class _Bins:
    """How often values of a confidence are right: below 0.7, 0.9, 0.95 and from there on."""

    EDGES = (0.7, 0.9, 0.95, 1.01)

    def __init__(self) -> None:
        self.rows = [[0, 0, 0.0] for _edge in self.EDGES]

    def add(self, confidence: float, right: bool) -> None:
        place = next(i for i, edge in enumerate(self.EDGES) if confidence < edge)
        row = self.rows[place]
        self.rows[place] = [row[0] + 1, row[1] + int(right), row[2] + confidence]

    @property
    def told(self) -> list[dict[str, float]]:
        return [
            {"below": edge, "values": count, "said": round(said / count, 3), "right": round(right / count, 3)}
            for edge, (count, right, said) in zip(self.EDGES, self.rows, strict=True)
            if count
        ]


def _f1(right: int, wrong: int, missed: int) -> float:
    return round(2 * right / (2 * right + wrong + missed), 4) if right + wrong + missed else 0.0
