"""Read a filled-in form as questions and answers: cut its lines into runs, tell questions from answers, link them."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from statistics import median

from lantai.recognition.rules.key_words import asks, key_core, plain, words
from lantai.recognition.rules.layout import Box, Line, PageLayout, span_box, union
from lantai.recognition.rules.linking import Entity, cell_at, linked, overlap
from lantai.recognition.rules.run_features import Seen
from lantai.recognition.rules.run_model import judged

# A gap inside one line, in heights, that parts two runs; rows of one paragraph lie closer than this below each other.
WIDE_GAP, NEXT_ROW = 1.3, 0.75
# A cell narrower than this, in heights of its line, holds one character.
SMALL_CELL = 1.0
LONGEST_KEY, LONGEST_LOOSE = 26, 30
# Links that cost more are chance: titles, notes and printed text.
FURTHEST = 19.0
# What places say beside the words: a colon, the order of a row, the head of a column, a run outside of any cell.
GLUED, KNOWN, SURELY_SAID = 5.0, 6.0, -3.5
CLOSED, OPENED, LOOSE = 1.0, 1.0, 1.0
FIRST_ASKS, ANSWERED, NEXT_QUESTION, TWO_QUESTIONS, TWO_ANSWERS = 0.4, 0.5, 0.2, -0.4, -0.3
HEADED, COLUMN_OF_QUESTIONS = -1.6, 0.3
# The least chance that counts: what is surer than this says no more.
LEAST = 1e-4
# How much the words say once more by rule: what was learnt knows the words of generated forms only.
WORDS = 0.25
_COLON = re.compile(r"[:：]")
_SENTENCE = re.compile(r"[。；;，,]")
_SECOND_LANGUAGE = re.compile(r"[A-Za-z][A-Za-z'’().,/ ]{2,}[:：]?")
_SIGNED = re.compile(r"(?:签字|签名|签章|盖章|公章|章|签)$")
_ONLY_DATE = re.compile(r"(?:19|20)?[\d_]*年[\d_]*月[\d_]*日?|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}")
_NOTED = words("注 填表说明 填写说明 填表须知 注意事项 温馨提示")
_NOTE = re.compile(r"^(?:注\d?[:：.]|说明[:：]|填表说明|填写说明|备注[:：]|第?\d+页|[-—]?\d{1,3}[-—]?$|附件\d*$|附表)")


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of one line, or several pieces joined; `asking` above 0 is a question, `cell` is -1 outside of tables.

    `closed` ends in the colon of a question, `opened` stands behind one.
    """

    text: str
    box_px: Box
    confidence: float
    cell: int = -1
    asking: float = 0.0
    closed: bool = False
    opened: bool = False


@dataclass(frozen=True, slots=True)
class KeyValue:
    """A question of a form with its answer as read, both with their places; `parts` are the runs of the answer."""

    key: str
    value: str
    key_box_px: Box
    value_box_px: Box
    confidence: float
    parts: tuple[str, ...] = ()
    read_confidence: float = 1.0


def key_values_of(
    layout: PageLayout, cells: Sequence[Box] = (), known: frozenset[str] = frozenset(), *, only_known: bool = False
) -> list[KeyValue]:
    """Return the questions with an answer on the page, in reading order.

    `cells` are the insides of ruled cells; `known` are questions (without spaces and colon) that the page is known to
    ask, because its kind has been recognised; with `only_known` it asks nothing else.
    """
    runs = prepared_runs(layout, cells, known)
    runs = _weighed(runs, cells, known) if known else _questions_joined(_judged(runs, cells))
    if only_known:
        runs = [run if key_core(run.text) in known else replace(run, asking=min(run.asking, -1.0)) for run in runs]
    pairs = linked([Entity(run.text, run.box_px, run.asking > 0) for run in runs], cells, FURTHEST)
    found = []
    for key, group in groupby(sorted(pairs), key=lambda pair: pair[0]):
        answers = _own(runs[key], [runs[answer] for _, answer in group])
        if answers and key_core(runs[key].text) not in _NOTED:
            found.append(_key_value(runs[key], [run for row in _rows(answers) for run in row]))
    return found


def pieces_of(layout: PageLayout) -> list[tuple[str, Box]]:
    """Return the text of a page in pieces: lines cut at wide gaps and behind the colons of questions."""
    return [(run.text, run.box_px) for run in _runs(layout, ())]


