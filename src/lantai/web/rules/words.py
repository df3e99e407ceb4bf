"""Acts, fields and values in an office's words; an act without words here is shown by its code."""

from lantai.kernel.errors import gettext_noop as _

WORDS = {
    "audit.record_reading": _("read a record that is not open"),
    "catalogue.add_part": _("added a file"),
    "catalogue.assign_defect": _("gave a defect to somebody"),
    "catalogue.assign_reference_code": _("issued a reference code"),
    "catalogue.close_defect": _("closed a defect"),
    "catalogue.create_record": _("described a record"),
    "catalogue.decide_opening": _("decided on opening"),
    "catalogue.edit_record": _("edited the description"),
    "catalogue.follow_unit": _("followed the move of a unit"),
    "catalogue.grant_view": _("granted a right to view"),
    "catalogue.inherit": _("passed a change down"),
    "catalogue.move_record": _("moved a record"),
    "catalogue.quarantine_record": _("put a record in quarantine"),
    "catalogue.read_record_as": _("read a record for somebody"),
    "catalogue.relate_records": _("related two records"),
    "catalogue.release_record": _("released a record from quarantine"),
    "catalogue.report_defect": _("reported a defect"),
    "catalogue.revoke_view": _("withdrew a right to view"),
    "catalogue.take_over_code": _("took over a reference code"),
    "catalogue.unrelate_records": _("untied two records"),
    "packages.export_code": _("exported a record"),
    "preservation.heal_copy": _("healed a copy"),
    "preservation.store_files": _("stored files"),
    "preservation.write_manifests": _("signed a manifest"),
    "recognition.apply_suggestions": _("filled in what was read surely"),
    "recognition.decide_suggestion": _("decided on a suggestion"),
    "recognition.read_pages": _("read pages"),
    "recognition.check_signatures": _("checked the signatures in its files"),
    "viewing.make_access_copies": _("made copies for use"),
    "viewing.make_searchable_copy": _("made a searchable copy"),
}

FIELD_WORDS = {
    "title": _("Title"),
    "author": _("Author"),
    "document_number": _("Document number"),
    "dated_on": _("Date"),
    "year": _("Year"),
    "retention": _("Retention"),
    "organisation": _("Organisation or matter"),
    "catalogue_number": _("Catalogue number"),
    "category": _("Category"),
    "access_level": _("Access level"),
    "access_level_inherited": _("Access level as above"),
    "opening": _("Opening state"),
    "opening_inherited": _("Opening state as above"),
    "unit": _("Owner"),
    "unit_inherited": _("Owner as above"),
    "metadata": _("Further metadata"),
    "parent": _("Place"),
    "quarantined": _("In quarantine"),
    "quarantine_inherited": _("In quarantine as above"),
    "reference_code": _("Reference code"),
    "basis": _("Basis"),
}


def words_for(verb: str) -> str:
    """Return the English source words of an act, or its code."""
    return WORDS.get(verb, verb)


def field_words(name: str) -> str:
    """Return the English source words of a field of a description, or its name."""
    return FIELD_WORDS.get(name, name)


NO_NEWS = frozenset({"audit.record_reading", "preservation.write_manifests", "preservation.store_files"})
"""Acts that belong to other acts, or to the reader alone."""
NO_NEWS_BY_SYSTEM = frozenset({"catalogue.release_record", "catalogue.add_part", "catalogue.inherit"})
"""Acts that are news only when a person did them; the system does them as a step of taking in."""


def is_news(verb: str, actor_kind: str) -> bool:
    """Tell whether an act is worth a line under what changed since yesterday."""
    return verb not in NO_NEWS and not (actor_kind == "system" and verb in NO_NEWS_BY_SYSTEM)


YES, NO = _("yes"), _("no")


def value_words(value: object) -> str:
    """Return a value of a description as people read it: lists and inner values in a row; YES or NO for what holds."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, dict):
        return "；".join(f"{key}：{value_words(inner)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return "；".join(value_words(inner) for inner in value)
    return str(value)
