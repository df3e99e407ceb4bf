"""Read the text of a picture, PDF or OFD file, with the place of every line; needs no database."""

import argparse
from pathlib import Path
from typing import Any

from lantai.kernel.errors import InvalidError, gettext_noop

NEEDS_DATABASE = False
NEEDS_DJANGO = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("image", metavar="IMAGE", type=Path, help="a picture, a PDF or an OFD file")
    parser.add_argument("--alto", type=Path, metavar="FILE", help="also write the layout as ALTO 4 to FILE")
    parser.add_argument("--dpi", type=int, default=200, help="resolution for pages without pixels of their own")
    parser.add_argument("--ocr", action="store_true", help="read the picture even where the file has text of its own")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Return {text, lines: [{text, box_px, confidence}], angle_degrees} of the page.

    A file with several pages yields {text, pages: [...]}, one such mapping for each page. Boxes are in pixels of the
    upright page; the angle says how far the content was turned clockwise in the file.
    """
    from lantai.recognition.adapters.documents import open_document
    from lantai.recognition.adapters.reading import read_document_page
    from lantai.recognition.rules.alto import write_alto

    path: Path = options.image
    if not path.is_file():
        raise InvalidError("read.no_file", gettext_noop("There is no file %(name)s."), name=str(path))
    pages = []
    with path.open("rb") as stream, open_document(stream, path.name) as document:
        if not document.pages:
            raise InvalidError(
                "read.no_pages",
                gettext_noop("The file %(name)s has no pages to read (%(media_type)s)."),
                name=path.name,
                media_type=document.media_type,
            )
        for number in range(1, len(document.pages) + 1):
            read = read_document_page(document, number, dpi=options.dpi, keep_text=not options.ocr)
            pages.append(_page(read.layout))
            if options.alto:
                target = _alto_path(options.alto, number, len(document.pages))
                target.write_bytes(
                    write_alto(read.layout, page_number=number, source_name=path.name, engine=read.engine)
                )
    if len(pages) == 1:
        return pages[0]
    return {"text": "\n\n".join(page["text"] for page in pages), "pages": pages}


def _page(layout: Any) -> dict[str, Any]:
    return {
        "text": layout.text,
        "lines": [
            {"text": line.text, "box_px": list(line.box_px), "confidence": line.confidence} for line in layout.lines
        ],
        "angle_degrees": layout.angle_degrees,
        "width_px": layout.width_px,
        "height_px": layout.height_px,
    }


def _alto_path(path: Path, number: int, count: int) -> Path:
    """Return FILE for a single page, FILE with the page number before its ending for several."""
    return path if count == 1 else path.with_name(f"{path.stem}-{number:04d}{path.suffix}")
