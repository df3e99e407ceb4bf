"""What people fill in on the pages of this package."""

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from lantai.catalogue import selectors as catalogue
from lantai.catalogue.models import Record
from lantai.kernel.errors import ArchiveError
from lantai.web.models import Contact, Notice


class RecordForm(forms.Form):
    """The description of a record as people edit it; `held` is the version that was open."""

    held = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("Title"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    document_number = forms.CharField(label=_("Document number"), max_length=120, required=False)
    author = forms.CharField(label=_("Author"), max_length=400, required=False)
    dated_on = forms.DateField(label=_("Date"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    year = forms.IntegerField(label=_("Year"), required=False, min_value=1000, max_value=2200)
    retention = forms.ChoiceField(label=_("Retention"))
    organisation = forms.CharField(label=_("Organisation or matter"), max_length=80, required=False)

    EDITED = ("title", "document_number", "author", "dated_on", "year", "retention", "organisation")

    def __init__(self, data: Any = None, *, record: Record) -> None:
        initial = {name: getattr(record, name) for name in self.EDITED}
        super().__init__(data, initial={**initial, "held": record.version})
        english = (get_language() or "").startswith("en")
        periods = [(p.code, p.name_en if english else p.name_zh) for p in catalogue.retention_periods()]
        if record.retention not in dict(periods):
            periods.append((record.retention, record.retention))
        retention = self.fields["retention"]
        assert isinstance(retention, forms.ChoiceField)
        retention.choices = periods

    @property
    def version(self) -> int:
        """The version that the editor had open."""
        return int(self.cleaned_data["held"])

    def changes(self) -> dict[str, Any]:
        """Return the fields whose value is another one than was shown."""
        return {name: self.cleaned_data[name] for name in self.EDITED if name in self.changed_data}

    def add_refusal(self, error: ArchiveError) -> None:
        """Say at the top of the form why the catalogue refused."""
        self.add_error(None, gettext(error.message) % error.facts if error.facts else gettext(error.message))


class NoticeForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """A notice for the public's first page."""

    class Meta:
        model = Notice
        fields = ("title_zh", "title_en", "body_zh", "body_en", "published_on", "until_on")
        labels = {
            "title_zh": _("Title in Chinese"),
            "title_en": _("Title in English"),
            "body_zh": _("Text in Chinese"),
            "body_en": _("Text in English"),
            "published_on": _("Shown from"),
            "until_on": _("Shown until"),
        }
        widgets = {
            "published_on": forms.DateInput({"type": "date"}, "%Y-%m-%d"),
            "until_on": forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        }


class ContactForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """How the public reaches one archives."""

    class Meta:
        model = Contact
        fields = ("hotline", "hours_zh", "hours_en", "address_zh", "address_en")
        labels = {
            "hotline": _("Hotline"),
            "hours_zh": _("Hours in Chinese"),
            "hours_en": _("Hours in English"),
            "address_zh": _("Address in Chinese"),
            "address_en": _("Address in English"),
        }
