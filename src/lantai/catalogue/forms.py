"""The forms of the catalogue's pages: what people type, turned into what services take."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from lantai.catalogue import selectors
from lantai.catalogue.models import Defect, Opening, Record
from lantai.identity.models import Unit
from lantai.identity.selectors import access_levels
from lantai.kernel.errors import ArchiveError

FIELD_OF_FAULT = {
    "catalogue.fonds_number": "code",
    "catalogue.fonds_code_used": "code",
    "catalogue.fonds_name": "name_zh",
    "catalogue.fonds_days": "ended_on",
    "catalogue.opening_basis": "basis",
    "catalogue.opening_day": "next_review_on",
    "catalogue.opening_level": "outcome",
    "catalogue.level_beyond_own": "access_level",
    "catalogue.grant_day": "until_on",
    "catalogue.grant_reason": "reason",
    "catalogue.defect": "description",
    "catalogue.defect_outcome": "outcome",
    "identity.login": "login",
}


FIELD_WORDS = {
    "title": _("Title"),
    "author": _("Author"),
    "document_number": _("Document number"),
    "fonds": _("Fonds number"),
    "category": _("Category"),
    "year": _("Year"),
    "retention": _("Retention"),
    "organisation": _("Organisation or matter"),
    "catalogue_number": _("Project or catalogue number"),
    "series": _("Series"),
    "file": _("File"),
    "item": _("Item"),
}
"""What the names of fields, parts of a code and levels are called on the screen."""


def told(error: ArchiveError) -> str:
    """Return the error's sentence in the reader's language, its facts filled in."""
    if not error.facts:
        return gettext(error.message)
    named_facts = {
        key: FIELD_WORDS.get(str(error.facts.get(key)), error.facts.get(key))
        for key in ("part", "field", "level", "parent")
    }
    return gettext(error.message) % (
        error.facts | {key: value for key, value in named_facts.items() if key in error.facts}
    )


def named(row: Any) -> str:
    """Return a row's name in the reader's language, or in the other one."""
    english = (get_language() or "").startswith("en")
    return str((row.name_en or row.name_zh) if english else (row.name_zh or row.name_en))


def _days() -> forms.DateInput:
    return forms.DateInput({"type": "date"}, "%Y-%m-%d")


def _units(units: Iterable[Unit]) -> list[tuple[str, str]]:
    return [(str(unit.id), f"{unit.code} {named(unit)}".strip()) for unit in units]


class RefusableForm(forms.Form):
    """A form that shows why a service refused, beside the field that it speaks of."""

    def show_fault(self, error: ArchiveError) -> None:
        """Put the refusal beside its field, or above the form."""
        field = FIELD_OF_FAULT.get(error.code)
        self.add_error(field if field in self.fields else None, told(error))

    def choose(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        """Set what may be chosen in a field."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class FondsForm(RefusableForm):
    """A new fonds."""

    archives = forms.ChoiceField(label=_("Archives"))
    code = forms.CharField(
        label=_("Fonds number"), max_length=12, help_text=_("A letter and three digits, such as Z109.")
    )
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    owner_unit = forms.ChoiceField(label=_("Fonds creator"))
    code_template = forms.ChoiceField(label=_("Reference codes after"))
    started_on = forms.DateField(label=_("Records from"), required=False, widget=_days())
    ended_on = forms.DateField(label=_("Records until"), required=False, widget=_days())
    history = forms.CharField(label=_("History of the creator"), required=False, widget=forms.Textarea({"rows": 4}))

    def __init__(self, data: Any = None, *, archives: Sequence[Unit]) -> None:
        super().__init__(data)
        self.choose("archives", _units(archives))
        self.choose("owner_unit", _units(selectors.creators_near(archives)))
        templates = sorted(selectors.code_templates(), key=lambda template: template.code != "dat13-2022")
        self.choose("code_template", [(template.code, named(template)) for template in templates])

    def particulars(self) -> dict[str, Any]:
        """Return what `create_fonds` takes."""
        cleaned = dict(self.cleaned_data)
        ids = {"archives_id": cleaned.pop("archives"), "owner_unit_id": cleaned.pop("owner_unit")}
        return cleaned | ids


