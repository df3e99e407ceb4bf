"""Codes are found where they stand and believed only with the right check digit."""

import pytest

from lantai.recognition.rules.codes import codes_in, is_identity_number, is_uscc

USCC = ["91350100M000100Y43", "91330106673959654P", "91110000802100433B", "911101085923662400", "91440300708461136T"]
IDENTITY = ["11010519491231002X", "440524188001010014"]


@pytest.mark.parametrize("code", USCC)
def test_published_credit_codes_hold(code: str) -> None:
    assert is_uscc(code)
    wrong = code[:5] + ("1" if code[5] != "1" else "2") + code[6:]
    assert not is_uscc(wrong)


@pytest.mark.parametrize("code", IDENTITY)
def test_published_identity_numbers_hold(code: str) -> None:
    assert is_identity_number(code)
    assert not is_identity_number(code[:-1] + ("1" if code[-1] != "1" else "2"))
    assert not is_identity_number(code[:10] + "13" + code[12:])


def test_codes_in_a_line_come_with_their_places() -> None:
    text = "信用代码：91350100M000100Y43，证号１１０１０５１９４９１２３１００２Ｘ；项目代码2106-150102-48-01-A12345"
    found = list(codes_in(text))
    assert [(c.kind, c.value) for c in found] == [
        ("uscc", "91350100M000100Y43"),
        ("identity_number", "11010519491231002X"),
        ("project_code", "2106-150102-48-01-A12345"),
    ]
    assert text[found[1].start : found[1].end] == "１１０１０５１９４９１２３１００２Ｘ"


def test_letters_that_look_like_digits_are_mended_where_the_check_proves_it() -> None:
    assert [c.value for c in codes_in("9135O1OOMOOOIOOY43")] == ["91350100M000100Y43"]


def test_misread_codes_and_longer_numbers_are_not_offered() -> None:
    assert list(codes_in("91350100M000100Y44 11010519491231002X5 110105194912310021")) == []


def test_old_project_codes_are_known() -> None:
    assert [c.value for c in codes_in("编码2020-150102-48-01-012345号")] == ["2020-150102-48-01-012345"]
