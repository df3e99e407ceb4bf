"""The filter over the list of ledger entries."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lantai.audit.selectors import LedgerFilter


class LedgerFilterForm(forms.Form):
    """Act, target, account and days; a part that is wrong says so and filters nothing."""

    verb = forms.ChoiceField(label=_("Act"), required=False)
    target = forms.UUIDField(label=_("Target"), required=False)
    account = forms.CharField(label=_("Account"), required=False, max_length=150)
    from_on = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    until_on = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, data: Any, *, verbs: list[str]) -> None:
        super().__init__(data)
        field = self.fields["verb"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("All acts")), *((verb, gettext(verb)) for verb in verbs)]

    def asked(self) -> LedgerFilter:
        """Return the filter that was asked for."""
        self.is_valid()
        kept = self.cleaned_data
        return LedgerFilter(
            verb=kept.get("verb") or "",
            target_id=kept.get("target"),
            account=(kept.get("account") or "").strip(),
            from_on=kept.get("from_on"),
            until_on=kept.get("until_on"),
        )
