"""What was measured on a page picture, and the limits that an archives sets itself."""

from django.db import models
from django.db.models import Q

from lantai.kernel.ids import new_id


class PageCondition(models.Model):
    """The state of one page as a picture: `measured` as `rules.condition.Condition` names it.

    `picture_print` is the picture in 256 bits (64 hexadecimal digits), by which doubled pages are told.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    page = models.OneToOneField("catalogue.Page", on_delete=models.CASCADE, related_name="condition")
    record = models.ForeignKey("catalogue.Record", on_delete=models.CASCADE, related_name="+")
    measured = models.JSONField(default=dict)
    picture_print = models.CharField(max_length=64, blank=True)
    looked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.page_id}"


class QualityLimit(models.Model):
    """A limit that an archives has set for itself, or for one of its fonds; without a row the usual one holds."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    archives = models.ForeignKey("identity.Unit", on_delete=models.CASCADE, related_name="+")
    fonds = models.ForeignKey("catalogue.Fonds", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)
    value = models.FloatField()
    edited_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["archives", "fonds", "name"], nulls_distinct=False, name="one_quality_limit_of_a_name"
            ),
            models.CheckConstraint(condition=Q(value__gte=0), name="quality_limit_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.value}"
