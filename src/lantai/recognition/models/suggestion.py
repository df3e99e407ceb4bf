"""What reading suggests for the description of a record, and what became of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lantai.kernel.ids import new_id
from lantai.recognition.rules.fields import FIELD_WORDS


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
    """A value that the machine found for a field, with its place on a page (pixels of the upright page).

    `field` is a word of `rules.fields`. Without a page it is about the whole record, and its box is empty. `origin`
    says which rule, template or model offers it, `alternatives` its next best guesses ({"value", "confidence"}),
    `reasons` the words that decided.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record = models.ForeignKey("catalogue.Record", on_delete=models.CASCADE, related_name="suggestions")
    page = models.ForeignKey(
        "catalogue.Page", null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    field = models.CharField(max_length=40)
    value = models.CharField(max_length=1000)
    confidence = models.FloatField()
    origin = models.CharField(max_length=60, default="official/1")
    alternatives = models.JSONField(default=list, blank=True)
    reasons = models.JSONField(default=list, blank=True)
    left_px = models.IntegerField(default=0)
    top_px = models.IntegerField(default=0)
    right_px = models.IntegerField(default=0)
    bottom_px = models.IntegerField(default=0)
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

    @property
    def field_label(self) -> str:
        """The name of the field in the reader's language."""
        return gettext(FIELD_WORDS.get(self.field, self.field))
