"""Messages to an account, kept until they are read."""

from django.db import models

from lantai.kernel.clock import now
from lantai.kernel.ids import new_id


class Message(models.Model):
    """One thing told to one account; it names an act and its facts, and the reader's language makes the sentence."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account_id = models.UUIDField()
    verb = models.CharField(max_length=80)
    text = models.CharField(max_length=300)
    facts = models.JSONField(default=dict)
    path = models.CharField(max_length=300, blank=True)
    told_at = models.DateTimeField(default=now)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["account_id", "-told_at"], name="message_of_account")]

    def __str__(self) -> str:
        return self.text
