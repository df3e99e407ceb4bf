"""Digitisation as work (DA/T 31-2017): orders, the volumes they take through their steps, who did what, acceptance."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lantai.kernel.clock import now
from lantai.kernel.ids import new_id


class Step(models.TextChoices):
    """The steps of a volume, in their order (`rules.work.STEPS`)."""

    TAKEN_OUT = "taken_out", _("Taken out")
    UNBOUND = "unbound", _("Unbound")
    SCANNED = "scanned", _("Scanned")
    CHECKED = "checked", _("Checked")
    LINKED = "linked", _("Linked")
    BOUND = "bound", _("Bound again")
    RETURNED = "returned", _("Back in its place")


class WorkTeam(models.Model):
    """Those who digitise: people of the house, or a firm under contract."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    archives = models.ForeignKey("identity.Unit", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    is_outsourced = models.BooleanField(default=False)
    contract_number = models.CharField(max_length=80, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["archives", "name"], name="one_team_of_a_name")]

    def __str__(self) -> str:
        return self.name


class Worker(models.Model):
    """One person of a team; people of a firm have no account here, so they are entered by name."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    team = models.ForeignKey(WorkTeam, on_delete=models.PROTECT, related_name="workers")
    name = models.CharField(max_length=80)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "name"], name="one_worker_of_a_name")]

    def __str__(self) -> str:
        return self.name


class WorkOrder(models.Model):
    """An order to digitise volumes of a fonds, with what is asked of the pictures and of their acceptance."""

    class State(models.TextChoices):
        OPEN = "open", _("Under way")
        ACCEPTED = "accepted", _("Accepted")
        CLOSED = "closed", _("Closed")

    class Colour(models.TextChoices):
        COLOUR = "colour", _("Colour")
        GREY = "grey", _("Grey")
        ONE_BIT = "one_bit", _("Black and white")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    archives = models.ForeignKey("identity.Unit", on_delete=models.PROTECT, related_name="+")
    fonds = models.ForeignKey("catalogue.Fonds", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    team = models.ForeignKey(WorkTeam, on_delete=models.PROTECT, related_name="orders")
    resolution_dpi = models.PositiveSmallIntegerField(default=300)
    colour = models.CharField(max_length=8, choices=Colour.choices, default=Colour.COLOUR)
    sample_percent = models.PositiveSmallIntegerField(default=5)
    least_right_percent = models.PositiveSmallIntegerField(default=95)
    due_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["archives", "number"], name="one_order_of_a_number"),
            models.CheckConstraint(condition=Q(sample_percent__range=(1, 100)), name="sample_is_a_percentage"),
            models.CheckConstraint(condition=Q(least_right_percent__range=(1, 100)), name="right_is_a_percentage"),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False), name="closed_order_has_a_moment"
            ),
        ]
        indexes = [models.Index(fields=["-created_at", "-id"])]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class WorkVolume(models.Model):
    """One volume or bundle of an order. `step` is the last one done ("" before it is taken out)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="volumes")
    place = models.PositiveIntegerField()
    code = models.CharField(max_length=120)
    title = models.CharField(max_length=500, blank=True)
    stated_pages = models.PositiveIntegerField(default=0)
    stays_bound = models.BooleanField(default=False)
    step = models.CharField(max_length=9, choices=Step.choices, blank=True)
    scanned_pages = models.PositiveIntegerField(default=0)
    rejected_pages = models.PositiveIntegerField(default=0)
    rejections = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=500, blank=True)
    """Why it was sent back, as the person said; empty when all is well."""
    linked_pages = models.PositiveIntegerField(null=True)
    """How many pages the linked record had when it was linked."""
    record = models.ForeignKey("catalogue.Record", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "code"], name="one_volume_of_a_code"),
            models.UniqueConstraint(fields=["order", "place"], name="one_volume_of_a_place"),
        ]
        indexes = [models.Index(fields=["order", "step", "place"]), models.Index(fields=["code"])]

    def __str__(self) -> str:
        return self.code


class WorkStep(models.Model):
    """One step done on one volume: by whom, how many pages, in how many minutes. Written once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    volume = models.ForeignKey(WorkVolume, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=9, choices=Step.choices)
    worker = models.ForeignKey(Worker, null=True, on_delete=models.PROTECT, related_name="steps")
    pages = models.PositiveIntegerField(default=0)
    minutes = models.FloatField(default=0.0)
    is_again = models.BooleanField(default=False)
    rejected_pages = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=500, blank=True)
    entered_by = models.CharField(max_length=120)
    done_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=0), name="work_takes_time"),
            models.CheckConstraint(condition=Q(rejected_pages=0) | ~Q(reason=""), name="rejection_has_a_reason"),
        ]
        indexes = [models.Index(fields=["volume", "done_at"]), models.Index(fields=["worker", "step"])]

    def __str__(self) -> str:
        return f"{self.volume_id} {self.step}"


class AcceptanceSample(models.Model):
    """Volumes drawn by lot for acceptance; `seed` lets anybody draw the same ones again."""

    class State(models.TextChoices):
        OPEN = "open", _("Being looked at")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="samples")
    seed = models.PositiveBigIntegerField()
    of_volumes = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    drawn_by = models.CharField(max_length=120)
    drawn_at = models.DateTimeField(default=now)
    closed_by = models.CharField(max_length=120, blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=Q(state="open"), name="one_open_sample"),
            models.CheckConstraint(
                condition=Q(state="open") | Q(closed_at__isnull=False), name="closed_sample_has_a_moment"
            ),
        ]
        indexes = [models.Index(fields=["order", "-drawn_at"])]

    def __str__(self) -> str:
        return f"{self.order_id} {self.state}"


class SampledVolume(models.Model):
    """What looking at one drawn volume gave; `catalogue_right` is empty until somebody has looked."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sample = models.ForeignKey(AcceptanceSample, on_delete=models.PROTECT, related_name="volumes")
    volume = models.ForeignKey(WorkVolume, on_delete=models.PROTECT, related_name="+")
    catalogue_right = models.BooleanField(null=True)
    pages = models.PositiveIntegerField(default=0)
    wrong_pages = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=500, blank=True)
    looked_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sample", "volume"], name="drawn_once"),
            models.CheckConstraint(condition=Q(wrong_pages__lte=F("pages")), name="wrong_at_most_all"),
        ]

    def __str__(self) -> str:
        return f"{self.volume_id}"
