"""What archives receive opens upright and whole, or is refused with the reason."""

import io
import wave
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image

from lantai.kernel.errors import InvalidError, NotFoundError
from lantai.recognition.adapters.documents import open_document
from tests.factories.recognition import as_file, make_ofd, make_pdf, make_picture


def mark_picture() -> np.ndarray:
    """Return 60 x 40 pixels, red in the top left corner, on white."""
    picture = np.full((40, 60, 3), 255, np.uint8)
    picture[:10, :10] = (255, 0, 0)
    return picture


def refusal(content: bytes, name: str = "x") -> str:
    with pytest.raises(InvalidError) as caught:
        open_document(io.BytesIO(content), name)
    assert name in str(caught.value)
    return caught.value.code


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "WEBP", "JPEG2000"])
def test_pictures_open_whatever_they_are_called(kind: str) -> None:
    with open_document(as_file(mark_picture(), kind), "扫描.dat") as document:
        assert (document.kind, len(document.pages)) == ("image", 1)
        assert (document.pages[0].width_px, document.pages[0].height_px) == (60, 40)
        image = document.page_image(1)
    assert image.shape == (40, 60, 3)
    assert image.dtype == np.uint8
    assert image[4, 4, 0] > 200 > 100 > image[4, 4, 1]


def test_a_tiff_has_pages() -> None:
    stream = io.BytesIO()
    frames = [Image.new("L", (30 + n, 20), 255 - 50 * n) for n in range(3)]
    frames[0].save(stream, "TIFF", save_all=True, append_images=frames[1:], dpi=(300, 300))
    with open_document(stream, "x.tif") as document:
        assert [(p.width_px, p.dpi) for p in document.pages] == [(30, 300), (31, 300), (32, 300)]
        assert [int(document.page_image(n)[0, 0, 0]) for n in (3, 1, 2)] == [155, 255, 205]
        with pytest.raises(NotFoundError):
            document.page_image(4)


def test_exif_turns_the_picture_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held so that the picture must be turned clockwise
    with open_document(as_file(mark_picture(), "JPEG", exif=exif, quality=95), "x.jpg") as document:
        assert (document.pages[0].width_px, document.pages[0].height_px) == (40, 60)
        image = document.page_image(1)
    assert image.shape == (60, 40, 3)
    assert image[4, -5, 1] < 100 < image[4, 4, 1]


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA", "CMYK", "I;16"])
def test_every_mode_becomes_rgb(mode: str) -> None:
    grey = Image.fromarray(mark_picture()[..., 1])
    deep = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    picture = deep if mode == "I;16" else grey.convert("RGB").convert(mode)
    stream = io.BytesIO()
    picture.save(stream, "TIFF")
    with open_document(stream, "x.tif") as document:
        image = document.page_image(1)
    assert (int(image[4, 4].max()), int(image[30, 50].min())) == (0, 255)


