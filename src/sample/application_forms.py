"""Application forms of every make, filled in: grids of labels and answers, lists with heads, lines with colons, boxes to
tick, opinions with signatures, sections, notes. The truth tells what each piece of text is and which question it answers.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

from sample.city import given_name, one_of
from sample.filled_form import ANSWER, OTHER, QUESTION, Box, FilledForm, Piece, Row
from sample.form_words import (
    CHOICES,
    ENGLISH_NOTES,
    LONG,
    NOTES,
    OPINIONS,
    SECTIONS,
    SHORT,
    SIGNATURES,
    SORTS,
    TITLES,
    WHOSE,
    Asked,
    day,
    dressed,
    label_of,
    prose,
    span,
)  # fmt: skip
from sample.prose import Pen, measures
from sample.sheet import Rule, Text, points
from sample.topics import TOPICS
from sample.typesetting import Entry, broken, set_table

LOWEST_MM = 276.0


@dataclass(frozen=True, slots=True)
class _Cell:
    """What stands in one cell, row by row."""

    rows: tuple[Row, ...]
    columns: int = 1
    height: int = 1
    align: float = 0.5


@dataclass(frozen=True, slots=True)
class _Manner:
    """How a form is set throughout."""

    size_mm: float
    face: str
    hand: str
    answers_align: float
    labels_align: float
    colons: bool
    filled: float
    english: float

    @staticmethod
    def any(rng: random.Random) -> "_Manner":
        return _Manner(
            size_mm=points(one_of_floats(rng, (9, 10, 10.5, 11, 12))),
            face=one_of(rng, ("song", "song", "hei")),
            hand=one_of(rng, ("kai", "kai", "song")),
            answers_align=one_of_floats(rng, (0.0, 0.5, 0.5)),
            labels_align=one_of_floats(rng, (0.5, 0.5, 0.0)),
            colons=rng.random() < 0.25,
            filled=rng.uniform(0.75, 1.0),
            english=one_of_floats(rng, (0.0, 0.0, 0.0, 0.9)),
        )


def one_of_floats(rng: random.Random, choices: tuple[float, ...]) -> float:
    return choices[rng.randrange(len(choices))]


def application_form(rng: random.Random) -> FilledForm:
    """Return one form of its own make."""
    form, manner = FilledForm(), _Manner.any(rng)
    level = _head(form, manner, rng)
    ruled = rng.random() < 0.78
    blocks: tuple[Callable[[FilledForm, _Manner, float, random.Random], float], ...] = (
        (
            _pair_grid,
            _pair_grid,
            _pair_grid,
            _list_grid,
            _list_grid,
            _long_grid,
            _choice_grid,
            _opinions,
            _opinion_cells,
            _colon_cells,
            _stacked_cells,
            _lines,
            _note_grid,
        )
        if ruled
        else (_lines, _lines, _lines, _choices, _paragraphs, _list_grid, _note, _stacked, _stacked)
    )
    while level < LOWEST_MM - 40:
        if rng.random() < 0.3:
            level = _section(form, manner, level, rng, ruled=ruled)
        level = blocks[rng.randrange(len(blocks))](form, manner, level, rng)
        level += one_of_floats(rng, (0.0, 0.0, 3.0)) if ruled else 3.0
    return _foot(form, manner, level, rng)


def _head(form: FilledForm, manner: _Manner, rng: random.Random) -> float:
    topic = (
        one_of(rng, ("", one_of(rng, SORTS)))
        + one_of(rng, (one_of(rng, WHOSE), one_of(rng, SORTS)))
        + one_of(rng, TITLES)
    )
    size = points(one_of_floats(rng, (14, 16, 18, 22)))
    title = Text(topic, 0, 0, size)
    form.put(Piece(topic), 105 - title.width_mm / 2, 24, size, one_of(rng, ("title", "hei")))
    level = 30.0
    if rng.random() < 0.5:
        x = 22.0
        for _ in range(rng.randint(1, 3)):
            x = _colon_pair(form, manner, x, level + 4, rng, one_of_asked(rng)) + 12
            if x > 130:
                break
        level += 7
    return level + 2


def one_of_asked(rng: random.Random) -> Asked:
    return SHORT[rng.randrange(len(SHORT))]


def _section(form: FilledForm, manner: _Manner, level: float, rng: random.Random, *, ruled: bool) -> float:
    mark = one_of(
        rng,
        (
            "",
            f"{one_of(rng, tuple('一二三四五六'))}、",
            f"（{one_of(rng, tuple('一二三四'))}）",
            f"{rng.randint(1, 6)}.",
            "第一部分 ",
            "▲",
            "A ",
        ),
    )
    piece = Piece(mark + one_of(rng, SECTIONS) + one_of(rng, ("", "", "", "（必填）", "（由申请人填写）", "：")))
    if ruled and rng.random() < 0.6:
        return _set(form, manner, level, (170.0,), [[_Cell(((piece,),), align=one_of_floats(rng, (0.0, 0.5)))]], [8.0])
    form.put(piece, one_of_floats(rng, (20.0, 24.0)), level + 6, manner.size_mm * 1.1, "hei")
    return level + 8


def _foot(form: FilledForm, manner: _Manner, level: float, rng: random.Random) -> FilledForm:
    level += 2
    if rng.random() < 0.45 and level < LOWEST_MM:
        sign = form.ask(f"{one_of(rng, SIGNATURES)}：")
        x = form.put(sign, one_of_floats(rng, (22.0, 90.0)), level + 5, manner.size_mm, manner.face)
        form.put(Piece(_name(rng), ANSWER, sign.link), x + 2, level + 5, manner.size_mm * 1.1, manner.hand)
        if rng.random() < 0.7:
            form.put(Piece(day(rng)), 150, level + 5, manner.size_mm, manner.hand)
        level += 8
    for _ in range(rng.randint(0, 3)):
        level = _note(form, manner, level, rng)
    return form


def _note(form: FilledForm, manner: _Manner, level: float, rng: random.Random) -> float:
    """Print what nobody fills in: how to, a promise, terms in running text, in Chinese or English."""
    for line in broken(_note_text(rng), 168 / manner.size_mm):
        if level < LOWEST_MM + 10:
            form.put(Piece(line), 21, level + 5, manner.size_mm * 0.95, manner.face)
            level += manner.size_mm * 1.5
    return level


def _note_text(rng: random.Random) -> str:
    draw = rng.random()
    if draw < 0.45:
        return one_of(rng, NOTES)
    if draw < 0.6:
        return " ".join(rng.sample(ENGLISH_NOTES, rng.randint(1, 2)))
    said = one_of(rng, [paragraph.text for paragraph in measures(Pen(rng, 2015, TOPICS[rng.randrange(len(TOPICS))]))])
    return one_of(rng, ("", f"{rng.randint(1, 9)}.", f"（{one_of(rng, tuple('一二三四'))}）", "注：")) + said


def _note_grid(form: FilledForm, manner: _Manner, level: float, rng: random.Random) -> float:
    """A cell with running text that asks nothing: terms, a promise; with or without a label at its left."""
    rows = tuple((Piece(_note_text(rng)),) for _ in range(rng.randint(1, 3)))
    height = 5.0 + 6.0 * sum(len(row[0].text) * manner.size_mm // 150 + 1 for row in rows)
    return _set(form, manner, level, (170.0,), [[_Cell(rows, align=0.0)]], [height])


def _name(rng: random.Random) -> str:
    return given_name(rng, male=rng.random() < 0.5)


# What stands in cells


def _label(form: FilledForm, manner: _Manner, asked: Asked, rng: random.Random) -> tuple[Piece, tuple[Row, ...]]:
    """Return a question and the rows that its label takes."""
    english = asked.english if manner.english > rng.random() else ""
    words = dressed(label_of(asked, rng), rng, english)
    if manner.colons and rng.random() < 0.9:
        words += one_of(rng, ("：", ":"))
    piece = form.ask(words)
    if english and words.endswith(english) and rng.random() < 0.5:
        cut = len(words) - len(english)
        return piece, ((Piece(words[:cut], QUESTION, piece.link),), (Piece(english, QUESTION, piece.link),))
    return piece, ((piece,),)


def _said(asked: Asked, piece: Piece, manner: _Manner, rng: random.Random) -> tuple[Row, ...]:
    return ((Piece(asked.answer(rng), ANSWER, piece.link),),) if rng.random() < manner.filled else ()


def _ticks(options: tuple[str, ...], link: int, rng: random.Random) -> Row:
    chosen = rng.randrange(len(options))
    boxes = one_of(rng, ("□☑", "□☑", "□√"))
    after = rng.random() < 0.15
    marks = [boxes[place == chosen] for place in range(len(options))]
    return tuple(
        Piece(option + mark if after else mark + option, ANSWER, link)
        for option, mark in zip(options, marks, strict=True)
    )


def _pair_grid(form: FilledForm, manner: _Manner, level: float, rng: random.Random) -> float:
    """Labels and answers by turns; a whole row for long ones, a photograph, a label that spans rows at the left."""
    across = one_of_floats(rng, (1, 2, 2, 2, 3))
    count = int(across)
    side = rng.random() < 0.25
    photo = rng.random() < 0.15 and not side
    label_share = rng.uniform(0.28, 0.5)
    room = 170.0 - (12.0 if side else 0.0) - (28.0 if photo else 0.0)
    widths = [share * room / count for _ in range(count) for share in (label_share, 1 - label_share)]
    table: list[list[_Cell]] = []
    rows = rng.randint(2, 7)
    for number in range(rows):
        row: list[_Cell] = []
        if side and number == 0:
            name = one_of(rng, SECTIONS)
            row.append(_Cell(tuple((Piece(character),) for character in name), height=rows))
        whole = count > 1 and rng.random() < 0.25
        for _ in range(1 if whole else count):
            row += _pair_cells(form, manner, 2 * count - 1 if whole else 1, rng)
        if photo and number == 0:
            row.append(_Cell(((Piece(one_of(rng, ("照片", "贴照片处", "一寸免冠照片", "近期照片"))),),), height=rows))
        table.append(row)
    edges = ([12.0] if side else []) + widths + ([28.0] if photo else [])
    return _set(form, manner, level, tuple(edges), table, [one_of_floats(rng, (8.0, 9.0, 11.0))] * rows)


def _pair_cells(form: FilledForm, manner: _Manner, columns: int, rng: random.Random) -> list[_Cell]:
    if rng.random() < 0.1:
        label, options = CHOICES[rng.randrange(len(CHOICES))]
        piece = form.ask(dressed(label, rng))
        if len("".join(options)) * manner.size_mm < 40 * columns:
            return [
                _Cell(((piece,),), align=manner.labels_align),
                _Cell((_ticks(options, piece.link, rng),), columns, align=manner.answers_align),
            ]
    asked = one_of_asked(rng)
    piece, rows = _label(form, manner, asked, rng)
    if rng.random() < 0.06:
        return [
            _Cell(((*rows[0], *(p for row in _said(asked, piece, manner, rng) for p in row)),), columns + 1, align=0.0)
        ]
    return [
        _Cell(rows, align=manner.labels_align),
        _Cell(_said(asked, piece, manner, rng), columns, align=manner.answers_align),
    ]


def _list_grid(form: FilledForm, manner: _Manner, level: float, rng: random.Random) -> float:
    """A list with heads: members of a family, jobs held, goods; with or without numbers, names or a label at the left."""
    kinds = rng.sample(SHORT, rng.randint(3, 6))
    side = rng.random() < 0.4
    numbered = rng.random() < 0.3
    named = rng.random() < 0.15 and not numbered
    rows = rng.randint(2, 5)
    heads = [form.ask(label_of(kind, rng)) for kind in kinds]
    table: list[list[_Cell]] = [[]]
    if side:
        table[0].append(_Cell(((Piece(one_of(rng, SECTIONS)),),), height=rows))
    if numbered or named:
        table[0].append(_Cell(((Piece("序号"),),) if numbered else ()))
    table[0] += [_Cell(((head,),)) for head in heads]
    filled = rng.randint(1, rows - 1)
    for number in range(1, rows):
        row = []
        if numbered or named:
            first = Piece(str(number)) if numbered else Piece(one_of(rng, WHOSE), OTHER)
            row.append(_Cell(((first,),)))
        for kind, head in zip(kinds, heads, strict=True):
            wanted = number <= filled and rng.random() < 0.95
            row.append(_Cell(((Piece(kind.answer(rng), ANSWER, head.link),),) if wanted else ()))
        table.append(row)
    before = [18.0] * side + [12.0 if numbered else 24.0] * (numbered or named)
    each = (170.0 - sum(before)) / len(kinds)
    return _set(form, manner, level, (*before, *[each] * len(kinds)), table, [9.0] * rows)


def _long_grid(form: FilledForm, manner: _Manner, level: float, rng: random.Random) -> float:
    """Labels with much room: the label in a cell at the left, or above its answer in one cell."""
    table: list[list[_Cell]] = []
    narrow = rng.random() < 0.4
    heights = []
    for _ in range(rng.randint(1, 3)):
        asked = LONG[0]
        words = label_of(asked, rng)
        piece = form.ask(words)
        lines = (
            [prose(rng) for _ in range(rng.randint(1, 3))]
            if rng.random() < 0.8
            else [f"{span(rng)} {prose(rng)}" for _ in range(3)]
        )
        said: tuple[Row, ...] = (
            tuple((Piece(line, ANSWER, piece.link),) for line in lines) if rng.random() < manner.filled else ()
        )
        if rng.random() < 0.25:
            top = Piece(f"{words}{one_of(rng, ('：', '', ':'))}", QUESTION, piece.link)
            table.append([_Cell(((top,), *said), 2, align=0.0)])
        else:
            label: tuple[Row, ...] = ((piece,),)
            if narrow:
                label = tuple((Piece(words[at : at + 2], QUESTION, piece.link),) for at in range(0, len(words), 2))
            table.append([_Cell(label), _Cell(said, align=0.0)])
        heights.append(rng.uniform(20, 38))
    first = 14.0 if narrow else 32.0
    return _set(form, manner, level, (first, 170.0 - first), table, heights)


def _choice_grid(form: FilledForm, manner: _Manner, level: float, rng: random.Random) -> float:
    """A question in a cell, its boxes to tick in the next, in one or more rows."""
    table = []
    heights = []
    for label, options in rng.sample(CHOICES, rng.randint(1, 3)):
        piece = form.ask(dressed(label, rng))
        ticks = _ticks(options, piece.link, rng)
        half = (len(ticks) + 1) // 2
        rows = (ticks[:half], ticks[half:]) if len("".join(options)) > 22 else (ticks,)
        table.append([_Cell(((piece,),), align=manner.labels_align), _Cell(rows, align=0.0)])
        heights.append(9.0 if len(rows) == 1 else 14.0)
    return _set(form, manner, level, (42.0, 128.0), table, heights)


def _opinions(form: FilledForm, manner: _Manner, level: float, rng: random.Random) -> float:
    """What superiors think: an opinion, a signature, the place of a seal and a day in one cell."""
    count = rng.randint(1, 2)
    table: list[list[_Cell]] = [[]]
    narrow = rng.random() < 0.4
    for _ in range(count):
        words = one_of(rng, OPINIONS[0].labels)
        piece = form.ask(words)
        label: tuple[Row, ...] = ((piece,),)
        if narrow:
            label = tuple((Piece(words[at : at + 2], QUESTION, piece.link),) for at in range(0, len(words), 2))
        rows: list[Row] = [(Piece(OPINIONS[0].answer(rng), ANSWER, piece.link),)] if rng.random() < 0.85 else []
        rows += [()] * rng.randint(0, 1)
        if rng.random() < 0.8:
            sign = form.ask(f"{one_of(rng, SIGNATURES)}：")
            rows.append((sign, Piece(_name(rng), ANSWER, sign.link)))
        if rng.random() < 0.4:
            rows.append((Piece(one_of(rng, ("（盖章）", "（公章）", "盖章", "单位公章"))),))
        if rng.random() < 0.8:
            rows.append((Piece(one_of(rng, (day(rng), "年　月　日", day(rng)))),))
        table[0] += [_Cell(label), _Cell(tuple(rows), align=one_of_floats(rng, (0.0, 0.3)))]
    first = 14.0 if narrow else 28.0
    return _set(form, manner, level, (first, 170.0 / count - first) * count, table, [rng.uniform(26, 36)])


def _opinion_cells(form: FilledForm, manner: _Manner, level: float, rng: random.Random) -> float:
    """An opinion below its label in one wide cell, with a signature and a day at the right."""
    rows: list[Row] = []
    piece = form.ask(one_of(rng, OPINIONS[0].labels) + one_of(rng, ("", "", "：", "（盖章）")))
    rows.append((piece,))
    if rng.random() < manner.filled:
        rows.append((Piece(one_of(rng, (OPINIONS[0].answer(rng), prose(rng))), ANSWER, piece.link),))
    rows += [(Piece("　"),)] * rng.randint(0, 2)
    sign = form.ask(f"{one_of(rng, SIGNATURES)}{one_of(rng, ('：', '：', ':', ''))}")
    last: list[Piece] = [Piece("　" * rng.randint(2, 16)), sign]
    if rng.random() < manner.filled:
        last.append(Piece(_name(rng), ANSWER, sign.link))
    if rng.random() < 0.7:
        last += [Piece("　" * rng.randint(1, 5)), Piece(one_of(rng, (day(rng), "年　月　日", day(rng))))]
    rows.append(tuple(last))
    return _set(form, manner, level, (170.0,), [[_Cell(tuple(rows), align=0.0)]], [rng.uniform(24, 40)])


def _colon_cells(form: FilledForm, manner: _Manner, level: float, rng: random.Random) -> float:
    """Wide cells that hold one to three labels with colons on each line."""
    table, heights = [], []
    beside = rng.random() < 0.4
    for _ in range(rng.randint(1, 3)):
        rows: list[Row] = []
        for _ in range(rng.randint(1, 4)):
            row: list[Piece] = []
            for _ in range(rng.randint(1, 3)):
                asked = one_of_asked(rng)
                piece = form.ask(dressed(label_of(asked, rng), rng) + one_of(rng, ("：", "：", ":")))
                row.append(piece)
                row += [part for said in _said(asked, piece, manner, rng) for part in said]
                row.append(Piece("　" * rng.randint(1, 4)))
            rows.append(tuple(row))
        cells = [_Cell(tuple(rows), align=0.0)]
        if beside:
            cells.insert(0, _Cell(((Piece(one_of(rng, SECTIONS)),),)))
        table.append(cells)
        heights.append(3.0 + 7.0 * len(rows))
    return _set(form, manner, level, (24.0, 146.0) if beside else (170.0,), table, heights)


def _stacked_cells(form: FilledForm, manner: _Manner, level: float, rng: random.Random) -> float:
    """Cells with the label at the top and the answer below it, as forms of western make have them."""
    table: list[list[_Cell]] = []
    columns = rng.randint(1, 4)
    for _ in range(rng.randint(1, 4)):
        row = []
        for _ in range(columns):
            if rng.random() < 0.2:
                label, options = CHOICES[rng.randrange(len(CHOICES))]
                piece = form.ask(dressed(label, rng))
                said: tuple[Row, ...] = (_ticks(options, piece.link, rng),)
                rows: tuple[Row, ...] = ((piece,),)
            else:
                asked = one_of_asked(rng)
                piece, rows = _label(form, manner, asked, rng)
                said = _said(asked, piece, manner, rng)
            row.append(_Cell((*rows, *said), align=0.0))
        table.append(row)
    return _set(form, manner, level, (170.0 / columns,) * columns, table, [13.0] * len(table))


def _stacked(form: FilledForm, manner: _Manner, level: float, rng: random.Random) -> float:
    """Labels with their answers on the line below, in one to three columns, without rules."""
    columns = rng.randint(1, 3)
    for _ in range(rng.randint(2, 5)):
        for column in range(columns):
            asked = one_of_asked(rng)
            x = 20 + column * 170 / columns
            piece = form.ask(dressed(label_of(asked, rng), rng, asked.english) + one_of(rng, ("", "", "：")))
            form.put(piece, x, level + 5, manner.size_mm, manner.face)
            if rng.random() < manner.filled:
                form.put(
                    Piece(asked.answer(rng), ANSWER, piece.link),
                    x + rng.choice((0, 1)),
                    level + 10.5,
                    manner.size_mm,
                    manner.hand,
                )
        level += 13
    return level


def _set(
    form: FilledForm,
    manner: _Manner,
    level: float,
    widths: tuple[float, ...],
    table: list[list[_Cell]],
    heights: list[float],
) -> float:
    """Rule the table and print what stands in its cells."""
    blank = [
        (height, [Entry("", cell.columns, cell.height) for cell in row])
        for height, row in zip(heights, table, strict=True)
    ]
    low = set_table(form.sheet, 20.0, level, widths, blank)
    boxes = [cell.box_mm for cell in form.sheet.tables[-1].cells]
    for cell, box in zip([cell for row in table for cell in row], boxes, strict=True):
        _fill(form, manner, cell, box)
    return low


def _fill(form: FilledForm, manner: _Manner, cell: _Cell, box: Box) -> None:
    left, top, right, bottom = box
    limit = (right - left - 3) / manner.size_mm
    rows: list[Row] = []
    for row in cell.rows:
        if len(row) == 1:
            rows += [(Piece(line, row[0].role, row[0].link),) for line in broken(row[0].text, limit)]
        else:
            rows.append(row)
    widest = max((sum(Text(piece.text, 0, 0, 1.0).width_mm + 0.8 for piece in row) - 0.8 for row in rows), default=1.0)
    pitch = min(manner.size_mm * 1.4, (bottom - top - 1) / max(len(rows), 1))
    size = min(manner.size_mm, pitch * 0.95, (right - left - 2) / max(widest, 1.0))
    level = (top + bottom) / 2 - pitch * len(rows) / 2 + pitch / 2 + size * 0.36
    for row in rows:
        gap = size * 0.8
        wide = sum(Text(piece.text, 0, 0, size).width_mm for piece in row) + gap * max(len(row) - 1, 0)
        x = max(left + 1.5, left + 1.5 + (right - left - 3 - wide) * cell.align)
        for piece in row:
            x = form.put(piece, x, level, size, manner.hand if piece.role == ANSWER else manner.face) + gap
        level += pitch


# What stands outside of tables


def _colon_pair(form: FilledForm, manner: _Manner, x: float, y: float, rng: random.Random, asked: Asked) -> float:
    words = dressed(label_of(asked, rng), rng, asked.english if manner.english else "")
    bare = rng.random() < 0.12
    piece = form.ask(words if bare else words + one_of(rng, ("：", "：", ":")))
    x = (
        form.put(piece, x, y, manner.size_mm, manner.face)
        + one_of_floats(rng, (0.0, 1.0, 4.0))
        + (5.0 if bare else 0.0)
    )
    start = x
    if rng.random() < manner.filled:
        x = form.put(Piece(asked.answer(rng), ANSWER, piece.link), x, y, manner.size_mm, manner.hand)
    if rng.random() < 0.5:
        form.sheet.put(Rule(start, y + 1, max(x, start + 20), y + 1, 0.2))
    return max(x, start + 16)


def _lines(form: FilledForm, manner: _Manner, level: float, rng: random.Random) -> float:
    """Lines with one, two or three labels."""
    columns = rng.randint(1, 3)
    for number in range(rng.randint(2, 6)):
        end = 0.0
        for column in range(columns):
            at = 22 + column * 170 / columns
            if at > end + 2:
                end = _colon_pair(form, manner, at, level + 6, rng, one_of_asked(rng))
        level += one_of_floats(rng, (7.0, 8.5))
        if number and level > LOWEST_MM:
            break
    return level + 3


def _choices(form: FilledForm, manner: _Manner, level: float, rng: random.Random) -> float:
    for label, options in rng.sample(CHOICES, rng.randint(1, 4)):
        piece = form.ask(dressed(label, rng) + one_of(rng, ("：", "：", "")))
        x = form.put(piece, 22, level + 6, manner.size_mm, manner.face) + 2
        for tick in _ticks(options, piece.link, rng):
            x = form.put(tick, x, level + 6, manner.size_mm, manner.face) + 4
        level += 8
    return level


def _paragraphs(form: FilledForm, manner: _Manner, level: float, rng: random.Random) -> float:
    """A long question with its answer in running text below it."""
    piece = form.ask(
        f"{one_of(rng, ('', f'{rng.randint(1, 9)}. ', '二、'))}{label_of(LONG[0], rng)}{one_of(rng, ('：', '', '：'))}"
    )
    form.put(piece, 22, level + 6, manner.size_mm, manner.face)
    level += 7
    if rng.random() < manner.filled:
        for line in broken(prose(rng) + prose(rng), 165 / manner.size_mm):
            form.put(Piece(line, ANSWER, piece.link), 22, level + 5, manner.size_mm, manner.hand)
            level += manner.size_mm * 1.5
    return level
