"""Photograph every page of a furnished Lantai for the manual: `python -m tests.flows.pictures [NAME …]`.

It sets an installation up in a temporary folder (or below LANTAI_PICTURES_HOME, which it keeps), takes the sample archive
in, serves it, and writes docs/manual/pictures/*.png and the two tables of them. Names given take only those pages again.
"""

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from config.environment import CHECKOUT
from tests.browser.fixtures import LANGUAGES, SIZES, chromium_path
from tests.flows.machine import Machine

MANUAL = CHECKOUT / "docs" / "manual"
FOLDER = MANUAL / "pictures"
PAGES_OF_THE_SAMPLE = 60
FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc")
COLOURS = 96
LONGEST_PX = 2400
"""A longer page is cut here: the manual shows what a screen or two hold."""

FURNISH = """
from datetime import timedelta
from django.conf import settings
from config.workforce import carry_on
from django.db import transaction
from django.db.models import Count
from lantai.audit import selectors as audit
from lantai.catalogue.models import Fonds, Record
from lantai.catalogue.services import grant_view, report_defect
from lantai.identity.models import Account, Unit
from lantai.identity.selectors import actor_for_login
from lantai.identity.services import DEMO_PASSWORD
from lantai.ingest.models import Batch, HotFolder, IntakeItem
from lantai.ingest.models import WorkOrder
from lantai.ingest.rules.work import VolumeRow
from lantai.ingest.services import (
    add_volumes, add_workers, create_team, edit_hot_folder, open_upload_batch, open_work_order, record_step)
from lantai.kernel import clock
from lantai.recognition.models import PageTable, Suggestion
from lantai.web.models import Notice
from lantai.web.services import publish_notice, set_contact

archivist = actor_for_login("archivist")
items = Record.objects.filter(quarantined=False).annotate(n=Count("pages")).filter(n__gt=0)
shown = items.filter(category__code="WS").order_by("-n", "reference_code").first() or items.order_by("-n").first()
opened = items.filter(opening="open", access_level=0).order_by("-n", "reference_code").first()
@transaction.atomic
def furnish():
    today = clock.today()
    publish_notice(actor=archivist, title_zh="国庆假期查阅安排", title_en="Reading room over the National Day holiday",
        body_zh="10月1日至7日闭馆，网上查阅照常。", body_en="Closed from 1 to 7 October; the open archives stay online.",
        published_on=today, until_on=today + timedelta(days=30))
    publish_notice(actor=archivist, title_zh="新开放一批城建档案", title_en="Construction records newly opened",
        body_zh="2010年以前的规划与公用设施档案经审核开放，可在网上查阅。",
        body_en="Planning and utilities records up to 2010 have been reviewed and opened.", published_on=today, until_on=None)
    archives = Unit.objects.get(code="YZ-DAG")
    set_contact(actor=archivist, archives_id=archives.id, hotline="0990-8123456", hours_zh="周一至周五 9:00–17:00",
        hours_en="Monday to Friday, 9:00–17:00", address_zh="砚州市文渊路8号", address_en="8 Wenyuan Road, Yanzhou")
    report_defect(actor=archivist, kind="missing_pages", description="著录4页，图像仅3页，缺第2页。", record_id=shown.id)
    report_defect(actor=archivist, kind="unreadable", description="扫描过淡，文字无法辨认。", record_id=items.order_by("id").last().id)
    grant_view(actor=archivist, record_id=shown.id, account_id=Account.objects.get(login="applicant").id,
        until_on=today + timedelta(days=90), reason="工程改建需要查阅原始批文")
    fonds = shown.fonds
    team = create_team(actor=archivist, archives_id=fonds.archives_id, name="翰墨数字科技有限公司", is_outsourced=True,
        contract_number="HT-2026-018")
    add_workers(actor=archivist, team_id=team.id, names=["韩冬", "柳青"])
    order = open_work_order(actor=archivist, fonds_id=fonds.id, name="一九八三年至一九八五年文书档案", team_id=team.id)
    add_volumes(actor=archivist, order_id=order.id, rows=[
        VolumeRow(f"J12-1983-{n:03d}", f"关于城市规划的请示、批复（第{n}卷）", 80 + n, n == 4) for n in range(1, 7)])
    volumes = list(order.volumes.order_by("place").values_list("id", flat=True))
    record_step(actor=archivist, order_id=order.id, volume_ids=volumes, step="taken_out", minutes=20)
    record_step(actor=archivist, order_id=order.id, volume_ids=volumes[:3], step="unbound", minutes=35)
    record_step(actor=archivist, order_id=order.id, volume_ids=volumes[:2], step="scanned", minutes=45,
        worker_id=team.workers.get(name="韩冬").id)
    open_upload_batch(actor=archivist, fonds_id=fonds.id, kind="digitisation", name="2026年第四季度扫描")
    watched = settings.HOME.parent / "scanner" / "out"
    watched.mkdir(parents=True, exist_ok=True)
    edit_hot_folder(actor=archivist, fonds_id=fonds.id, path=str(watched))
if not Notice.objects.exists():
    furnish()
while carry_on():
    pass
suggested = Suggestion.objects.filter(record__quarantined=False).values_list("record_id", flat=True)
review = items.filter(id__in=suggested).order_by("-n").first() or shown
tabled = PageTable.objects.filter(record__quarantined=False).values_list("record_id", flat=True).first() or shown.id
print(json.dumps({"password": DEMO_PASSWORD, "record": shown.id, "open": opened.id if opened else None, "review": review.id,
    "fonds": shown.fonds_id, "order": WorkOrder.objects.first().id, "table": tabled,
    "batch": Batch.objects.exclude(state="receiving").order_by("created_at").first().id,
    "upload": Batch.objects.filter(state="receiving").first().id, "account": Account.objects.get(login="archivist").id,
    "unit": Unit.objects.get(code="YZ-DAG").id, "entry": audit.history_of("record", shown.id)[0].entry}, default=str))
"""


