"""Which template a fonds' codes follow, and what its issued codes lack."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import Count

from lantai.catalogue.models import Category, CodeRule, Fonds
from lantai.catalogue.rules import codes
from lantai.catalogue.selectors.viewing import visible_records
from lantai.kernel.actors import Actor


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


def code_gaps(actor: Actor, fonds: Fonds) -> CodeReport:
    """Return the gaps and doubles among the codes of `fonds`, and how many of its files and items have none yet.

    For whoever arranges the fonds. A number that a hidden record bears is no gap; doubles and records without a code are
    told as far as `actor` sees them.
    """
    with connection.cursor() as cursor:
        cursor.execute(_GAPS, [fonds.id])
        gaps = tuple(CodeGap(*row) for row in cursor.fetchall())
    seen = visible_records(actor).filter(fonds=fonds).order_by()
    coded = seen.exclude(code_prefix="").values("code_prefix", "code_number")
    twice = coded.annotate(n=Count("id"), codes=ArrayAgg("reference_code", order_by="reference_code")).filter(n__gt=1)
    doubles = tuple(
        CodeDouble(row["code_prefix"], row["code_number"], tuple(row["codes"]))
        for row in twice.order_by("code_prefix", "code_number")
    )
    return CodeReport(gaps, doubles, seen.filter(reference_code=None).exclude(level="series").count())
