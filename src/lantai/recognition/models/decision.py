"""How things stood before a person decided on a suggestion, so that the decision can be taken back."""

from django.db import models

from lantai.kernel.ids import new_id
from lantai.recognition.models.suggestion import Suggestion, SuggestionState


class BeforeDecision(models.Model):
    """The state of a suggestion before the decision, and what the record said in its field before and after it.

    Only the latest decision on a suggestion has one; it goes when the decision is taken back.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    suggestion = models.OneToOneField(Suggestion, on_delete=models.CASCADE, related_name="before")
    state = models.CharField(max_length=8, choices=SuggestionState.choices)
    said = models.TextField(blank=True)
    says = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.suggestion_id} {self.state}"
