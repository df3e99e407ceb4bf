"""What is wrong with a page or a record as it was scanned or read, and what became of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantai.kernel.ids import new_id


class FindingState(models.TextChoices):
    """What became of a finding."""

    OPEN = "open", _("To be looked at")
    RESCAN = "rescan", _("To be scanned again")
    ACCEPTED = "accepted", _("True, and stays so")
    DISMISSED = "dismissed", _("Good enough")


class PageFinding(models.Model):
    """One finding about a page, or about the whole record where `page` is empty.

    `code` names the check ("quality.skew", "seal.missing"), `weight` says how grave it is (0 to 100), `measured` holds
    what was measured and the limit.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record = models.ForeignKey("catalogue.Record", on_delete=models.CASCADE, related_name="findings")
    page = models.ForeignKey("catalogue.Page", null=True, blank=True, on_delete=models.CASCADE, related_name="findings")
    code = models.CharField(max_length=60)
    weight = models.PositiveSmallIntegerField(default=50)
    measured = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=9, choices=FindingState.choices, default=FindingState.OPEN)
    note = models.CharField(max_length=500, blank=True)
    found_at = models.DateTimeField()
    decided_by = models.CharField(max_length=120, blank=True)
    decided_by_account = models.UUIDField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["code", "record"], condition=Q(state="open"), name="open_finding"),
            models.Index(fields=["-decided_at"], condition=Q(state="rescan"), name="finding_to_scan_again"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "page", "code"], nulls_distinct=False, name="one_finding_of_a_code"
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(decided_at__isnull=False), name="decided_finding_has_a_moment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.state}"
