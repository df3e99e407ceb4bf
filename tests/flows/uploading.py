"""An archivist at a browser while processes are killed: signs in, sends files in pieces, hands them over, looks at pages."""

import json
import random
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPException
from http.cookiejar import CookieJar
from typing import Any

from tests.flows.machine import Machine

FILES_A_BATCH = 5
PIECE_BYTES = 200_000
TROUBLE = (urllib.error.URLError, HTTPException, OSError, TimeoutError)


class _Stay(urllib.request.HTTPRedirectHandler):
    """Hands redirects to the caller, who wants to know where they lead."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    status: int
    headers: Message
    body: bytes


class Browser:
    """Cookies, the token of forms, and requests that are sent again until somebody answers."""

    def __init__(self, base: str, stop: threading.Event) -> None:
        self._base = base
        self._stop = stop
        self._cookies = CookieJar()
        self._opener = urllib.request.build_opener(_Stay, urllib.request.HTTPCookieProcessor(self._cookies))
        self.interruptions = 0

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, **fields: str) -> Answer:
        """Send a form with the token of the present sitting."""
        return self._ask("POST", path, urllib.parse.urlencode(fields).encode())

    def send(self, method: str, path: str, body: bytes, kind: str) -> Answer:
        return self._ask(method, path, body, kind)

    def _ask(
        self, method: str, path: str, body: bytes | None = None, kind: str = "application/x-www-form-urlencoded"
    ) -> Answer:
        """Return the answer; while the web or the database is down, ask again. Raises InterruptedError when stopped."""
        while True:
            try:
                answer = self._once(method, path, body, kind)
                if answer.status < 500:
                    return answer
            except TROUBLE:
                pass
            self.interruptions += 1
            if self._stop.is_set():
                raise InterruptedError(path)
            time.sleep(0.3)

    def _once(self, method: str, path: str, body: bytes | None, kind: str) -> Answer:
        request = urllib.request.Request(self._base + path, data=body, method=method)
        if body is not None or method != "GET":
            request.add_header("Content-Type", kind)
            request.add_header("X-CSRFToken", next((c.value or "" for c in self._cookies if c.name == "csrftoken"), ""))
        try:
            with self._opener.open(request, timeout=30) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as refusal:
            return Answer(refusal.code, refusal.headers, refusal.read())


@dataclass
class Uploads:
    """Keeps uploading batches through HTTP; each is acknowledged when its page says that it is finished."""

    machine: Machine
    password: str
    random: random.Random
    stop: threading.Event
    acknowledged: dict[str, dict[str, bytes]] = field(default_factory=dict)
    pages_read: int = 0
    interruptions: int = 0
    fault: str = ""

    def work(self) -> None:
        browser = Browser(f"http://127.0.0.1:{self.machine.port}", self.stop)
        try:
            self._sign_in(browser)
            number = 0
            while not self.stop.is_set():
                number += 1
                self._send_batch(browser, f"upload-{number:04d}")
        except InterruptedError:
            pass
        except AssertionError as error:
            self.fault = str(error)
        self.interruptions = browser.interruptions

    def _sign_in(self, browser: Browser) -> None:
        browser.get("/sign-in/")
        answer = browser.post("/sign-in/", login="archivist", password=self.password)
        assert answer.status == 302, f"sign-in: {answer.status}"

    def _send_batch(self, browser: Browser, name: str) -> None:
        form = browser.get("/desk/intake/new/").body.decode()
        fonds = _found(r'<option value="([0-9a-f-]{36})"', form)
        answer = browser.post("/desk/intake/new/", kind="transfer", fonds=fonds, name=name)
        assert answer.status == 302, f"open: {answer.status}"
        batch = answer.headers["Location"]
        files = {f"页 {n}.txt": self._content(name, n) for n in range(FILES_A_BATCH)}
        for path, content in files.items():
            self._send_file(browser, batch, path, content)
        self._until(lambda: browser.post(f"{batch}submit/"), lambda a: a.status in (302, 409), "submit")
        self._until(
            lambda: self._look(browser, f"{batch}progress/"), lambda a: a.headers["HX-Refresh"] == "true", "finish"
        )
        self.acknowledged[name] = files
        self._look(browser, batch)
        self._look(browser, "/desk/intake/")

    def _content(self, name: str, number: int) -> bytes:
        return f"{name}/{number}\n".encode() + self.random.randbytes(self.random.choice([100, 60_000, 700_000]))

    def _send_file(self, browser: Browser, batch: str, path: str, content: bytes) -> None:
        said = json.dumps({"path": path, "size": len(content)}).encode()
        begun = browser.send("POST", f"{batch}uploads/", said, "application/json")
        assert begun.status == 200, f"announce: {begun.status} {begun.body[:200]!r}"
        upload = json.loads(begun.body)
        received = upload["received"]
        while received < len(content):
            piece = content[received : received + PIECE_BYTES]
            answer = browser.send(
                "PUT", f"/desk/intake/uploads/{upload['id']}/?offset={received}", piece, "application/octet-stream"
            )
            assert answer.status in (200, 409), f"piece: {answer.status} {answer.body[:200]!r}"
            received = json.loads(answer.body)["received"]

    def _look(self, browser: Browser, path: str) -> Answer:
        answer = browser.get(path)
        assert answer.status == 200, f"{path}: {answer.status}"
        self.pages_read += 1
        return answer

    def _until(self, ask: Callable[[], Answer], is_so: Callable[[Answer], bool], what: str) -> None:
        while not is_so(answer := ask()):
            assert answer.status < 400, f"{what}: {answer.status} {answer.body[:300]!r}"
            if self.stop.is_set():
                raise InterruptedError(what)
            time.sleep(0.5)


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match, f"{pattern} is not on the page"
    return match.group(1)


def contents_of(uploads: Uploads) -> dict[str, bytes]:
    """Return the content of every acknowledged file by `batch/path`."""
    return {
        f"{name}/{path}": content for name, files in uploads.acknowledged.items() for path, content in files.items()
    }
