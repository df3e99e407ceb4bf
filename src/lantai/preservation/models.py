"""Files, their copies and keys, manifests, and what was done to keep them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lantai.kernel.clock import now
from lantai.kernel.ids import new_id

if TYPE_CHECKING:
    from uuid import UUID


class CopyState(models.TextChoices):
    """What the last check found of one copy."""

    GOOD = "good", _("Good")
    DAMAGED = "damaged", _("Damaged")
    MISSING = "missing", _("Missing")


class EventKind(models.TextChoices):
    """What was done to bytes. Source: PREMIS 3.0, preservation event types."""

    INGESTION = "ingestion", _("Taken in")
    FIXITY_CHECK = "fixity_check", _("Fixity check")
    REPLICATION = "replication", _("Healed from another copy")
    DELETION = "deletion", _("Deleted")


class Outcome(models.TextChoices):
    SUCCESS = "success", _("Success")
    FAILURE = "failure", _("Failure")


class StoreRow(models.Model):
    """A content store that has been in use; which ones are in force now is a setting.

    `own_disk` remembers that its folder lay on another file system than the installation, so that a disk that is not
    mounted is not mistaken for an empty store.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=64, unique=True)
    own_disk = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=now)

    class Meta:
        db_table = "preservation_store"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class PreservationEvent(models.Model):
    """One thing that was done to files or manifests; an ingestion event stands for all files of its group."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=20, choices=EventKind.choices)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.SUCCESS)
    file = models.ForeignKey("ComputerFile", models.CASCADE, null=True, blank=True, related_name="events")
    manifest = models.ForeignKey("Manifest", models.CASCADE, null=True, blank=True, related_name="events")
    store = models.ForeignKey(StoreRow, models.PROTECT, null=True, blank=True, related_name="events")
    agent = models.CharField(max_length=120)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ("-at", "-id")
        indexes = [
            models.Index(fields=["kind", "outcome", "-at"], name="event_by_kind"),
            models.Index(fields=["-at", "-id"], name="event_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"


class Key(models.Model):
    """The key of one file, wrapped under a master key that the database does not hold. It goes when its file goes.

    Its id is its file's: a key serves one file and is never used again.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    master = models.UUIDField()
    wrapped = models.BinaryField(max_length=60)
    made_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return str(self.id)


class ComputerFile(models.Model):
    """Bytes kept for ever: `digest` is SHA-256 of what was received, `stored_digest` of what lies in the stores."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    archives = models.ForeignKey("identity.Unit", models.PROTECT, related_name="+", db_index=False)
    level = models.PositiveSmallIntegerField(default=0)
    digest = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    media_type = models.CharField(max_length=120, blank=True)
    stored_digest = models.CharField(max_length=64)
    stored_bytes = models.BigIntegerField()
    codec = models.CharField(max_length=16)
    suite = models.CharField(max_length=16, default="international")
    prefix = models.BinaryField(max_length=7)
    key = models.OneToOneField(Key, models.PROTECT, related_name="file")
    ingestion = models.ForeignKey(PreservationEvent, models.PROTECT, related_name="files", db_index=False)

    if TYPE_CHECKING:
        archives_id: UUID

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["archives", "digest", "level", "suite"], name="file_kept_once"),
            models.CheckConstraint(condition=Q(size_bytes__gte=0) & Q(stored_bytes__gt=0), name="file_sizes"),
        ]

    def __str__(self) -> str:
        return self.digest[:12]


class StoredCopy(models.Model):
    """One file in one store, and when it was last read there."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    file = models.ForeignKey(ComputerFile, models.CASCADE, related_name="copies", db_index=False)
    store = models.ForeignKey(StoreRow, models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=8, choices=CopyState.choices, default=CopyState.GOOD)
    checked_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ("file", "store")
        constraints = [models.UniqueConstraint(fields=["file", "store"], name="copy_once_in_a_store")]
        indexes = [
            models.Index(fields=["store", "checked_at"], name="copy_by_check"),
            models.Index(fields=["store", "state"], condition=~Q(state="good"), name="copy_not_good"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.state}"


class Manifest(models.Model):
    """A signed statement of what a subject consists of, kept sealed beside the bytes; a new version never replaces an old one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_kind = models.CharField(max_length=32)
    subject_id = models.UUIDField()
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    stored_digest = models.CharField(max_length=64)
    stored_bytes = models.BigIntegerField()
    signed_by = models.UUIDField()
    made_at = models.DateTimeField(default=now)
    checked_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ("subject_kind", "subject_id", "version")
        constraints = [
            models.UniqueConstraint(fields=["subject_kind", "subject_id", "version"], name="manifest_version_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="manifest_version_from_one"),
        ]
        indexes = [models.Index(fields=["checked_at"], name="manifest_by_check")]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id} v{self.version}"


class FixityCheck(models.Model):
    """One run over the copies: everything, or the slice that had waited longest. `bad` could not be healed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    whole = models.BooleanField()
    agent = models.CharField(max_length=120)
    checked = models.BigIntegerField(default=0)
    healed = models.BigIntegerField(default=0)
    bad = models.BigIntegerField(default=0)
    unknown = models.BigIntegerField(default=0)
    size_bytes = models.BigIntegerField(default=0)
    began_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-began_at",)
        constraints = [
            models.CheckConstraint(condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")), name="check_ends_later")
        ]

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d %H:%M}"
