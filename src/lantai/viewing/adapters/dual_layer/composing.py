"""Put pages together to a searchable PDF/A-2: catalogue, metadata, colours, outline, one page after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import BinaryIO
from xml.sax.saxutils import escape

from PIL import ImageCms

from lantai.kernel.clock import CHINA
from lantai.recognition.rules.layout import PageLayout
from lantai.viewing.adapters.dual_layer.page_pictures import GREY, PagePicture
from lantai.viewing.adapters.dual_layer.page_words import words_on_page
from lantai.viewing.adapters.dual_layer.unseen_font import Alphabet, put_font
from lantai.viewing.adapters.dual_layer.writer import PdfWriter, number, text_string
from lantai.viewing.rules.unseen_text import unseen_lines

PRODUCER = "Lantai"
LANGUAGE = "zh-CN"
A4_LONG_IN = 297 / 25.4
PAGES_A_NODE = 64
MOST_POINTS, LEAST_POINTS = 14_000.0, 3.0


@dataclass(frozen=True, slots=True)
class About:
    """What the file says of itself. `made_at` is the moment of the latest reading, so that equal input gives equal bytes."""

    title: str
    reference_code: str = ""
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DualPage:
    """A page: its picture, its size in pixels when upright, its resolution (0: not known), its lines if it was read."""

    picture: PagePicture
    width_px: int
    height_px: int
    dpi: int = 0
    layout: PageLayout | None = None

    @property
    def points_per_px(self) -> float:
        """Points for each pixel; a page of unknown size is as long as A4."""
        longest = max(self.width_px, self.height_px, 1)
        scale = 72 / self.dpi if self.dpi else A4_LONG_IN * 72 / longest
        return max(min(scale, MOST_POINTS / longest), LEAST_POINTS / max(min(self.width_px, self.height_px), 1))


@dataclass(slots=True)
class _Section:
    name: str
    pages: list[int]


class Composer:
    """Takes pages in order; holds of each no more than the number of its object. Call `finish` once at the end."""

    def __init__(self, out: BinaryIO, about: About) -> None:
        self._writer = PdfWriter(out)
        self._about = about
        self._alphabet = Alphabet()
        self._font = self._writer.reserve()
        self._tree = self._writer.reserve()
        self._nodes: list[tuple[int, list[int]]] = []
        self._sections: list[_Section] = []
        self._profiles: dict[bytes, int] = {}

    @property
    def page_count(self) -> int:
        return sum(len(pages) for _, pages in self._nodes)

    def begin_section(self, name: str) -> None:
        """Begin a part of the record; its name stands in the outline."""
        self._sections.append(_Section(name, []))

    def add_page(self, page: DualPage) -> None:
        """Write one page."""
        scale = page.points_per_px
        width, height = page.width_px * scale, page.height_px * scale
        image = self._image(page.picture)
        content = _picture_operators(page.picture, width, height)
        if page.layout is not None:
            content += words_on_page(unseen_lines(page.layout), scale, width, height, self._alphabet)
        stream = self._writer.add_stream(b"", content)
        node, members = self._node()
        members.append(
            self._writer.add(
                b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 %s %s]/Contents %d 0 R"
                b"/Resources<</XObject<</P %d 0 R>>/Font<</A %d 0 R>>>>>>"
                % (node, number(width), number(height), stream, image, self._font)
            )
        )
        if self._sections:
            self._sections[-1].pages.append(members[-1])

    def finish(self) -> None:
        """Write what belongs to the whole file, and its end."""
        writer, about = self._writer, self._about
        put_font(writer, self._font, self._alphabet)
        for node, members in self._nodes:
            kids = b" ".join(b"%d 0 R" % member for member in members)
            writer.put(node, b"<</Type/Pages/Parent %d 0 R/Count %d/Kids[%s]>>" % (self._tree, len(members), kids))
        kids = b" ".join(b"%d 0 R" % node for node, _ in self._nodes)
        writer.put(self._tree, b"<</Type/Pages/Count %d/Kids[%s]>>" % (self.page_count, kids))
        metadata = writer.put(writer.reserve(), _metadata(about))
        profile = writer.add_stream(b"/N 3", srgb_profile())
        intent = writer.add(
            b"<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB IEC61966-2.1)/Info(sRGB IEC61966-2.1)"
            b"/DestOutputProfile %d 0 R>>" % profile
        )
        outline = put_outline(writer, [(section.name, section.pages) for section in self._sections if section.pages])
        root = writer.add(
            b"<</Type/Catalog/Pages %d 0 R/Metadata %d 0 R/OutputIntents[%d 0 R]/Lang(%s)"
            b"/ViewerPreferences<</DisplayDocTitle true>>%s>>"
            % (self._tree, metadata, intent, LANGUAGE.encode(), b"/Outlines %d 0 R" % outline if outline else b"")
        )
        info = b"/Title" + text_string(about.title) + b"/Producer(%s)" % PRODUCER.encode()
        if about.made_at:
            info += b"/CreationDate(%s)/ModDate(%s)" % ((_pdf_moment(about.made_at),) * 2)
        writer.finish(root, writer.add(b"<<" + info + b">>"))

    def _node(self) -> tuple[int, list[int]]:
        if not self._nodes or len(self._nodes[-1][1]) >= PAGES_A_NODE:
            self._nodes.append((self._writer.reserve(), []))
        return self._nodes[-1]

    def _image(self, picture: PagePicture) -> int:
        entries = b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace %s/BitsPerComponent %d/Filter%s%s" % (
            picture.width, picture.height, self._colour(picture), picture.bits, picture.packing, picture.parameters,
        )  # fmt: skip
        return self._writer.add_stream(entries, picture.data, packed=True)

    def _colour(self, picture: PagePicture) -> bytes:
        if not picture.profile:
            return picture.colour
        if picture.profile not in self._profiles:
            count = 1 if picture.colour == GREY else 3
            self._profiles[picture.profile] = self._writer.add_stream(b"/N %d" % count, picture.profile)
        return b"[/ICCBased %d 0 R]" % self._profiles[picture.profile]


def _picture_operators(picture: PagePicture, width: float, height: float) -> bytes:
    """Return the operators that lay the picture over the page, turned as its way says."""
    a, b, c, d, e, f = picture.way
    # From the picture's square with y upwards to the page's, both measured from the top left in `way`.
    matrix = (a * width, -b * height, -c * width, d * height, (c + e) * width, (1 - d - f) * height)
    return b"q " + b" ".join(number(n) for n in matrix) + b" cm /P Do Q\n"


def put_outline(writer: PdfWriter, sections: Sequence[tuple[str, Sequence[int]]]) -> int:
    """Write an outline of parts and their pages and return its number; 0 for a file of one page."""
    if sum(len(pages) for _, pages in sections) < 2:
        return 0
    root = writer.reserve()
    numbers = [writer.reserve() for _ in sections]
    for index, (own, (name, pages)) in enumerate(zip(numbers, sections, strict=True)):
        kids = _page_entries(writer, own, pages) if len(pages) > 1 else b""
        writer.put(own, _entry(name, root, pages[0], numbers, index) + kids + b">>")
    writer.put(root, b"<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>" % (numbers[0], numbers[-1], len(numbers)))
    return root


def _page_entries(writer: PdfWriter, parent: int, pages: Sequence[int]) -> bytes:
    numbers = [writer.reserve() for _ in pages]
    for index, (own, page) in enumerate(zip(numbers, pages, strict=True)):
        writer.put(own, _entry(f"第 {index + 1} 页", parent, page, numbers, index) + b">>")
    # A negative count: the pages are folded until somebody opens them.
    return b"/First %d 0 R/Last %d 0 R/Count %d" % (numbers[0], numbers[-1], -len(numbers))


def _entry(name: str, parent: int, page: int, numbers: Sequence[int], index: int) -> bytes:
    entry = b"<</Title" + text_string(name) + b"/Parent %d 0 R/Dest[%d 0 R/Fit]" % (parent, page)
    entry += b"/Prev %d 0 R" % numbers[index - 1] if index else b""
    return entry + (b"/Next %d 0 R" % numbers[index + 1] if index + 1 < len(numbers) else b"")


_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
{identifier}{moments}<pdf:Producer>{producer}</pdf:Producer>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def _metadata(about: About) -> bytes:
    moments = ""
    if about.made_at:
        moment = _china(about.made_at).isoformat(timespec="seconds")
        moments = f"<xmp:CreateDate>{moment}</xmp:CreateDate><xmp:ModifyDate>{moment}</xmp:ModifyDate>\n"
    code = about.reference_code
    packet = _XMP.format(
        title=escape(_printable(about.title)), language=LANGUAGE, moments=moments, producer=PRODUCER,
        identifier=f"<dc:identifier>{escape(_printable(code))}</dc:identifier>\n" if code else "",
    ).encode()  # fmt: skip
    # Metadata stays unpacked, so that tools which know no PDF find it too.
    return b"<</Type/Metadata/Subtype/XML/Length %d>>\nstream\n%s\nendstream" % (len(packet), packet)


def _printable(text: str) -> str:
    return "".join(c for c in text if c >= " " and not 0xD800 <= ord(c) < 0xE000 and c not in "\ufffe\uffff")


def _china(moment: datetime) -> datetime:
    return moment.astimezone(CHINA).replace(microsecond=0)


def _pdf_moment(moment: datetime) -> bytes:
    local = _china(moment)
    offset = local.utcoffset() or timedelta()
    return f"D:{local:%Y%m%d%H%M%S}+{int(offset.total_seconds()) // 3600:02d}'00'".encode()


@lru_cache(maxsize=1)
def srgb_profile() -> bytes:
    """Return the profile of sRGB, with a fixed date in its header so that it is the same every day."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes.fromhex("07D000010001000000000000")
    profile[84:100] = bytes(16)
    return bytes(profile)