def prepared_runs(layout: PageLayout, cells: Sequence[Box], known: frozenset[str] = frozenset()) -> list[Run]:
    """Return the runs of a page before they are judged: cut at borders, gaps and colons, rows of one text joined."""
    return _joined(_reunited(_runs(layout, cells, known), known), cells, known)


def seen_of(runs: Sequence[Run]) -> tuple[list[Seen], float]:
    """Return the runs as they are judged, and the height of the usual one."""
    unit = median(run.box_px[3] - run.box_px[1] for run in runs) if runs else 1
    return [Seen(run.text, run.box_px, run.cell, run.closed, run.opened) for run in runs], max(unit, 1)


def _own(key: Run, answers: Sequence[Run]) -> list[Run]:
    """Return the answers that can be meant: no date for a signature, nothing below where one stands beside."""
    usable = [a for a in answers if not (_SIGNED.search(key_core(key.text)) and _ONLY_DATE.fullmatch(plain(a.text)))]
    beside = [a for a in usable if overlap(a.box_px, key.box_px, 1) > 0.3 and a.box_px[0] >= key.box_px[0]]
    if not beside or len(beside) == len(usable):
        return usable
    return [a for a in usable if a in beside or any(_goes_on(key, one, a) for one in beside)]


def _goes_on(key: Run, above: Run, run: Run) -> bool:
    """Tell whether `run` is the next row of the answer that ends with `above`, below it or back at the label's edge."""
    if above.cell >= 0 and above.cell == run.cell:
        return True
    height = min(above.box_px[3] - above.box_px[1], run.box_px[3] - run.box_px[1])
    if run.box_px[1] - above.box_px[3] >= 0.8 * height or run.box_px[1] < above.box_px[1] + 0.5 * height:
        return False
    wrapped = abs(run.box_px[0] - key.box_px[0]) < height and above.box_px[2] - key.box_px[0] > 20 * height
    return wrapped or overlap(above.box_px, run.box_px, 0) > 0.3


def _key_value(key: Run, answers: Sequence[Run]) -> KeyValue:
    sure = min(1.0, 0.55 + 0.12 * min(key.asking, 3) + 0.05 * min(-min(a.asking for a in answers), 3))
    read = min([key.confidence, *(answer.confidence for answer in answers)])
    return KeyValue(
        key=key.text.strip().rstrip(":："),
        value=" ".join(answer.text.strip() for answer in answers),
        key_box_px=key.box_px,
        value_box_px=union([answer.box_px for answer in answers]),
        confidence=round(min(sure * read, 0.99), 4),
        parts=tuple(answer.text.strip() for answer in answers),
        read_confidence=read,
    )


def _runs(layout: PageLayout, cells: Sequence[Box], known: frozenset[str] = frozenset()) -> list[Run]:
    """Cut the lines at ruled borders, wide gaps and behind the colon of a question."""
    return [
        run
        for line in layout.lines
        for start, end in _at_borders(line, cells)
        for run in _behind_colons(line, start, end, cells, known)
    ]


def _reunited(runs: Sequence[Run], known: frozenset[str]) -> list[Run]:
    """Join what a wide setting has torn apart: 标　　题 read as two runs."""
    done: list[Run] = []
    for run in runs:
        last = done[-1] if done else None
        if last and len(plain(last.text)) <= 2 and overlap(last.box_px, run.box_px, 1) > 0.5:
            whole = plain(last.text + run.text).strip(":")
            if whole in known and len(whole) <= 4:
                done[-1] = replace(_one([last, run]), closed=run.closed)
                continue
        done.append(run)
    return done


def _piece(
    line: Line, start: int, end: int, cells: Sequence[Box], *, closed: bool = False, opened: bool = False
) -> Run | None:
    while start < end and line.text[start].isspace():
        start += 1
    while end > start and line.text[end - 1].isspace():
        end -= 1
    if start >= end:
        return None
    box = span_box(line, start, end)
    return Run(line.text[start:end], box, line.confidence, cell_at(box, cells), closed=closed, opened=opened)


def _at_borders(line: Line, cells: Sequence[Box]) -> Iterator[tuple[int, int]]:
    """Yield the parts of a line between ruled borders and wide gaps."""
    boxes = [span_box(line, i, i + 1) for i in range(len(line.text))]
    height = line.box_px[3] - line.box_px[1]
    homes = _homes(boxes, line, cells)
    start, last = 0, -1
    for index, character in enumerate(line.text):
        if character.isspace():
            continue
        if last >= 0:
            gap = boxes[index][0] - boxes[last][2]
            if homes[index] != homes[last] or gap > WIDE_GAP * height:
                yield start, index
                start = index
        last = index
    yield start, len(line.text)