@dataclass(frozen=True, slots=True)
class Shot:
    """One page to photograph: who looks, where, and what it is called in the manual; `drawer` is pressed open first."""

    name: str
    path: str
    english: str
    chinese: str
    login: str = "archivist"
    press: str = ""


QUERY = "砚州市"
SHOTS = (
    Shot("public-home", "/", "The public's first page", "公众首页", ""),
    Shot("open-search", f"/open/?q={QUERY}", "Search in the open archives", "开放档案检索", ""),
    Shot("open-fonds", "/open/fonds/", "Fonds that hold something open", "开放的全宗", ""),
    Shot("open-record", "/open/records/{open}/", "An open record, for anybody", "开放档案详情", ""),
    Shot("open-ledger", "/open/ledger/", "The signed state of the ledger", "核验审计日志", ""),
    Shot("sign-in", "/sign-in/", "Signing in", "登录", ""),
    Shot("desk", "/desk/", "The workbench", "工作台"),
    Shot("search", f"/desk/search/?q={QUERY}", "Search with passages and facets", "检索：段落与筛选"),
    Shot("search-nothing", "/desk/search/?q=龘靐齉", "A search that finds nothing", "检索无结果"),
    Shot("record", f"/desk/records/{{record}}/?q={QUERY}", "A record: found words marked on the page", "档案详情：命中词在页面上标出"),
    Shot("record-copies", "/desk/records/{record}/?tab=copies", "Its copies and manifests", "副本与清单"),
    Shot("record-history", "/desk/records/{record}/?tab=history", "Its history", "档案历史"),
    Shot("record-proof", "/desk/records/{record}/?tab=proof", "Its proof", "档案证明"),
    Shot("record-describe", "/desk/records/{record}/", "Editing the description", "修改著录", press="/describe/"),
    Shot("review-queue", "/desk/review/", "What waits for review", "识别结果待核对"),
    Shot("review", "/desk/review/{review}/", "Checking what was recognised", "核对识别结果"),
    Shot("strips", "/desk/review/strips/", "One field over many records", "逐字段核对"),
    Shot("agreement", "/desk/review/agreement/", "How often people and machine agree", "人机一致率"),
    Shot("quality", "/desk/quality/", "Quality of scans", "扫描质检"),
    Shot("quality-limits", "/desk/quality/limits/", "The limits of the quality control", "质检限值"),
    Shot("tables", "/desk/records/{table}/tables/", "The tables of a record", "档案中的表格"),
    Shot("seals", "/desk/seals/", "The register of seals", "印模库"),
    Shot("templates", "/desk/templates/", "Form templates", "表单模板"),
    Shot("categories", "/desk/categories/", "Filing by itself", "自动归类"),
    Shot("opening", "/desk/opening/", "Opening review: what is due", "开放审核：到期档案"),
    Shot("opening-record", "/desk/opening/{review}/", "Opening review: one record", "开放审核：一份档案"),
    Shot("digitisation", "/desk/digitisation/", "Digitisation orders", "数字化工单"),
    Shot("order", "/desk/digitisation/{order}/", "An order and its volumes", "工单与案卷"),
    Shot("intake", "/desk/intake/", "Batches of accession", "接收档案：批次"),
    Shot("intake-new", "/desk/intake/new/", "A new batch", "新建批次"),
    Shot("intake-upload", "/desk/intake/{upload}/", "Uploading into a batch", "上传文件"),
    Shot("intake-batch", "/desk/intake/{batch}/", "A batch, its handover list and items", "批次：移交清单与条目"),
    Shot("watched-folders", "/desk/intake/folders/", "Watched folders", "监视文件夹"),
    Shot("quarantine", "/desk/quarantine/", "Quarantine, for the security administrator", "隔离区（安全保密管理员）", "secadmin"),
    Shot("fonds-tree", "/desk/fonds/", "The fonds", "全宗"),
    Shot("fonds", "/desk/fonds/{fonds}/", "A fonds and what it holds", "全宗详情"),
    Shot("defects", "/desk/defects/", "The register of defects", "问题档案登记"),
    Shot("front-door", "/manage/public/", "Notices and contacts of the first page", "首页公告与联系方式"),
    Shot("notice", "/manage/public/notices/new/", "A new notice", "发布公告"),
    Shot("units", "/manage/units/", "Units", "机构", "sysadmin"),
    Shot("unit", "/manage/units/{unit}/", "A unit", "机构详情", "sysadmin"),
    Shot("accounts", "/manage/accounts/", "Accounts", "账号", "sysadmin"),
    Shot("manage-account", "/manage/accounts/{account}/", "An account", "账号详情", "sysadmin"),
    Shot("grants", "/manage/accounts/{account}/grants/", "Roles and access level of an account", "账号的角色与级别", "secadmin"),
    Shot("levels", "/manage/levels/", "Access levels", "访问级别", "secadmin"),
    Shot("ledger", "/manage/ledger/", "The ledger, for the auditor", "审计日志（安全审计员）", "auditor"),
    Shot("ledger-entry", "/manage/ledger/{entry}/", "One entry and its proof", "审计日志条目与证明", "auditor"),
    Shot("keeping", "/manage/keeping/", "Stores and fixity", "存储与固定性检查", "sysadmin"),
    Shot("account", "/account/", "My account", "我的账号"),
    Shot("password", "/account/password/", "Changing the password", "修改密码"),
    Shot("components", "/manage/components/", "The components", "界面组件", "sysadmin"),
    Shot("not-found", "/desk/records/no-such-record/", "Nothing here", "未找到"),
)  # fmt: skip
ENGLISH = ("public-home", "desk", "search", "record", "review", "intake-batch")
DARK = ("desk", "record", "search")
LARGE = ("public-home", "search", "record")
VARIANTS = {"en": ("in English", "英文"), "dark": ("dark", "深色"), "large": ("large type", "大字")}


