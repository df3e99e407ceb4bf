"""How far the index has followed the ledger: a copy of what the index itself says, for people and other machines."""

from django.db import models

from lantai.kernel.ids import new_id


class IndexCursor(models.Model):
    """One index: the generation that answers and the ledger position it reaches.

    The truth is the checkpoint inside the index, which is committed with the documents.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=40, unique=True)
    generation = models.PositiveIntegerField()
    position = models.BigIntegerField()
    schema_version = models.PositiveIntegerField()
    dictionary = models.CharField(max_length=80)
    items = models.BigIntegerField()
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} generation {self.generation} at {self.position}"
