"""Metadata schemes as data, and the checks that a description must pass under one.

Source: DA/T 46-2009 (88 elements), cardinalities and value domains as DA/T 48-2009 uses them; the checks are those of
DA/T 70-2018, subjects 1-2 (accuracy) and 2-2 (completeness). Values of elements that are columns of the record are read
from there; `Record.metadata` keeps the others, by the element's English name.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lantai.catalogue.rules.findings import Finding
from lantai.kernel.errors import InvalidError
from lantai.kernel.errors import gettext_noop as _

DAT46_FILE = Path(__file__).with_name("dat46_elements.json")
ACCURACY, COMPLETENESS = "1-2", "2-2"
SECRECY = re.compile("^(秘密|机密|绝密)")
"""Classifications of state secrets, which are never held (Law on Guarding State Secrets, article 13)."""
LONGEST_METADATA = 200_000
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd\ue000-\uf8ff]")
"""Control characters, the replacement character of a failed decoding, and private signs that no font shows."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a scheme. `most` is None where it may be repeated without limit; `values` is its value domain."""

    no: str
    name: str
    name_zh: str
    parent: str = ""
    scope: str = "record"
    kind: str = "simple"
    least: int = 0
    most: int | None = 1
    type: str = "text"
    levels: tuple[str, ...] = ("item", "file")
    values: tuple[str, ...] = ()
    open_values: bool = False
    longest: int = 400
    column: str = ""
    one_of: str = ""
    default: str = ""


def elements_from(data: Iterable[Mapping[str, Any]]) -> tuple[Element, ...]:
    """Return the elements that a scheme's JSON lists. Raises InvalidError if two share a number or a name."""
    elements = tuple(
        Element(**{
            **{key: value for key, value in row.items() if key not in {"min", "max", "levels", "values"}},
            "least": row["min"],
            "most": row["max"],
            "levels": tuple(row["levels"]),
            "values": tuple(row.get("values", ())),
        })
        for row in data
    )  # fmt: skip
    if len({e.no for e in elements}) < len(elements) or len({e.name for e in elements}) < len(elements):
        raise InvalidError(
            "catalogue.scheme", _("Two elements of this scheme share a number or a name. Give each its own.")
        )
    return elements


@cache
def dat46_data() -> tuple[Mapping[str, Any], ...]:
    """Return the 88 elements of DA/T 46-2009 as a scheme's JSON."""
    return tuple(json.loads(DAT46_FILE.read_text(encoding="utf-8")))


def is_state_secret(metadata: Mapping[str, Any]) -> bool:
    """Tell whether the classification in `metadata` is that of a state secret."""
    return any(SECRECY.match(str(value).strip()) for value in _listed(metadata.get("security_classification")))


def check_held_values(metadata: Mapping[str, Any]) -> None:
    """Raise InvalidError unless `metadata` is a mapping of texts, whole numbers or lists of them, of a size to be kept."""
    for name, value in metadata.items():
        if not isinstance(name, str) or not all(isinstance(v, str | int) and v is not None for v in _listed(value)):
            raise InvalidError(
                "catalogue.metadata_form",
                _("The element %(name)s holds something other than text, whole numbers or a list of them. Correct it."),
                name=str(name),
            )
        if any("\x00" in str(v) for v in _listed(value)):
            raise InvalidError(
                "catalogue.metadata_signs", _("The element %(name)s holds signs that cannot be kept."), name=name
            )
    if len(json.dumps(dict(metadata))) > LONGEST_METADATA:
        raise InvalidError("catalogue.metadata_size", _("This description is too long to be kept. Shorten its texts."))


def check_metadata(
    elements: Sequence[Element],
    values: Mapping[str, Any],
    *,
    level: str,
    today: date,
    scope: str = "record",
    complete: bool = True,
) -> list[Finding]:
    """Return what is wrong with `values` (by element name, columns included) at a level of description.

    With `complete` missing elements are found too; a container's children are asked for when it is itself required or
    one of them is there. Findings stand in the order of the scheme, unknown names last.
    """
    findings: list[Finding] = []
    mine = [e for e in elements if e.scope == scope and level in e.levels]
    filled = {e.no for e in mine if _listed(values.get(e.name))}
    by_no = {e.no: e for e in mine}
    begun = {by_no[no].parent for no in filled}
    chosen = {e.one_of for e in mine if e.one_of and e.no in filled}
    for element in mine:
        given = _listed(values.get(element.name))
        if complete and element.kind == "simple":
            parent = by_no.get(element.parent)
            asked = parent is None or parent.least > 0 or parent.no in begun
            findings += _missing(element, given, asked=asked, chosen=chosen)
        findings += _wrong_values(element, given, today)
    known = {e.name for e in elements}
    findings += [
        Finding(
            ACCURACY,
            name,
            _("“%(name)s” is not an element of this scheme. Use one of its names."),
            "warning",
            {"name": name},
        )
        for name in values
        if name not in known
    ]
    return findings


