"""What a camera wrote into a photograph (EXIF 2.32), named for the elements of DA/T 54-2014."""

from typing import Any

from PIL import ExifTags
from PIL import Image as Pictures

_BASE = {
    "photographer": ExifTags.Base.Artist,
    "copyright": ExifTags.Base.Copyright,
    "caption": ExifTags.Base.ImageDescription,
    "equipment_maker": ExifTags.Base.Make,
    "equipment_model": ExifTags.Base.Model,
    "software": ExifTags.Base.Software,
}
_PHOTO = {
    "equipment_serial_number": ExifTags.Base.BodySerialNumber,
    "lens_model": ExifTags.Base.LensModel,
    "exposure_seconds": ExifTags.Base.ExposureTime,
    "aperture": ExifTags.Base.FNumber,
    "sensitivity": ExifTags.Base.ISOSpeedRatings,
    "focal_length_mm": ExifTags.Base.FocalLength,
}
_MOST_WORDS = 500


def photo_facts(picture: Pictures.Image) -> dict[str, Any]:
    """Return what the camera says of `picture`: who, when, where (degrees, metres), with what; {} without EXIF."""
    exif = picture.getexif()
    photo, place = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    facts: dict[str, Any] = {word: _said(exif.get(tag)) for word, tag in _BASE.items()}
    facts |= {word: _said(photo.get(tag)) for word, tag in _PHOTO.items()}
    facts["taken_at"] = _moment(photo.get(ExifTags.Base.DateTimeOriginal), photo.get(ExifTags.Base.OffsetTimeOriginal))
    facts["digitised_at"] = _moment(photo.get(ExifTags.Base.DateTimeDigitized), None)
    facts["colour_space"] = {1: "sRGB", 0xFFFF: "uncalibrated"}.get(photo.get(ExifTags.Base.ColorSpace, -1), "")
    facts |= _where(place)
    return {word: value for word, value in facts.items() if value not in ("", None)}


def _said(value: Any) -> Any:
    if isinstance(value, str | bytes):
        return _words(value)
    if isinstance(value, tuple):
        value = value[0] if value else None
    if value is None or isinstance(value, int):
        return value
    try:
        return round(float(value), 6)
    except (TypeError, ValueError, ZeroDivisionError):
        return None


def _words(value: str | bytes) -> str:
    """Return the words of an ASCII field into which Chinese software has put UTF-8 or GBK all the same."""
    raw = value.encode("latin-1", "replace") if isinstance(value, str) else value
    for coding in ("utf-8", "gb18030"):
        try:
            return raw.decode(coding).strip("\0 ")[:_MOST_WORDS]
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1").strip("\0 ")[:_MOST_WORDS]


def _moment(value: Any, offset: Any) -> str:
    """Return an EXIF moment ("2019:03:05 10:20:30") as ISO 8601, with its offset where the camera knew it."""
    words = str(_said(value) or "")
    if len(words) < 19 or not words[:4].isdigit() or words.startswith("0000"):
        return ""
    return f"{words[:10].replace(':', '-')}T{words[11:19]}{_said(offset) or ''}"


def _where(place: dict[int, Any]) -> dict[str, Any]:
    latitude = _degrees(place.get(ExifTags.GPS.GPSLatitude), place.get(ExifTags.GPS.GPSLatitudeRef))
    longitude = _degrees(place.get(ExifTags.GPS.GPSLongitude), place.get(ExifTags.GPS.GPSLongitudeRef))
    altitude = _said(place.get(ExifTags.GPS.GPSAltitude))
    below = place.get(ExifTags.GPS.GPSAltitudeRef) in (1, b"\x01")
    return {
        "latitude": latitude,
        "longitude": longitude,
        "altitude_metres": -altitude if below and altitude else altitude,
        "direction_degrees": _said(place.get(ExifTags.GPS.GPSImgDirection)),
    }


def _degrees(parts: Any, side: Any) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    return round(-value if str(side).strip("\0 ") in ("S", "W") else value, 7)
