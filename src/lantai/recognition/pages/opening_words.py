"""The word list and the rule of the opening review, edited by each archives."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST

from lantai.identity.models import Unit
from lantai.identity.selectors import require
from lantai.kernel.errors import InvalidError, NotFoundError, gettext_noop
from lantai.recognition.pages.asking import reader_of
from lantai.recognition.rules.personal.words import EFFECT_WORDS, KIND_WORDS, ListedWord, read, written
from lantai.recognition.selectors import opening
from lantai.recognition.services import opening as review

MOST_BYTES = 4 << 20


@require_GET
@login_required
def review_words(request: HttpRequest) -> HttpResponse:
    """Show the words of one archives and its rule."""
    return _page(request)


@require_POST
@login_required
def put_word(request: HttpRequest) -> HttpResponse:
    """Add or change one word."""
    form = request.POST
    word = ListedWord(*(form.get(name, "").strip() for name in ("word", "kind", "effect", "note")))
    try:
        review.put_words(actor=reader_of(request), archives_id=_archives(request).id, words=[word])
    except InvalidError as error:
        return _page(request, fault=gettext(error.message) % error.facts)
    return _back(request)


@require_POST
@login_required
def remove_word(request: HttpRequest, word_id: UUID) -> HttpResponse:
    """Take a word off the list."""
    review.remove_word(actor=reader_of(request), word_id=word_id)
    return _back(request)


@require_POST
@login_required
def import_words(request: HttpRequest) -> HttpResponse:
    """Take words from a CSV file, beside those there are or in their place."""
    sent = request.FILES.get("file")
    try:
        if sent is None or sent.size is None or sent.size > MOST_BYTES:
            raise InvalidError("recognition.no_list", gettext_noop("Choose a CSV file of at most 4 MB."))
        words = read(_text(sent.read()))
        total = review.put_words(
            actor=reader_of(request),
            archives_id=_archives(request).id,
            words=words,
            replace=request.POST.get("replace") == "yes",
        )
    except InvalidError as error:
        return _page(request, fault=gettext(error.message) % error.facts if error.facts else gettext(error.message))
    messages.success(
        request, ngettext("The list has %(n)s word now.", "The list has %(n)s words now.", total) % {"n": total}
    )
    return _back(request)


@require_GET
@login_required
def export_words(request: HttpRequest) -> HttpResponse:
    """Answer the list as CSV, marked so that spreadsheets read it as UTF-8."""
    archives = _archives(request)
    answer = HttpResponse("\ufeff" + written(opening.word_list(archives.id)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="review-words.csv"'
    return answer


@require_POST
@login_required
def set_rule(request: HttpRequest) -> HttpResponse:
    """Set closing periods and whether two persons have to agree."""
    form = request.POST
    try:
        review.set_opening_rule(
            actor=reader_of(request),
            archives_id=_archives(request).id,
            closing_years=_years(form.get("closing_years", "")),
            category_years=_category_years(form.get("category_years", "")),
            two_persons=form.get("two_persons") == "yes",
        )
    except InvalidError as error:
        return _page(request, fault=gettext(error.message) % error.facts if error.facts else gettext(error.message))
    messages.success(request, gettext("Saved."))
    return _back(request)


def _page(request: HttpRequest, fault: str = "") -> HttpResponse:
    archives, asked = _archives(request), request.GET
    kind, text = asked.get("kind", ""), asked.get("q", "").strip()
    rows = opening.words_page(archives.id, kind=kind, text=text, cursor=asked.get("cursor", ""))
    rule = opening.rule_of(archives.id)
    edited = bool(rows.items or kind or text)
    listed = rows.items if edited else opening.word_list(archives.id)
    shown = [
        {
            "id": getattr(row, "id", None),
            "word": row.word,
            "kind": gettext(KIND_WORDS.get(row.kind, row.kind)),
            "effect": gettext(EFFECT_WORDS.get(row.effect, row.effect)),
            "effect_code": row.effect,
            "note": row.note,
        }
        for row in listed
    ]
    context = {
        "archives": archives,
        "all_archives": opening.archives_edited(reader_of(request)),
        "words": shown,
        "edited": edited,
        "kinds": [(code, gettext(words), code == kind) for code, words in KIND_WORDS.items()],
        "effects": [(code, gettext(words)) for code, words in EFFECT_WORDS.items()],
        "kind": kind,
        "text": text,
        "rule": rule,
        "category_years": "\n".join(f"{code} {years}" for code, years in sorted(rule.category_years.items())),
        "next": f"?archives={archives.id}&kind={kind}&q={text}&cursor={rows.next_cursor}" if rows.next_cursor else "",
        "fault": fault,
    }
    return render(request, "recognition/personal_words.html", context, status=422 if fault else 200)


def _archives(request: HttpRequest) -> Unit:
    """Return the archives asked for, of those whose words the reader edits; the first, if none is named."""
    actor = reader_of(request)
    require(actor, review.EDITORS)
    asked = request.POST.get("archives") or request.GET.get("archives", "")
    found = [unit for unit in opening.archives_edited(actor) if not asked or str(unit.id) == asked]
    if not found:
        raise NotFoundError("recognition.archives", gettext_noop("There is no such archives, or it is not yours."))
    return found[0]


def _years(text: str) -> int:
    if not text.strip().isdecimal() or len(text) > 4:
        raise InvalidError("recognition.closing_years", gettext_noop("A closing period has 1 to 100 years."))
    return int(text)


def _category_years(text: str) -> dict[str, int]:
    """Return the years by category code, from lines such as "KJ 10"."""
    pairs = [line.split() for line in text.splitlines() if line.strip()]
    if any(len(pair) != 2 for pair in pairs):
        raise InvalidError(
            "recognition.category_years", gettext_noop("Write one category and its years on each line, such as KJ 10.")
        )
    return {code: _years(years) for code, years in pairs}


def _text(content: bytes) -> str:
    """Return what a CSV file says; spreadsheets in China save GB 18030 as well as UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")


def _back(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("recognition:review_words") + f"?archives={_archives(request).id}")
