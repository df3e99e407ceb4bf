"""An OFD package (GB/T 33190, clause 6): its entries read by forgiving names, within the limits for hostile files."""

import posixpath
import re
import zipfile
import zlib
from typing import Any, BinaryIO

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from lantai.recognition.adapters.documents.base import (
    MOST_INFLATED_BYTES,
    bomb,
    damaged,
    encrypted_package,
    truncated,
)
from lantai.recognition.rules.ofd_page import numbers

MOST_ENTRIES = 100_000
MOST_TREES = 48
MOST_XML_BYTES = 128 << 20
A4_MM = (0.0, 0.0, 210.0, 297.0)
Box4 = tuple[float, float, float, float]


class OfdPackage:
    """The entries of a package. Real files differ in case, slashes and namespaces, so all three are forgiven."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self.name = name
        try:
            self._archive = zipfile.ZipFile(stream)
        except zipfile.BadZipFile as error:
            raise truncated(name) from error
        entries = self._archive.infolist()
        if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > 8 * MOST_INFLATED_BYTES:
            raise bomb(name)
        self._names = {_plain(entry.filename): entry.filename for entry in entries}
        if any(entry.flag_bits & 1 for entry in entries) or any("encryptions.xml" in n for n in self._names):
            raise encrypted_package(name)
        self._trees: dict[str, Any] = {}

    @property
    def names(self) -> list[str]:
        """The names of the entries that are files, as the package spells them."""
        return [name for name in self._names.values() if not name.endswith("/")]

    def has(self, path: str) -> bool:
        return bool(path) and _plain(path) in self._names

    def read(self, path: str) -> bytes:
        """Return the bytes of an entry. Raises InvalidError where it is missing, cut off or beyond the limits."""
        if not self.has(path):
            raise damaged(self.name)
        try:
            with self._archive.open(self._names[_plain(path)]) as entry:
                content = entry.read(MOST_INFLATED_BYTES + 1)
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, zlib.error) as error:
            raise truncated(self.name) from error
        if len(content) > MOST_INFLATED_BYTES:
            raise bomb(self.name)
        return content

    def xml(self, path: str) -> Any:
        """Return the root element of an entry. Raises InvalidError where it is not sound XML."""
        key = _plain(path)
        if key not in self._trees:
            content = self.read(path)
            if len(content) > MOST_XML_BYTES:
                raise bomb(self.name)
            if len(self._trees) >= MOST_TREES:
                self._trees.pop(next(iter(self._trees)))
            try:
                self._trees[key] = ElementTree.fromstring(content)
            except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError) as error:
                raise damaged(self.name) from error
        return self._trees[key]

    def found(self, place: str, *bases: str) -> str:
        """Return the entry that `place` names, looked for beside each of `bases` in turn; "" if there is none."""
        place = place.strip()
        if not place:
            return ""
        choices = [resolved(base, place) for base in bases] + [resolved("", place)]
        return next((choice for choice in choices if self.has(choice)), "")

    def close(self) -> None:
        self._archive.close()


def resolved(base: str, place: str) -> str:
    """Return the path of an entry: `place` as written in the entry `base`. It never leads out of the package."""
    place = place.strip().replace("\\", "/")
    if place.startswith("/"):
        return posixpath.normpath(place).lstrip("/")
    joined = posixpath.normpath(posixpath.join("/", posixpath.dirname(base), place))
    return joined.lstrip("/")


def local(element: Any) -> str:
    """Return the name of an element without its namespace."""
    return re.sub(r"^\{.*\}", "", str(element.tag))


def child(element: Any, name: str) -> Any | None:
    """Return the first child of that local name, or None."""
    return next((c for c in element if local(c) == name), None)


def children(element: Any, name: str) -> list[Any]:
    return [c for c in element if local(c) == name]


def text_of(element: Any, name: str) -> str:
    """Return the text of the first child of that local name, "" if there is none."""
    found = child(element, name)
    return (found.text or "").strip() if found is not None else ""


def area_of(element: Any | None) -> Box4 | None:
    """Return the physical box of a page area, None where it is missing or not a box that can be shown."""
    if element is None:
        return None
    for name in ("PhysicalBox", "ApplicationBox", "CropBox"):
        box = numbers(text_of(element, name))
        if len(box) == 4 and 1 <= box[2] <= 20_000 and 1 <= box[3] <= 20_000:
            return box[0], box[1], box[2], box[3]
    return None


def _plain(name: str) -> str:
    return name.lower().replace("\\", "/").lstrip("/")
