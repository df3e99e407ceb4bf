"""The documents tell the truth: paths of the standards map exist, words are translated, glossary names are in the code."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from django.utils import translation
from django.utils.translation import ngettext

from config import translations
from config.environment import CHECKOUT

SOURCE = CHECKOUT / "src"
CATALOGUE = CHECKOUT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
PLACES = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}")


def _messages() -> list[Message]:
    with CATALOGUE.open("rb") as source:
        return [m for m in read_po(source) if m.id]


def _source_words(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _chinese(message: Message) -> str:
    return message.string if isinstance(message.string, str) else (message.string[0] if message.string else "")


def test_every_message_is_translated_and_keeps_its_places() -> None:
    messages = _messages()
    assert len(messages) > 500
    assert [_source_words(m) for m in messages if not _chinese(m).strip() or m.fuzzy] == []
    wrong = [
        _source_words(m)
        for m in messages
        if set(PLACES.findall(_chinese(m))) - set(PLACES.findall(" ".join([m.id] if isinstance(m.id, str) else m.id)))
    ]
    assert wrong == []


def test_every_word_of_the_templates_is_in_the_catalogue() -> None:
    known = {_source_words(m) for m in _messages()}
    words = {
        (found[1] or found[2], str(file.relative_to(SOURCE)))
        for file in SOURCE.rglob("*.html")
        for found in re.finditer(r"\{%\s*trans(?:late)?\s+(?:\"([^\"]+)\"|'([^']+)')", file.read_text())
    }
    assert words
    assert sorted(pair for pair in words if pair[0] not in known) == []


def test_chinese_catalogue_is_chinese() -> None:
    """A translation without one Chinese character is a name, a number, or a mistake."""
    plain = [
        _chinese(m)
        for m in _messages()
        if not re.search(r"[\u4e00-\u9fff]", _chinese(m)) and re.search(r"[A-Za-z]{4,}", PLACES.sub("", _chinese(m)))
    ]
    assert len(plain) <= 25, plain


@pytest.mark.parametrize("column", [3, 4])
def test_the_standards_map_names_files_that_exist(column: int) -> None:
    root = {3: SOURCE / "lantai", 4: CHECKOUT}[column]
    for line in (CHECKOUT / "docs" / "standards.md").read_text().splitlines():
        cells = line.split("|")
        if len(cells) < 6 or cells[1].strip() in {"standard, clause", "---"}:
            continue
        folder: Path | None = None
        for name in re.findall(r"`([\w/]+\.py)`", cells[column]):
            file = root / name if "/" in name else (folder or root) / name
            assert file.is_file(), f"{name} in: {line}"
            folder = file.parent


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(CHECKOUT)} → {target}"
        for page in [*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").rglob("*.md"), *(CHECKOUT / "deploy").glob("*.md")]
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text())
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_both_manuals_have_the_same_pages() -> None:
    manual = CHECKOUT / "docs" / "manual"
    english = {p.name.removesuffix(".md") for p in manual.glob("*.md") if not p.name.endswith(".zh.md")}
    chinese = {p.name.removesuffix(".zh.md") for p in manual.glob("*.zh.md")}
    assert english == chinese


def test_plurals_are_chinese_too() -> None:
    translations.compile_all()
    with translation.override("zh-hans"):
        assert ngettext("%(n)d minute ago", "%(n)d minutes ago", 5) == "%(n)d 分钟前"
