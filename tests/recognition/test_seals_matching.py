"""Whose seal it is: by words and look, and not another body's; what is said of marks that are missing."""

import numpy as np
import pytest

from lantai.recognition.adapters.seals.looks import look_of
from lantai.recognition.rules.expected_marks import findings_about_marks, seal_places
from lantai.recognition.rules.layout import Box
from lantai.recognition.rules.seal_matching import ModelSeal, look_likeness, match_seal, words_likeness
from lantai.recognition.rules.seal_words import agreed_name, as_code, as_name, as_purpose, square_name
from lantai.recognition.rules.seals import ROUND, Seal, SealText, SeenSeal, Signature
from sample.stamps import Ink, Plate, press
from tests.factories.recognition import make_layout

FINANCE = Plate("round", "砚州市财政局", (40.0, 40.0))
EDUCATION = Plate("round", "砚州市教育局", (40.0, 40.0))


def look(plate: Plate, angle: float = 0.0, opacity: float = 1.0, unevenness: float = 0.0) -> bytes:
    image = np.full((500, 500, 3), 255, np.uint8)
    stamp = press(image, plate, Ink((200, 24, 36), opacity, unevenness, 3), (250, 250), angle, 8.0)
    return look_of(image, Seal(ROUND, "red", stamp.centre, stamp.radii, 0.0, stamp.box_px, 1.0))


def models() -> list[ModelSeal]:
    return [ModelSeal(plate.text, plate.text, "", "round", look(plate)) for plate in (FINANCE, EDUCATION)]


def test_a_turned_and_worn_seal_looks_like_itself_more_than_like_another() -> None:
    worn = look(FINANCE, angle=31.0, opacity=0.5, unevenness=0.4)
    assert look_likeness(worn, look(FINANCE)) > look_likeness(worn, look(EDUCATION)) + 0.02


@pytest.mark.parametrize("read", ["砚州市财政局", "砚州财政局", "现州市财政局"])
def test_a_seal_is_its_owners(read: str) -> None:
    match = match_seal("round", SealText(read, confidence=0.9), look(FINANCE, 12.0, 0.7, 0.3), models())
    assert match is not None
    assert match.key == FINANCE.text
    assert 0.6 < match.score <= 1


def test_a_seal_of_a_body_with_a_like_name_is_nobodys() -> None:
    other = Plate("round", "砚州市审计局", (40.0, 40.0))
    assert match_seal("round", SealText(other.text, confidence=0.99), look(other), models()) is None
    assert match_seal("round", SealText(), b"", models()) is None


@pytest.mark.parametrize(
    ("read", "registered"),
    [
        ("砚州市青镇县自然资源局", "砚州市墨塘区自然资源局"),
        ("砚州市云会教育局", "砚州市教育局"),
        ("砚州市朗润生物科技有限责任公司", "砚州市朗润源生物科技有限公司"),
    ],
)
def test_letters_that_a_model_has_not_speak_against_it(read: str, registered: str) -> None:
    same_look = look(FINANCE)
    known = [ModelSeal("a", registered, "", "round", same_look)]
    assert match_seal("round", SealText(read, confidence=0.98), same_look, known) is None


def test_models_without_a_picture_are_matched_by_words_alone() -> None:
    known = [ModelSeal("a", "砚州市财政局", "", "round"), ModelSeal("b", "砚州市教育局", "", "round")]
    found = match_seal("round", SealText("砚州市财政局", confidence=0.9), b"", known)
    assert found is not None
    assert (found.key, found.look) == ("a", 0.0)


def test_letters_left_out_weigh_less_than_letters_changed() -> None:
    assert words_likeness("砚州财政局", "砚州市财政局") > words_likeness("砚州县财政局", "砚州市财政局")


def test_the_bits_of_rim_beside_a_name_are_let_go() -> None:
    text = "一)砚州市档案局尊"
    name, sure = as_name(text, [*[0.4, 0.5, *([0.99] * 7)][: len(text) - 1], 0.5])
    assert (name, round(sure, 2)) == ("砚州市档案局", 0.99)
    assert as_name("12", [0.9, 0.9]) == ("", 0.0)


def test_several_readings_vote_letter_by_letter() -> None:
    whole = [(100 * place, sign, 0.9) for place, sign in enumerate("砚州市档案局", 1)]
    torn = [one for one in whole if one[1] != "州"]
    wrong = [(place, "洲" if sign == "州" else sign, 0.6) for place, sign, _ in whole]
    assert agreed_name([whole, torn, wrong, whole], 900)[0] == "砚州市档案局"


def test_level_lines_codes_and_squares() -> None:
    assert as_purpose("合同专用草") == "合同专用章"
    assert as_purpose("12") == ""
    assert as_code("15 0100 O012345") == "1501000012345"
    assert [square_name(text) for text in ("邵海之印", "李建国印", "张伟")] == ["邵海", "李建国", "张伟"]


def seen(box: Box, name: str, sure: float = 0.98) -> SeenSeal:
    centre = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    return SeenSeal(Seal(ROUND, "red", centre, (100, 100), 0.0, box, 0.9), SealText(name, confidence=sure))


def test_an_official_document_bears_its_authors_seal_at_the_date() -> None:
    layout = make_layout()
    assert [place.author for place in seal_places(layout, 1)] == ["云州市人民政府"]
    at_date, above = (800, 800, 1000, 1000), (800, 100, 1000, 300)

    def codes(*seals: SeenSeal) -> list[str]:
        return [finding.code for finding in findings_about_marks(layout, 1, seals, (), 0)]

    assert codes() == ["seal.missing"]
    assert codes(seen(at_date, "云州市人民政府")) == []
    assert codes(seen(above, "云州市人民政府")) == ["seal.missing"]
    assert codes(seen(at_date, "砚州市审计局")) == ["seal.mismatch"]
    assert codes(seen(at_date, "砚州市审计局", sure=0.5)) == []


def test_forms_ask_for_seals_and_signatures_by_their_labels() -> None:
    layout = make_layout([("单位（盖章）", 160, 900, 30), ("法定代表人（签字）：", 160, 1000, 30)])
    field = Signature((500, 980, 800, 1050), "法定代表人（签字）", 0.6)
    found = findings_about_marks(layout, 1, (), (field,), 2)
    assert {finding.code: dict(finding.measured) for finding in found} == {
        "seal.missing": {"places": 1},
        "seal.unknown": {"seals": 2},
        "signature.missing": {"places": 1},
    }
    prose = make_layout([("本证明须经所在单位领导核对属实并加盖公章以后方为有效，复印无效，特此说明。", 160, 900, 30)])
    assert findings_about_marks(prose, 1, (), (), 0) == []
