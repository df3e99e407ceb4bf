"""What is done to the catalogue, one act each."""

from lantai.catalogue.rules.records import PageSize, PartDescription, RecordDescription
from lantai.catalogue.services.arranging import (
    add_category,
    choose_code_template,
    create_fonds,
    ensure_fonds,
    install_defaults,
    publish_code_template,
)
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
    "add_category",
    "add_part",
    "add_parts",
    "assign_reference_code",
    "assign_reference_codes",
    "check_foreign_codes",
    "choose_code_template",
    "create_fonds",
    "create_record",
    "create_records",
    "ensure_fonds",
    "install_defaults",
    "publish_code_template",
    "take_over_codes",
]
