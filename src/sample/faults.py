"""Plant what an intake must refuse or set aside: a page with a secrecy mark, an empty file, a truncated PDF."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sample.catalogue import Row
from sample.city import OFFICE
from sample.item import Item
from sample.official import Paper, Paragraph, Press
from sample.plan import Planner


@dataclass(frozen=True, slots=True)
class Fault:
    """One planted fault: an item to write, or a bad file already written with its catalogue line."""

    name: str
    code: str
    place: int
    item: Item | None
    row: Row


def _secret_item(seed: int) -> Item:
    rng = random.Random(f"{seed}/secret")  # noqa: S311 invented papers, no secret
    on = date(2011, 5, 18)
    title = f"{OFFICE.name}关于做好专项演练准备工作的通知"
    number = f"{OFFICE.word}发〔2011〕9号"
    text = [
        Paragraph("根据统一部署，拟于近期组织专项演练。为做好准备工作，现将有关事项通知如下："),
        Paragraph("一、演练时间、地点和参演单位另行通知，各单位不得对外泄露。"),
        Paragraph("二、参演人员名单请于5月25日前报市政府办公室机要科。"),
    ]
    paper = Paper(
        head=f"{OFFICE.name}文件",
        number=number,
        title=title,
        addressees="有关单位",
        paragraphs=text,
        body=OFFICE.name,
        on=on,
        seal=OFFICE.name,
        printer=OFFICE.name,
        subject_words="演练 通知",
        secrecy="秘密★10年",
    )
    item = Item(
        kind="secret_notice",
        fonds="Z109",
        series="fault",
        title=title,
        author=OFFICE.name,
        on=on,
        category="WS",
        retention="D30",
        organisation="办公室",
        document_number=number,
        forms=("scan_pdf",),
        stampable=False,
        seed=f"{seed}/secret",
    )
    item.sheets = Press(paper, rng).set()
    item.fields = {
        "title": title,
        "document_number": number,
        "issuing_body": OFFICE.name,
        "date": on.isoformat(),
        "secrecy_mark": "秘密★10年",
    }
    return item


def plant(planner: Planner, folder: Path) -> Iterator[Fault]:
    """Write the bad files into Z109 and yield every fault with what the catalogue says of it."""
    secret = planner.entered(_secret_item(planner.seed))
    yield Fault("secrecy_mark", secret.code, 0, secret, ())
    whole = next((path for path in sorted((folder / "Z109").glob("*.pdf")) if path.stat().st_size > 4000), None)
    body = whole.read_bytes() if whole is not None else b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\n"
    for name, number, content in (("empty", "9001", b""), ("truncated", "9002", body[: len(body) * 3 // 5])):
        code = f"Z109-WS·2012·D10·办公室-{number}"
        (folder / "Z109" / f"{code}.pdf").write_bytes(content)
        row: Row = (
            code,
            f"{OFFICE.name}值班记录（{number}）",
            OFFICE.name,
            "",
            "20120401",
            2012,
            "10年",
            "办公室",
            "WS",
            "公开",
            "未审核",
            1,
            f"{code}.pdf",
        )
        yield Fault(name, code, 0, None, row)
