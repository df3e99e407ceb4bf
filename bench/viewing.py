"""Looking at pages: the first tile and the next tiles through HTTP with eight readers, beside a static file of the same size.

Each run has an installation of its own in a temporary home. The yardstick is a tile's bytes served by the same web
processes as a plain file: what HTTP itself costs on this machine at that moment.
"""

import http.client
import io
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[1]
READERS = 8
WIDTH, HEIGHT, TILE = 2480, 3508, 512
Progress = Callable[[str, int, int], None]


def run(*, quick: bool, progress: Progress, **_options: object) -> dict[str, Any]:
    """Measure and return milliseconds by kind of answer, for open records and for those that bear a watermark."""
    home = Path(tempfile.mkdtemp(prefix="lantai-bench-"))
    home.chmod(0o755)
    progress("viewing", 0, 1)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bench.viewing", *(["--quick"] if quick else [])],
            cwd=CHECKOUT,
            env=os.environ | {"LANTAI_HOME": str(home), "LANTAI_STORES": "", "DATABASE_URL": ""},
            stdout=subprocess.PIPE,
            check=True,
        )
    finally:
        shutil.rmtree(home, ignore_errors=True)
    progress("viewing", 1, 1)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(*, quick: bool) -> dict[str, Any]:
    """Make pages with pyramids in this installation, serve them, and read them with eight readers at once."""
    from config.cli import prepare_django

    prepare_django(database=True)
    pages, cookie = _furnish(4 if quick else 16)
    views = 3 if quick else 12
    with _Server() as server:
        result: dict[str, Any] = {"readers": READERS, "pages": len(pages), "page_px": [WIDTH, HEIGHT], "tile_px": TILE}
        for kind in ("open", "watermarked"):
            mine = [page for page, level in pages if (level == 0) == (kind == "open")]
            result[kind] = _read_all(server.port, mine, cookie, views)
        result["static_ms"] = _figures(_static(server.port, views * 40))
    return result


def _furnish(count: int) -> tuple[list[tuple[str, int]], str]:
    """Return page ids with their access level, and the cookie of an archivist who may see them all."""
    from django.conf import settings
    from django.test import Client

    from config.commands.up import DEMO_ARCHIVES
    from config.installation import make_ready
    from lantai.catalogue.models import Page
    from lantai.catalogue.services import PartDescription, RecordDescription, create_records, ensure_fonds
    from lantai.identity.models import Account
    from lantai.identity.services import install_demo_city
    from lantai.kernel.actors import system_actor
    from lantai.preservation.services import store_file
    from lantai.recognition.adapters.documents import open_document
    from lantai.viewing.services import make_access_copies

    make_ready(lambda _words: None)
    actor = system_actor("bench")
    archives = install_demo_city(actor=actor)[DEMO_ARCHIVES]
    fonds = ensure_fonds(
        actor=actor, archives_id=archives.id, code="V001", name_zh="阅览测试", owner_unit_id=archives.id
    )
    wishes = []
    for number in range(count):
        level = 10 * (number % 2)
        picture = _picture(number)
        file = store_file(actor=actor, source=io.BytesIO(picture), name="1.jpg", archives_id=archives.id, level=level)
        with open_document(io.BytesIO(picture), "1.jpg") as document:
            part = PartDescription(file.id, "1.jpg", document.media_type, pages=tuple(document.pages))
        opening = "restricted" if level else "open"
        wishes.append(
            RecordDescription(
                "item", "WS", f"页 {number}", year=2020, opening=opening, access_level=level, parts=[part]
            )
        )
    create_records(actor=actor, fonds_id=fonds.id, descriptions=wishes)
    pages = list(Page.objects.filter(record__fonds=fonds).values_list("id", "record__access_level"))
    make_access_copies(actor=actor, page_ids=[page for page, _ in pages])
    client = Client()
    client.force_login(Account.objects.get(login="archivist"))
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    return [(str(page), level) for page, level in pages], cookie


def _picture(seed: int) -> bytes:
    """Return an A4 page at 300 dpi, full of marks like text, as JPEG."""
    import numpy as np
    from PIL import Image

    chance = np.random.default_rng(seed)
    page = np.full((HEIGHT, WIDTH), 245, np.uint8)
    for top in range(300, HEIGHT - 300, 70):
        for left in range(250, WIDTH - 250, 50):
            page[top : top + 40, left : left + 40] = chance.choice([40, 235], (10, 10)).repeat(4, 0).repeat(4, 1)
    out = io.BytesIO()
    Image.fromarray(page).convert("RGB").save(out, "JPEG", quality=85, dpi=(300, 300))
    return out.getvalue()


class _Server:
    """The web processes as `serve` starts them."""

    def __enter__(self) -> "_Server":
        import socket

        from config.supervisor import web_command

        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.process = subprocess.Popen(web_command(f"127.0.0.1:{self.port}"))
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                _get(self.port, "/sign-in/", "")
            except OSError:
                time.sleep(0.2)
            else:
                return self
        raise RuntimeError("the web server did not start")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()


def _get(port: int, path: str, cookie: str) -> tuple[float, bytes]:
    """Return the milliseconds until the whole answer was there, and the answer."""
    began = time.perf_counter()
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    link.request("GET", path, headers={"Cookie": cookie})
    answer = link.getresponse()
    body = answer.read()
    link.close()
    if answer.status != 200:
        raise RuntimeError(f"{answer.status} for {path}: {body[:200]!r}")
    return (time.perf_counter() - began) * 1000, body


def _read_all(port: int, pages: list[str], cookie: str, views: int) -> dict[str, Any]:
    """Let eight readers each open pages and move about: info.json and the overview first, then tiles at full size."""
    first: list[float] = []
    following: list[float] = []
    tile_bytes: list[int] = []
    faults: list[BaseException] = []

    def read(seed: int) -> None:
        chance = random.Random(seed)
        try:
            for _ in range(views):
                page = chance.choice(pages)
                info, _body = _get(port, f"/iiif/image/{page}/info.json", cookie)
                overview, _body = _get(port, f"/iiif/image/{page}/full/310,/0/default.jpg", cookie)
                first.append(info + overview)
                for _ in range(8):
                    left, top = TILE * chance.randrange(4), TILE * chance.randrange(6)
                    spent, body = _get(
                        port, f"/iiif/image/{page}/{left},{top},{TILE},{TILE}/{TILE},/0/default.jpg", cookie
                    )
                    following.append(spent)
                    tile_bytes.append(len(body))
        except (OSError, RuntimeError) as fault:
            faults.append(fault)

    began = time.perf_counter()
    _together(read)
    if faults:
        raise RuntimeError(str(faults[0]))
    return {
        "first_tile_ms": _figures(first),
        "next_tile_ms": _figures(following),
        "tiles_a_second": round(len(following) / (time.perf_counter() - began), 1),
        "tile_bytes": round(statistics.median(tile_bytes)),
    }


def _static(port: int, times: int) -> list[float]:
    """Return what the same number of readers wait for the built style sheet, a plain file about as large as a tile."""
    found: list[float] = []
    path = _get(port, "/sign-in/", "")[1].decode().split('rel="stylesheet" href="', 1)[1].split('"', 1)[0]
    _together(lambda _seed: found.extend(_get(port, path, "")[0] for _ in range(times // READERS)))
    return found


def _together(work: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _figures(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {f"p{p}": round(ordered[min(len(ordered) - 1, len(ordered) * p // 100)], 1) for p in (50, 95, 99)}


if __name__ == "__main__":
    print(json.dumps(measure(quick="--quick" in sys.argv)))
