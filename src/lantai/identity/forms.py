"""The forms of the identity pages: what people type, turned into what services take."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lantai.identity.models import Account, RoleName, Unit, UnitKind
from lantai.identity.rules.sign_in import PASSWORD_LENGTH
from lantai.identity.selectors import access_levels, archives_units, find_unit, open_units_for
from lantai.kernel.actors import Actor
from lantai.kernel.errors import ArchiveError

FIELD_OF_FAULT = {
    "identity.unit_name": "name_zh",
    "identity.uscc": "uscc",
    "identity.uscc_missing": "uscc",
    "identity.uscc_in_use": "uscc",
    "identity.temporary_until": "until",
    "identity.region_place": "kind",
    "identity.login_form": "login",
    "identity.login_in_use": "login",
    "identity.name": "name",
    "identity.one_per_person": "staff_code",
    "identity.old_password": "old",
    "identity.password_length": "new",
    "identity.password_plain": "new",
    "identity.password_personal": "new",
    "identity.password_common": "new",
    "identity.password_used": "new",
    "identity.until_past": "until",
    "identity.roles_exclude": "role",
}


def told(error: ArchiveError) -> str:
    """Return the error's sentence in the reader's language, its facts filled in."""
    return gettext(error.message) % error.facts if error.facts else gettext(error.message)


def show_fault(form: forms.Form, error: ArchiveError) -> None:
    """Put a service's refusal beside the field it speaks of, or above the form."""
    field = FIELD_OF_FAULT.get(error.code)
    form.add_error(field if field in form.fields else None, told(error))


def unit_words(unit: Unit) -> str:
    """Return how a unit is named in a field that `find_unit` reads again."""
    return f"{unit.code} {unit.name_zh}".strip()


class _WithUnits(forms.Form):
    """A form with fields that name a unit by code or name; the browser suggests from the list."""

    UNIT_FIELDS: tuple[str, ...] = ()

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.unit_choices = [(unit_words(unit), unit) for unit in open_units_for(actor)]
        for name in self.UNIT_FIELDS:
            self.fields[name].widget.attrs.update({"list": "units", "autocomplete": "off"})

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in self.UNIT_FIELDS:
            if text := cleaned.get(name):
                try:
                    cleaned[name] = find_unit(self.actor, text)
                except ArchiveError as error:
                    self.add_error(name, told(error))
        return cleaned


class SignInForm(forms.Form):
    login = forms.CharField(
        label=_("Login"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PasswordForm(forms.Form):
    old = forms.CharField(
        label=_("Present password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    new = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password once more"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new"].help_text = gettext(
            "At least %(count)d characters of three kinds: small letters, capitals, digits, other signs."
        ) % {"count": PASSWORD_LENGTH}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("new") != cleaned.get("again"):
            self.add_error("again", _("The two new passwords differ. Type the same one twice."))
        return cleaned


class UnitForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=UnitKind.choices)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=120, help_text=_("As on the seal."))
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    code = forms.CharField(
        label=_("Unit code"), max_length=32, required=False, help_text=_("Short, for lists and searching.")
    )
    uscc = forms.CharField(
        label=_("Unified social credit code"),
        max_length=24,
        required=False,
        help_text=_("18 characters of the licence; an enterprise must have one."),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
    )
    until = forms.DateField(
        label=_("Ends on"),
        required=False,
        help_text=_("For a temporary body only."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    archives = forms.ModelChoiceField(
        label=_("Hands its records to"),
        queryset=archives_units(),
        required=False,
        empty_label=_("The nearest archives institution"),
    )

    def __init__(self, *args: Any, unit: Unit | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if unit is not None:
            del self.fields["kind"]
            self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput)
            self.initial = {
                "name_zh": unit.name_zh,
                "name_en": unit.name_en,
                "code": unit.code,
                "uscc": unit.uscc,
                "until": unit.until,
                "archives": unit.archives_id,
                "version": unit.version,
            }

    def particulars(self) -> dict[str, Any]:
        """Return the cleaned values under the names that services take."""
        values = dict(self.cleaned_data)
        archives = values.pop("archives")
        return values | {"archives_id": archives.id if archives else None}


class MoveUnitForm(_WithUnits):
    UNIT_FIELDS = ("parent",)
    parent = forms.CharField(label=_("New unit above"), max_length=160, help_text=_("Type its code or name."))


class AccountForm(_WithUnits):
    UNIT_FIELDS = ("unit",)
    login = forms.CharField(
        label=_("Login"),
        max_length=64,
        help_text=_("Small letters, digits, dots and hyphens; it never changes."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
    name = forms.CharField(label=_("Full name"), max_length=80)
    staff_code = forms.CharField(
        label=_("Staff code"), max_length=40, required=False, help_text=_("Keeps one person from having two accounts.")
    )
    unit = forms.CharField(label=_("Unit"), max_length=160, help_text=_("Type its code or name."))

    def __init__(self, *args: Any, account: Account | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if account is not None:
            del self.fields["login"]
            self.initial = {"name": account.name, "staff_code": account.staff_code, "unit": unit_words(account.unit)}

    def particulars(self) -> dict[str, Any]:
        """Return the cleaned values under the names that services take."""
        values = dict(self.cleaned_data)
        return values | {"unit_id": values.pop("unit").id} if "unit" in values else values


class GrantForm(_WithUnits):
    UNIT_FIELDS = ("unit",)
    role = forms.ChoiceField(label=_("Role"), choices=RoleName.choices)
    unit = forms.CharField(label=_("At unit"), max_length=160, help_text=_("It also holds everywhere below that unit."))
    until = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class LevelForm(forms.Form):
    level = forms.TypedChoiceField(label=_("Sees records up to"), coerce=int)

    def __init__(self, *args: Any, english: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["level"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(row.level, row.name_en if english else row.name_zh) for row in access_levels()]


class LevelNameForm(forms.Form):
    name_zh = forms.CharField(label=_("Chinese name"), max_length=40)
    name_en = forms.CharField(label=_("English name"), max_length=40)
