"""What was read on each page, and what it suggests for the description of its record."""

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


class SuggestedField(models.TextChoices):
    """What a suggestion is about; the words are those of DA/T 46 and GB/T 9704."""

    TITLE = "title", _("Title")
    DOCUMENT_NUMBER = "document_number", _("Document number")
    AUTHOR = "author", _("Issuing body")
    DATED_ON = "dated_on", _("Date")
    ADDRESSEES = "addressees", _("Addressees")
    PEOPLE = "people", _("Person")
    ORGANISATIONS = "organisations", _("Organisation")
    USCC = "uscc", _("Unified social credit code")
    IDENTITY_NUMBER = "identity_number", _("Identity number")
    PROJECT_CODE = "project_code", _("Project code")


class SuggestionState(models.TextChoices):
    """What became of a suggestion. `APPLIED` was filled in by rule and can still be mended or refused."""

    WAITING = "waiting", _("To be checked")
    APPLIED = "applied", _("Filled in by rule")
    AGREES = "agrees", _("Same as described")
    ACCEPTED = "accepted", _("Value accepted")
    MENDED = "mended", _("Value mended")
    REFUSED = "refused", _("Value refused")


DECIDED = (SuggestionState.ACCEPTED, SuggestionState.MENDED, SuggestionState.REFUSED)


class Suggestion(models.Model):
    """A value that the machine found for a field, with its place on a page (pixels of the upright page)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record = models.ForeignKey("catalogue.Record", on_delete=models.CASCADE, related_name="suggestions")
    page = models.ForeignKey("catalogue.Page", on_delete=models.CASCADE, related_name="+", db_index=False)
    field = models.CharField(max_length=20, choices=SuggestedField.choices)
    value = models.CharField(max_length=1000)
    confidence = models.FloatField()
    left_px = models.IntegerField()
    top_px = models.IntegerField()
    right_px = models.IntegerField()
    bottom_px = models.IntegerField()
    state = models.CharField(max_length=8, choices=SuggestionState.choices, default=SuggestionState.WAITING)
    decided_value = models.CharField(max_length=1000, blank=True)
    decided_by = models.CharField(max_length=120, blank=True)
    decided_by_account = models.UUIDField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "field", "value"], name="one_suggestion_of_a_value"),
            models.CheckConstraint(condition=Q(confidence__gte=0) & Q(confidence__lte=1), name="confidence_is_a_share"),
            models.CheckConstraint(
                condition=~Q(state__in=DECIDED) | Q(decided_at__isnull=False), name="decided_suggestion_has_a_moment"
            ),
        ]
        indexes = [
            models.Index(fields=["confidence", "record"], condition=Q(state="waiting"), name="suggestion_worst_first"),
            models.Index(fields=["decided_by_account", "decided_at"], name="suggestion_of_the_day"),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.value[:40]}"

    @property
    def box_px(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom in pixels of the upright page."""
        return self.left_px, self.top_px, self.right_px, self.bottom_px