class DescriptionForm(RefusableForm):
    """The whole description of a record, its metadata beyond the columns included."""

    held = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("Title"), max_length=1000, widget=forms.Textarea({"rows": 2}))
    document_number = forms.CharField(label=_("Document number"), max_length=120, required=False)
    author = forms.CharField(label=_("Author"), max_length=400, required=False)
    dated_on = forms.DateField(label=_("Date"), required=False, widget=_days())
    year = forms.IntegerField(label=_("Year"), required=False, min_value=1000, max_value=2200)
    category_code = forms.ChoiceField(label=_("Category"))
    retention = forms.ChoiceField(label=_("Retention"))
    organisation = forms.CharField(label=_("Organisation or matter"), max_length=80, required=False)
    catalogue_number = forms.CharField(label=_("Project or catalogue number"), max_length=20, required=False)
    access_level = forms.ChoiceField(label=_("Access level"))

    COLUMNS = (
        "title", "document_number", "author", "dated_on", "year", "category_code", "retention", "organisation", "catalogue_number",
    )  # fmt: skip
    INHERITED = "inherited"
    FIRST_METADATA = ("keyword", "personal_name", "abstract", "document_type", "annotation")
    """Elements that are always offered; others are offered where the record has them."""

    def __init__(self, data: Any = None, *, record: Record) -> None:
        initial = {name: getattr(record, name, "") for name in self.COLUMNS}
        level = self.INHERITED if record.access_level_inherited else str(record.access_level)
        initial |= {"held": record.version, "category_code": record.category.code, "access_level": level}
        super().__init__(data, initial=initial)
        self.record = record
        self.choose("category_code", [(c.code, f"{c.code} {named(c)}") for c in selectors.categories()])
        self.choose("retention", [(p.code, named(p)) for p in selectors.retention_periods()])
        inherits = [(self.INHERITED, gettext("As the file above"))] if record.parent_id else []
        self.choose("access_level", [*inherits, *((str(a.level), named(a)) for a in access_levels())])
        self.elements = self._offered()
        for element in self.elements:
            self.fields[f"m_{element.name}"] = self._metadata_field(element)

    def _offered(self) -> list[Any]:
        elements = selectors.scheme_elements(self.record.category)
        wanted = {*self.FIRST_METADATA, *self.record.metadata}
        return [e for e in elements if e.name in wanted and e.kind == "simple" and not e.column]

    def _metadata_field(self, element: Any) -> forms.Field:
        held = self.record.metadata.get(element.name, "")
        english = (get_language() or "").startswith("en")
        label = element.name.replace("_", " ").capitalize() if english else element.name_zh
        initial = "\n".join(str(v) for v in held) if isinstance(held, list) else held
        usual: dict[str, Any] = {"label": label, "required": False, "initial": initial}
        if element.most is None:
            return forms.CharField(**usual, widget=forms.Textarea({"rows": 3}), help_text=gettext("One to a line."))
        if element.values and not element.open_values:
            return forms.ChoiceField(**usual, choices=[("", "—"), *((v, v) for v in element.values)])
        return forms.CharField(**usual, max_length=element.longest)

    @property
    def metadata_fields(self) -> list[forms.BoundField]:
        """The fields of elements that are not columns, in the order of the scheme."""
        return [self[f"m_{element.name}"] for element in self.elements]

    @property
    def version(self) -> int:
        """The version that the editor had open."""
        return int(self.cleaned_data["held"])

    def changes(self) -> dict[str, Any]:
        """Return the fields whose value is another one than was shown."""
        made = {name: self.cleaned_data[name] for name in self.COLUMNS if name in self.changed_data}
        if "access_level" in self.changed_data:
            chosen = self.cleaned_data["access_level"]
            made["access_level"] = None if chosen == self.INHERITED else int(chosen)
        if any(name.startswith("m_") for name in self.changed_data):
            made["metadata"] = self.record.metadata | {e.name: self._value(e) for e in self.elements}
        return made

    def _value(self, element: Any) -> Any:
        text = self.cleaned_data[f"m_{element.name}"].strip()
        return [line.strip() for line in text.splitlines() if line.strip()] if element.most is None else text


class OpeningForm(RefusableForm):
    """A decision on opening."""

    held = forms.IntegerField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(label=_("Decision"), choices=Opening.choices)
    basis = forms.CharField(label=_("Basis"), max_length=400, help_text=_("The clause or the minute that decides it."))
    next_review_on = forms.DateField(
        label=_("Next review"), required=False, widget=_days(), help_text=_("For a deferred opening only.")
    )

    def __init__(self, data: Any = None, *, record: Record) -> None:
        super().__init__(data, initial={"held": record.version, "outcome": record.opening})


class MoveForm(RefusableForm):
    """Where a record is to stand."""

    held = forms.IntegerField(widget=forms.HiddenInput)
    parent = forms.CharField(
        label=_("Code of the file or series"),
        max_length=160,
        required=False,
        help_text=_("Leave it empty for the top of the fonds."),
    )

    def __init__(self, data: Any = None, *, record: Record) -> None:
        above = record.parent
        reference = (above.reference_code or str(above.id)) if above else ""
        super().__init__(data, initial={"held": record.version, "parent": reference})


class GrantForm(RefusableForm):
    """A right to view for a time."""

    login = forms.CharField(label=_("Account"), max_length=64, help_text=_("The name under which the person signs in."))
    until_on = forms.DateField(
        label=_("Until"), widget=_days(), help_text=_("This day included; a year ahead at most.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=400)
    masked = forms.BooleanField(
        label=_("Only the masked copy"),
        required=False,
        help_text=_("The person sees the pages whose masks were checked, without what they hide."),
    )


class DefectForm(RefusableForm):
    """A defect for the register."""

    kind = forms.ChoiceField(label=_("What is wrong"), choices=Defect.Kind.choices)
    description = forms.CharField(label=_("Description"), max_length=1000, widget=forms.Textarea({"rows": 4}))
    login = forms.CharField(
        label=_("In charge"), max_length=64, required=False, help_text=_("The account that is to see to it.")
    )


class FondsDefectForm(DefectForm):
    """A defect of a fonds, such as a record that is missing."""

    fonds = forms.CharField(label=_("Fonds number"), max_length=40)
    field_order = ("fonds", "kind", "description", "login")


class CloseDefectForm(RefusableForm):
    """How a defect was closed."""

    outcome = forms.CharField(label=_("What was done"), max_length=1000, widget=forms.Textarea({"rows": 3}))


class ReleaseForm(RefusableForm):
    """Why a quarantined record is let go."""

    basis = forms.CharField(label=_("Basis"), max_length=400)
