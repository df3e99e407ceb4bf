"""Questions to the catalogue; every answer holds only what the asker may see, unless it says that it is for services."""

from lantai.catalogue.selectors.codes import CodeDouble, CodeGap, CodeReport, code_gaps, templates_of
from lantai.catalogue.selectors.fonds import (
    FondsRow,
    Group,
    categories,
    children,
    code_templates,
    fonds_by_code,
    fonds_for,
    fonds_list,
    groups,
    records_of,
    retention_periods,
    visible_fonds,
)
from lantai.catalogue.selectors.viewing import (
    compile_filter,
    may_view,
    page_for,
    record_for,
    viewing_filter,
    visible_records,
)

__all__ = [
    "CodeDouble",
    "CodeGap",
    "CodeReport",
    "FondsRow",
    "Group",
    "categories",
    "children",
    "code_gaps",
    "code_templates",
    "compile_filter",
    "fonds_by_code",
    "fonds_for",
    "fonds_list",
    "groups",
    "may_view",
    "page_for",
    "record_for",
    "records_of",
    "retention_periods",
    "templates_of",
    "viewing_filter",
    "visible_fonds",
    "visible_records",
]
