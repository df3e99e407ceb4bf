"""What is really on a page, written beside the archive: text, lines, seals, tables and facts with their places."""

import json
from pathlib import Path
from typing import Any

from sample.item import Item
from sample.raster import Printed
from sample.sheet import Sheet
from sample.wear import Scan

FORMAT = 1


def page_truth(item: Item, sheet: Sheet, printed: Printed, scan: Scan, *, page: int, file: str) -> dict[str, Any]:
    """Return the truth of one page; boxes are (left, top, right, bottom) in the pixels of the scanned picture."""
    height, width = scan.image.shape[:2]
    lines: list[dict[str, Any]] = [
        {"text": mark.text.strip(), "kind": mark.kind, "box_px": scan.box(box), "quad_px": scan.quad(box)}
        for mark, box in printed.lines
    ]
    return {
        "format": FORMAT,
        "code": item.code,
        "kind": item.kind,
        "fonds": item.fonds,
        "file": file,
        "page": page,
        "width_px": width,
        "height_px": height,
        "dpi": scan.recipe.dpi,
        "colour": scan.recipe.colour,
        "angle_degrees": scan.angle_degrees,
        "degradations": scan.recipe.names,
        "text": "\n".join(line["text"] for line in lines),
        "lines": lines,
        "seals": [
            {
                "shape": mark.shape,
                "ring_text": mark.ring_text,
                "inner_text": mark.inner_text,
                "angle_degrees": round(mark.angle_degrees + scan.angle_degrees, 2),
                "box_px": scan.box(box),
            }
            for mark, box in printed.seals
        ],
        "tables": [
            {
                "box_px": scan.box(outline),
                "cells": [
                    {
                        "row": cell.row,
                        "column": cell.column,
                        "row_span": cell.row_span,
                        "column_span": cell.column_span,
                        "text": cell.text,
                        "box_px": scan.box(box),
                    }
                    for cell, (_, box) in zip(table.cells, cells, strict=True)
                ],
            }
            for table, (outline, cells) in zip(sheet.tables, printed.tables, strict=True)
        ],
        "fields": item.fields,
    }


def write_truth(folder: Path, pages: list[dict[str, Any]]) -> None:
    """Write one JSON file per page, numbered as the pages are."""
    folder.mkdir(parents=True)
    for page in pages:
        name = f"{page['page']:04d}.json"
        (folder / name).write_text(json.dumps(page, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
