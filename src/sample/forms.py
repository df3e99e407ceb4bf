"""What filled-in forms share: entries by hand and in print, landscape registers, items about persons."""

import random
from datetime import date

from sample.city import one_of
from sample.item import Item
from sample.sheet import BLUE_INK, Seal, Sheet, Text, points
from sample.typesetting import Entry, set_table


def hand(text: str, **more: object) -> Entry:
    """Return an entry in blue handwriting."""
    return Entry(text, **{"face": "kai", "colour": BLUE_INK, "size_mm": 4.3, **more})  # type: ignore[arg-type]


def label(text: str, **more: object) -> Entry:
    """Return a printed label of a form."""
    return Entry(text, kind="label", **more)  # type: ignore[arg-type]


def grain(rng: random.Random) -> int:
    """Return the unevenness of one impression of a seal."""
    return rng.randrange(1 << 30)


def personal(
    kind: str,
    fonds: str,
    title: str,
    office: str,
    on: date,
    number: str,
    people: list[str],
    codes: list[str],
    rng: random.Random,
) -> Item:
    """Return an item about persons, without its sheets: sensitive, and hardly ever open."""
    item = Item(
        kind=kind,
        fonds=fonds,
        series=kind,
        title=title,
        author=office,
        on=on,
        category="ZY",
        retention="Y",
        document_number=number,
        access="敏感",
        opening=one_of(rng, ("控制", "控制", "未审核", "延期开放")),
        forms=("page_folder", "scan_pdf", "scan_tiff"),
        stampable=False,
    )
    item.fields = {
        "title": title,
        "document_number": number,
        "issuing_body": office,
        "date": on.isoformat(),
        "addressees": [],
        "people": people,
        "organisations": [office],
        "codes": [code for code in (number, *codes) if code],
        "identity_numbers": codes,
    }
    return item


def landscape(
    title: str,
    heads: tuple[str, ...],
    widths: tuple[float, ...],
    rows: list[tuple[str, ...]],
    left: str,
    right: str,
    rng: random.Random,
    *,
    seal: str = "",
) -> Sheet:
    """Set a register on a landscape leaf."""
    sheet = Sheet(297.0, 210.0)
    sheet.centre(title, 26, points(20), "title", kind="title")
    edge = (297 - sum(widths)) / 2
    sheet.put(Text(left, edge, 36, points(12), "song"))
    sheet.aligned(right, 297 - edge, 36, points(12), "song", share=1.0)
    table: list[tuple[float, list[Entry]]] = [(11, [Entry(head, face="hei", kind="table_head") for head in heads])]
    table += [(10.6, [hand(cell) for cell in cells]) for cells in rows]
    low = set_table(sheet, edge, 40, widths, table)
    if seal:
        sheet.put(Seal(240, min(low - 2, 184), 38, seal, angle_degrees=rng.gauss(0, 6), grain=grain(rng)))
    return sheet