@dataclass(frozen=True, slots=True)
class View:
    """How a page is looked at: the file's ending, the size of the screen, and what is other than usual."""

    ending: str
    size: str
    language: str = "zh"
    dark: bool = False
    large: bool = False


USUAL = (View("desk", "desk"), View("phone", "phone"))


def views_of(name: str) -> Iterator[View]:
    """Yield the views in which a page is photographed."""
    yield from USUAL
    for size in SIZES:
        if name in ENGLISH:
            yield View(f"en-{size}", size, language="en")
        if name in DARK:
            yield View(f"dark-{size}", size, dark=True)
        if name in LARGE:
            yield View(f"large-{size}", size, large=True)


@contextmanager
def furnished() -> Iterator[tuple[Machine, dict[str, str]]]:
    """Yield a served installation with the sample archive and a little life in it, and the ids of what is shown."""
    kept = os.environ.get("LANTAI_PICTURES_HOME")
    with tempfile.TemporaryDirectory(prefix="lantai-pictures-") as folder:
        home = Path(kept or f"{folder}/lantai")
        home.mkdir(parents=True, exist_ok=True)
        Path(folder).chmod(0o755)
        machine = Machine(home)
        machine.run("up", "--no-serve", "--pages", str(PAGES_OF_THE_SAMPLE), timeout=1800)
        _send_marked_page(machine, home.parent / "误送的一页")
        ids: dict[str, str] = machine.python(FURNISH)
        machine.serve()
        try:
            yield machine, ids
        finally:
            machine.stop()
            if not kept:
                machine.remove()


