"""The measuring process of the search bench: fills an installation, rebuilds its index, asks, prints JSON lines."""

import http.client
import json
import math
import os
import random
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID, uuid4

import django
import psycopg
from bench._search_items import FONDS, Item, Question, items, questions
from django.db import connection
from django.db.models import Model

from config.database import prepare
from config.environment import ENVIRONMENT

SUBSET = 200_000
"""The yardstick holds at most this many items: PostgreSQL's index over more takes longer than all the rest."""

Timed = tuple[float, float]


def main(count: int, *, quick: bool) -> None:
    """Measure with `count` items and print the result as the last line."""
    prepare(ENVIRONMENT)
    django.setup()
    from config.installation import make_ready

    _step("preparing", 0, 1)
    make_ready(lambda _: None)
    place = _furnish()
    sample = _fill(place, count)
    result: dict[str, Any] = {"items": count, "quick": quick, "load_average": round(os.getloadavg()[0], 1)}
    load = questions(40 if quick else 300, sample)
    parts: dict[str, Callable[[], dict[str, Any]]] = {
        "build": _build,
        "engine": lambda: _through_engine(place, load),
        "http": lambda: _through_http(place, load, 15 if quick else 150),
        "visible_seconds": lambda: _lag(place, 4 if quick else 30),
        "yardstick": lambda: _postgresql(min(count, SUBSET), load, quick=quick),
    }
    for name, measure in parts.items():
        result[name] = measure()
        print(json.dumps({name: result[name]}, ensure_ascii=False), file=sys.stderr, flush=True)
    result["ratio"] = _ratios(result)
    print(json.dumps({"result": result}, ensure_ascii=False), flush=True)


def _step(name: str, done: int, total: int) -> None:
    print(json.dumps({"step": [name, done, total]}), flush=True)


# Filling


class Place:
    """Who keeps and who asks: one archives with its fonds, and an archivist who sees all of it."""

    def __init__(self) -> None:
        from lantai.catalogue.models import Category
        from lantai.catalogue.services import ensure_fonds
        from lantai.identity.models import Account, Unit
        from lantai.identity.selectors import actor_for_login
        from lantai.identity.services.demo import install_demo_city
        from lantai.kernel.actors import system_actor
        from lantai.preservation.services import store_file

        setup = system_actor("bench")
        install_demo_city(actor=setup)
        self.account = Account.objects.get(login="archivist")
        self.actor = actor_for_login("archivist")
        self.archives = Unit.objects.get(id=self.actor.roles[0].unit_id)
        self.owner = Unit.objects.filter(kind="department").order_by("path")[0]
        self.fonds = [
            ensure_fonds(
                actor=setup,
                archives_id=self.archives.id,
                code=f"Z{100 + number}",
                name_zh=f"立档单位{number}",
                name_en=f"Creator {number}",
                owner_unit_id=self.owner.id,
            )
            for number in range(FONDS)
        ]
        file = store_file(
            actor=setup,
            source=BytesIO(b"one page"),
            name="001.tif",
            archives_id=self.archives.id,
            media_type="image/tiff",
        )
        self.file_id = file.id
        self.categories = {row.code: row.id for row in Category.objects.all()}


def _furnish() -> Place:
    return Place()


