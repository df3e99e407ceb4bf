"""What people fill in on the pages of this package."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lantai.web.models import Contact, Notice


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
