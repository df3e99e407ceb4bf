"""The opening review 开放审核: the machine's result, the opinions of people, the list of words, the rules of an archives."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantai.kernel.ids import new_id


class OpeningProposalRow(models.Model):
    """What the machine proposes for a record, and why: kept as it was made, whatever people decide."""

    record = models.OneToOneField(
        "catalogue.Record", primary_key=True, on_delete=models.CASCADE, related_name="opening_proposal"
    )
    archives = models.ForeignKey("identity.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    outcome = models.CharField(max_length=12)
    counts = models.JSONField(default=dict)
    words = models.JSONField(default=dict)
    places = models.JSONField(default=list)
    pages = models.PositiveIntegerField(default=0)
    pages_unread = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["archives", "outcome", "record"], name="proposal_of_archives")]

    def __str__(self) -> str:
        return f"{self.record_id} {self.outcome}"


class OpeningOpinion(models.Model):
    """What one person found in the review of a record: first 初审 or second 复审, with reason and legal basis.

    `machine_outcome` is what the machine proposed when the person decided, so that both can be compared later.
    """

    class Round(models.IntegerChoices):
        FIRST = 1, _("First review")
        SECOND = 2, _("Second review")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record = models.ForeignKey("catalogue.Record", on_delete=models.CASCADE, related_name="opening_opinions")
    round = models.PositiveSmallIntegerField(choices=Round.choices)
    outcome = models.CharField(max_length=12)
    reason = models.CharField(max_length=400, blank=True)
    basis = models.CharField(max_length=400)
    next_review_on = models.DateField(null=True, blank=True)
    machine_outcome = models.CharField(max_length=12, blank=True)
    given_by = models.CharField(max_length=120)
    given_by_account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    settled = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record", "round"], condition=Q(settled=False), name="one_open_opinion_of_a_round"
            )
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.round} {self.outcome}"


class OpeningRule(models.Model):
    """How an archives reviews: closing period, shorter ones for categories, and whether two persons have to agree."""

    archives = models.OneToOneField("identity.Unit", primary_key=True, on_delete=models.CASCADE, related_name="+")
    closing_years = models.PositiveSmallIntegerField(default=25)
    category_years = models.JSONField(default=dict, blank=True)
    two_persons = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closing_years__gte=1) & Q(closing_years__lte=100), name="closing_years_of_a_century"
            )
        ]

    def __str__(self) -> str:
        return f"{self.archives_id}: {self.closing_years}"


class ReviewWord(models.Model):
    """A word of an archives' list for the opening review."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    archives = models.ForeignKey("identity.Unit", on_delete=models.CASCADE, related_name="+", db_index=False)
    word = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)
    effect = models.CharField(max_length=10)
    note = models.CharField(max_length=200, blank=True)
    changed_by = models.CharField(max_length=120)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["archives", "word"], name="one_word_of_an_archives")]

    def __str__(self) -> str:
        return self.word
