"""Pictures over HTTP: right pixels with and without a pyramid, behind the access decision, marked when not open."""

import io
import wave

import numpy as np
import pytest
from django.test import Client
from PIL import Image

from lantai.catalogue.models import Page
from lantai.kernel.actors import system_actor
from lantai.preservation.models import ComputerFile
from lantai.viewing.models import AccessCopy
from lantai.viewing.services import make_access_copies
from tests.factories.catalogue import Place, make_account
from tests.viewing.conftest import HEIGHT, WIDTH, MakePage

SYSTEM = system_actor("test")


def _picture(client: Client, page: Page, rest: str) -> Image.Image:
    answer = client.get(f"/iiif/image/{page.id}/{rest}")
    assert answer.status_code == 200, answer.content
    return Image.open(io.BytesIO(answer.content)).convert("RGB")


def _is(pixel: object, colour: tuple[int, int, int]) -> bool:
    return bool(np.abs(np.array(pixel, int) - colour).max() < 40)


RED, BLUE, WHITE = (254, 0, 0), (0, 0, 254), (255, 255, 255)


@pytest.mark.parametrize("with_pyramid", [False, True])
def test_every_part_shows_its_place_on_the_page(make_page: MakePage, with_pyramid: bool) -> None:
    page = make_page()
    if with_pyramid:
        assert make_access_copies(actor=SYSTEM, page_ids=[page.id]) == 1
        assert make_access_copies(actor=SYSTEM, page_ids=[page.id]) == 0
    client = Client()
    whole = _picture(client, page, "full/max/0/default.jpg")
    assert whole.size == (WIDTH, HEIGHT)
    assert _is(whole.getpixel((200, 300)), RED)
    small = _picture(client, page, "full/!325,425/0/default.png")
    assert small.size == (325, 425)
    assert _is(small.getpixel((50, 75)), RED)
    assert _is(small.getpixel((275, 375)), BLUE)
    tile = _picture(client, page, "1024,1024,276,676/138,338/0/default.jpg")
    assert tile.size == (138, 338)
    assert _is(tile.getpixel((40, 230)), BLUE)
    turned = _picture(client, page, "100,200,200,200/100,/180/default.jpg")
    assert _is(turned.getpixel((50, 50)), RED)
    mirrored = _picture(client, page, "full/,425/!0/default.jpg")
    assert _is(mirrored.getpixel((325 - 50, 75)), RED)
    gray = _picture(client, page, "full/pct:25/90/gray.webp")
    assert gray.size == (425, 325)
    bitonal = _picture(client, page, "full/pct:25/0/bitonal.png")
    assert set(bitonal.getdata()) <= {(0, 0, 0), (255, 255, 255)}


def test_info_and_errors(make_page: MakePage) -> None:
    page = make_page()
    client = Client()
    info = client.get(f"/iiif/image/{page.id}/info.json").json()
    assert (info["width"], info["height"], info["type"]) == (WIDTH, HEIGHT, "ImageService3")
    assert info["id"].endswith(f"/iiif/image/{page.id}")
    assert client.get(f"/iiif/image/{page.id}").status_code == 303
    assert client.get(f"/iiif/image/{page.id}/full/99999,/0/default.jpg").status_code == 400
    assert client.get(f"/iiif/image/{page.id}/full/max/0/wild.jpg").status_code == 400
    assert client.post(f"/iiif/image/{page.id}/full/max/0/default.jpg").status_code == 405


def test_a_hidden_page_is_answered_like_one_that_is_not_there(make_page: MakePage, place: Place) -> None:
    hidden = make_page(opening="restricted", access_level=10)
    make_access_copies(actor=SYSTEM, page_ids=[hidden.id])
    absent = "00000000-0000-7000-8000-000000000000"
    stranger = Client()
    stranger.force_login(make_account(place.bureau, level=0))
    for client in (Client(), stranger):
        for rest in ("info.json", "full/max/0/default.jpg", "full/!100,100/0/default.jpg"):
            seen = client.get(f"/iiif/image/{hidden.id}/{rest}")
            none = client.get(f"/iiif/image/{absent}/{rest}")
            assert (seen.status_code, seen.content) == (none.status_code, none.content)
            assert seen.status_code == 404
        assert client.get(f"/iiif/record/{hidden.record_id}/manifest.json").status_code == 404
        assert client.get(f"/desk/files/{hidden.part_id}/").status_code in (302, 404)


