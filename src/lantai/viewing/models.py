"""The copies that people look at and take away, whole and masked; the originals are never touched."""

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


class PartPreview(models.Model):
    """One picture that stands for a file without pages: a wave, frames of a film, a drawing.

    A row without a picture says that none could be made, so that it is not tried for ever.
    """

    part = models.OneToOneField(
        "catalogue.RecordPart", primary_key=True, on_delete=models.CASCADE, related_name="preview"
    )
    picture = models.ForeignKey("preservation.ComputerFile", null=True, on_delete=models.PROTECT, related_name="+")
    width_px = models.PositiveIntegerField(default=0)
    height_px = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return str(self.part_id)


class MaskedCopy(models.Model):
    """The pyramid of a page with its masks burned into the pixels: what is hidden is not in it.

    `masks_digest` names the masks it was made with; made with others it is never shown.
    """

    page = models.OneToOneField("catalogue.Page", primary_key=True, on_delete=models.CASCADE, related_name="+")
    pyramid = models.ForeignKey("preservation.ComputerFile", on_delete=models.PROTECT, related_name="+")
    width_px = models.PositiveIntegerField()
    height_px = models.PositiveIntegerField()
    masks_digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"{self.page_id} masked"


class SearchableCopy(models.Model):
    """A record's pages as one searchable PDF/A. It can always be made again from the originals and their layouts.

    `made_from` is the digest of all that it was made from, so that it is made anew only when something has changed;
    `faults` holds what our own check found, empty for a file that is PDF/A-2b.
    """

    record = models.OneToOneField("catalogue.Record", primary_key=True, on_delete=models.CASCADE, related_name="+")
    file = models.ForeignKey("preservation.ComputerFile", on_delete=models.PROTECT, related_name="+")
    page_count = models.PositiveIntegerField()
    made_from = models.CharField(max_length=64)
    faults = models.JSONField(default=list, blank=True)
    made_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return str(self.record_id)
