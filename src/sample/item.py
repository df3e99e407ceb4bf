"""What one archival item of the sample is before it is written to disk."""

import random
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from sample.sheet import Sheet

Fields: TypeAlias = dict[str, str | list[str]]

FIRST_YEAR = 1999
LAST_YEAR = 2023


@dataclass(frozen=True, slots=True)
class Fonds:
    """A fonds of the sample: its code, names, main category and the unit that made it."""

    code: str
    title_zh: str
    title_en: str
    category: str
    owner: str


FONDS = (
    Fonds(
        "Z109", "砚州市人民政府办公室全宗", "Office of the Yanzhou Municipal Government", "WS", "砚州市人民政府办公室"
    ),
    Fonds("J019", "砚州市民政局全宗", "Yanzhou Civil Affairs Bureau", "ZY", "砚州市民政局"),
    Fonds("X032", "砚州市规划建设全宗", "Yanzhou Planning and Construction", "KJ", "砚州市住房和城乡建设局"),
    Fonds("Q045", "砚州市市场监督管理局全宗", "Yanzhou Market Regulation", "ZY", "砚州市市场监督管理局"),
    Fonds("B012", "砚州市财政局全宗", "Yanzhou Finance Bureau", "KU", "砚州市财政局"),
    Fonds("K021", "砚州市照片声像档案", "Yanzhou photographs and recordings", "ZP", "砚州市档案馆"),
)

RETENTIONS = {"Y": "永久", "D30": "30年", "D10": "10年"}


@dataclass(slots=True)
class Item:
    """One item: its description, its sheets, and how it comes to the archives.

    `form`: scan_pdf, scan_tiff, page_folder, single_image, born_pdf, photo_folder, single_photo or sound.
    """

    kind: str
    fonds: str
    series: str
    title: str
    author: str
    on: date
    category: str
    retention: str = "Y"
    organisation: str = ""
    document_number: str = ""
    access: str = "公开"
    opening: str = "未审核"
    forms: tuple[str, ...] = ("scan_pdf", "scan_tiff", "page_folder")
    sheets: list[Sheet] = field(default_factory=list)
    fields: Fields = field(default_factory=dict)
    stampable: bool = True
    code: str = ""
    seed: str = ""

    @property
    def year(self) -> int:
        return self.on.year

    @property
    def pages(self) -> int:
        return len(self.sheets)

    def rng(self, purpose: str) -> random.Random:
        """Return a source of chance of this item alone, so that items can be made in any order."""
        return random.Random(f"{self.seed}/{purpose}")  # noqa: S311 invented papers, no secret