def _homes(boxes: Sequence[Box], line: Line, cells: Sequence[Box]) -> list[int]:
    near = [
        i for i, cell in enumerate(cells) if overlap(cell, line.box_px, 0) > 0 and overlap(cell, line.box_px, 1) > 0.3
    ]
    if len(near) < 2:
        return [0] * len(boxes)
    homes = [cell_at(box, [cells[i] for i in near]) for box in boxes]
    # One character in each cell is one entry: the digits of a number, the letters of a mark.
    small = {home for home in homes if home >= 0 and _holds_one(cells[near[home]], line)}
    return [-2 if home in small else home for home in homes]


def _holds_one(cell: Box, line: Line) -> bool:
    return cell[2] - cell[0] < SMALL_CELL * (line.box_px[3] - line.box_px[1])


def _behind_colons(line: Line, start: int, end: int, cells: Sequence[Box], known: frozenset[str]) -> Iterator[Run]:
    """Yield the questions that end in a colon and what follows each of them, else the part as it is."""
    text = line.text
    position = start
    for colon in _COLON.finditer(text, start, end):
        if colon.start() < position:
            continue
        begin = _key_start(text, position, colon.start(), known)
        core = plain(text[begin : colon.start()])
        digits = sum(c.isdigit() for c in core)
        if not core or len(core) > LONGEST_KEY or (digits >= 3 and digits > 0.4 * len(core)) or "。" in core:
            continue
        if text[colon.end() : colon.end() + 2] == "//":
            continue
        for piece in (
            _piece(line, position, begin, cells, opened=position > start),
            _piece(line, begin, colon.end(), cells, closed=True),
        ):
            if piece is not None:
                yield piece
        position = colon.end()
    rest = _piece(line, position, end, cells, opened=position > start)
    if rest is None:
        return
    head, gap, tail = rest.text.partition(" ")
    if position == start and gap and not _COLON.search(rest.text) and asks(head) > 2 and asks(tail) < 0:
        cut = text.index(head, position) + len(head)
        for piece in (_piece(line, position, cut, cells), _piece(line, cut, end, cells)):
            if piece is not None:
                yield piece
        return
    cut = 0 if position > start else _key_end(rest.text, known)
    if cut:
        begin = text.index(rest.text, position)
        parts = (_piece(line, begin, begin + cut, cells), _piece(line, begin + cut, end, cells, opened=True))
        yield from (piece for piece in parts if piece is not None)
        return
    yield rest


def _key_end(text: str, known: frozenset[str]) -> int:
    """Return where a question without a colon ends and its answer begins in one run, 0 where it is not so."""
    named = [cut for cut in range(2, min(len(text), 16)) if plain(text[:cut]) in known and not text[cut].isspace()]
    named += [cut for cut in range(2, min(len(text), 16)) if text[cut].isspace() and plain(text[:cut]) in known]
    if named and plain(text) not in known and not re.search("[。，]$|[，。].*[，。]", text):
        return max(named)
    if len(text) > 30 or asks(text) > 1 or _SENTENCE.search(text):
        return 0
    ways = [(asks(text[:cut]) - asks(text[cut:]), cut) for cut in range(2, len(text)) if asks(text[:cut]) >= 2.1]
    worth, cut = max(ways, default=(0.0, 0))
    return cut if worth >= GLUED and asks(text[cut:]) <= -2.5 else 0


def _key_start(text: str, start: int, colon: int, known: frozenset[str]) -> int:
    """Return where the question before a colon begins: behind the space that parts it best from an answer."""
    spaces = [start, *(start + m.end() for m in re.finditer(r"\s+|[。；;]", text[start:colon]))]
    named = [space for space in spaces if plain(text[space:colon]) in known]
    named += [at for at in range(start, colon - 2) if plain(text[at:colon]) in known]
    if named:
        return named[0]
    if len(spaces) == 1:
        return _tail_key(text, start, colon)
    best = max(asks(text[space:colon]) for space in spaces)
    if best <= 1.5:
        return start
    return next(space for space in spaces if asks(text[space:colon]) == best)


