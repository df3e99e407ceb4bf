"""Sound, film, drawings and photographs: what they say of themselves, and one picture that stands for them."""

import io
import struct
import wave
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from django.test import Client
from PIL import ExifTags, Image

from lantai.catalogue.models import RecordPart
from lantai.catalogue.services import add_part
from lantai.kernel.errors import InvalidError
from lantai.preservation.services import store_file
from lantai.recognition.adapters.documents import Document, open_document
from lantai.recognition.rules.photographs import photograph_facts
from lantai.recognition.rules.technical import technical_lines
from lantai.viewing.models import PartPreview
from lantai.viewing.services import make_previews
from tests.factories.catalogue import make_account, make_place, make_record
from tests.factories.recognition import READER

IFC = """ISO-10303-21;
HEADER;
FILE_DESCRIPTION(('ViewDefinition [CoordinationView]'),'2;1');
FILE_NAME('hall.ifc','2019-03-05T10:20:30',('Lin Y.'),('\\X2\\5E025EFA\\X0\\'),'pre','ArchiCAD 22','');
FILE_SCHEMA(('IFC4'));
ENDSEC;
DATA;
#1=IFCPROJECT('3x','x',$);
#2= IFCBUILDING('1a',#9,'\\X2\\53F7697C\\X0\\',$,$,$,$,$,.ELEMENT.,$,$,$);
#3=IFCBUILDINGSTOREY('1b',#9,'O''Neil floor',$,$,$,$,$,.ELEMENT.,0.);
#4=IFCWALL('w1',#9,'w',$,$,$,$,$,$);
#5=IFCWALL('w2',#9,'w',$,$,$,$,$,$);
ENDSEC;
END-ISO-10303-21;
"""


def opened(data: bytes, name: str) -> Document:
    return open_document(io.BytesIO(data), name)


