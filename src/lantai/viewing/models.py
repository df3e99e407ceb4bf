"""The copy of a page that people look at; the original is never touched."""

from django.db import models

from lantai.kernel.clock import now


class AccessCopy(models.Model):
    """A page's pyramid. It can always be made again from the original."""

    page = models.OneToOneField("catalogue.Page", primary_key=True, on_delete=models.CASCADE, related_name="+")
    pyramid = models.ForeignKey("preservation.ComputerFile", on_delete=models.PROTECT, related_name="+")
    width_px = models.PositiveIntegerField()
    height_px = models.PositiveIntegerField()
    made_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return str(self.page_id)
