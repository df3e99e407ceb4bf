"""Write OFD files (GB/T 33190) as offices send them: pages of text, lines and pictures, attachments, seals over them."""

import base64
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from xml.sax.saxutils import escape

import numpy as np
from PIL import Image

from sample.electronic_seals import SM2_WITH_SM3, SealHolder, seal, sealed_value, sm3

_NAMES = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_MOMENT = (2024, 1, 2, 3, 4, 6)


@dataclass(frozen=True, slots=True)
class OfdLine:
    """A line of text from (x, y) mm on, its letters `size` mm high and `step` mm apart; y is the baseline."""

    text: str
    x: float
    y: float
    size: float = 5.0
    step: float = 5.0
    colour: str = "0 0 0"

    def element(self, number: int) -> str:
        deltas = f' DeltaX="g {len(self.text) - 1} {self.step}"' if len(self.text) > 1 else ""
        wide = self.step * len(self.text) + self.size
        return (
            f'<ofd:TextObject ID="{number}" Font="3" Size="{self.size}" '
            f'Boundary="{self.x} {self.y - self.size} {wide} {self.size * 1.4}"><ofd:FillColor Value="{self.colour}"/>'
            f'<ofd:TextCode X="0" Y="{self.size}"{deltas}>{escape(self.text)}</ofd:TextCode></ofd:TextObject>'
        )


