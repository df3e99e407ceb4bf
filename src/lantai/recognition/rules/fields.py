"""The names of the fields that reading suggests values for; the words are those of DA/T 46 and GB/T 9704."""

from lantai.kernel.errors import gettext_noop as _

FIELD_WORDS = {
    "title": _("Title"),
    "document_number": _("Document number"),
    "author": _("Issuing body"),
    "dated_on": _("Date"),
    "addressees": _("Addressees"),
    "people": _("Person"),
    "organisations": _("Organisation"),
    "uscc": _("Unified social credit code"),
    "identity_number": _("Identity number"),
    "project_code": _("Project code"),
    "category": _("Category"),
    "year": _("Year"),
    "organisation": _("Organisation (function)"),
    "retention": _("Retention period"),
}
