"""What is done to the catalogue, one act each."""

from lantai.catalogue.rules.records import (
    PageSize,
    PartDescription,
    RecordDescription,
)
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
from lantai.catalogue.services.creating import (
    add_part,
    add_parts,
    create_record,
    create_records,
)
from lantai.catalogue.services.editing import (
    decide_opening,
    edit_record,
    move_record,
)
from lantai.catalogue.services.following import (
    follow_units,
)
from lantai.catalogue.services.guarding import (
    grant_view,
    note_reading,
    quarantine_record,
    read_record,
    read_record_as,
    release_record,
    revoke_view,
)
from lantai.catalogue.services.masking import (
    ProposedRedaction,
    check_page,
    decide_redaction,
    draw_redaction,
    propose_redactions,
)
from lantai.catalogue.services.noting import (
    assign_defect,
    close_defect,
    relate_records,
    report_defect,
    unrelate_records,
)

__all__ = [
    "PageSize",
    "PartDescription",
    "ProposedRedaction",
    "RecordDescription",
    "add_category",
    "add_part",
    "add_parts",
    "assign_defect",
    "assign_reference_code",
    "assign_reference_codes",
    "check_foreign_codes",
    "check_page",
    "choose_code_template",
    "close_defect",
    "create_fonds",
    "create_record",
    "create_records",
    "decide_opening",
    "decide_redaction",
    "draw_redaction",
    "edit_record",
    "ensure_fonds",
    "follow_units",
    "grant_view",
    "install_defaults",
    "move_record",
    "note_reading",
    "propose_redactions",
    "publish_code_template",
    "quarantine_record",
    "read_record",
    "read_record_as",
    "relate_records",
    "release_record",
    "report_defect",
    "revoke_view",
    "take_over_codes",
    "unrelate_records",
]
