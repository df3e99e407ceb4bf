"""What every opened document offers, and the limits that keep a hostile one from filling the memory."""

from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from lantai.kernel.errors import InvalidError, NotFoundError, gettext_noop
from lantai.recognition.adapters.imaging import Image
from lantai.recognition.rules.file_signatures import FileSignature
from lantai.recognition.rules.layout import PageSize, TextBox
from lantai.recognition.rules.source import PageSource

# Pages without pixels of their own (PDF, OFD) are shown and read at this resolution.
READ_DPI = 200
MOST_PIXELS = 200_000_000
MOST_SIDE_PX = 12_000
MOST_PAGES = 20_000
MOST_INFLATED_BYTES = 512 << 20


class Document:
    """An opened file. Page numbers count from 1 within the file; pictures are RGB and stand as EXIF says.

    This class itself is a file that is kept and not rendered: it has no pages.
    """

    def __init__(self, stream: BinaryIO, name: str, kind: str, media_type: str) -> None:
        self.stream = stream
        self.name = name
        self.kind = kind
        self.media_type = media_type
        self.pages: list[PageSize] = []
        self.technical: dict[str, Any] = {}
        # Why the own text of a page was set aside, by page, once it has been asked for.
        self.text_faults: dict[int, str] = {}

    def page_image(self, part_page: int, dpi: int = READ_DPI) -> Image:
        """Return the picture of a page, (height, width, 3) uint8 RGB.

        `dpi` counts for pages that have no pixels of their own; pictures come as they are. Raises NotFoundError for a
        page that is not there, InvalidError where the page cannot be rendered.
        """
        raise self.no_page(part_page, dpi)

    def page_text(self, part_page: int) -> list[TextBox] | None:
        """Return the page's own text with places in pixels at READ_DPI, or None if it has no text to be trusted."""
        self.size_of(part_page)
        return None

    def page_source(self, part_page: int) -> PageSource:
        """Return how page `part_page` was scanned and packed, as far as the file tells."""
        self.size_of(part_page)
        return PageSource(format=str(self.technical.get("format", "")))

    def signatures(self) -> list[FileSignature]:
        """Return the electronic signatures in the file, checked; none for kinds that carry none."""
        return []

    def preview(self, folder: Path) -> Image | None:
        """Return one picture that stands for a file without pages: a wave, frames, a drawing; None where none can be made.

        `folder` may hold bytes while they are decoded.
        """
        return None

    def size_of(self, part_page: int) -> PageSize:
        """Return the size of page `part_page`. Raises NotFoundError if it is not there."""
        if not 1 <= part_page <= len(self.pages):
            raise self.no_page(part_page, 0)
        return self.pages[part_page - 1]

    def no_page(self, part_page: int, _dpi: int) -> NotFoundError:
        return NotFoundError(
            "documents.no_page",
            gettext_noop("The file %(name)s has no page %(page)s that can be shown."),
            name=self.name,
            page=part_page,
        )

    def close(self) -> None:
        """Let go of what the reader holds; the stream stays the caller's."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def empty(name: str) -> InvalidError:
    return InvalidError(
        "documents.empty", gettext_noop("The file %(name)s is empty. Scan or send it again."), name=name
    )


def truncated(name: str) -> InvalidError:
    return InvalidError(
        "documents.truncated",
        gettext_noop("The file %(name)s is cut off: its end is missing. Copy or send it again."),
        name=name,
    )


def damaged(name: str) -> InvalidError:
    return InvalidError(
        "documents.damaged",
        gettext_noop("The file %(name)s is damaged and cannot be opened. Send a sound copy."),
        name=name,
    )


def encrypted(name: str) -> InvalidError:
    return InvalidError(
        "documents.encrypted",
        gettext_noop("The file %(name)s is locked with a password. Remove the password and send it again."),
        name=name,
    )


def encrypted_package(name: str) -> InvalidError:
    return InvalidError(
        "documents.encrypted",
        gettext_noop(
            "The OFD file %(name)s is encrypted: only the holders of its keys can open it. Ask its sender for the file "
            "without encryption."
        ),
        name=name,
    )


def too_large(name: str, width_px: int, height_px: int) -> InvalidError:
    return InvalidError(
        "documents.too_large",
        gettext_noop(
            "The picture %(name)s has %(width)s x %(height)s pixels; at most %(limit)s million can be opened. "
            "Scan it in parts or at a lower resolution."
        ),
        name=name,
        width=width_px,
        height=height_px,
        limit=MOST_PIXELS // 1_000_000,
    )


def bomb(name: str) -> InvalidError:
    return InvalidError(
        "documents.bomb",
        gettext_noop(
            "The file %(name)s unpacks to far more than it should hold, as harmful files do. It was not opened."
        ),
        name=name,
    )


def too_many_pages(name: str, count: int) -> InvalidError:
    return InvalidError(
        "documents.too_many_pages",
        gettext_noop("The file %(name)s has %(count)s pages; at most %(limit)s can be taken in. Send it in parts."),
        name=name,
        count=count,
        limit=MOST_PAGES,
    )


def pages_at(sizes_mm: list[tuple[float, float]]) -> list[PageSize]:
    """Return the pixel sizes of pages given in millimetres: at READ_DPI, less where a side would grow too long."""
    pages = []
    for width_mm, height_mm in sizes_mm:
        longest_in = max(width_mm, height_mm, 1.0) / 25.4
        dpi = min(READ_DPI, max(int(MOST_SIDE_PX / longest_in), 1))
        pages.append(PageSize(max(round(width_mm / 25.4 * dpi), 1), max(round(height_mm / 25.4 * dpi), 1), dpi))
    return pages
