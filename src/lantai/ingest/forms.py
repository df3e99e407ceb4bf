"""The forms of taking in."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from lantai.catalogue.models import Fonds
from lantai.identity.models import Unit
from lantai.ingest.models import Intake, Step, Worker, WorkOrder, WorkTeam


class FondsChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # no subscript at run time
    """A fonds, shown by its number and name."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code}  {obj.name_zh}"


class UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # no subscript at run time
    """A unit, shown by its name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name_zh)


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
        _choose_from(self, "fonds", fonds)
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
        _choose_from(self, "fonds", fonds)


class TeamForm(forms.Form):
    """Enters a team that digitises."""

    archives = UnitChoice(label=_("Archives"), queryset=Unit.objects.none())
    name = forms.CharField(label=_("Name of the team"), max_length=120)
    is_outsourced = forms.BooleanField(label=_("A firm under contract"), required=False)
    contract_number = forms.CharField(label=_("Contract number"), max_length=80, required=False)

    def __init__(self, *args: Any, archives: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose_from(self, "archives", archives)
        self.fields["archives"].initial = archives.first()


class WorkersForm(forms.Form):
    """Enters people of a team, a name a line."""

    team = forms.ModelChoiceField(label=_("Team"), queryset=WorkTeam.objects.none())
    names = forms.CharField(label=_("Names"), widget=forms.Textarea({"rows": 3}), help_text=_("One name a line."))

    def __init__(self, *args: Any, teams: QuerySet[WorkTeam], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose_from(self, "team", teams)


class WorkOrderForm(forms.Form):
    """Opens a digitisation order."""

    name = forms.CharField(label=_("What is to be digitised"), max_length=200)
    fonds = FondsChoice(label=_("Fonds"), queryset=Fonds.objects.none())
    team = forms.ModelChoiceField(label=_("Team"), queryset=WorkTeam.objects.none())
    resolution_dpi = forms.IntegerField(
        label=_("Resolution (dpi)"), initial=300, min_value=100, max_value=1200,
        help_text=_("200 at least, 300 for small or pale writing, 600 for facsimiles (DA/T 31-2017)."),
    )  # fmt: skip
    colour = forms.ChoiceField(label=_("Colour mode"), choices=WorkOrder.Colour.choices)
    sample_percent = forms.IntegerField(
        label=_("Share of volumes looked at for acceptance (%)"), initial=5, min_value=1, max_value=100
    )
    least_right_percent = forms.IntegerField(
        label=_("Share of pages that must be good (%)"), initial=95, min_value=1, max_value=100
    )
    due_on = forms.DateField(label=_("Due on"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))

    def __init__(self, *args: Any, fonds: QuerySet[Fonds], teams: QuerySet[WorkTeam], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose_from(self, "fonds", fonds)
        _choose_from(self, "team", teams)


class VolumesForm(forms.Form):
    """Takes a pasted list of volumes."""

    rows = forms.CharField(
        label=_("Volumes"),
        widget=forms.Textarea({"rows": 12, "spellcheck": "false"}),
        help_text=_(
            "One volume a line: code, title, pages. Cells copied from a spreadsheet are taken as they are. "
            "Write “bound” in a fourth cell for a volume that stays bound."
        ),
    )


class _OfTeam(forms.Form):
    """Has a person of the order's team, where one is named."""

    worker = forms.ModelChoiceField(label=_("Done by"), queryset=Worker.objects.none(), required=False)

    def __init__(self, *args: Any, order: WorkOrder, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose_from(self, "worker", order.team.workers.filter(is_active=True).order_by("name"))


class StepForm(_OfTeam):
    """Notes a step on chosen volumes."""

    step = forms.ChoiceField(label=_("Step"), choices=Step.choices)
    pages = forms.IntegerField(label=_("Pages"), required=False, min_value=0, max_value=1_000_000)
    minutes = forms.FloatField(label=_("Minutes for all of them"), required=False, min_value=0, max_value=100_000)


class RejectForm(_OfTeam):
    """Sends a volume back to the scanner. Stands in the form of the steps, so the browser must not ask for it."""

    use_required_attribute = False

    reason = forms.CharField(label=_("What is wrong"), max_length=500)
    rejected_pages = forms.IntegerField(label=_("Pages to scan again"), initial=1, min_value=1)


class JudgeForm(forms.Form):
    """Notes what looking at one drawn volume gave."""

    catalogue_right = forms.BooleanField(label=_("Catalogue and pictures agree"), required=False)
    pages = forms.IntegerField(label=_("Pages looked at"), min_value=1)
    wrong_pages = forms.IntegerField(label=_("Of these not good"), min_value=0, initial=0)
    note = forms.CharField(label=_("Note"), required=False, max_length=500)


def _choose_from(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows
