"""What the outcome of checking a signature means, in words for whoever reads the record, and the light beside it."""

from lantai.kernel.errors import gettext_noop as _

MEANINGS = {
    "valid": _(
        "Nothing has changed since it was signed, and it was made with the signer's key. The certificate was not traced to a root."
    ),
    "digest_broken": _("What was signed is no longer the same. Compare with the sender's copy before relying on it."),
    "signature_broken": _("The signature was not made with the key of the certificate beside it. Do not rely on it."),
    "seal_broken": _("The seal was altered, or this signer may not use it. Do not rely on it."),
    "certificate_expired": _(
        "Nothing has changed, but the certificate was not in force at the time given. Ask the sender how it was signed."
    ),
    "seal_expired": _(
        "Nothing has changed, but the seal was not in force at the time given. Ask the sender how it was sealed."
    ),
    "unsupported": _("It uses something that cannot be computed here. Check it with the program that made it."),
    "unreadable": _("Its entries are missing or broken. Check it with the program that made it."),
}

REASONS = (_("no certificate"), _("signature format"), _("signature value"))
"""What may stand instead of the name of an algorithm; named here so that translators meet them."""

LIGHTS = {
    "valid": "done",
    "digest_broken": "late",
    "signature_broken": "late",
    "seal_broken": "late",
    "certificate_expired": "near",
    "seal_expired": "near",
}
