"""How each page was read, and its text."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantai.kernel.ids import new_id


class ReadingState(models.TextChoices):
    """How the reading of a page ended."""

    BEGUN = "begun", _("Being read")
    READ = "read", _("Text read")
    FAILED = "failed", _("Could not be read")
    SECRET = "secret", _("Bears a secret mark")


class PageReading(models.Model):
    """The last reading of one page: by which engine, how surely, and the ALTO layout in the content store.

    `engine` names models, runtime and pipeline, or the file's own text layer; a page is read again only by another one.
    `attempts` counts beginnings, so that a page that kills the worker is given up instead of tried for ever.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    page = models.OneToOneField("catalogue.Page", on_delete=models.CASCADE, related_name="reading")
    record = models.ForeignKey("catalogue.Record", on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=ReadingState.choices, default=ReadingState.BEGUN)
    engine = models.CharField(max_length=100, blank=True)
    attempts = models.PositiveSmallIntegerField(default=1)
    confidence = models.FloatField(null=True, blank=True)
    turn_degrees = models.PositiveSmallIntegerField(default=0)
    angle_degrees = models.FloatField(default=0.0)
    layout_file = models.ForeignKey(
        "preservation.ComputerFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    secrecy = models.CharField(max_length=8, blank=True)
    fault = models.CharField(max_length=120, blank=True)
    read_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["record", "state"], name="reading_of_record")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=ReadingState.READ) | Q(layout_file__isnull=False), name="read_page_has_a_layout"
            ),
            models.CheckConstraint(condition=Q(turn_degrees__in=[0, 90, 180, 270]), name="reading_turns_by_quarters"),
        ]

    def __str__(self) -> str:
        return f"{self.page_id} {self.state}"


class PageText(models.Model):
    """The text of a page as it was read, its rows as lines: for highlighting and for rebuilding the index."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    page = models.OneToOneField("catalogue.Page", on_delete=models.CASCADE, related_name="page_text")
    record = models.ForeignKey("catalogue.Record", on_delete=models.CASCADE, related_name="+")
    text = models.TextField()

    def __str__(self) -> str:
        return self.text[:40]
