"""Words and marks of the design system: dates, sizes, names in two languages, the icon of a state, the navigation."""

import builtins
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from config.navigation import ShownSection, navigation_for
from lantai.kernel import clock

register = template.Library()

STATE_ICONS = {
    "waiting": "hourglass",
    "current": "arrow-right-circle-fill",
    "done": "check-circle-fill",
    "near": "clock-fill",
    "late": "exclamation-triangle-fill",
}
NODE_ICONS = {"waiting": "circle", "current": "pencil", "done": "check-lg", "near": "clock", "late": "exclamation-lg"}
STATE_WORDS = {
    "waiting": _("Waiting"),
    "current": _("Under way"),
    "done": _("Done"),
    "near": _("Near its limit"),
    "late": _("Late"),
}
TONE_ICONS = {
    "celadon": "check-circle-fill",
    "amber": "exclamation-triangle-fill",
    "red": "exclamation-octagon-fill",
    "indigo": "info-circle-fill",
}
MESSAGE_TONES = {"success": "celadon", "warning": "amber", "error": "red"}
SIZE_WORDS = ("B", "KB", "MB", "GB", "TB", "PB")


@register.simple_tag
def icon_sheet() -> str:
    """Return the address of the sheet that holds every icon."""
    return static("dist/icons.svg")


@register.simple_tag(takes_context=True)
def desk_navigation(context: template.Context) -> Sequence[ShownSection]:
    """Return the sections of the side navigation that this reader may use."""
    request: HttpRequest | None = context.get("request")
    return navigation_for(request) if request is not None else ()


@register.filter
def state_icon(state: str) -> str:
    return STATE_ICONS[state]


@register.filter
def node_icon(state: str) -> str:
    return NODE_ICONS[state]


@register.filter
def state_word(state: str) -> str:
    return str(STATE_WORDS[state])


@register.filter
def tone_icon(tone: str) -> str:
    return TONE_ICONS[tone]


@register.filter
def message_tone(level_tag: str) -> str:
    return MESSAGE_TONES.get(level_tag, "indigo")


@register.filter
def is_choice(field: BoundField) -> bool:
    """Tell whether the field is one box to tick."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def is_group(field: BoundField) -> bool:
    """Tell whether the field is several boxes under one legend."""
    return isinstance(field.field.widget, CheckboxSelectMultiple | RadioSelect)


@register.filter
def named(row: Any, stem: str = "name") -> str:
    """Return `row`'s name in the reader's language, falling back to the other one when it is missing."""
    chinese, english = getattr(row, f"{stem}_zh", ""), getattr(row, f"{stem}_en", "")
    first, second = (english, chinese) if (get_language() or "").startswith("en") else (chinese, english)
    return str(first or second or "")


@register.filter
def on(day: date | None) -> str:
    """Return a day as an office writes it: 2026年11月21日 or 21 November 2026."""
    if day is None:
        return ""
    if isinstance(day, datetime):
        day = day.astimezone(clock.CHINA).date()
    if (get_language() or "").startswith("zh"):
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {day:%B} {day.year}"


@register.filter
def exact(moment: datetime | None) -> str:
    """Return a moment with day, hour and minute in China's time."""
    return f"{on(moment)} {moment.astimezone(clock.CHINA):%H:%M}" if moment else ""


@register.filter
def ago(moment: datetime | None) -> SafeString | str:
    """Return how long ago (or how soon) a moment is, with the exact time on hover; after a week, the day."""
    if moment is None:
        return ""
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exact(moment), _since(moment))


def _since(moment: datetime) -> str:
    minutes = int((clock.now() - moment).total_seconds() // 60)
    if minutes < 0 or minutes >= 7 * 24 * 60:
        return on(moment)
    if minutes < 1:
        return gettext("just now")
    if minutes < 60:
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 24:
        return ngettext("%(n)d hour ago", "%(n)d hours ago", hours) % {"n": hours}
    return ngettext("%(n)d day ago", "%(n)d days ago", hours // 24) % {"n": hours // 24}


@register.filter
def bytes(size: float | None) -> str:  # noqa: A001  the word that a template reads best
    """Return a number of bytes as people read it: 3.6 MB."""
    if size is None:
        return ""
    step = 0
    while size >= 1024 and step < len(SIZE_WORDS) - 1:
        size, step = size / 1024, step + 1
    return f"{size:.0f} {SIZE_WORDS[step]}" if step == 0 or size >= 100 else f"{size:.1f} {SIZE_WORDS[step]}"


@register.filter
def grouped(number: float | None) -> str:
    """Return a number with its thousands parted: 1,204."""
    return (
        ""
        if number is None
        else number_format(number, use_l10n=False, force_grouping=False)
        if abs(number) < 1000
        else f"{number:,}"
    )


@register.filter
def percent(share: float | None) -> str:
    """Return a share of 1 as a percentage with one digit after the point; "" for none."""
    return "" if share is None else f"{100 * share:.1f} %"


@register.filter
def marked(text: str, marks: Sequence[tuple[int, int]]) -> SafeString:
    """Return `text` with `marks` (start, end, exclusive; in order, apart) inside mark elements."""
    pieces, at = [], 0
    for start, end in marks:
        pieces.append(format_html("{}<mark>{}</mark>", text[at:start], text[start:end]))
        at = end
    return format_html("{}{}", mark_safe("".join(pieces)), text[at:])  # noqa: S308  every piece is escaped above


@register.filter
def time_left(seconds: int | None) -> str:
    """Return how long something still takes: 3 minutes left; nothing while that is unknown."""
    if seconds is None:
        return ""
    if seconds < 60:
        return gettext("less than a minute left")
    minutes = round(seconds / 60)
    if minutes < 90:
        return ngettext("%(n)d minute left", "%(n)d minutes left", minutes) % {"n": minutes}
    hours = round(minutes / 60)
    return ngettext("%(n)d hour left", "%(n)d hours left", hours) % {"n": hours}


@register.filter
def hexadecimal(octets: builtins.bytes) -> str:
    """Return bytes as hexadecimal digits."""
    return octets.hex()
