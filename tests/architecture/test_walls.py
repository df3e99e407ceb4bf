"""The walls that import-linter does not see: names, relations, jobs, hosts, documents."""

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from config.environment import CHECKOUT
from config.jobs import declared
from config.ledger_words import VERBS

SOURCE = CHECKOUT / "src" / "lantai"
ORDER = (
    "kernel", "language", "audit", "messaging", "identity", "workflow", "preservation", "catalogue", "recognition",
    "viewing", "search", "packages", "ingest", "certification", "verification", "access", "exchange", "projects",
    "insight", "recovery", "supervision", "web",
)  # fmt: skip
"""From the lowest room to the highest."""
FILES = {
    "__init__", "apps", "urls", "pages", "api", "jobs", "admin", "management", "forms", "schemas", "services",
    "selectors", "models", "adapters", "rules", "migrations", "templates",
}  # fmt: skip
FORBIDDEN_NAMES = re.compile(r"(^|_)(utils?|helpers?|common|misc|managers?|signals?)($|_)")


def _sources() -> Iterator[Path]:
    for file in SOURCE.rglob("*.py"):
        if "migrations" not in file.parts and file.parent != SOURCE:
            yield file


def _room(file: Path) -> str:
    return file.relative_to(SOURCE).parts[0]


def _kind(file: Path) -> str:
    """Return which of the house's file names a module has or lies in."""
    return file.relative_to(SOURCE).parts[1].removesuffix(".py")


def _tracked() -> list[Path]:
    """Return the files that are committed; where there is no git, those below the folders that are."""
    if shutil.which("git") and (CHECKOUT / ".git").exists():
        listing = subprocess.run(["git", "ls-files"], cwd=CHECKOUT, capture_output=True, text=True, check=True)
        return [CHECKOUT / name for name in listing.stdout.split("\n") if name]
    left_out = {"node_modules", "dist", "__pycache__"}
    kept = ("src", "tests", "bench", "docs", "deploy", "frontend", "locale", "requirements", ".ci")
    found = [file for folder in kept for file in (CHECKOUT / folder).rglob("*") if not left_out & set(file.parts)]
    return [*CHECKOUT.glob("*.*"), CHECKOUT / "lantai", *found]


def test_every_package_has_its_place_in_the_order() -> None:
    rooms = {p.name for p in SOURCE.iterdir() if p.is_dir() and p.name != "__pycache__"}
    assert rooms <= set(ORDER)


def test_a_package_holds_only_the_file_names_of_the_house() -> None:
    odd = [
        str(entry.relative_to(SOURCE))
        for room in SOURCE.iterdir()
        if room.is_dir() and room.name not in {"kernel", "__pycache__"}
        for entry in room.iterdir()
        if entry.stem not in FILES and entry.name != "__pycache__"
    ]
    assert odd == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [f.name for f in _sources() if FORBIDDEN_NAMES.search(f.stem)] == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [str(f.relative_to(SOURCE)) for f in _sources() if not ast.get_docstring(ast.parse(f.read_text()))]
    assert silent == []


def test_relations_between_tables_point_down() -> None:
    upward = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in apps.get_models()
        if model.__module__.startswith("lantai.")
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.OneToOneField | models.ManyToManyField)
        and isinstance(field.related_model, type)
        and field.related_model.__module__.startswith("lantai.")
        and ORDER.index(field.related_model.__module__.split(".")[1]) > ORDER.index(model.__module__.split(".")[1])
    ]
    assert upward == []


def test_services_selectors_and_rules_know_no_http() -> None:
    knowing = [
        str(f.relative_to(SOURCE))
        for f in _sources()
        if f.relative_to(SOURCE).parts[1].removesuffix(".py")
        in {"services", "selectors", "rules", "models", "adapters"}
        and re.search(r"from django\.(http|shortcuts|views)|HttpRe(quest|sponse)", f.read_text())
    ]
    assert knowing == []


def test_pages_and_api_do_not_touch_tables() -> None:
    touching = [
        str(f.relative_to(SOURCE))
        for f in _sources()
        if _kind(f) in {"pages", "api", "jobs"} and ".objects" in f.read_text()
    ]
    assert touching == []