def _tail_key(text: str, start: int, colon: int) -> int:
    """Return where a known question word begins directly behind an answer, `start` where none does."""
    first = start == 0 or text[start - 1] not in ":："
    for begin in range(start + 1, colon - 1):
        if asks(text[begin:colon]) >= 3 and (not first or asks(text[start:begin]) <= SURELY_SAID):
            return begin
    return start


def _joined(runs: Sequence[Run], cells: Sequence[Box], known: frozenset[str] = frozenset()) -> list[Run]:
    """Join the runs of one cell that are rows of one text: a question set in two rows, a paragraph."""
    unit = median(run.box_px[3] - run.box_px[1] for run in runs) if runs else 1
    kept: list[Run] = []
    by_cell: dict[int, list[Run]] = {}
    for run in runs:
        if run.cell < 0:
            kept.append(run)
        else:
            by_cell.setdefault(run.cell, []).append(run)
    for cell, members in by_cell.items():
        kept += _joined_in_cell(members, cells[cell], unit, known)
    return sorted(kept, key=lambda run: (run.box_px[1] // max(unit, 1), run.box_px[0]))


def _joined_in_cell(members: Sequence[Run], cell: Box, unit: float, known: frozenset[str]) -> list[Run]:
    ordered = [run for row in _rows(members) for run in row]
    narrow = cell[2] - cell[0] < 3.2 * unit
    if narrow and all(len(plain(run.text)) <= 3 for run in ordered):
        return [_one(ordered)]
    done: list[Run] = []
    for run in ordered:
        place = next(
            (
                i
                for i in range(len(done) - 1, -1, -1)
                if key_core(done[i].text) not in known and _continues(done[i], run, cell, unit)
            ),
            None,
        )
        if place is None:
            done.append(run)
        else:
            done[place] = _one([done[place], run])
    return done


def _continues(above: Run, run: Run, cell: Box, unit: float) -> bool:
    """Tell whether `run` is the next row of the text that ends with `above`."""
    if above.closed or run.closed or run.opened or overlap(above.box_px, run.box_px, 0) < 0.25:
        return False
    gap = run.box_px[1] - above.box_px[3]
    if not -0.6 * unit <= gap <= NEXT_ROW * unit:
        return False
    asked, said = asks(above.text), asks(run.text)
    if asked > 2 and _SECOND_LANGUAGE.fullmatch(run.text.strip()):
        return True
    if asked > 2 and said < -0.5 and asks(above.text + run.text) < asked:
        return False
    width = cell[2] - cell[0]
    room = cell[2] - above.box_px[2]
    full = room < 0.3 * width or width < 6 * unit
    centred = (
        abs((above.box_px[0] + above.box_px[2]) - (run.box_px[0] + run.box_px[2])) < unit and len(plain(run.text)) <= 8
    )
    return full or centred or asked <= 0


def _one(runs: Sequence[Run]) -> Run:
    first = runs[0]
    return replace(
        first,
        text="".join(run.text for run in runs),
        box_px=union([run.box_px for run in runs]),
        confidence=min(run.confidence for run in runs),
    )


def _weighed(runs: Sequence[Run], cells: Sequence[Box], known: frozenset[str] = frozenset()) -> list[Run]:
    """Give each run how much it asks: by its words, then by what stands beside it and above it."""
    unit = median(run.box_px[3] - run.box_px[1] for run in runs) if runs else 1
    worded = [
        replace(run, asking=_words(run, known) + (CLOSED if run.closed else 0.0) - (OPENED if run.opened else 0.0))
        for run in runs
        if key_core(run.text) and not _is_aside(run, unit, known)
    ]
    done: list[Run] = []
    for row in _rows(worded):
        scores = [run.asking + _column_lean(run, done) - (0.0 if run.cell >= 0 else LOOSE) for run in row]
        done += [replace(run, asking=score) for run, score in zip(row, _alternating(scores), strict=True)]
    return done


def _judged(runs: Sequence[Run], cells: Sequence[Box]) -> list[Run]:
    """Keep what is question or answer and give each run how much it asks, as learnt from generated forms."""
    seen, unit = seen_of(runs)
    kept = []
    for run, chances in zip(runs, judged(seen, cells, unit), strict=True):
        question, answer, neither = (math.log(max(chance, LEAST)) for chance in chances)
        said = WORDS * max(-4.0, min(4.0, asks(run.text)))
        if key_core(run.text) and neither < max(question + said, answer - said):
            kept.append(replace(run, asking=question - answer + 2 * said))
    return kept


def _questions_joined(runs: Sequence[Run]) -> list[Run]:
    """Join what asks together: the rows of one question that stand below each other in one cell."""
    done: list[Run] = []
    for run in runs:
        above = next((i for i in range(len(done) - 1, -1, -1) if _asks_on(done[i], run)), None)
        if above is None:
            done.append(run)
        else:
            done[above] = replace(
                _one([done[above], run]), asking=max(done[above].asking, run.asking), closed=run.closed
            )
    return done


def _asks_on(above: Run, run: Run) -> bool:
    """Tell whether `run` is the next row of the question `above`."""
    if above.cell < 0 or above.cell != run.cell or above.closed or above.asking <= 0 or run.asking <= 0:
        return False
    height = min(above.box_px[3] - above.box_px[1], run.box_px[3] - run.box_px[1])
    gap = run.box_px[1] - above.box_px[3]
    if _SECOND_LANGUAGE.fullmatch(run.text.strip()):
        return -1.2 * height <= gap <= height and overlap(above.box_px, run.box_px, 0) > 0.1
    return -0.7 * height <= gap <= height and overlap(above.box_px, run.box_px, 0) > 0.3


def _words(run: Run, known: frozenset[str]) -> float:
    return KNOWN if key_core(run.text) in known else asks(run.text)


def _is_aside(run: Run, unit: float, known: frozenset[str]) -> bool:
    """Tell whether a run outside of any cell is a title, a note or running text: neither question nor answer."""
    if run.cell >= 0 or run.opened or run.closed:
        return False
    large = run.box_px[3] - run.box_px[1] > 1.4 * unit
    return large or (len(plain(run.text)) > LONGEST_LOOSE and not known) or bool(_NOTE.match(plain(run.text)))


def _rows(runs: Sequence[Run]) -> list[list[Run]]:
    """Return the runs row by row, each from left to right."""
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: run.box_px[1] + run.box_px[3]):
        middle = (run.box_px[1] + run.box_px[3]) / 2
        for row in reversed(rows[-4:]):
            if all(
                overlap(other.box_px, run.box_px, 0) < 0.2
                and abs((other.box_px[1] + other.box_px[3]) / 2 - middle)
                <= 0.5 * max(run.box_px[3] - run.box_px[1], other.box_px[3] - other.box_px[1])
                for other in row
            ):
                row.append(run)
                break
        else:
            rows.append([run])
    return [sorted(row, key=lambda run: run.box_px[0]) for row in rows]


def _alternating(scores: Sequence[float]) -> list[float]:
    """Return the scores of a row, changed so that their signs are those of the likeliest order of questions and answers."""
    best = [(scores[0] + FIRST_ASKS, [True]), (-scores[0] - FIRST_ASKS, [False])]
    for score in scores[1:]:
        asked, said = best
        best = [
            max((asked[0] + TWO_QUESTIONS, asked[1]), (said[0] + NEXT_QUESTION, said[1]), key=lambda way: way[0]),
            max((asked[0] + ANSWERED, asked[1]), (said[0] + TWO_ANSWERS, said[1]), key=lambda way: way[0]),
        ]
        best = [(best[0][0] + score, [*best[0][1], True]), (best[1][0] - score, [*best[1][1], False])]
    likeliest = max(best, key=lambda way: way[0])[1]
    return [
        score if (score > 0) == is_key else 0.1 if is_key else -0.1
        for score, is_key in zip(scores, likeliest, strict=True)
    ]


def _column_lean(run: Run, above: Sequence[Run]) -> float:
    """Return how the run above in the same column speaks: below a heading of a grid stand answers."""
    if run.cell < 0:
        return 0.0
    over = [
        other
        for other in above
        if other.cell >= 0 and other.cell != run.cell and overlap(other.box_px, run.box_px, 0) > 0.3
    ]
    for other in sorted(over, key=lambda other: -other.box_px[3]):
        if other.asking > 0:
            row = [o for o in above if o.cell >= 0 and overlap(o.box_px, other.box_px, 1) > 0.5]
            heads = sum(o.asking > 0 for o in row)
            is_head = len(row) >= 3 and heads >= 0.75 * len(row)
            return (
                HEADED if is_head else COLUMN_OF_QUESTIONS if other.box_px[3] == max(o.box_px[3] for o in over) else 0.0
            )
    return 0.0
