"""The check of PDF/A-2b finds what is broken, named by the clause of ISO 19005-2 that it breaks."""

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from lantai.recognition.rules.layout import Line, PageLayout
from lantai.viewing.adapters.dual_layer import About, Composer, DualPage, pixels_as_picture
from lantai.viewing.adapters.pdfa_check import check_pdfa

Break = Callable[[pikepdf.Pdf], object]


@pytest.fixture(scope="module")
def sound() -> bytes:
    out = io.BytesIO()
    composer = Composer(out, About("通知"))
    layout = PageLayout((Line("关于开放档案", (20, 20, 140, 40), 0.9),), 200, 100)
    composer.add_page(DualPage(pixels_as_picture(np.full((100, 200, 3), 255, np.uint8)), 200, 100, 72, layout))
    composer.finish()
    return out.getvalue()


def clauses(content: bytes) -> set[str]:
    return {finding.clause for finding in check_pdfa(io.BytesIO(content))}


def page(pdf: pikepdf.Pdf) -> pikepdf.Object:
    return pdf.pages[0].obj


def content(pdf: pikepdf.Pdf, added: bytes) -> None:
    page(pdf).Contents = pdf.make_stream(page(pdf).Contents.read_bytes() + b"\n" + added)


def annotation(pdf: pikepdf.Pdf, **entries: Any) -> None:
    page(pdf).Annots = Array([pdf.make_indirect(Dictionary(Type=Name.Annot, Rect=[0, 0, 9, 9], F=4, **entries))])


def descendant(pdf: pikepdf.Pdf) -> pikepdf.Object:
    return page(pdf).Resources.Font.A.DescendantFonts[0]


def image(pdf: pikepdf.Pdf) -> pikepdf.Object:
    return page(pdf).Resources.XObject.P


def metadata(pdf: pikepdf.Pdf, old: bytes, new: bytes) -> None:
    packet = pdf.Root.Metadata.read_bytes()
    assert old in packet
    pdf.Root.Metadata.write(packet.replace(old, new))


def remove(thing: pikepdf.Object, key: str) -> None:
    del thing[key]


def lzw(pdf: pikepdf.Pdf) -> None:
    # A clear code, one white byte and the end, in nine bits each.
    image(pdf).write(b"\x80\x3f\xe0\x20", filter=Name.LZWDecode)


def script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(Type=Name.Action, S=Name.JavaScript, JS="app.alert(1)")


def rgb_under_cmyk(pdf: pikepdf.Pdf) -> None:
    profile = bytearray(pdf.Root.OutputIntents[0].DestOutputProfile.read_bytes())
    profile[16:20] = b"CMYK"
    pdf.Root.OutputIntents[0].DestOutputProfile.write(bytes(profile))
    pdf.Root.OutputIntents[0].DestOutputProfile.N = 4
    content(pdf, b"1 0 0 rg")


def hidden_note(pdf: pikepdf.Pdf) -> None:
    annotation(pdf, Subtype=Name.Link)
    page(pdf).Annots[0].F = 2