def _send_marked_page(machine: Machine, folder: Path) -> None:
    """Take in a page that bears a secrecy mark, for the quarantine."""
    if folder.exists():
        return
    folder.mkdir()
    page = Image.new("RGB", (1240, 1754), "white")
    draw = ImageDraw.Draw(page)
    for top, size, words in (
        (90, 44, "机密★10年"),
        (330, 64, "砚州市人民政府办公室文件"),
        (560, 48, "关于某项工作的通知"),
    ):
        draw.text((110, top), words, fill="black", font=ImageFont.truetype(str(FONT), size))
    page.save(folder / "关于某项工作的通知.png", dpi=(150, 150))
    machine.run("ingest", str(folder), "--fonds", "Z109")


class Studio:
    """Takes the pictures: one browser context for each way of looking and each account."""

    def __init__(self, browser: Browser, base: str, password: str) -> None:
        self.browser = browser
        self.base = base
        self.password = password
        self.faults: list[str] = []
        self.sessions: dict[str, list[Any]] = {}

    def take(self, shot: Shot, view: View, path: str) -> None:
        """Photograph one page in one view, and note what went wrong on it."""
        context = self._context(view)
        try:
            page = self._entered(context, shot.login)
            page.on("pageerror", lambda error: self._note(shot, view, f"script: {error}"))
            page.on("console", lambda m: self._note(shot, view, m.text) if "Content Security" in m.text else None)
            answer = page.goto(self.base + path, wait_until="networkidle")
            if answer and answer.status >= 400 and shot.name != "not-found":
                self._note(shot, view, f"{answer.status} {path}")
            if shot.press:
                self._press(page, shot.press)
            wait_for_pictures(page)
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wide > 0:
                self._note(shot, view, f"{wide} px too wide")
            save(page, FOLDER / f"{shot.name}-{view.ending}.png", whole=not shot.press)
        finally:
            context.close()

    def _context(self, view: View) -> BrowserContext:
        width, height = SIZES[view.size]
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            locale=LANGUAGES[view.language],
            color_scheme="dark" if view.dark else "light",
            has_touch=view.size == "phone",
            is_mobile=view.size == "phone",
            reduced_motion="reduce",
            timezone_id="Asia/Shanghai",
        )
        if view.large:
            context.add_cookies([{"name": "large_type", "value": "1", "url": self.base}])
        return context

    def _entered(self, context: BrowserContext, login: str) -> Page:
        """Return a page of `context`, signed in as `login`; the sitting is kept for the next picture."""
        page = context.new_page()
        if not login:
            return page
        if login in self.sessions:
            context.add_cookies(self.sessions[login])
            return page
        page.goto(f"{self.base}/sign-in/")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", self.password)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        self.sessions[login] = [c for c in context.cookies() if c.get("name") == "lantai_session"]
        return page

    def _press(self, page: Page, target: str) -> None:
        page.locator(".page-actions summary").first.click()
        page.locator(f".menu-body [href*='{target}'], .menu-body [hx-get*='{target}']").first.click()
        page.locator("#act .drawer-body form").wait_for()

    def _note(self, shot: Shot, view: View, words: str) -> None:
        self.faults.append(f"{shot.name}-{view.ending}: {words}")


