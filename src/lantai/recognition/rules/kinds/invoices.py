"""Invoices: paper and fully electronic ones of the tax administration, whose sums are said in figures and capitals."""

from lantai.recognition.rules.key_words import words
from lantai.recognition.rules.kinds.base import Asked, Kind
from lantai.recognition.rules.values import Value, read_date, read_party, read_sum, read_uscc


def read_invoice_code(text: str) -> Value | None:
    """Return an invoice code of 10 or 12 digits."""
    return _digits(text, (10, 12))


def read_invoice_number(text: str) -> Value | None:
    """Return an invoice number: 8 digits on paper, 20 on a fully electronic invoice."""
    return _digits(text, (8, 20))


def _digits(text: str, lengths: tuple[int, ...]) -> Value | None:
    code = "".join(c for c in text if c.isdigit())
    return Value(code, 0.98) if len(code) in lengths else Value(code, 0.4) if len(code) > 5 else None


INVOICE = Kind(
    "invoice",
    r"发票",
    (
        Asked("invoice_code", ("发票代码",), read_invoice_code),
        Asked("invoice_number", ("发票号码", "No\\.?"), read_invoice_number),
        Asked("dated_on", ("开票日期",), read_date),
        Asked("amount", ("价税合计(?:[(]大写[)])?", "[(]?小写[)]?", "合计(?:金额)?[(]大写[)]"), read_sum),
        Asked("drawer", ("开票人",)),
    ),
    marks=("发票号码", "发票代码", "价税合计", "开票日期", "纳税人识别号"),
    words=words(
        "发票代码 发票号码 开票日期 校验码 机器编号 名称 纳税人识别号 统一社会信用代码/纳税人识别号 "
        "地址、电话 开户行及账号 价税合计 价税合计(大写) 小写 (小写) 大写 (大写) 收款人 复核 开票人 销售方 "
        "购买方 合计 备注"
    ),
)
_PARTY = (
    (("buyer_name", "seller_name"), ("名称",), read_party),
    (
        ("buyer_tax_number", "seller_tax_number"),
        ("(?:统一社会信用代码[/、]?)?纳税人识别号", "统一社会信用代码[/、]?(?:纳税人识别号)?"),
        read_uscc,
    ),
)
PARTIES = tuple((Asked(fields[0], labels, read), Asked(fields[1], labels, read)) for fields, labels, read in _PARTY)
"""What stands twice: first (above or left) for the buyer, then for the seller."""
KINDS = (INVOICE,)
