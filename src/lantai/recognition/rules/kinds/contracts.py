"""Contracts: the parties, what it is about, the sum, the days."""

from lantai.recognition.rules.key_words import words
from lantai.recognition.rules.kinds.base import Asked, Kind
from lantai.recognition.rules.values import read_date, read_number, read_party, read_phone, read_sum, read_uscc

CONTRACT = Kind(
    "contract",
    r"合\s*同(?:书|协议)?$|协议书?$|合同[(（].*[)）]$",
    (
        Asked("document_number", ("(?:合同|协议)?(?:编号|号)",), read_number),
        Asked(
            "party_a",
            (
                "甲方(?:[(].*[)])?",
                "(?:发包|委托|采购|出租|买受|转让|建设)(?:人|方|单位)(?:[(]甲方[)])?",
                "买方",
                "需方",
            ),
            read=read_party,
        ),
        Asked(
            "party_b",
            (
                "乙方(?:[(].*[)])?",
                "(?:承包|受托|供应|承租|出卖|受让|施工|供货)(?:人|方|单位)(?:[(]乙方[)])?",
                "卖方",
                "供方",
            ),
            read=read_party,
        ),
        Asked("subject", ("(?:合同|工程|项目|标的|货物)名称", "合同标的")),
        Asked("site", ("(?:工程|项目|履行|交货)地[点址]",)),
        Asked(
            "amount",
            (
                "(?:合同|签约|工程|协议)?(?:总)?(?:价款?|金额|总价|价格|造价)(?:[(]?[大小]写[)]?)?",
                "人民币[(]?[大小]写[)]?",
                "合同总?(?:价|额)",
            ),
            read_sum,
        ),
        Asked("term", ("(?:合同)?(?:工期|期限|有效期|履行期限)", "租赁期限")),
        Asked("dated_on", ("(?:签订|签约|签署|订立|合同)(?:日期|时间)", "日期"), read_date),
        Asked("signed_at", ("(?:签订|签约|订立)地点?",)),
        Asked("uscc", ("统一社会信用代码", "纳税人识别号"), read_uscc),
        Asked("phone", ("(?:联系)?电话",), read_phone),
    ),
    words=words(
        "合同编号 协议编号 编号 甲方 乙方 发包人 承包人 委托方 受托方 工程名称 项目名称 合同名称 工程地点 "
        "合同价款 合同金额 签约合同价 合同总价 合同工期 签订日期 签订时间 签订地点 签约日期 法定代表人 "
        "统一社会信用代码 开户银行 账号 联系电话 电话 地址 租赁期限 大写 小写"
    ),
)
KINDS = (CONTRACT,)
