"""A state-secret mark is seen however it is set or misread, and running text is not taken for one."""

import pytest

from lantai.recognition.rules.secrecy import secrecy_mark


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("机密★10年", "机密"),
        ("机 密 ★ 1 0 年", "机密"),
        ("秘密☆长期", "秘密"),
        ("绝密★启封前", "绝密"),
        ("秘密*5年", "秘密"),
        ("秘密大5年", "秘密"),
        ("机密＊二十年", "机密"),
        ("绝密 ★", "绝密"),
        ("★机密", "机密"),
        ("000123\n机密★10年\n特急", "机密"),
        ("机密\n云州市人民政府文件", "机密"),
        ("机密级", "机密"),
        ("秘密10年", "秘密"),
        ("密级：机密", "机密"),
        ("密级: 秘密★3年", "秘密"),
        ("机密★10年_关于布防的通知.pdf", "机密"),
        ("【秘密】方案.docx", "秘密"),
        ("机密_10年_方案.pdf", "机密"),
        ("秘密★5年 绝密★30年", "绝密"),
    ],
)
def test_marks_are_seen(text: str, grade: str) -> None:
    assert secrecy_mark(text) == grade


@pytest.mark.parametrize(
    "text",
    [
        "",
        "保守国家秘密",
        "中华人民共和国保守国家秘密法",
        "不得泄露商业秘密和个人隐私",
        "商业秘密*3条",
        "国家秘密的密级分为绝密、机密、秘密三级",
        "绝密级国家秘密的保密期限不超过三十年，机密级不超过二十年",
        "机密文件管理办法",
        "标注为“机密★10年”字样的文件",
        "密级：绝密 机密 秘密 公开",
        "密级：公开",
        "关于做好秘密文件清退工作的通知",
        "机要秘书处",
        "第一行\n二\n三\n四\n五\n六\n七\n秘密",
    ],
)
def test_running_text_is_no_mark(text: str) -> None:
    assert secrecy_mark(text) is None
