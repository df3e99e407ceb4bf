"""Intakes, batches, items and their files, uploads under way and watched folders."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lantai.kernel.clock import now
from lantai.kernel.ids import new_id


class Intake(models.Model):
    """One act of taking in, of one kind: filing to the archive room and transfer to the archives are different acts."""

    class Kind(models.TextChoices):
        FILING = "filing", _("Filing")
        TRANSFER = "transfer", _("Transfer")
        DIGITISATION = "digitisation", _("Digitisation")
        DONATION = "donation", _("Donation")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    fonds = models.ForeignKey("catalogue.Fonds", on_delete=models.PROTECT, related_name="+")
    sent_by_unit = models.ForeignKey("identity.Unit", on_delete=models.PROTECT, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.id}"


class Batch(models.Model):
    """What was sent at once. `received` begins when every file is counted; `finished_at` when no item is under way."""

    class Source(models.TextChoices):
        FOLDER = "folder", _("Folder")
        HOT_FOLDER = "hot_folder", _("Watched folder")
        UPLOAD = "upload", _("Upload")
        PACKED = "packed", _("Packed file")

    class State(models.TextChoices):
        RECEIVING = "receiving", _("Receiving")
        WORKING = "working", _("Being taken in")
        FINISHED = "finished", _("Finished")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="batches")
    source = models.CharField(max_length=16, choices=Source.choices)
    source_name = models.TextField()
    """The folder or the packed file as the sender knows it."""
    staging = models.TextField(blank=True)
    """The folder of ours that holds the bytes until every copy is verified; empty when the sender's own folder is read."""
    state = models.CharField(max_length=16, choices=State.choices, default=State.RECEIVING)
    wants_reading = models.BooleanField(default=True)
    access_level = models.PositiveSmallIntegerField(default=0)
    catalogue_report = models.JSONField(default=dict)
    """What the linking of the catalogue found: rows, missing, unlisted, faults (row, column, words)."""
    created_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-created_at", "-id"]), models.Index(fields=["source_name", "state"])]

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.source_name}"

    @property
    def name(self) -> str:
        """What people call the batch: the name given, or the folder's own without the way to it."""
        return self.source_name.rstrip("/").rsplit("/", 1)[-1]


class HandoverList(models.Model):
    """Sent = received: what the sender's listing counted beside what the stores acknowledged."""

    batch = models.OneToOneField(Batch, primary_key=True, on_delete=models.PROTECT, related_name="handover")
    sent_files = models.PositiveBigIntegerField(default=0)
    sent_bytes = models.PositiveBigIntegerField(default=0)
    received_files = models.PositiveBigIntegerField(default=0)
    received_bytes = models.PositiveBigIntegerField(default=0)
    listing_digest = models.CharField(max_length=64, blank=True)
    """SHA-256 over the lines `digest  path` of every received file in order of path."""
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(received_files__lte=F("sent_files")) & Q(received_bytes__lte=F("sent_bytes")),
                name="received_at_most_sent",
            )
        ]

    def __str__(self) -> str:
        return f"{self.received_files}/{self.sent_files}"


class IntakeItem(models.Model):
    """One thing to become one record: a multi-page file, a folder of page images, or a single file."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        STORED = "stored", _("Stored")
        READING = "reading", _("Being read")
        DONE = "done", _("Done")
        HELD = "held", _("Already held")
        FAILED = "failed", _("Returned")
        QUARANTINED = "quarantined", _("In quarantine")
        REFUSED = "refused", _("Refused as a state secret")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="items")
    path = models.TextField()
    """The path below the source, in NFC, with `/` between names."""
    order = models.PositiveIntegerField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    description = models.JSONField(default=dict)
    """What the catalogue says of it: checked values for the record's columns and metadata."""
    content_key = models.CharField(max_length=64, blank=True)
    """SHA-256 over path and file digests: the same thing sent twice has the same key."""
    record = models.ForeignKey("catalogue.Record", null=True, on_delete=models.PROTECT, related_name="+")
    attempt = models.PositiveSmallIntegerField(default=0)
    error_code = models.CharField(max_length=64, blank=True)
    error_message = models.TextField(blank=True)
    """The English source sentence; translated where it is shown."""
    error_facts = models.JSONField(default=dict)
    changed_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "path"], name="one_item_per_path")]
        indexes = [
            models.Index(fields=["batch", "state", "order"]),
            models.Index(fields=["content_key"], condition=~Q(content_key=""), name="ingest_content_key"),
            models.Index(fields=["record"]),
        ]

    def __str__(self) -> str:
        return self.path


class IntakeFile(models.Model):
    """One file of an item, in page order."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(IntakeItem, on_delete=models.CASCADE, related_name="files")
    path = models.TextField()
    raw_path = models.BinaryField(null=True)
    """The name's own bytes where they are not the UTF-8 of `path`."""
    order = models.PositiveIntegerField()
    size_bytes = models.PositiveBigIntegerField()
    computer_file = models.ForeignKey(
        "preservation.ComputerFile", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "order"], name="one_file_per_place")]

    def __str__(self) -> str:
        return self.path


class Upload(models.Model):
    """One file on its way from a browser; it may stop and go on. `received_bytes` are on disk."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="uploads")
    path = models.TextField()
    size_bytes = models.PositiveBigIntegerField()
    received_bytes = models.PositiveBigIntegerField(default=0)
    changed_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "path"], name="one_upload_per_path"),
            models.CheckConstraint(condition=Q(received_bytes__lte=F("size_bytes")), name="upload_within_size"),
        ]

    def __str__(self) -> str:
        return self.path


class HotFolder(models.Model):
    """A folder that is looked at every minute; what lies still in it is taken in."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    path = models.TextField(unique=True)
    fonds = models.ForeignKey("catalogue.Fonds", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=Intake.Kind.choices, default=Intake.Kind.DIGITISATION)
    is_active = models.BooleanField(default=True)
    looked_at = models.DateTimeField(null=True)
    error_message = models.TextField(blank=True)
    """Why the last look took nothing in; the English source sentence, translated where it is shown."""
    error_facts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.path
