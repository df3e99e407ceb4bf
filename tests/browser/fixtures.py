"""Fixtures that drive Chromium against the live server, with eyes for accessibility and for the content policy.

The root conftest loads them once for all folders: a second copy would start a second driver, which the first forbids.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from config import frontend
from config.environment import CHECKOUT

# playwright's synchronous face runs a loop in this thread; the rows that a test makes here are made one after another
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

AXE = CHECKOUT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
SIZES = {"phone": (390, 844), "desk": (1440, 900)}
LANGUAGES = {"zh": "zh-CN", "en": "en"}
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
REFUSALS = """
window.policyRefusals = [];
document.addEventListener('securitypolicyviolation', (e) => {
  window.policyRefusals.push(`${e.effectiveDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber} ${e.sample}`);
});
"""


def chromium_path() -> str | None:
    """Return the Chromium of this machine, or None: `LANTAI_CHROMIUM` first, then the usual names on the path."""
    return os.environ.get("LANTAI_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


@dataclass
class OpenPage:
    """A page in the browser and what went wrong on it so far."""

    page: Page
    base: str
    faults: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open `path` and wait until the network is quiet. Fails when a style or script did not arrive."""
        self.page.goto(self.base + path, wait_until="networkidle")
        assert self.page.evaluate("getComputedStyle(document.body).margin") == "0px", "the style sheet did not arrive"
        return self.page

    def assert_accessible(self, *, without: tuple[str, ...] = ()) -> None:
        """Fail with axe's own words when the present page breaks a rule of WCAG 2.2 AA."""
        self.page.evaluate(AXE.read_text())
        rules = {rule: {"enabled": False} for rule in without}
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        found = self.page.evaluate("([tags, rules]) => axe.run(document, {runOnly: tags, rules})", [tags, rules])[
            "violations"
        ]
        told = [
            f"{v['id']} ({v['impact']}): {v['help']}\n    " + "\n    ".join(n["html"][:200] for n in v["nodes"][:4])
            for v in found
        ]
        assert not told, f"{self.page.url}\n" + "\n".join(told)

    def assert_no_refusals(self) -> None:
        """Fail when the content policy refused something or a script threw."""
        refused = self.page.evaluate("window.policyRefusals")
        told = [*refused, *self.faults]
        assert not told, f"{self.page.url}\n" + "\n".join(told)

    def assert_fits(self) -> None:
        """Fail when the page can be pushed sideways."""
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{self.page.url} is {wide} px wider than the screen"

    def assert_touchable(self) -> None:
        """Fail when something to press on the phone is smaller than 44 px both ways (links inside text aside)."""
        small = self.page.evaluate(
            """() => [...document.querySelectorAll('a, button, summary, select, input:not([type=hidden])')]
              .filter((e) => e.getClientRects().length && getComputedStyle(e).display !== 'inline' && !e.closest('.skip-link, label'))
              .map((e) => [e, e.getBoundingClientRect()])
              .filter(([e, b]) => b.height < 43.5 && !e.classList.contains('visually-hidden'))
              .map(([e, b]) => `${Math.round(b.width)}x${Math.round(b.height)} ${e.outerHTML.slice(0, 120)}`)"""
        )
        assert not small, f"{self.page.url}\n" + "\n".join(small)

    def shoot(self, file: Path) -> Path:
        """Photograph the whole page into `file`."""
        file.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=file, full_page=True)
        return file


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium once; skips where the machine has none."""
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium on this machine (set LANTAI_CHROMIUM)")
    frontend.build()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield chromium
        chromium.close()


Opener = Callable[..., OpenPage]


PLAIN_STATIC = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
"""The test server hands out files from where they lie, so they keep their own names."""


@pytest.fixture
def open_page(browser: Browser, settings: Any, live_server: Any) -> Iterator[Opener]:
    """Return `open_page(size="desk", language="zh", account=None, dark=False) -> OpenPage`, signed in as `account`."""
    settings.STORAGES = {**settings.STORAGES, "staticfiles": PLAIN_STATIC}
    with ExitStack() as stack:

        def opened(size: str = "desk", language: str = "zh", account: Any = None, *, dark: bool = False) -> OpenPage:
            width, height = SIZES[size]
            context = browser.new_context(
                viewport={"width": width, "height": height},
                locale=LANGUAGES[language],
                color_scheme="dark" if dark else "light",
                has_touch=size == "phone",
                is_mobile=size == "phone",
                reduced_motion="reduce",
                timezone_id="Asia/Shanghai",
            )
            stack.callback(context.close)
            if account is not None:
                name, value = _session_of(account)
                context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
            context.add_init_script(REFUSALS)
            page = context.new_page()
            shown = OpenPage(page, live_server.url)
            page.on("pageerror", lambda error: shown.faults.append(str(error)))
            page.on(
                "console",
                lambda m: shown.faults.append(m.text) if m.type == "error" and "Content Security" in m.text else None,
            )
            return shown

        yield opened


def _session_of(account: Any) -> tuple[str, str]:
    client = Client()
    client.force_login(account)
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
    return cookie.key, cookie.value
