"""The forms of taking in."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from lantai.catalogue.models import Fonds
from lantai.ingest.models import Intake


class FondsChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # no subscript at run time
    """A fonds, shown by its number and name."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code}  {obj.name_zh}"


class UploadBatchForm(forms.Form):
    """Opens a batch that gathers uploads."""

    kind = forms.ChoiceField(label=_("What is being taken in"), choices=Intake.Kind.choices, widget=forms.RadioSelect)
    fonds = FondsChoice(label=_("Fonds"), queryset=Fonds.objects.none())
    name = forms.CharField(
        label=_("Name of the batch"),
        max_length=200,
        help_text=_("How you will recognise it, such as: 2019 notices, box 3."),
    )
    wants_reading = forms.BooleanField(
        label=_("Read the pages"), required=False, initial=True, help_text=_("Pages become text that can be searched.")
    )

    def __init__(self, *args: Any, fonds: QuerySet[Fonds], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["fonds"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = fonds
        self.fields["kind"].initial = Intake.Kind.DIGITISATION


class HotFolderForm(forms.Form):
    """Begins the watching of a folder."""

    path = forms.CharField(
        label=_("Folder on the server"), max_length=1000, help_text=_("A full path, such as /srv/scanner/out.")
    )
    fonds = FondsChoice(label=_("Fonds"), queryset=Fonds.objects.none())
    kind = forms.ChoiceField(label=_("What is being taken in"), choices=Intake.Kind.choices)

    def __init__(self, *args: Any, fonds: QuerySet[Fonds], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["fonds"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = fonds