def sound(seconds: float = 2.0) -> bytes:
    """A WAV that is silent in its first half and loud in its second."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        half = int(4000 * seconds)
        tone = (np.sin(np.arange(half) / 5) * 20000).astype("<i2")
        file.writeframes(np.zeros(half, "<i2").tobytes() + tone.tobytes())
    return out.getvalue()


def film(folder: Path) -> bytes:
    """A film of 48 frames that grows from dark to bright."""
    path = folder / "film.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 24, (160, 120))
    for number in range(48):
        writer.write(np.full((120, 160, 3), number * 5, np.uint8))
    writer.release()
    return path.read_bytes()


def dwg() -> bytes:
    """The head of a DWG of 2018 with a PNG preview inside."""
    picture = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 30, 30)).save(picture, "PNG")
    data = picture.getvalue()
    address, start = 0x40, 0x40 + 16 + 4 + 1 + 9
    head = b"AC1032" + bytes(7) + struct.pack("<L", address) + bytes(2) + struct.pack("<H", 39)
    mark = bytes.fromhex("1f256d07d43628289d57ca3f9d44102b")
    return (
        head.ljust(address, b"\0")
        + mark
        + struct.pack("<LB", len(data), 1)
        + struct.pack("<BLL", 6, start, len(data))
        + data
    )


def dxf() -> bytes:
    from ezdxf.filemanagement import new

    drawing = new(units=6)
    drawing.layers.add("墙体")
    space = drawing.modelspace()
    space.add_line((0, 0), (100, 50), dxfattribs={"layer": "墙体"})
    space.add_circle((50, 25), 10)
    space.add_text("总平面图", height=5).set_placement((10, 60))
    out = io.StringIO()
    drawing.write(out)
    return out.getvalue().encode()


def photograph(artist: bytes) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = artist
    exif[ExifTags.Base.Make] = "Nikon"
    photo = exif.get_ifd(ExifTags.IFD.Exif)
    photo[ExifTags.Base.DateTimeOriginal] = "2019:03:05 10:20:30"
    photo[ExifTags.Base.ISOSpeedRatings] = 200
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef], place[ExifTags.GPS.GPSLatitude] = "N", (30.0, 15.0, 36.0)
    place[ExifTags.GPS.GPSLongitudeRef], place[ExifTags.GPS.GPSLongitude] = "E", (120.0, 9.0, 0.0)
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_sound_is_drawn_as_a_wave(tmp_path: Path) -> None:
    with opened(sound(), "会议.wav") as document:
        picture = document.preview(tmp_path)
        assert document.technical["duration_ms"] == 2000
    assert picture is not None
    ink = (picture < 200).any(2).sum(0)
    assert ink[: len(ink) // 2 - 10].max() <= 2
    assert ink[len(ink) // 2 + 10 :].min() > 100
    assert not list(tmp_path.iterdir()), "nothing is left behind"


def test_film_is_shown_by_twelve_frames_in_their_order(tmp_path: Path) -> None:
    data = film(tmp_path)
    with opened(data, "开工.avi") as document:
        sheet = document.preview(tmp_path)
    assert sheet is not None
    assert sheet.shape == (900, 1600, 3)
    first, last = sheet[50, 200].mean(), sheet[650, 1400].mean()
    assert first < 40 < 180 < last


def test_a_drawing_shows_the_preview_inside_it(tmp_path: Path) -> None:
    with opened(dwg(), "总图.dwg") as document:
        assert (document.kind, document.technical["format_version"]) == ("drawing", "2018")
        picture = document.preview(tmp_path)
    assert picture is not None
    assert picture.shape == (48, 64, 3)
    assert tuple(picture[10, 10]) == (200, 30, 30)
    with opened(dwg()[:0x50], "cut.dwg") as document:
        assert document.preview(tmp_path) is None


def test_a_dxf_is_drawn_and_its_words_are_known(tmp_path: Path) -> None:
    with opened(dxf(), "总图.dxf") as document:
        facts = document.technical
        picture = document.preview(tmp_path)
    assert facts["entities"] == {"LINE": 1, "CIRCLE": 1, "TEXT": 1}
    assert "墙体" in facts["layers"]
    assert facts["words"] == ["总平面图"]
    assert facts["units"] == "Meters"
    assert picture is not None
    dark = (picture < 128).all(2).mean()
    assert 0.0005 < dark < 0.1
    with pytest.raises(InvalidError):
        opened(b"  0\nSECTION\n  2\nHEADER\nrubbish", "broken.dxf")


def test_a_building_model_names_its_parts() -> None:
    with opened(IFC.encode(), "大厅.ifc") as document:
        facts = document.technical
    assert (facts["format"], facts["format_version"], facts["program"]) == ("IFC", "IFC4", "ArchiCAD 22")
    assert facts["organisation"] == "市建"
    assert facts["parts"] == {"IFCBUILDING": ["号楼"], "IFCBUILDINGSTOREY": ["O'Neil floor"]}
    assert facts["elements"]["IFCWALL"] == 2


@pytest.mark.parametrize("coding", ["utf-8", "gb18030"])
def test_a_photograph_tells_who_when_and_where(coding: str) -> None:
    with opened(photograph("林芳".encode(coding)), "DSC_0001.jpg") as document:
        facts: dict[str, Any] = document.technical
    assert facts["photo"]["taken_at"] == "2019-03-05T10:20:30"
    assert (facts["photo"]["latitude"], facts["photo"]["longitude"]) == (30.26, 120.15)
    assert facts["photo"]["photographer"] == "林芳"
    assert ("Sensitivity (ISO)", "200") in technical_lines(facts)
    found = {fact.field: fact.value for fact in photograph_facts("ZP", [facts])}
    assert found == {"dated_on": "2019-03-05", "author": "林芳"}
    assert not photograph_facts("WS", [facts]), "the scan of a document has the day of scanning"


@pytest.mark.django_db
def test_the_picture_of_a_file_is_shown_to_those_who_may_see_the_record() -> None:
    place = make_place()
    record = make_record(place.fonds, access_level=20)
    file = store_file(actor=READER, source=io.BytesIO(dwg()), name="总图.dwg", archives_id=record.archives_id, level=20)
    add_part(
        actor=READER,
        record_id=record.id,
        computer_file_id=file.id,
        name="总图.dwg",
        media_type="image/vnd.dwg",
        pages=[],
    )
    assert make_previews(actor=READER, record_ids=[record.id]) == 1
    assert make_previews(actor=READER, record_ids=[record.id]) == 0
    part = RecordPart.objects.get(record=record)
    address = f"/desk/files/{part.id}/preview.jpg"
    client = Client()
    client.force_login(make_account(place.archives, level=20, archivist=place.archives))
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert address in client.get(f"/desk/records/{record.id}/").content.decode()
    stranger = Client()
    stranger.force_login(make_account(place.office, applicant=place.office))
    assert stranger.get(address).status_code == 404
    assert Client().get(address).status_code in (302, 404)
    assert PartPreview.objects.get().width_px == 64
