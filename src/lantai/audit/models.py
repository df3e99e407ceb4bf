"""The ledger's rows. Every one is inserted once; the database refuses to change or remove it."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantai.kernel.ids import new_id


class TransactionIdField(models.Field):  # type: ignore[type-arg]  # subscribed only by the type checker
    """PostgreSQL's xid8: the 64-bit id of the transaction that inserted the row."""

    def db_type(self, connection: Any) -> str:
        return "xid8"

    def from_db_value(self, value: Any, *_: Any) -> int | None:
        return None if value is None else int(value)


class LedgerEntry(models.Model):
    """One act, with the exact bytes that are hashed; the other columns repeat what the bytes say, for finding it."""

    id = models.BigAutoField(primary_key=True)
    entry = models.UUIDField(_("entry"), default=new_id, unique=True, editable=False)
    body = models.BinaryField(_("bytes"))
    at = models.DateTimeField(_("moment"))
    verb = models.CharField(_("act"), max_length=80)
    target_kind = models.CharField(_("kind of target"), max_length=64, default="", blank=True)
    target_id = models.UUIDField(_("target"), null=True)
    actor_kind = models.CharField(_("kind of actor"), max_length=16)
    actor_id = models.UUIDField(_("account"), null=True)
    actor_name = models.CharField(_("name of the system actor"), max_length=100, default="", blank=True)
    once_key = models.CharField(max_length=64, null=True)
    transaction = TransactionIdField(db_default=models.Func(function="pg_current_xact_id"), editable=False)

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        constraints = [
            models.UniqueConstraint(fields=["once_key"], condition=Q(once_key__isnull=False), name="audit_entry_once"),
        ]
        indexes = [
            models.Index(fields=["transaction", "id"], name="audit_entry_transaction"),
            models.Index(fields=["target_id", "id"], name="audit_entry_target", condition=Q(target_id__isnull=False)),
            models.Index(
                fields=["actor_id", "at", "id"], name="audit_entry_actor", condition=Q(actor_id__isnull=False)
            ),
            models.Index(fields=["verb", "at", "id"], name="audit_entry_verb"),
            models.Index(fields=["at", "id"], name="audit_entry_at"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.entry}"


class LedgerLeaf(models.Model):
    """The place of a committed entry in the tree; `seq` counts from 1 without gaps (leaf index of RFC 6962 plus one).

    No foreign key in the database: its check would lock, and so rewrite, every entry. Verifying finds a missing entry.
    """

    seq = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(LedgerEntry, on_delete=models.DO_NOTHING, related_name="leaf", db_constraint=False)
    leaf_hash = models.BinaryField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(seq__gte=1), name="audit_leaf_from_one")]

    def __str__(self) -> str:
        return str(self.seq)


class LedgerNode(models.Model):
    """The hash over 256 complete leaves (level 1), over 256 of those (level 2), and so on; `number` counts from 0."""

    pk = models.CompositePrimaryKey("level", "number")
    level = models.SmallIntegerField()
    number = models.BigIntegerField()
    hash = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.level}/{self.number}"


class Sealing(models.Model):
    """One pass of the sealer: the tree's size before and after it, and which transactions it has seen."""

    id = models.BigAutoField(primary_key=True)
    size_before = models.BigIntegerField()
    size = models.BigIntegerField()
    seen = models.TextField(
        default="", help_text="pg_snapshot whose entries were all sealed before; empty after a restore"
    )
    until = models.TextField(help_text="pg_snapshot whose entries this round seals")
    is_last = models.BooleanField(help_text="every entry of `until` is sealed now")
    cluster = models.CharField(max_length=20, help_text="system identifier of the database in which the ids count")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.size_before} to {self.size}"


class Checkpoint(models.Model):
    """The signed statement of the tree's size and root, as a C2SP checkpoint."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    note = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.size)
