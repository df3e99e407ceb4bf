"""Which template a fonds' codes follow, and what its issued codes lack."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from lantai.catalogue.models import Category, CodeRule, Fonds
from lantai.catalogue.rules import codes


@dataclass(frozen=True, slots=True)
class Templates:
    """The code templates of one fonds: its own, and those of single categories."""

    own: codes.Forms
    by_category: dict[UUID, codes.Forms]

    def forms_for(self, category: Category) -> codes.Forms:
        """Return the forms that a record of `category` is coded by."""
        return self.by_category.get(category.id, self.own)

    def all_forms(self) -> Iterator[codes.Forms]:
        """Yield every set of forms that a code of this fonds may have, the old form of four numbers last."""
        yield self.own
        yield from self.by_category.values()
        yield codes.DAT13_1994


def templates_of(fonds: Fonds) -> Templates:
    """Return the templates of `fonds`; DA/T 13-2022 where it has chosen none."""
    own = codes.forms_from(fonds.code_template.forms) if fonds.code_template else codes.DAT13_2022
    rules = CodeRule.objects.filter(fonds=fonds).select_related("template")
    return Templates(own, {rule.category_id: codes.forms_from(rule.template.forms) for rule in rules})


@dataclass(frozen=True, slots=True)
class CodeGap:
    """Numbers missing behind `prefix`, both ends included; `missing` counts them."""

    prefix: str
    first: int
    last: int

    @property
    def missing(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class CodeDouble:
    """One number borne by several records under the same prefix, written differently (such as 012 and 0012)."""

    prefix: str
    number: int
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CodeReport:
    """What the register of codes of a fonds shows: gaps and doubles, in the order of the codes."""

    gaps: tuple[CodeGap, ...]
    doubles: tuple[CodeDouble, ...]
    uncoded: int


_GAPS = """
SELECT code_prefix, before + 1, code_number - 1 FROM (
    SELECT code_prefix, code_number,
           COALESCE(LAG(code_number) OVER (PARTITION BY code_prefix ORDER BY code_number), 0) AS before
    FROM catalogue_record WHERE fonds_id = %s AND code_prefix <> ''
) AS run WHERE code_number > before + 1 ORDER BY code_prefix, code_number
"""
_DOUBLES = """
SELECT code_prefix, code_number, array_agg(reference_code ORDER BY reference_code)
FROM catalogue_record WHERE fonds_id = %s AND code_prefix <> ''
GROUP BY code_prefix, code_number HAVING count(*) > 1 ORDER BY code_prefix, code_number
"""
_UNCODED = "SELECT count(*) FROM catalogue_record WHERE fonds_id = %s AND reference_code IS NULL AND level <> 'series'"


def code_gaps(fonds: Fonds) -> CodeReport:
    """Return the gaps and doubles among the codes of `fonds`, and how many of its files and items have none yet.

    For whoever arranges the fonds: it counts records whatever their access level.
    """
    with connection.cursor() as cursor:
        cursor.execute(_GAPS, [fonds.id])
        gaps = tuple(CodeGap(*row) for row in cursor.fetchall())
        cursor.execute(_DOUBLES, [fonds.id])
        doubles = tuple(CodeDouble(prefix, number, tuple(found)) for prefix, number, found in cursor.fetchall())
        cursor.execute(_UNCODED, [fonds.id])
        (uncoded,) = cursor.fetchone()
    return CodeReport(gaps, doubles, uncoded)
