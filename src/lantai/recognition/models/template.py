"""Form templates that archivists draw on a page, in versions."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantai.kernel.ids import new_id


class TemplateState(models.TextChoices):
    """Where a version of a template stands. Only a draft can be changed, only what is published reads pages."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("In use")
    RETIRED = "retired", _("Retired")


class FormTemplate(models.Model):
    """One version of a template of one archives: `family` is the same for all its versions.

    `page` is the page on which it was drawn; sizes, `anchors` ([text, [left, top, right, bottom]]) and `fields` (as
    `rules.templates.as_rows` gives them) are in pixels of that page upright.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    family = models.UUIDField(default=new_id, editable=False)
    version = models.PositiveSmallIntegerField(default=1)
    archives = models.ForeignKey("identity.Unit", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    state = models.CharField(max_length=9, choices=TemplateState.choices, default=TemplateState.DRAFT)
    page = models.ForeignKey("catalogue.Page", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    width_px = models.PositiveIntegerField()
    height_px = models.PositiveIntegerField()
    anchors = models.JSONField(default=list)
    fields = models.JSONField(default=list)
    edited_by = models.CharField(max_length=120)
    edited_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["family", "version"], name="one_template_of_a_version"),
            models.UniqueConstraint(
                fields=["family"], condition=Q(state="published"), name="one_version_of_a_template_in_use"
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False), name="used_template_has_a_moment"
            ),
        ]
        indexes = [models.Index(fields=["archives", "state"], name="templates_in_use")]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"
