"""Names, grouping and catalogue rows, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantai.ingest.rules.catalogue_rows import read_rows
from lantai.ingest.rules.grouping import SentFile, is_catalogue, items_of, natural_key
from lantai.ingest.rules.names import decoded, is_ignored, normal_path
from lantai.ingest.rules.packed import check_size
from lantai.kernel.errors import InvalidError


def test_old_encodings_are_read() -> None:
    assert decoded("会议纪要.pdf".encode()) == "会议纪要.pdf"
    assert decoded("会议纪要.pdf".encode("gbk")) == "会议纪要.pdf"
    assert normal_path("é/a.pdf".encode()) == normal_path("e\u0301/a.pdf") == "é/a.pdf"


@pytest.mark.parametrize(
    "name", ["../a.pdf", "a/../../b", "/etc/passwd", "C:\\x\\y.pdf", "..\\a", "", "a\nb", "a/" + "长" * 86 + ".pdf"]
)
def test_a_name_that_leads_out_or_cannot_be_is_refused(name: str) -> None:
    with pytest.raises(InvalidError):
        normal_path(name)


def test_a_name_of_255_bytes_is_taken() -> None:
    assert normal_path("a" * 255) == "a" * 255


@given(st.text(max_size=40))
def test_a_taken_name_stays_below_its_folder(name: str) -> None:
    try:
        path = normal_path(name)
    except InvalidError:
        return
    assert not path.startswith("/")
    assert ".." not in path.split("/")
    assert normal_path(path) == path


def test_leavings_of_systems_are_passed_over() -> None:
    assert all(map(is_ignored, ["Thumbs.db", "a/.DS_Store", "__MACOSX/a.pdf", "a/._b.pdf", "~$table.xlsx"]))
    assert not is_ignored("a/b.pdf")


def _files(*paths: str) -> list[SentFile]:
    return sorted((SentFile(p, 10) for p in paths), key=lambda f: (f.folder, f.path))


def _grouped(*paths: str, listed: frozenset[str] = frozenset()) -> dict[str, list[str]]:
    return {i.path: [f.path for f in i.files] for i in items_of(_files(*paths), listed)}


def test_a_folder_of_numbered_images_is_one_item_in_page_order() -> None:
    assert _grouped("a/2.jpg", "a/10.jpg", "a/1.jpg") == {"a": ["a/1.jpg", "a/2.jpg", "a/10.jpg"]}


def test_other_files_are_items_of_their_own() -> None:
    assert set(_grouped("x.pdf", "1.jpg", "2.jpg", "b/春游.jpg", "b/会场.jpg")) == {
        "x.pdf",
        "1.jpg",
        "2.jpg",
        "b/春游.jpg",
        "b/会场.jpg",
    }


def test_a_catalogue_decides_what_is_one_item() -> None:
    assert set(_grouped("a/1.jpg", "a/2.jpg", listed=frozenset({"a/1.jpg"}))) == {"a/1.jpg", "a/2.jpg"}
    assert set(_grouped("b/正文.jpg", "b/附件.jpg", listed=frozenset({"b"}))) == {"b"}


def test_a_catalogue_is_known_by_its_name() -> None:
    assert is_catalogue("目录.xlsx")
    assert is_catalogue("Z109/catalogue-2019.csv")
    assert not is_catalogue("目录说明.pdf")


def test_page_ten_follows_page_nine() -> None:
    assert sorted(["p10", "p9", "p1"], key=natural_key) == ["p1", "p9", "p10"]


HEAD = ["档号", "题名", "日期", "保管期限", "访问级别", "文件", "承办人"]


def test_rows_are_read_and_unknown_columns_kept() -> None:
    rows, faults = read_rows(
        [HEAD, ["Z109-WS·2019-Y-BGS-0001", "通知", 20190102.0, "永久", "内部", "a\\1.pdf", "周敏"]]
    )
    assert faults == []
    assert rows[0].file == "a/1.pdf"
    assert rows[0].values == {
        "reference_code": "Z109-WS·2019-Y-BGS-0001", "title": "通知", "dated_on": "2019-01-02", "retention": "Y", "access_level": 10,
    }  # fmt: skip
    assert rows[0].metadata == {"承办人": "周敏"}


def test_every_fault_is_named_by_row_and_column() -> None:
    rows, faults = read_rows(
        [
            HEAD,
            ["", "甲", "2019-13-45", "永远", "公开", "1.pdf", ""],
            ["", "乙", "", "", "", "", ""],
            ["", "丙", "", "", "", "1.pdf", ""],
            [],
            ["", "丁", "", "", "机密★10年", "2.pdf", ""],
        ]
    )
    assert {(f.row, f.column) for f in faults} == {(2, "日期"), (2, "保管期限"), (3, "文件"), (4, "文件")}
    assert [r.file for r in rows] == ["1.pdf", "2.pdf"]
    assert rows[1].secret_mark == "机密★10年"


def test_missing_columns_are_named() -> None:
    _, faults = read_rows([["档号", "日期"], ["x", "y"]])
    assert {"文件", "题名"} <= {f.column for f in faults if f.row == 1}


def test_a_bomb_is_refused_by_its_ratio() -> None:
    check_size(name="a.zip", members=10, unpacked_bytes=10 << 30, packed_bytes=1 << 30)
    with pytest.raises(InvalidError):
        check_size(name="a.zip", members=1, unpacked_bytes=1 << 30, packed_bytes=1 << 20)