@dataclass(slots=True)
class OfdMaker:
    """Gathers the entries of a package; `bytes` gives it. `objects` are further elements for each page, as XML."""

    pages: Sequence[Sequence[OfdLine]]
    objects: Sequence[str] = ()
    size_mm: tuple[float, float] = (210, 297)
    title: str = ""
    custom: dict[str, str] = field(default_factory=dict)
    entries: dict[str, bytes] = field(default_factory=dict)
    resources: str = ""
    templates: dict[str, str] = field(default_factory=dict)
    annotations: dict[int, str] = field(default_factory=dict)
    attachments: dict[str, bytes] = field(default_factory=dict)
    signatures: list[tuple[str, bytes, bytes]] = field(default_factory=list)

    def add_picture(self, number: int, name: str, content: bytes) -> None:
        """Add a picture as the resource `number`."""
        self.entries[f"Doc_0/Res/{name}"] = content
        self.resources += (
            f'<ofd:MultiMedia ID="{number}" Type="Image"><ofd:MediaFile>{name}</ofd:MediaFile></ofd:MultiMedia>'
        )

    def package(self) -> dict[str, bytes]:
        """Return the entries without signatures."""
        made = dict(self.entries)
        made["OFD.xml"] = self._root().encode()
        made["Doc_0/Document.xml"] = self._document().encode()
        made["Doc_0/PublicRes.xml"] = (
            f'{_HEAD}<ofd:Res {_NAMES} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="3" FontName="宋体"/></ofd:Fonts>'
            f"<ofd:MultiMedias>{self.resources}</ofd:MultiMedias></ofd:Res>"
        ).encode()
        for index in range(len(self.pages)):
            made[f"Doc_0/Pages/Page_{index}/Content.xml"] = self._page(index).encode()
        for index, body in enumerate(self.templates.values()):
            made[f"Doc_0/Tpls/Tpl_{index}.xml"] = _content(body).encode()
        made |= self._annotation_entries()
        made |= self._attachment_entries()
        return made

    def signed_by(self, user: SealHolder, maker: SealHolder, name: str, moment: datetime, page: int = 1) -> bytes:
        """Return the package sealed on `page` by `user`, everything but the signature's own entries covered."""
        made = self.package()
        made["OFD.xml"] = self._root(signed=True).encode()
        stamp = seal(maker, user, name, round_seal(), (maker.valid_from, maker.valid_until))
        folder = "/Doc_0/Signs/Sign_0"
        references = "".join(
            f'<ofd:Reference FileRef="/{entry}"><ofd:CheckValue>{base64.b64encode(sm3(content)).decode()}'
            "</ofd:CheckValue></ofd:Reference>"
            for entry, content in made.items()
        )
        listing = (
            f'{_HEAD}<ofd:Signature {_NAMES}><ofd:SignedInfo><ofd:Provider ProviderName="sample"/>'
            f"<ofd:SignatureMethod>{SM2_WITH_SM3}</ofd:SignatureMethod>"
            f"<ofd:SignatureDateTime>{moment:%Y%m%d%H%M%S}Z</ofd:SignatureDateTime>"
            f'<ofd:References CheckMethod="1.2.156.10197.1.401">{references}</ofd:References>'
            f'<ofd:StampAnnot ID="1" PageRef="{10 + page}" Boundary="120 200 40 40"/></ofd:SignedInfo>'
            f"<ofd:SignedValue>{folder}/SignedValue.dat</ofd:SignedValue></ofd:Signature>"
        ).encode()
        made["Doc_0/Signs/Sign_0/Signature.xml"] = listing
        place = f"{folder}/Signature.xml"
        made["Doc_0/Signs/Sign_0/SignedValue.dat"] = sealed_value(user, stamp, listing, place, moment)
        made["Doc_0/Signs/Signatures.xml"] = (
            f'{_HEAD}<ofd:Signatures {_NAMES}><ofd:Signature ID="1" Type="Seal" BaseLoc="{place}"/></ofd:Signatures>'
        ).encode()
        return zipped(made)

    def packed(self) -> bytes:
        return zipped(self.package())

    def _root(self, *, signed: bool = False) -> str:
        custom = "".join(
            f'<ofd:CustomData Name="{escape(k)}">{escape(v)}</ofd:CustomData>' for k, v in self.custom.items()
        )
        listing = "<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures>" if signed else ""
        return (
            f'{_HEAD}<ofd:OFD {_NAMES} Version="1.1" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:DocID>{"0" * 32}</ofd:DocID>'
            f"<ofd:Title>{escape(self.title)}</ofd:Title><ofd:CustomDatas>{custom}</ofd:CustomDatas></ofd:DocInfo>"
            f"<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>{listing}</ofd:DocBody></ofd:OFD>"
        )

    def _document(self) -> str:
        width, height = self.size_mm
        templates = "".join(
            f'<ofd:TemplatePage ID="{number}" BaseLoc="Tpls/Tpl_{index}.xml"/>'
            for index, number in enumerate(self.templates)
        )
        pages = "".join(
            f'<ofd:Page ID="{11 + index}" BaseLoc="Pages/Page_{index}/Content.xml"/>'
            for index in range(len(self.pages))
        )
        notes = "<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>" if self.annotations else ""
        attached = "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>" if self.attachments else ""
        return (
            f"{_HEAD}<ofd:Document {_NAMES}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 {width} {height}"
            f"</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes>{templates}</ofd:CommonData>"
            f"<ofd:Pages>{pages}</ofd:Pages>{notes}{attached}</ofd:Document>"
        )

    def _page(self, index: int) -> str:
        lines = "".join(line.element(100 + number) for number, line in enumerate(self.pages[index]))
        further = self.objects[index] if index < len(self.objects) else ""
        used = "".join(f'<ofd:Template TemplateID="{number}" ZOrder="Background"/>' for number in self.templates)
        return _content(further + lines, used)

    def _annotation_entries(self) -> dict[str, bytes]:
        if not self.annotations:
            return {}
        listed = "".join(
            f'<ofd:Page PageID="{10 + page}"><ofd:FileLoc>Page_{page}.xml</ofd:FileLoc></ofd:Page>'
            for page in self.annotations
        )
        made = {"Doc_0/Annots/Annotations.xml": f"{_HEAD}<ofd:Annotations {_NAMES}>{listed}</ofd:Annotations>".encode()}
        for page, body in self.annotations.items():
            made[f"Doc_0/Annots/Page_{page}.xml"] = f"{_HEAD}<ofd:PageAnnot {_NAMES}>{body}</ofd:PageAnnot>".encode()
        return made

    def _attachment_entries(self) -> dict[str, bytes]:
        if not self.attachments:
            return {}
        listed = "".join(
            f'<ofd:Attachment Name="{name.rpartition(".")[0]}" Format="{name.rpartition(".")[2]}">'
            f"<ofd:FileLoc>{name}</ofd:FileLoc></ofd:Attachment>"
            for name in self.attachments
        )
        head = f"{_HEAD}<ofd:Attachments {_NAMES}>{listed}</ofd:Attachments>".encode()
        return {"Doc_0/Attachs/Attachments.xml": head} | {
            f"Doc_0/Attachs/{name}": content for name, content in self.attachments.items()
        }


def _content(body: str, used: str = "") -> str:
    return (
        f'{_HEAD}<ofd:Page {_NAMES}>{used}<ofd:Content><ofd:Layer ID="9" Type="Body">{body}</ofd:Layer></ofd:Content>'
        "</ofd:Page>"
    )


def zipped(entries: dict[str, bytes]) -> bytes:
    """Return entries as a package; the same entries give the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in entries.items():
            package.writestr(zipfile.ZipInfo(name, _MOMENT), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def round_seal(side: int = 240) -> bytes:
    """Return a red ring with a full middle on clear ground, as PNG."""
    y, x = np.mgrid[:side, :side] - side / 2
    distance = np.hypot(x, y)
    ink = ((distance < side * 0.48) & (distance > side * 0.43)) | (distance < side * 0.12)
    pixels = np.zeros((side, side, 4), np.uint8)
    pixels[ink] = (220, 20, 20, 255)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()
