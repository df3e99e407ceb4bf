"""What the public's first page says beside its search box: notices, and how to reach each archives."""

from django.db import models
from django.db.models import F, Q

from lantai.kernel.ids import new_id


class Notice(models.Model):
    """A notice on the first page, from a day on and, where it ends, up to and on a day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=300, blank=True)
    body_zh = models.TextField(max_length=4000, blank=True)
    body_en = models.TextField(max_length=8000, blank=True)
    published_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-published_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("published_on")), name="notice_ends_later"
            )
        ]

    def __str__(self) -> str:
        return self.title_zh


class Contact(models.Model):
    """How the public reaches one archives."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    archives = models.OneToOneField("identity.Unit", models.PROTECT, related_name="+")
    hotline = models.CharField(max_length=40, blank=True)
    hours_zh = models.CharField(max_length=200, blank=True)
    hours_en = models.CharField(max_length=200, blank=True)
    address_zh = models.CharField(max_length=200, blank=True)
    address_en = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["archives__code", "id"]

    def __str__(self) -> str:
        return self.hotline