def test_no_package_saves_through_a_model_override() -> None:
    overriding = [
        f"{file.relative_to(SOURCE)}:{node.lineno}"
        for file in _sources()
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name == "save" and file.parts[-1].startswith("models")
    ]
    assert overriding == []


def test_every_job_asked_for_by_name_exists() -> None:
    asked = {
        (name, str(file.relative_to(SOURCE)))
        for file in _sources()
        for name in re.findall(r"enqueue\(\s*\"([a-z_]+\.[a-z_]+)\"", file.read_text())
    }
    known = {name for name, _, _ in declared()}
    assert {pair for pair in asked if pair[0] not in known} == set()
    assert asked, "the services ask for jobs by name"


def test_writing_happens_in_its_own_package() -> None:
    """No package creates, changes or deletes rows of another one's models."""
    owner = {m.__name__: m.__module__.split(".")[1] for m in apps.get_models() if m.__module__.startswith("lantai.")}
    write = re.compile(
        r"\b([A-Z]\w+)\.objects(?:\.\w+\([^()]*\))*\.(create|bulk_create|bulk_update|update|delete|update_or_create|get_or_create)\("
    )
    foreign = [
        f"{file.relative_to(SOURCE)}: {found[0]}.{found[1]}"
        for file in _sources()
        for found in write.findall(file.read_text())
        if found[0] in owner and owner[found[0]] != _room(file)
    ]
    assert foreign == []


def test_urls_import_only_their_own_pages() -> None:
    for file in SOURCE.glob("*/urls.py"):
        pages = re.findall(r"from lantai\.(\w+)(?:\.pages)? import", file.read_text())
        assert set(pages) <= {file.parent.name}, file


def test_every_verb_of_the_ledger_is_named_for_its_package_and_translated() -> None:
    written = {
        (verb, str(file.relative_to(SOURCE)))
        for file in _sources()
        for verb in re.findall(r"(?:verb=|act=|\bAct\()\s*\"([a-z_]+\.[a-z_]+)\"", file.read_text())
    }
    assert len(written) > 40
    assert {pair for pair in written if pair[0].split(".")[0] not in ORDER} == set()
    assert {pair for pair in written if pair[0] not in VERBS} == set()


REGISTRIES = (
    "py" + r"pi\.org",
    "python" + "hosted",
    "npm" + r"js\.(org|com)",
    r"deb\." + r"debian\.",
    "repo1?" + r"\.maven",
)
MACHINES = ("/ro" + r"ot/\.", "/wo" + "rk/")
HOSTS = re.compile("|".join((*REGISTRIES, *MACHINES)))


def test_nothing_committed_names_a_registry_or_a_machine() -> None:
    hits = []
    for file in _tracked():
        if not file.is_file() or file.stat().st_size > 3_000_000:
            continue
        try:
            found = HOSTS.search(file.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            continue
        if found:
            hits.append(f"{file.relative_to(CHECKOUT)}: {found[0]}")
    assert hits == []


def test_locked_requirements_have_hashes_and_no_addresses() -> None:
    for name in ("runtime", "dev", "uv"):
        text = (CHECKOUT / "requirements" / f"{name}.lock").read_text()
        assert "://" not in text
        names = re.findall(r"^([a-z0-9][\w.-]*)(?:\[[^\]]*\])?==", text, flags=re.MULTILINE)
        assert len(names) > (0 if name == "uv" else 50)
        assert text.count("--hash=sha256:") >= len(names)


@pytest.mark.parametrize("package", [p for p in ORDER if (SOURCE / p).is_dir()])
def test_the_architecture_page_names_the_package(package: str) -> None:
    assert re.search(rf"\b{package}\b", (CHECKOUT / "docs" / "architecture.md").read_text())


def test_every_setting_is_described() -> None:
    used = set(re.findall(r'get\("([A-Z_]+)"', (CHECKOUT / "src" / "config" / "environment.py").read_text()))
    described = (CHECKOUT / "docs" / "manual" / "operating.md").read_text()
    assert used
    assert {name for name in used if name not in described} == set()


def test_no_superuser_exists() -> None:
    fields = {f.name for f in apps.get_model(settings.AUTH_USER_MODEL)._meta.get_fields()}
    assert "is_superuser" not in fields
