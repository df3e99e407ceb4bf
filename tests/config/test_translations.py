"""The compiled catalogues keep the rule of plurals: Chinese has one form for every number."""

import gettext
from pathlib import Path

from config import translations
from config.environment import CHECKOUT


def test_chinese_plurals_are_found() -> None:
    translations.compile_all()
    with (CHECKOUT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.mo").open("rb") as compiled:
        chinese = gettext.GNUTranslations(compiled)
    for number in (1, 2, 11):
        assert chinese.ngettext("%(n)d day ago", "%(n)d days ago", number) == "%(n)d 天前"


def test_every_message_has_its_chinese() -> None:
    from babel.messages.pofile import read_po

    for po in Path(CHECKOUT / "locale").glob("*/LC_MESSAGES/*.po"):
        with po.open("rb") as source:
            catalogue = read_po(source, locale=po.parents[1].name)
        empty = [m.id for m in catalogue if m.id and m.string in ("", ("",), None)]
        assert empty == []
