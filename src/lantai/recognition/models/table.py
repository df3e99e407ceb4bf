"""Tables found on pages, and what people made of them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantai.kernel.ids import new_id


class TableKind(models.TextChoices):
    """What parts the cells of a table."""

    RULED = "ruled", _("Ruled table")
    OPEN = "open", _("Table without rules")


class PageTable(models.Model):
    """One table as the machine read it on one page; `structure` is `rules.tables.shapes.as_json`.

    `continues` is the table of the page before that this one carries on. A reading again replaces the row, or where a
    person has edited the table its `structure` alone.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record = models.ForeignKey("catalogue.Record", on_delete=models.CASCADE, related_name="tables")
    page = models.ForeignKey("catalogue.Page", on_delete=models.CASCADE, related_name="tables")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=5, choices=TableKind.choices)
    structure = models.JSONField()
    confidence = models.FloatField()
    begins_page = models.BooleanField(default=False)
    ends_page = models.BooleanField(default=False)
    continues = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="carried_on"
    )
    engine = models.CharField(max_length=100, blank=True)
    found_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["page", "number"], name="one_table_of_a_number", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=Q(confidence__gte=0) & Q(confidence__lte=1), name="table_confidence_is_a_share"
            ),
        ]
        indexes = [models.Index(fields=["record", "page"], name="table_of_record")]

    def __str__(self) -> str:
        return f"{self.page_id} {self.number}"


class TableVersion(models.Model):
    """A table as a person left it: version 1 and on; 0 is the machine's. `acts` says what was done, without words."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    table = models.ForeignKey(PageTable, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    structure = models.JSONField()
    acts = models.JSONField(default=list)
    made_by = models.CharField(max_length=120)
    made_by_account = models.UUIDField(null=True, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["table", "number"], name="one_version_of_a_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="version_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.table_id} v{self.number}"