def test_transparency_is_laid_on_white() -> None:
    layer = np.zeros((8, 8, 4), np.uint8)
    with open_document(as_file(layer), "x.png") as document:
        assert document.page_image(1).min() == 255


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "WEBP"])
def test_a_cut_off_picture_is_refused(kind: str) -> None:
    content = as_file(make_picture(size=(300, 300)), kind).getvalue()
    assert refusal(content[: len(content) // 2], "半张.img") == "documents.truncated"


def test_a_picture_broken_inside_is_refused_when_it_is_opened_or_shown() -> None:
    content = bytearray(as_file(make_picture()).getvalue())
    content[2000:2400] = b"\0" * 400
    with pytest.raises(InvalidError) as caught, open_document(io.BytesIO(bytes(content)), "x.png") as document:
        document.page_image(1)
    assert caught.value.code in ("documents.damaged", "documents.truncated")


def test_too_many_pixels_are_refused_before_decoding() -> None:
    stream = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(stream, "PNG")
    assert refusal(stream.getvalue(), "巨图.png") == "documents.too_large"


def test_a_long_narrow_picture_opens() -> None:
    stream = io.BytesIO()
    Image.new("1", (30_000, 100), 1).save(stream, "PNG")
    with open_document(stream, "x.png") as document:
        assert document.page_image(1).shape == (100, 30_000, 3)


@pytest.mark.parametrize("name", ["a.pdf", "a.png", "a"])
def test_an_empty_file_is_refused(name: str) -> None:
    assert refusal(b"", name) == "documents.empty"


def test_a_pdf_keeps_its_text_with_its_place() -> None:
    with open_document(io.BytesIO(make_pdf("Archive notice 2019", pages=2)), "x.pdf") as document:
        assert [(p.width_px, p.height_px, p.dpi) for p in document.pages] == [(1653, 2339, 200)] * 2
        boxes = document.page_text(2)
        image = document.page_image(2)
    assert boxes is not None
    assert [b.text for b in boxes] == ["Archive notice 2019"]
    left, top, right, bottom = boxes[0].box_px
    ink = np.argwhere(image.min(2) < 128)
    assert abs(left - ink[:, 1].min()) <= 3
    assert abs(right - ink[:, 1].max()) <= 3
    assert abs(top - ink[:, 0].min()) <= 8
    assert abs(bottom - ink[:, 0].max()) <= 8


def test_a_resolution_may_be_asked_for() -> None:
    with open_document(io.BytesIO(make_pdf()), "x.pdf") as document:
        assert document.page_image(1, dpi=72).shape[:2] == (842, 595)


def test_a_gigantic_pdf_page_is_shown_smaller() -> None:
    with open_document(io.BytesIO(make_pdf(page_size="14400 14400")), "x.pdf") as document:
        assert document.pages[0].width_px <= 12_000
        assert document.page_image(1, dpi=20).shape[0] <= 4_100


def test_a_cut_off_pdf_is_refused() -> None:
    content = make_pdf(pages=30)
    assert refusal(content[: len(content) // 2], "半份.pdf") == "documents.truncated"


def test_a_pdf_that_is_none_inside_is_refused() -> None:
    assert refusal(b"%PDF-1.7\ngarbage\n%%EOF\n", "x.pdf") == "documents.damaged"


def test_a_locked_pdf_is_refused() -> None:
    import pikepdf

    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(make_pdf())) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    assert refusal(locked.getvalue(), "锁.pdf") == "documents.encrypted"


def test_a_pdf_bomb_is_refused() -> None:
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(700)) + packer.flush()
    bomb = (
        f"5 0 obj\n<</Filter/FlateDecode/Length {len(packed)}>>\nstream\n".encode() + packed + b"\nendstream\nendobj\n"
    )
    assert refusal(make_pdf(extra=bomb), "弹.pdf") == "documents.bomb"


def test_a_pdf_with_a_picture_of_absurd_size_is_refused() -> None:
    picture = b"5 0 obj\n<</Subtype/Image/Width 60000/Height 60000/Filter/FlateDecode/Length 9>>\nstream\n123456789\nendstream\nendobj\n"
    assert refusal(make_pdf(extra=picture), "弹.pdf") == "documents.too_large"


def test_an_ofd_yields_text_in_place_and_a_picture() -> None:
    with open_document(io.BytesIO(make_ofd()), "x.ofd") as document:
        assert (document.kind, document.pages[0].width_px, document.pages[0].dpi) == ("ofd", 1654, 200)
        boxes = document.page_text(1)
        image = document.page_image(1)
    assert boxes is not None
    assert boxes[0].text == "电子档案管理工作通知"
    left, top, right, bottom = (value * 25.4 / 200 for value in boxes[0].box_px)
    assert (round(left), round(right)) == (20, 80)
    assert 29 <= top < 35 < bottom <= 37
    ink = np.argwhere(image.min(2) < 128) * 25.4 / 200
    assert 19 < ink[:, 1].min() < 22
    assert 77 < ink[:, 1].max() < 81


def test_a_cut_off_ofd_is_refused() -> None:
    content = make_ofd()
    assert refusal(content[: len(content) // 2], "x.ofd") == "documents.truncated"


def test_an_ofd_with_missing_parts_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("OFD.xml", "<OFD><DocBody><DocRoot>Doc_0/Document.xml</DocRoot></DocBody></OFD>")
    assert refusal(stream.getvalue(), "x.ofd") == "documents.damaged"


def test_an_ofd_with_entities_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("OFD.xml", '<!DOCTYPE OFD [<!ENTITY a "aaaa">]><OFD>&a;</OFD>')
    assert refusal(stream.getvalue(), "x.ofd") == "documents.damaged"


def test_sound_is_kept_with_its_technical_metadata() -> None:
    stream = io.BytesIO()
    with wave.open(stream, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(16_000))
    with open_document(stream, "录音.bin") as document:
        assert (document.kind, document.media_type, document.pages) == ("audio", "audio/wav", [])
        assert document.technical["duration_ms"] == 1000
        assert document.technical["tracks"][0]["sampling_rate"] == 8000
        with pytest.raises(NotFoundError):
            document.page_image(1)


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [(b"PK\x05\x06" + bytes(18), "x.docx", None), (b"hello", "x.txt", "text/plain"), (b"\x01\x02\x03", "x", None)],
)
def test_anything_else_is_kept_and_not_shown(content: bytes, name: str, media_type: str | None) -> None:
    with open_document(io.BytesIO(content), name) as document:
        assert (document.kind, document.pages) == ("other", [])
        assert media_type in (None, document.media_type)
        assert "/" in document.media_type