def _missing(element: Element, given: list[Any], *, asked: bool, chosen: set[str]) -> list[Finding]:
    if given or not asked:
        return []
    if element.one_of:
        wanted = element.one_of not in chosen
        chosen.add(element.one_of)
    else:
        wanted = element.least > 0
    if not wanted:
        return []
    return [_finding(COMPLETENESS, element, _("%(name)s (%(no)s) is missing. Fill it in."))]


def _wrong_values(element: Element, given: list[Any], today: date) -> list[Finding]:
    findings = []
    if element.most is not None and len(given) > element.most:
        findings.append(
            _finding(
                ACCURACY, element, _("%(name)s (%(no)s) is given %(count)s times; once is allowed."), count=len(given)
            )
        )
    if len({str(v) for v in given}) < len(given):
        findings.append(_finding(ACCURACY, element, _("%(name)s (%(no)s) holds the same value twice. Take one away.")))
    for value in given:
        findings += _wrong_value(element, value, today)
    return findings


def _wrong_value(element: Element, value: Any, today: date) -> list[Finding]:
    text = value.isoformat() if isinstance(value, date | datetime) else str(value)
    if UNPRINTABLE.search(text):
        return [_finding(ACCURACY, element, _("%(name)s (%(no)s) holds signs that cannot be read. Type it again."))]
    if len(text) > element.longest:
        message = _("%(name)s (%(no)s) has %(length)s characters; %(longest)s are allowed. Shorten it.")
        return [_finding(ACCURACY, element, message, length=len(text), longest=element.longest)]
    if element.values and not element.open_values and text not in element.values:
        message = _("“%(value)s” is no value of %(name)s (%(no)s). Choose one of: %(values)s.")
        return [_finding(ACCURACY, element, message, value=text, values="、".join(element.values))]
    if not TYPES[element.type](text):
        message = _("“%(value)s” does not have the form of %(name)s (%(no)s). Correct it.")
        return [_finding(ACCURACY, element, message, value=text[:60])]
    if element.name == "security_classification" and SECRECY.match(text):
        message = _(
            "“%(value)s” is the mark of a state secret, which is never held here. Tell the security administrator."
        )
        return [_finding(ACCURACY, element, message, value=text)]
    if element.type in {"date", "moment"} and _day(text) > today:
        message = _("%(name)s (%(no)s) lies in the future: %(value)s. Correct it.")
        return [_finding(ACCURACY, element, message, value=text)]
    if element.type == "year" and int(text) > today.year:
        message = _("%(name)s (%(no)s) lies in the future: %(value)s. Correct it.")
        return [_finding(ACCURACY, element, message, value=text)]
    return []


def _finding(code: str, element: Element, message: str, **facts: object) -> Finding:
    return Finding(code, element.no, message, facts={"name": element.name_zh, "no": element.no, **facts})


def _listed(value: Any) -> list[Any]:
    """Return the values an element holds; nothing and empty text count as none."""
    many = value if isinstance(value, list | tuple) else [value]
    return [v for v in many if v is not None and v != ""]


def _day(text: str) -> date:
    return date.fromisoformat(text[:10]) if "-" in text else datetime.strptime(text[:8], "%Y%m%d").date()  # noqa: DTZ007


def _is_date(text: str) -> bool:
    try:
        _day(text)
    except ValueError:
        return False
    return len(text) in {8, 10}


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except binascii.Error:
        return False
    return True


TYPES: Mapping[str, Callable[[str], bool]] = {
    "text": lambda text: True,  # noqa: ARG005
    "digits": lambda text: re.fullmatch(r"\d{6}", text) is not None,
    "year": lambda text: re.fullmatch(r"(1[0-9]|20)\d{2}", text) is not None,
    "date": _is_date,
    "moment": _is_moment,
    "positive": lambda text: re.fullmatch(r"[1-9]\d*", text) is not None,
    "base64": _is_base64,
    "uri": lambda text: bool(urlsplit(text).scheme),
    "oid": lambda text: re.fullmatch(r"[0-2](\.\d+)+", text) is not None,
    "credit_code": lambda text: re.fullmatch(r"[0-9A-Z]{8}-?[0-9A-Z]|[0-9A-HJ-NPQRTUWXY]{18}", text) is not None,
}
"""How a value of each type must look."""
