"""What the pages of one OFD document share: fonts, pictures, drawing parameters, colour spaces, composite units."""

import posixpath
from typing import Any

from lantai.kernel.errors import InvalidError
from lantai.recognition.adapters.documents.ofd_fonts import Letters, letters_of, substitutes
from lantai.recognition.adapters.documents.ofd_package import OfdPackage, children, local, resolved, text_of
from lantai.recognition.adapters.documents.ofd_pictures import OfdPicture, mask_of, picture_of
from lantai.recognition.rules.ofd_page import as_rgb, colour_values, first_number

MOST_RELATIVES = 16
KEPT_PICTURES = 12
_PARTS = {"GRAY": 1, "RGB": 3, "CMYK": 4}


class Resources:
    """Found by their IDs. A resource that is missing or broken is left out of the picture, never a fault of the page."""

    def __init__(self, package: OfdPackage, root: str) -> None:
        self._package = package
        self._root = root
        self._taken: set[str] = set()
        self.elements: dict[str, Any] = {}
        self._bases: dict[str, str] = {}
        self._letters: dict[str, list[tuple[Letters, bool]]] = {}
        self._pictures: dict[str, OfdPicture | None] = {}
        self.missing: set[str] = set()

    def take(self, path: str) -> None:
        """Add the resources of a Res file; one that is missing or broken adds none."""
        if path in self._taken or not self._package.has(path):
            return
        self._taken.add(path)
        try:
            root = self._package.xml(path)
        except InvalidError:
            return
        folder = resolved(path, root.get("BaseLoc", "")) if root.get("BaseLoc") else posixpath.dirname(path)
        for group in root:
            for element in group:
                name = element.get("ID", "")
                self.elements.setdefault(name, element)
                self._bases.setdefault(name, f"{folder}/_" if folder else "_")

    def file_of(self, element: Any, name: str) -> bytes:
        """Return the bytes of the file that `element` names in its child `name`; b"" where it is missing."""
        place = text_of(element, name)
        base = self._bases.get(element.get("ID", ""), "")
        path = self._package.found(place, base, self._root, resolved(self._root, "Res/_"))
        if not path:
            if place:
                self.missing.add(place)
            return b""
        try:
            return self._package.read(path)
        except InvalidError:
            self.missing.add(place)
            return b""

    def letters(self, font: str) -> list[tuple[Letters, bool]]:
        """Return the letters for font `font`, the embedded ones (True) first, then this machine's substitutes."""
        if font not in self._letters:
            element = self.elements.get(font)
            found: list[tuple[Letters, bool]] = []
            name = ""
            if element is not None:
                name = f"{element.get('FontName', '')} {element.get('FamilyName', '')}"
                embedded = letters_of(self.file_of(element, "FontFile"))
                found += [(embedded, True)] if embedded else []
            self._letters[font] = found + [(letters, False) for letters in substitutes(name)]
        return self._letters[font]

    def picture(self, name: str) -> OfdPicture | None:
        """Return the picture of a MultiMedia resource, or None."""
        if name not in self._pictures:
            if len(self._pictures) >= KEPT_PICTURES:
                self._pictures.pop(next(iter(self._pictures)))
            content = self._media(name)
            self._pictures[name] = picture_of(content) if content else None
        return self._pictures[name]

    def mask(self, name: str) -> tuple[int, int, bytes] | None:
        content = self._media(name) if name else b""
        return mask_of(content) if content else None

    def _media(self, name: str) -> bytes:
        element = self.elements.get(name)
        if element is None:
            self.missing.add(f"#{name}")
            return b""
        return self.file_of(element, "MediaFile")

    def chain(self, name: str | None) -> list[Any]:
        """Return a DrawParam and those it builds on, nearest first; a circle ends where it closes."""
        found: list[Any] = []
        while name and len(found) < MOST_RELATIVES:
            element = self.elements.get(name)
            if element is None or local(element) != "DrawParam" or element in found:
                break
            found.append(element)
            name = element.get("Relative")
        return found

    def rgb(self, colour: Any) -> tuple[float, float, float] | None:
        """Return the red, green and blue (0 to 1) of a colour element; None where it is a pattern or gradient."""
        space = self.elements.get(colour.get("ColorSpace", ""))
        value = colour.get("Value")
        if value is None and colour.get("Index") is not None and space is not None:
            value = self._palette(space, int(first_number(colour.get("Index"), 0)))
        if value is None:
            return None
        values = colour_values(value)
        most = 255.0
        if space is not None:
            most = float((1 << int(min(first_number(space.get("BitsPerComponent"), 8), 16))) - 1)
            values = values[: _PARTS.get(space.get("Type", ""), 4)]
        return as_rgb(values, most)

    def _palette(self, space: Any, index: int) -> str | None:
        entries = [e for palette in children(space, "Palette") for e in palette if local(e) == "CV"]
        return entries[index].text if 0 <= index < len(entries) else None
