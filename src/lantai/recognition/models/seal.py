"""The register of seals that an archives knows, and the seals and signatures found on its pages."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantai.kernel.ids import new_id


class SealShape(models.TextChoices):
    """The outline of a seal."""

    ROUND = "round", _("Round")
    OVAL = "oval", _("Oval")
    SQUARE = "square", _("Square")


class SealColour(models.TextChoices):
    """The ink of a found seal, as far as the picture has colour."""

    RED = "red", _("Red")
    BLUE = "blue", _("Blue")
    GREY = "grey", _("Grey picture")
    BLACK = "black", _("Black")


class SealModelState(models.TextChoices):
    """Whether found seals are compared with a model."""

    IN_USE = "in_use", _("In use")
    RETIRED = "retired", _("Retired")


class SealModel(models.Model):
    """A seal as it was registered: whose it is, what it says, its picture and its look.

    `look` is the ink unrolled around the middle, as `rules.seal_matching` compares it; empty without a picture.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    archives = models.ForeignKey("identity.Unit", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    purpose = models.CharField(max_length=60, blank=True)
    shape = models.CharField(max_length=6, choices=SealShape.choices, default=SealShape.ROUND)
    picture = models.ForeignKey(
        "preservation.ComputerFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    look = models.BinaryField(blank=True, default=bytes)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=7, choices=SealModelState.choices, default=SealModelState.IN_USE)
    version = models.PositiveIntegerField(default=1)
    edited_by = models.CharField(max_length=120, blank=True)
    edited_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["archives", "state", "name"], name="seal_model_of_archives")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=models.F("valid_from")),
                name="seal_model_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.purpose}".strip()


class FoundSeal(models.Model):
    """A seal on a page, as it was found when the page was read: evidence with its place (pixels of the upright page)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    page = models.ForeignKey("catalogue.Page", on_delete=models.CASCADE, related_name="found_seals")
    record = models.ForeignKey("catalogue.Record", on_delete=models.CASCADE, related_name="+")
    shape = models.CharField(max_length=6, choices=SealShape.choices)
    colour = models.CharField(max_length=5, choices=SealColour.choices)
    confidence = models.FloatField()
    left_px = models.IntegerField()
    top_px = models.IntegerField()
    right_px = models.IntegerField()
    bottom_px = models.IntegerField()
    angle_degrees = models.FloatField(default=0.0)
    name = models.CharField(max_length=200, blank=True)
    purpose = models.CharField(max_length=60, blank=True)
    code = models.CharField(max_length=40, blank=True)
    text_confidence = models.FloatField(default=0.0)
    look = models.BinaryField(blank=True, default=bytes)
    model = models.ForeignKey(SealModel, null=True, blank=True, on_delete=models.SET_NULL, related_name="found")
    score = models.FloatField(null=True, blank=True)
    found_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["record", "page"], name="found_seal_of_record"),
            models.Index(fields=["-found_at"], condition=Q(model__isnull=True), name="found_seal_unmatched"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(confidence__gte=0) & Q(confidence__lte=1), name="seal_confidence_is_a_share"
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.shape} {self.colour}"

    @property
    def box_px(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom in pixels of the upright page."""
        return self.left_px, self.top_px, self.right_px, self.bottom_px


class FoundSignature(models.Model):
    """A hand-written signature on a page, and the printed words that ask for it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    page = models.ForeignKey("catalogue.Page", on_delete=models.CASCADE, related_name="found_signatures")
    record = models.ForeignKey("catalogue.Record", on_delete=models.CASCADE, related_name="+")
    label = models.CharField(max_length=60)
    confidence = models.FloatField()
    left_px = models.IntegerField()
    top_px = models.IntegerField()
    right_px = models.IntegerField()
    bottom_px = models.IntegerField()
    found_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["record", "page"], name="found_signature_of_record")]

    def __str__(self) -> str:
        return self.label

    @property
    def box_px(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom in pixels of the upright page."""
        return self.left_px, self.top_px, self.right_px, self.bottom_px
