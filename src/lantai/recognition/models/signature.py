"""The electronic signatures found in the files of records, as they were when they were last checked."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lantai.kernel.ids import new_id


class SignatureOutcome(models.TextChoices):
    """What became of checking a signature; the words are those of rules.file_signatures."""

    VALID = "valid", _("Valid")
    DIGEST_BROKEN = "digest_broken", _("Changed after it was signed")
    SIGNATURE_BROKEN = "signature_broken", _("The signature does not fit")
    SEAL_BROKEN = "seal_broken", _("The seal is not genuine")
    CERTIFICATE_EXPIRED = "certificate_expired", _("Signed outside the certificate's time")
    SEAL_EXPIRED = "seal_expired", _("Signed outside the seal's time")
    UNSUPPORTED = "unsupported", _("Cannot be checked here")
    UNREADABLE = "unreadable", _("Cannot be read")


class SignatureForm(models.TextChoices):
    """What a signature is."""

    SEAL = "seal", _("Electronic seal")
    SIGN = "sign", _("Electronic signature")
    STAMP = "stamp", _("Time stamp")


class FileSignature(models.Model):
    """A signature in a computer file. `places` are {"page", "box_px"} with the file's own page numbers; `broken` names
    what is no longer as it was signed; `seal` holds the seal's name, number, kind and dates."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record = models.ForeignKey("catalogue.Record", on_delete=models.CASCADE, related_name="+")
    part = models.ForeignKey("catalogue.RecordPart", on_delete=models.CASCADE, related_name="+", db_index=False)
    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120, blank=True)
    form = models.CharField(max_length=8, choices=SignatureForm.choices)
    outcome = models.CharField(max_length=24, choices=SignatureOutcome.choices)
    signer = models.CharField(max_length=400, blank=True)
    issuer = models.CharField(max_length=400, blank=True)
    algorithm = models.CharField(max_length=120, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    certificate_from = models.DateTimeField(null=True, blank=True)
    certificate_until = models.DateTimeField(null=True, blank=True)
    seal = models.JSONField(default=dict, blank=True)
    places = models.JSONField(default=list, blank=True)
    broken = models.JSONField(default=list, blank=True)
    covers_all = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True)
    checked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["part", "order"], name="one_signature_at_a_place")]

    def __str__(self) -> str:
        return f"{self.signer}: {self.outcome}"

    @property
    def page_numbers(self) -> list[int]:
        """The pages of the file on which it is shown, each once."""
        return sorted({place["page"] for place in self.places})
