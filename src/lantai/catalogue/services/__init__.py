"""What is done to the catalogue, one act each."""

from lantai.catalogue.rules.records import PageSize, PartDescription, RecordDescription
from lantai.catalogue.services.coding import (
    assign_reference_code,
    assign_reference_codes,
    check_foreign_codes,
    take_over_codes,
)
from lantai.catalogue.services.creating import add_part, add_parts, create_record, create_records

__all__ = [
    "PageSize",
    "PartDescription",
    "RecordDescription",
    "add_part",
    "add_parts",
    "assign_reference_code",
    "assign_reference_codes",
    "check_foreign_codes",
    "create_record",
    "create_records",
    "take_over_codes",
]