def _fill(place: Place, count: int) -> list[Item]:
    """Copy `count` items with one page each into the tables and return a sample of them."""
    keep = max(1, count // 5000)
    sample: list[Item] = []
    began = time.monotonic()
    chunk: list[tuple[Item, UUID]] = []
    for item in items(count):
        if item.number % keep == 0:
            sample.append(item)
        chunk.append((item, _item_id(item.number)))
        if len(chunk) == 10_000:
            _copy(place, chunk)
            chunk.clear()
            _step("filling", item.number, count)
    _copy(place, chunk)
    with _owner_link() as link:
        for table in ("catalogue_record", "catalogue_page", "recognition_pagetext"):
            link.execute(f"ANALYZE {table}")
    _step("filling", count, count)
    print(f"filled in {time.monotonic() - began:.0f} s", file=sys.stderr)
    return sample


def _item_id(number: int, kind: int = 0) -> UUID:
    """Return the time-ordered id of an item, its part (1) or its page (2)."""
    return UUID(int=(0x01900000_0000 + number) << 80 | 0x7 << 76 | 0b10 << 62 | kind << 40 | number)


@contextmanager
def _owner_link() -> Iterator[psycopg.Connection[Any]]:
    from django.conf import settings

    owner = settings.DATABASES["owner"]
    with psycopg.connect(
        host=owner["HOST"], port=owner["PORT"] or None, user=owner["USER"], password=owner["PASSWORD"],
        dbname=owner["NAME"], autocommit=True,
    ) as link:  # fmt: skip
        yield link


def _copy(place: Place, chunk: list[tuple[Item, UUID]]) -> None:
    """Copy one record, part, page and text for each item; the columns are those of the models."""
    from lantai.catalogue.models import Page, Record, RecordPart
    from lantai.recognition.models import PageText

    now = datetime.now(UTC)
    makers: list[tuple[type[Model], Callable[[Item, UUID], Model]]] = [
        (Record, lambda item, record_id: Record(**_record_values(place, item, record_id, now))),
        (
            RecordPart,
            lambda item, record_id: RecordPart(
                id=_item_id(item.number, 1),
                record_id=record_id,
                computer_file_id=place.file_id,
                order=1,
                name="001.tif",
                media_type="image/tiff",
            ),
        ),
        (
            Page,
            lambda item, record_id: Page(
                id=_item_id(item.number, 2),
                record_id=record_id,
                part_id=_item_id(item.number, 1),
                number=1,
                part_page=1,
                width_px=1654,
                height_px=2339,
                dpi=200,
            ),
        ),
        (
            PageText,
            lambda item, record_id: PageText(record_id=record_id, page_id=_item_id(item.number, 2), text=item.text),
        ),
    ]
    with _owner_link() as link, link.transaction(), link.cursor() as cursor:
        for model, make in makers:
            _copy_rows(cursor, model, (make(item, record_id) for item, record_id in chunk))


def _copy_rows(cursor: "psycopg.Cursor[Any]", model: type[Model], rows: Iterable[Model]) -> None:
    fields = model._meta.concrete_fields
    columns = ",".join(f'"{field.column}"' for field in fields)
    with cursor.copy(f"COPY {model._meta.db_table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields])


def _record_values(place: Place, item: Item, record_id: UUID, now: datetime) -> dict[str, Any]:
    return {
        "id": record_id,
        "archives_id": place.archives.id,
        "fonds_id": place.fonds[item.fonds].id,
        "path": f"/{record_id.hex}/",
        "level": "item",
        "category_id": place.categories.get(item.category, place.categories["WS"]),
        "reference_code": item.code,
        "code_prefix": f"Z{100 + item.fonds}-",
        "code_number": item.number,
        "title": item.title,
        "author": item.organ,
        "document_number": item.document_number,
        "dated_on": date(item.year, item.month, item.day),
        "year": item.year,
        "retention": item.retention,
        "opening": item.opening,
        "access_level": item.access_level,
        "unit_id": place.owner.id,
        "unit_path": place.owner.path,
        "page_count": 1,
        "metadata": {"person_name": item.name},
        "created_at": now,
        "updated_at": now,
    }


# Building


def _build() -> dict[str, Any]:
    """Rebuild the index as `lantai index rebuild` does."""
    from lantai.kernel.actors import system_actor
    from lantai.search.selectors import generations
    from lantai.search.services import rebuild_index

    cpu = time.process_time()
    done = rebuild_index(actor=system_actor("bench"), progress=lambda at, of: _step("indexing", at, of))
    cpu = time.process_time() - cpu
    current = generations().current()
    assert current is not None
    size = sum(file.stat().st_size for file in current.folder.rglob("*") if file.is_file())
    return {
        "items": done.items,
        "seconds": round(done.seconds, 1),
        "items_per_second": round(done.items / max(done.seconds, 0.001)),
        "cpu_seconds": round(cpu, 1),
        "items_per_cpu_second": round(done.items / max(cpu, 0.001)),
        "index_mb": round(size / 1e6, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


# Asking


def _figures(timed: list[Timed], hits: list[int]) -> dict[str, Any]:
    """Return percentiles in milliseconds and the median number of hits."""
    wall = sorted(w for w, _ in timed)
    cpu = sorted(c for _, c in timed)
    return {
        "questions": len(timed),
        "hits_median": sorted(hits)[len(hits) // 2] if hits else 0,
        "wall_ms": {f"p{p}": _percentile(wall, p) for p in (50, 95, 99)},
        "cpu_ms": {f"p{p}": _percentile(cpu, p) for p in (50, 95, 99)},
    }


def _percentile(ordered: list[float], percent: int) -> float:
    return round(1000 * ordered[min(len(ordered) - 1, math.ceil(len(ordered) * percent / 100) - 1)], 3)


def _measure(
    ask: Callable[[Question], int], asked: list[Question], cpu_now: Callable[[], float] = time.process_time
) -> dict[str, Any]:
    timed: list[Timed] = []
    hits: list[int] = []
    for question in asked:
        wall, cpu = time.perf_counter(), cpu_now()
        hits.append(ask(question))
        timed.append((time.perf_counter() - wall, cpu_now() - cpu))
    return _figures(timed, hits)


def _filters(place: Place, question: Question) -> Any:
    from lantai.search.rules.filters import SearchFilters

    fonds = () if question.fonds is None else (place.fonds[question.fonds].id.hex,)
    low, high = question.years or (None, None)
    return SearchFilters(fonds=fonds, year_from=low, year_to=high)


def _through_engine(place: Place, load: dict[str, list[Question]]) -> dict[str, Any]:
    """Ask the engine as the selector does: the box read, rights compiled, ten keys and the total fetched."""
    from lantai.catalogue.selectors import viewing_filter
    from lantai.kernel.actors import ANONYMOUS
    from lantai.search.rules.box import parts_of, question_of
    from lantai.search.rules.fields import COUNTED
    from lantai.search.rules.filters import narrowing
    from lantai.search.rules.queries import Every
    from lantai.search.selectors import engine

    within, everybody = viewing_filter(place.actor), viewing_filter(ANONYMOUS)
    answering = engine(fresh=True)
    assert answering is not None

    def asked(question: Question) -> Every:
        return Every((question_of(parts_of(question.text)), narrowing(_filters(place, question))))

    def ask(question: Question) -> int:
        return answering.search(asked(question), within=within, limit=10).total

    def count(question: Question) -> int:
        return sum(answering.counts(asked(question), within=within, fields=COUNTED)["opening"].values())

    def ask_as_public(question: Question) -> int:
        return answering.search(asked(question), within=everybody, limit=10).total

    found: dict[str, Any] = {}
    for kind, some in load.items():
        _measure(ask, some[:10])
        found[kind] = _measure(ask, some)
        _step(f"engine {kind}", 1, 1)
    for kind in ("rare", "common"):
        found[f"{kind}, as the public"] = _measure(ask_as_public, load[kind])
    found["facets"] = _measure(count, load["common"])
    return found


# HTTP


def _through_http(place: Place, load: dict[str, list[Question]], most: int) -> dict[str, Any]:
    """Ask one gunicorn process over the loop-back device, one question after the other, as the signed-in archivist."""
    found: dict[str, Any] = {}
    with _server() as (port, worker):
        cookie = _signed_in(place)
        for name, path in (("api", "/api/v1/search?"), ("page", "/desk/search/?")):
            found[name] = {}
            for kind, some in load.items():

                def ask(question: Question, path: str = path) -> int:
                    return _get(port, path + _address(place, question), cookie)

                _measure(ask, some[:5])
                found[name][kind] = _measure(ask, some[:most], lambda: _cpu_of(worker))
                _step(f"{name} {kind}", 1, 1)
    return found


def _address(place: Place, question: Question) -> str:
    pairs: list[tuple[str, str | int]] = [("q", question.text)]
    if question.fonds is not None:
        pairs.append(("fonds", place.fonds[question.fonds].id.hex))
    if question.years:
        pairs += [("year_from", question.years[0]), ("year_to", question.years[1])]
    return urlencode(pairs, quote_via=quote)


def _get(port: int, path: str, cookie: str) -> int:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    link.request("GET", path, headers={"Cookie": cookie, "Accept-Language": "zh-hans"})
    answer = link.getresponse()
    body = answer.read()
    link.close()
    if answer.status != 200:
        raise RuntimeError(f"{answer.status} for {path}: {body[:300]!r}")
    return int(json.loads(body)["total"]) if path.startswith("/api/") else body.count(b'class="search-hit"')


@contextmanager
def _server() -> Iterator[tuple[int, int]]:
    """Run gunicorn with one worker of eight threads; yield its port and the worker's process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "8",
        "--worker-tmp-dir", str(ENVIRONMENT.home / "tmp"), "--log-level", "error", "--timeout", "120",
    ]  # fmt: skip
    with subprocess.Popen(command) as server:
        try:
            yield port, _wait_for_worker(server.pid, port)
        finally:
            server.terminate()


def _wait_for_worker(master: int, port: int) -> int:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
            continue
        if children:
            return int(children[0])
    raise RuntimeError("the web server did not start")


def _cpu_of(pid: int) -> float:
    """Return the seconds of CPU that all threads of a process have used (nanosecond clock of the scheduler)."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            total += int((task / "schedstat").read_text().split()[0])
        except OSError:
            continue
    return total / 1e9


def _signed_in(place: Place) -> str:
    """Return the cookie of a sitting of the archivist."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(place.account)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


# From commit to found


def _lag(place: Place, times: int) -> dict[str, Any]:
    """Return how long after its commit a change is found by a reader, with the news process running."""
    from django.db import transaction

    from lantai.audit.services import record_act
    from lantai.catalogue.models import Record
    from lantai.kernel.actors import system_actor
    from lantai.search.selectors import search

    waited: list[float] = []
    with _news():
        _change_one(place, "预热", record_act, Record, transaction, system_actor("bench"))
        time.sleep(3)
        for number in range(times):
            word = f"验{random.Random(number).choice('甲乙丙丁')}{uuid4().hex[:10]}"
            began = _change_one(place, word, record_act, Record, transaction, system_actor("bench"))
            while search(place.actor, word, fresh=True).total == 0:
                if time.monotonic() - began > 60:
                    raise RuntimeError("a change was not found within a minute")
                time.sleep(0.01)
            waited.append(time.monotonic() - began)
            time.sleep(random.Random(number).random() / 2)
            _step("lag", number + 1, times)
    ordered = sorted(waited)
    return {f"p{p}": round(_percentile(ordered, p) / 1000, 3) for p in (50, 95, 99)} | {"changes": times}


def _change_one(place: Place, word: str, record_act: Any, record: Any, transaction: Any, actor: Any) -> float:
    """Change a title as an act does; return the moment of the commit."""
    record_id = _item_id(0)
    with transaction.atomic():
        record.objects.filter(id=record_id).update(title=f"关于{word}的通知")
        record_act(actor=actor, verb="catalogue.edit_record", target_kind="record", target_id=record_id)
    return time.monotonic()


@contextmanager
def _news() -> Iterator[None]:
    """Run the news process of the product."""
    with subprocess.Popen(
        [sys.executable, "-m", "config.cli", "worker", "--news"], stdout=subprocess.DEVNULL
    ) as process:
        try:
            yield
        finally:
            process.terminate()


# The yardstick


def _postgresql(count: int, load: dict[str, list[Question]], *, quick: bool) -> dict[str, Any]:
    """Ask PostgreSQL's full text over the same first `count` items: words in a tsvector under GIN, no parallel workers."""
    from lantai.language.rules import words

    with _owner_link() as link:
        link.execute("SET jit = off; SET max_parallel_workers_per_gather = 0")
        link.execute("SET maintenance_work_mem = '512MB'")
        began = time.monotonic()
        link.execute(
            "CREATE UNLOGGED TABLE bench_text (id int, code text, number text, name text, fonds int, category text, year int,"
            " retention text, opening text, access_level int, words tsvector)"
        )
        with link.cursor() as cursor, cursor.copy("COPY bench_text FROM STDIN") as copy:
            for item in items(count):
                text = " ".join(words(f"{item.title}\n{item.organ}\n{item.text}"))
                lexemes = _tsvector(text)
                copy.write_row(
                    (item.number, item.code, item.document_number, item.name, item.fonds, item.category, item.year,
                     item.retention, item.opening, item.access_level, lexemes)
                )  # fmt: skip
                if item.number % 20_000 == 0:
                    _step("yardstick", item.number, count)
        link.execute("CREATE INDEX ON bench_text USING gin (words)")
        for column in ("code", "number", "fonds, year"):
            link.execute(f"CREATE INDEX ON bench_text ({column})")
        link.execute("VACUUM ANALYZE bench_text")
        link.execute("SET statement_timeout = '20s'")
        built = time.monotonic() - began
        backend = link.info.backend_pid
        return {"items": count, "build_seconds": round(built, 1)} | _ask_postgresql(link, backend, load, quick=quick)


def _tsvector(text: str) -> str:
    """Return what to_tsvector('simple', text) gives for words set apart by blanks, with their places."""
    places: dict[str, list[int]] = {}
    for at, word in enumerate(text.split(" "), start=1):
        if len(places.setdefault(word, [])) < 255:
            places[word].append(min(at, 16383))
    return " ".join(f"'{word}':{','.join(map(str, found))}" for word, found in places.items() if "'" not in word)


def _ask_postgresql(
    link: "psycopg.Connection[Any]", backend: int, load: dict[str, list[Question]], *, quick: bool
) -> dict[str, Any]:
    from lantai.search.rules.box import shortest_words

    allowed = "access_level <= 10"
    ranked = (
        "SELECT count(*) OVER (), id FROM bench_text, to_tsquery('simple', %(asked)s) q"
        f" WHERE words @@ q AND {allowed} {{more}} ORDER BY ts_rank(words, q) DESC LIMIT 10"
    )
    counted = (
        "SELECT grouping(fonds, category, year, retention, opening, access_level), fonds, category, year, retention, opening,"
        f" access_level, count(*) FROM bench_text WHERE words @@ to_tsquery('simple', %(asked)s) AND {allowed}"
        " GROUP BY GROUPING SETS ((fonds), (category), (year), (retention), (opening), (access_level))"
    )

    def together(text: str, how: str) -> str:
        return f" {how} ".join(f"'{word}'" for part in text.split() for word in shortest_words(part)) or "'x'"

    def asking(statement: str, how: str = "&") -> Callable[[Question], int]:
        def ask(question: Question) -> int:
            low, high = question.years or (0, 9999)
            values = {
                "asked": together(question.text, how),
                "fonds": question.fonds,
                "low": low,
                "high": high,
                "text": question.text,
            }
            try:
                rows = link.execute(statement, values).fetchall()
            except psycopg.errors.QueryCanceled:
                return -1
            return int(rows[0][0]) if rows and statement is not counted else len(rows)

        return ask

    exact = f"SELECT count(*) OVER (), id FROM bench_text WHERE (code = %(text)s OR number = %(text)s) AND {allowed} LIMIT 10"
    filtered = ranked.format(more="AND fonds = %(fonds)s AND year BETWEEN %(low)s AND %(high)s")
    plain = ranked.format(more="")
    kinds: dict[str, tuple[Callable[[Question], int], str, int]] = {
        "exact": (asking(exact), "exact", 100),
        "name": (asking(plain), "name", 60),
        "rare": (asking(plain), "rare", 60),
        "common": (asking(plain), "common", 10 if quick else 40),
        "phrase": (asking(plain, "<->"), "phrase", 30 if quick else 60),
        "filtered": (asking(filtered), "filtered", 10 if quick else 40),
        "facets": (asking(counted), "common", 10 if quick else 40),
    }
    found: dict[str, Any] = {}
    for kind, (ask, source, most) in kinds.items():
        _measure(ask, load[source][:3])
        found[kind] = _measure(ask, load[source][:most], lambda: _cpu_of(backend))
        _step(f"yardstick {kind}", 1, 1)
    return found


def _ratios(result: dict[str, Any]) -> dict[str, float]:
    """Return, for each kind, the yardstick's median CPU divided by the engine's (at the engine's greater number of items)."""
    ratios: dict[str, float] = {}
    for kind, ours in result["engine"].items():
        theirs = result["yardstick"].get(kind)
        if theirs and ours["cpu_ms"]["p50"]:
            ratios[kind] = round(theirs["cpu_ms"]["p50"] / ours["cpu_ms"]["p50"], 1)
    return ratios


if __name__ == "__main__":
    main(int(sys.argv[1]), quick=sys.argv[2] == "quick")
