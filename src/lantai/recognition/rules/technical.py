"""What a file says of itself, in the words of DA/T 54-2014 (photographs) and DA/T 63-2017 (sound and film), for the eye."""

from collections.abc import Iterator, Mapping
from typing import Any

from lantai.kernel.errors import gettext_noop as _

PHOTO = {
    "photographer": _("Photographer"),
    "taken_at": _("Taken at"),
    "digitised_at": _("Digitised at"),
    "caption": _("Words of the photograph"),
    "copyright": _("Copyright"),
    "latitude": _("Latitude"),
    "longitude": _("Longitude"),
    "altitude_metres": _("Altitude (m)"),
    "direction_degrees": _("Direction of the lens (°)"),
    "equipment_maker": _("Maker of the equipment"),
    "equipment_model": _("Model of the equipment"),
    "equipment_serial_number": _("Serial number of the equipment"),
    "lens_model": _("Lens"),
    "exposure_seconds": _("Exposure (s)"),
    "aperture": _("Aperture"),
    "sensitivity": _("Sensitivity (ISO)"),
    "focal_length_mm": _("Focal length (mm)"),
    "colour_space": _("Colour space"),
    "software": _("Software"),
}
TRACK = {
    "format": _("Coding"),
    "format_profile": _("Profile"),
    "width": _("Width (px)"),
    "height": _("Height (px)"),
    "frame_rate": _("Frames a second"),
    "bit_rate": _("Bits a second"),
    "bit_depth": _("Bit depth"),
    "display_aspect_ratio": _("Aspect ratio"),
    "channel_s": _("Channels"),
    "sampling_rate": _("Samples a second"),
    "compression_mode": _("Compression"),
}
DRAWING = {
    "format": _("Format"),
    "format_version": _("Version of the format"),
    "units": _("Units"),
    "file_name": _("Name in the file"),
    "written_at": _("Written at"),
    "author": _("Author"),
    "organisation": _("Organisation"),
    "program": _("Program"),
    "element_count": _("Elements"),
}
PARTS = {
    "IFCPROJECT": _("Project"),
    "IFCSITE": _("Site"),
    "IFCBUILDING": _("Building"),
    "IFCBUILDINGSTOREY": _("Storeys"),
    "IFCSPACE": _("Rooms"),
}
LENGTH, CONTAINER, SIZE, LAYERS = _("Length"), _("Container"), _("Extent"), _("Layers")
ENTITIES, WORDS = _("Drawn things"), _("Words in the drawing")
_SHOWN_NAMES = 40


def technical_lines(technical: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return (label, value) lines about a file; labels are to be translated, values are as the file says them."""
    return [(label, value) for label, value in _lines(technical) if value]


def _lines(technical: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from _chosen(technical.get("photo", {}), PHOTO)
    if "duration_ms" in technical:
        yield CONTAINER, str(technical.get("container", ""))
        yield LENGTH, length_words(int(technical["duration_ms"]))
        for track in technical.get("tracks", ()):
            yield from _chosen(track, TRACK)
    if technical.get("format") in ("DWG", "DXF", "IFC", "STEP"):
        yield from _chosen(technical, DRAWING)
        yield SIZE, " × ".join(f"{side:g}" for side in technical.get("size", ()))
        yield LAYERS, _joined(technical.get("layers", ()))
        counts = technical.get("entities") or technical.get("elements") or {}
        yield ENTITIES, _joined([f"{name} {count}" for name, count in counts.items()])
        for kind, names in technical.get("parts", {}).items():
            yield PARTS.get(kind, kind), _joined(names)
        yield WORDS, _joined(technical.get("words", ()))


def length_words(duration_ms: int) -> str:
    """Return a length as hours, minutes and seconds, such as 0:03:25."""
    seconds = round(duration_ms / 1000)
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _chosen(facts: Mapping[str, Any], words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, label in words.items():
        if facts.get(name) not in (None, ""):
            yield label, f"{facts[name]}"


def _joined(names: Any) -> str:
    shown = [str(name) for name in names if name]
    return "、".join(shown[:_SHOWN_NAMES]) + (" …" if len(shown) > _SHOWN_NAMES else "")