BROKEN: dict[str, Break] = {
    "6.1.7.1_stream_in_another_file": lambda pdf: image(pdf).__setitem__("/F", pikepdf.String("x.bin")),
    "6.1.7.2_lzw": lzw,
    "6.1.13_page_too_small": lambda pdf: page(pdf).__setitem__("/MediaBox", Array([0, 0, 2, 2])),
    "6.1.13_states_too_deep": lambda pdf: content(pdf, b"q " * 40 + b"Q " * 40),
    "6.1.5_title_differs": lambda pdf: pdf.trailer.Info.__setitem__("/Title", "另一个"),
    "6.2.2_unknown_operator": lambda pdf: content(pdf, b"1 2 foo"),
    "6.2.2_no_resources": lambda pdf: remove(page(pdf), "/Resources"),
    "6.2.3_two_profiles": lambda pdf: pdf.Root.OutputIntents.append(
        Dictionary(S=Name.GTS_PDFA1, DestOutputProfile=pdf.make_stream(b"x", N=3))
    ),
    "6.2.3_profile_is_none": lambda pdf: pdf.Root.OutputIntents[0].DestOutputProfile.write(b"nothing"),
    "6.2.4.3_no_output_intent": lambda pdf: remove(pdf.Root, "/OutputIntents"),
    "6.2.4.3_cmyk": lambda pdf: content(pdf, b"0 0 0 1 k"),
    "6.2.4.3_intent_of_another_kind": rgb_under_cmyk,
    "6.2.4.2_profile_of_a_picture": lambda pdf: image(pdf).__setitem__(
        "/ColorSpace", Array([Name.ICCBased, pdf.make_stream(b"nothing", N=3)])
    ),
    "6.2.5_transfer_function": lambda pdf: page(pdf).Resources.__setitem__(
        "/ExtGState", Dictionary(G=Dictionary(Type=Name.ExtGState, TR=Name.Identity))
    ),
    "6.2.6_rendering_intent": lambda pdf: page(pdf).Resources.__setitem__(
        "/ExtGState", Dictionary(G=Dictionary(Type=Name.ExtGState, RI=Name.Beautiful))
    ),
    "6.2.8_smoothed_picture": lambda pdf: image(pdf).__setitem__("/Interpolate", True),
    "6.2.8_alternatives": lambda pdf: image(pdf).__setitem__("/Alternates", Array([])),
    "6.2.9_postscript": lambda pdf: page(pdf).Resources.XObject.__setitem__(
        "/X", pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.PS)
    ),
    "6.2.10_blend_mode": lambda pdf: page(pdf).Resources.__setitem__(
        "/ExtGState", Dictionary(G=Dictionary(Type=Name.ExtGState, BM=Name.Sparkle))
    ),
    "6.2.11.4.1_font_not_embedded": lambda pdf: remove(descendant(pdf).FontDescriptor, "/FontFile2"),
    "6.2.11.3.1_no_character_collection": lambda pdf: remove(descendant(pdf), "/CIDSystemInfo"),
    "6.2.11.3.2_no_glyph_map": lambda pdf: remove(descendant(pdf), "/CIDToGIDMap"),
    "6.2.11.3.3_unknown_encoding": lambda pdf: page(pdf).Resources.Font.A.__setitem__("/Encoding", Name.Homemade),
    "6.2.11.7.2_no_unicode": lambda pdf: remove(page(pdf).Resources.Font.A, "/ToUnicode"),
    "6.3.1_sound_note": lambda pdf: annotation(pdf, Subtype=Name.Sound),
    "6.3.2_hidden_note": hidden_note,
    "6.3.3_note_without_a_look": lambda pdf: annotation(pdf, Subtype=Name.Stamp),
    "6.4.1_fields_drawn_by_the_reader": lambda pdf: pdf.Root.__setitem__(
        "/AcroForm", Dictionary(Fields=[], NeedAppearances=True)
    ),
    "6.4.2_xfa": lambda pdf: pdf.Root.__setitem__("/AcroForm", Dictionary(Fields=[], XFA=pdf.make_stream(b""))),
    "6.5.1_script": script,
    "6.5.1_launch": lambda pdf: annotation(
        pdf, Subtype=Name.Link, A=Dictionary(Type=Name.Action, S=Name.Launch, F="x.exe")
    ),
    "6.5.1_named_action": lambda pdf: annotation(
        pdf, Subtype=Name.Link, A=Dictionary(Type=Name.Action, S=Name.Named, N=Name.Print)
    ),
    "6.5.2_actions_of_the_file": lambda pdf: pdf.Root.__setitem__("/AA", Dictionary()),
    "6.6.2.1_no_metadata": lambda pdf: remove(pdf.Root, "/Metadata"),
    "6.6.2.1_metadata_is_no_xml": lambda pdf: pdf.Root.Metadata.write(b"<x"),
    "6.6.4_part_1": lambda pdf: metadata(pdf, b"<pdfaid:part>2<", b"<pdfaid:part>1<"),
    "6.6.4_no_level": lambda pdf: metadata(pdf, b"<pdfaid:conformance>B<", b"<pdfaid:conformance>X<"),
    "6.8_attachment": lambda pdf: pdf.attachments.__setitem__("x.exe", b"MZ"),
    "6.9_layers_switch": lambda pdf: pdf.Root.__setitem__(
        "/OCProperties", Dictionary(OCGs=[], D=Dictionary(Name="x", AS=[]))
    ),
    "6.10_presentation": lambda pdf: page(pdf).__setitem__("/PresSteps", Dictionary()),
    "6.11_requirements": lambda pdf: pdf.Root.__setitem__("/Requirements", Array([])),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_named_by_its_clause(sound: bytes, name: str) -> None:
    with pikepdf.open(io.BytesIO(sound)) as pdf:
        BROKEN[name](pdf)
        out = io.BytesIO()
        pdf.save(
            out, static_id=True, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none,
            normalize_content=False, fix_metadata_version=False,
        )  # fmt: skip
    assert name.partition("_")[0] in clauses(out.getvalue())


def test_a_sound_file_has_no_findings(sound: bytes) -> None:
    assert clauses(sound) == set()


BYTES: dict[str, Callable[[bytes], bytes]] = {
    "6.1.2": lambda sound: b"garbage\n" + sound,
    "6.1.2 ": lambda sound: sound.replace(b"%\xe2\xe3\xcf\xd3", b"%abcd", 1),
    "6.1.3": lambda sound: sound + b"more after the end",
    "6.1.3 ": lambda sound: sound[: sound.rindex(b"/ID[")] + b"/XX[" + sound[sound.rindex(b"/ID[") + 4 :],
    "6.1.4": lambda sound: sound.replace(b"startxref\n", b"startxref\n9", 1),
    "6.1": lambda _sound: b"%PDF-1.7\nnothing",
}


@pytest.mark.parametrize("clause", BYTES)
def test_broken_bytes_are_named_too(sound: bytes, clause: str) -> None:
    assert clause.strip() in clauses(BYTES[clause](sound))


def test_an_encrypted_file_is_named(sound: bytes) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(sound)) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="a", user=""))
    assert "6.1.3" in clauses(out.getvalue())
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(sound)) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    assert clauses(out.getvalue()) == {"6.1.3"}


def test_of_one_kind_only_a_few_are_told(sound: bytes) -> None:
    with pikepdf.open(io.BytesIO(sound)) as pdf:
        for _ in range(20):
            pdf.pages.append(pdf.pages[0])
        for one in pdf.pages:
            one.obj.AA = Dictionary()
        out = io.BytesIO()
        pdf.save(out)
    assert 1 <= len([f for f in check_pdfa(io.BytesIO(out.getvalue())) if f.clause == "6.5.2"]) <= 5
