"""A record with one page of words and its masks, for the tests of masked copies."""

import io

from lantai.catalogue.models import Page
from lantai.kernel.actors import Actor, system_actor
from lantai.kernel.clock import now
from lantai.preservation.services import store_file
from lantai.recognition.models import PageReading, PageText, ReadingState
from lantai.recognition.rules.alto import write_alto
from lantai.recognition.rules.layout import Line, PageLayout, in_reading_order

SYSTEM = system_actor("tests")
IDENTITY = "420000196802127966"
NAME = "钟飞宇"
WORDS = (
    (f"申请人：{NAME}，身份证号码{IDENTITY}", 100, 600, 900, 640),
    ("因患肺结核申请救助，请予批准。", 100, 700, 680, 740),
    (f"经办人签字：{NAME}", 100, 900, 500, 940),
)


def make_read(page: Page, words: tuple[tuple[str, int, int, int, int], ...] = WORDS) -> PageLayout:
    """Enter for `page` the layout of `words` (text, left, top, right, bottom) as if it had been read."""
    lines = [Line(text, (left, top, right, bottom), 0.99) for text, left, top, right, bottom in words]
    layout = PageLayout(in_reading_order(lines), page.width_px, page.height_px)
    file = store_file(
        actor=SYSTEM, source=io.BytesIO(write_alto(layout)), name="layout.xml", archives_id=page.record.archives_id
    )
    row = {"record_id": page.record_id, "read_at": now()}
    PageReading.objects.create(
        page=page, state=ReadingState.READ, engine="test/1", confidence=0.99, layout_file=file, **row
    )
    PageText.objects.create(page=page, record_id=page.record_id, text=layout.text)
    return layout


def make_masked(actor: Actor, page: Page) -> None:
    """Find, hide and check everything personal on `page`, and open its record in a masked copy."""
    from lantai.catalogue.selectors import record_for
    from lantai.catalogue.services import decide_opening, decide_redaction
    from lantai.recognition.services.personal import check_page, find_personal

    find_personal(actor=actor, record_id=page.record_id)
    for redaction in page.redactions.all():
        decide_redaction(actor=actor, redaction_id=redaction.id, hide=True)
    check_page(actor=actor, page_id=page.id)
    record = record_for(actor, page.record_id)
    decide_opening(actor=actor, record_id=record.id, version=record.version, outcome="masked", basis="档案法第二十八条")