def test_what_is_not_open_bears_the_readers_name(make_page: MakePage, place: Place) -> None:
    page = make_page(opening="restricted", access_level=10)
    make_access_copies(actor=SYSTEM, page_ids=[page.id])
    client = Client()
    client.force_login(make_account(place.archives, level=20, archivist=place.archives))
    answer = client.get(f"/iiif/image/{page.id}/full/max/0/default.png")
    assert answer["Cache-Control"] == "no-store"
    marked = np.array(Image.open(io.BytesIO(answer.content)).convert("L"), int)
    white = marked[500:1300, 400:900]
    assert 0.01 < (white < 250).mean() < 0.4, "words lie over the white of the page, and leave it readable"
    open_page = make_page()
    clean = np.array(_picture(Client(), open_page, "full/max/0/default.png").convert("L"), int)[500:1300, 400:900]
    assert (clean < 250).mean() < 0.001
    left = np.array(_picture(client, page, "400,500,250,800/250,/0/default.png").convert("L"), int)
    assert np.abs(left - marked[500:1300, 400:650]).mean() < 4, "the pattern goes on from tile to tile"
    strips = [
        _picture(client, page, f"400,{top},500,100/max/0/default.png").convert("L") for top in range(500, 1300, 100)
    ]
    joined = np.vstack([np.array(strip, int) for strip in strips])
    assert np.abs(joined - white).mean() < 4, "strips are marked as the whole is"
    small = np.array(_picture(client, page, "full/!160,220/0/default.png").convert("L"), int)[70:160, 60:110]
    assert (small < 250).mean() < 0.02, "what is too small to be read is not"


def test_the_manifest_lists_the_pages_with_their_services(make_page: MakePage) -> None:
    page = make_page()
    manifest = Client().get(f"/iiif/record/{page.record_id}/manifest.json").json()
    assert manifest["type"] == "Manifest"
    (canvas,) = manifest["items"]
    assert (canvas["width"], canvas["height"]) == (WIDTH, HEIGHT)
    body = canvas["items"][0]["items"][0]["body"]
    assert body["service"][0]["id"].endswith(f"/iiif/image/{page.id}")


def test_sound_is_played_from_any_place(make_page: MakePage, place: Place) -> None:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(range(256)) * 100)
    from lantai.catalogue.services import PartDescription, RecordDescription, create_records
    from lantai.preservation.services import store_file

    data = out.getvalue()
    file: ComputerFile = store_file(
        actor=SYSTEM, source=io.BytesIO(data), name="录音.wav", archives_id=place.archives.id
    )
    part = PartDescription(file.id, "录音.wav", "audio/wav")
    description = RecordDescription(
        level="item", category_code="WS", title="录音", opening="open", access_level=0, parts=[part]
    )
    record = create_records(actor=SYSTEM, fonds_id=place.fonds.id, descriptions=[description])[0]
    path = f"/desk/files/{record.parts.get().id}/"
    client = Client()
    whole = client.get(path)
    assert b"".join(whole.streaming_content) == data  # type: ignore[attr-defined]
    assert whole["Content-Disposition"].startswith("inline")
    some = client.get(path, headers={"Range": "bytes=100-199"})
    assert some.status_code == 206
    assert b"".join(some.streaming_content) == data[100:200]  # type: ignore[attr-defined]
    assert some["Content-Range"] == f"bytes 100-199/{len(data)}"
    tail = client.get(path, headers={"Range": "bytes=-10"})
    assert b"".join(tail.streaming_content) == data[-10:]  # type: ignore[attr-defined]
    assert client.get(path, headers={"Range": f"bytes={len(data)}-"}).status_code == 416


def test_copies_are_derived_files_and_leave_the_original_alone(make_page: MakePage) -> None:
    page = make_page()
    before = ComputerFile.objects.get(id=page.part.computer_file_id).digest
    make_access_copies(actor=SYSTEM, page_ids=[page.id])
    copy = AccessCopy.objects.get(page=page)
    assert copy.pyramid_id != page.part.computer_file_id
    assert ComputerFile.objects.get(id=page.part.computer_file_id).digest == before