def wait_for_pictures(page: Page) -> None:
    """Wait until the viewer, if there is one, has drawn its page, and nothing is loading."""
    if page.locator("[data-viewer]").count():
        page.wait_for_selector("[data-viewer][data-state=ready]", timeout=30_000)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(300)


def save(page: Page, file: Path, *, whole: bool) -> None:
    """Write the picture of the screen, or of the `whole` page cut where it is very long, with a palette."""
    file.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=file, full_page=whole)
    with Image.open(file) as taken:
        cut = taken.convert("RGB").crop((0, 0, taken.width, min(taken.height, LONGEST_PX)))
    cut.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(file, optimize=True)


def write_tables() -> None:
    """Write the manual's tables of the pictures there are, one in each language."""
    for at, (name, head) in enumerate((("pictures.md", ENGLISH_HEAD), ("pictures.zh.md", CHINESE_HEAD))):
        lines = [head.rstrip()]
        for shot in SHOTS:
            words = (shot.english, shot.chinese)[at]
            others = [v.ending for v in views_of(shot.name) if v not in USUAL]
            more = " · ".join(
                f"[{VARIANTS[e.split('-')[0]][at]}, {SIZE_NAMES[e.split('-')[1]][at]}](pictures/{shot.name}-{e}.png)"
                for e in others
            )
            lines.append(
                f"| {words}{'<br>' + more if more else ''} | ![{words}](pictures/{shot.name}-desk.png)"
                f" | ![{words}](pictures/{shot.name}-phone.png) |"
            )
        (MANUAL / name).write_text("\n".join(lines) + "\n")


SIZE_NAMES = {"desk": ("desk", "电脑"), "phone": ("phone", "手机")}
ENGLISH_HEAD = """# Pictures of every page

[中文](pictures.zh.md) · Made by `python -m tests.flows.pictures` from the sample archive: Yanzhou and its people are made up.

| page | desk | phone |
|---|---|---|
"""
CHINESE_HEAD = """# 各页面图片

[English](pictures.md) · 由 `python -m tests.flows.pictures` 用样本档案拍摄：砚州及其中人物均为虚构。

| 页面 | 电脑 | 手机 |
|---|---|---|
"""


def main(names: list[str]) -> int:
    """Photograph the pages named, or all; return 1 when something was wrong on a page."""
    wanted = [shot for shot in SHOTS if not names or shot.name in names]
    in_chinese: dict[str, str | float | bool] = {**os.environ, "LANGUAGE": "zh_CN", "LC_ALL": "zh_CN.UTF-8"}
    with furnished() as (machine, ids), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(),
            args=["--no-sandbox", "--disable-dev-shm-usage", "--lang=zh-CN"],
            env=in_chinese,
        )
        studio = Studio(browser, f"http://127.0.0.1:{machine.port}", ids["password"])
        for shot in wanted:
            for view in views_of(shot.name):
                try:
                    studio.take(shot, view, shot.path.format(**ids))
                except Exception as error:  # noqa: BLE001 - one page that cannot be taken must not hide the others
                    studio.faults.append(f"{shot.name}-{view.ending}: {str(error).splitlines()[0]}")
            sys.stderr.write(f"{shot.name}\n")
        browser.close()
    write_tables()
    sys.stdout.write(json.dumps({"taken": len(wanted), "faults": studio.faults}, ensure_ascii=False, indent=1) + "\n")
    return 1 if studio.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
