"""From which sureness on a value may fill an empty field by itself, as the decisions of people have shown."""

from django.db import models
from django.db.models import Q

from lantai.kernel.ids import new_id


class FieldThreshold(models.Model):
    """The threshold of one field in one archives, learnt from `decided` suggestions of which `right` were right."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    archives = models.ForeignKey("identity.Unit", on_delete=models.CASCADE, related_name="+")
    field = models.CharField(max_length=40)
    threshold = models.FloatField()
    decided = models.PositiveIntegerField()
    right = models.PositiveIntegerField()
    learnt_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["archives", "field"], name="one_threshold_of_a_field"),
            models.CheckConstraint(condition=Q(right__lte=models.F("decided")), name="right_at_most_decided"),
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.threshold}"
