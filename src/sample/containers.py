"""Write scanned pages the way archives hold them: PDF, TIFF, a folder of pages, one picture."""

import io
import math
import struct
import wave
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pikepdf
from PIL import Image

from sample.wear import Scan


def jpeg(scan: Scan) -> bytes:
    """Return a page as JPEG with its resolution in the header."""
    pixels = scan.image if scan.image.ndim == 2 else cv2.cvtColor(scan.image, cv2.COLOR_RGB2BGR)
    done, coded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, scan.recipe.jpeg_quality])
    assert done
    body = bytearray(coded.tobytes())
    # The JFIF header that OpenCV writes says "no unit"; an archive's scan says dots per inch.
    body[13] = 1
    body[14:18] = struct.pack(">HH", scan.recipe.dpi, scan.recipe.dpi)
    return bytes(body)


def _bitonal(scan: Scan) -> Image.Image:
    return Image.fromarray(scan.image).convert("1", dither=Image.Dither.NONE)


def _fax_strip(scan: Scan) -> bytes:
    """Return a bitonal page as one CCITT group 4 strip in which, as Pillow writes it, a set bit is white."""
    shell = io.BytesIO()
    _bitonal(scan).save(shell, "TIFF", compression="group4", tiffinfo={278: scan.image.shape[0]})
    with Image.open(io.BytesIO(shell.getvalue())) as opened:
        tags = opened.tag_v2  # type: ignore[attr-defined]  # a TIFF has tags
        (start,), (length,) = tags[273], tags[279]
    return shell.getvalue()[start : start + length]


def write_pdf(path: Path, scans: Sequence[Scan]) -> None:
    """Write pages as a PDF of pictures."""
    with pikepdf.new() as pdf:
        for scan in scans:
            height, width = scan.image.shape[:2]
            about = {"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image, "/Width": width, "/Height": height}
            if scan.recipe.colour == "bitonal":
                fax = pikepdf.Dictionary(K=-1, Columns=width, Rows=height, BlackIs1=True)
                about |= {"/BitsPerComponent": 1, "/ColorSpace": pikepdf.Name.DeviceGray}
                picture = pikepdf.Stream(
                    pdf, _fax_strip(scan), {**about, "/Filter": pikepdf.Name.CCITTFaxDecode, "/DecodeParms": fax}
                )
            else:
                space = pikepdf.Name.DeviceGray if scan.image.ndim == 2 else pikepdf.Name.DeviceRGB
                about |= {"/BitsPerComponent": 8, "/ColorSpace": space, "/Filter": pikepdf.Name.DCTDecode}
                picture = pikepdf.Stream(pdf, jpeg(scan), about)
            size = (width * 72 / scan.recipe.dpi, height * 72 / scan.recipe.dpi)
            page = pdf.add_blank_page(page_size=size)
            page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Scan=pdf.make_indirect(picture)))
            page.obj.Contents = pdf.make_stream(f"q {size[0]:.3f} 0 0 {size[1]:.3f} 0 0 cm /Scan Do Q".encode())
        pdf.save(path, deterministic_id=True)


def write_tiff(path: Path, scans: Sequence[Scan]) -> None:
    """Write pages as a TIFF of several pages: group 4 for bitonal, JPEG or LZW for the rest."""
    recipe = scans[0].recipe
    options: dict[str, object] = {"dpi": (recipe.dpi, recipe.dpi)}
    if recipe.colour == "bitonal":
        pages = [_bitonal(scan) for scan in scans]
        options["compression"] = "group4"
    else:
        pages = [Image.fromarray(scan.image) for scan in scans]
        options["compression"] = "tiff_lzw" if recipe.lossless else "jpeg"
        if not recipe.lossless:
            options["quality"] = recipe.jpeg_quality
    pages[0].save(path, "TIFF", save_all=True, append_images=pages[1:], **options)


def write_page(path: Path, scan: Scan) -> None:
    """Write one page as a picture file: PNG when bitonal, else JPEG."""
    if scan.recipe.colour == "bitonal":
        _bitonal(scan).save(path.with_suffix(".png"), "PNG", dpi=(scan.recipe.dpi, scan.recipe.dpi))
    else:
        path.with_suffix(".jpg").write_bytes(jpeg(scan))


def write_sound(path: Path, seed: int, *, seconds: float = 6.0) -> None:
    """Write a recording of bells over a hum: 16 kHz, one channel, 16 bit."""
    rng = np.random.default_rng(seed)
    rate = 16000
    moments = np.arange(int(rate * seconds)) / rate
    sound = 0.015 * rng.standard_normal(moments.size) + 0.02 * np.sin(2 * math.pi * 50 * moments)
    for strike in range(int(seconds)):
        since = moments - strike * 1.05 - 0.2
        ringing = np.where(since > 0, np.exp(-2.2 * np.clip(since, 0, None)), 0.0)
        pitch = 392.0 * (1 + rng.integers(0, 3) / 4)
        for part, loud in ((1.0, 0.3), (2.01, 0.14), (2.76, 0.1), (5.4, 0.04)):
            sound += loud * ringing * np.sin(2 * math.pi * pitch * part * since)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(sound, -1, 1) * 30000).astype("<i2").tobytes())
