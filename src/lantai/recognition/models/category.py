"""Models that file records, the runs that train them, and values that nobody gave."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lantai.kernel.ids import new_id
from lantai.recognition.rules.fields import FIELD_WORDS


class ModelState(models.TextChoices):
    """Whether a model is at work. A candidate was trained and found no better than the one at work."""

    CANDIDATE = "candidate", _("Not better, not used")
    CURRENT = "current", _("At work")
    RETIRED = "retired", _("Replaced")


class CategoryModel(models.Model):
    """A model of one facet (category, organisation, retention), trained on the records of one archives.

    Its weights are data in the content store; `signature` is the keyed digest under which they were stored. `metrics`
    hold what was measured on records that the model was not trained on, and the threshold of each class.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    archives = models.ForeignKey("identity.Unit", on_delete=models.CASCADE, related_name="+")
    facet = models.CharField(max_length=20)
    file = models.ForeignKey("preservation.ComputerFile", on_delete=models.PROTECT, related_name="+")
    signature = models.CharField(max_length=128)
    metrics = models.JSONField()
    state = models.CharField(max_length=9, choices=ModelState.choices, default=ModelState.CANDIDATE)
    records = models.PositiveIntegerField()
    classes = models.PositiveIntegerField()
    trained_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["archives", "facet"], condition=Q(state="current"), name="one_current_model_of_a_facet"
            )
        ]
        indexes = [models.Index(fields=["archives", "facet", "-trained_at"], name="models_of_a_facet")]

    def __str__(self) -> str:
        return f"{self.facet} {self.state}"

    @property
    def facet_label(self) -> str:
        """The name of the facet in the reader's language."""
        return gettext(FIELD_WORDS.get(self.facet, self.facet))


class RunState(models.TextChoices):
    """How the training of the models of an archives stands."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Training")
    DONE = "done", _("Trained")
    FAILED = "failed", _("Broken off")


class LearningRun(models.Model):
    """One training of an archives' models: how far it is, and what became of each facet.

    `outcomes` hold for each facet {"state", "message", "facts"}: the message is an English source string.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    archives = models.ForeignKey("identity.Unit", on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=RunState.choices, default=RunState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    outcomes = models.JSONField(default=dict, blank=True)
    asked_by = models.CharField(max_length=120, blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["archives", "-began_at"], name="runs_of_an_archives")]

    def __str__(self) -> str:
        return f"{self.archives_id} {self.state}"


class AssumedValue(models.Model):
    """A value that taking in put into a field because nobody gave one: the machine may fill it, a person always wins."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record = models.ForeignKey("catalogue.Record", on_delete=models.CASCADE, related_name="+")
    field = models.CharField(max_length=20)
    value = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "field"], name="one_assumed_value_of_a_field")]

    def __str__(self) -> str:
        return f"{self.field}: {self.value}"


class FiledRecord(models.Model):
    """A value that a model filed by itself; what people made of it since stands in the suggestion."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    model = models.ForeignKey(CategoryModel, on_delete=models.CASCADE, related_name="filed")
    suggestion = models.OneToOneField("recognition.Suggestion", on_delete=models.CASCADE, related_name="+")
    filed_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.suggestion_id)
