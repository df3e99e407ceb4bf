"""Records of marriage: declarations, examinations, certificates, divorces."""

from lantai.recognition.rules.key_words import words
from lantai.recognition.rules.kinds.base import Asked, Kind
from lantai.recognition.rules.values import read_body, read_date, read_identity_number, read_number, read_person

MARRIAGE = Kind(
    "marriage",
    r"(?:结婚|离婚|复婚)(?:登记|证|声明|申请)|婚姻登记",
    (
        Asked("document_number", ("(?:结婚|离婚)证字号", "证书?字号", "(?:登记)?编号"), read_number),
        Asked("husband", ("男方(?:姓名)?", "丈夫姓名?"), read_person),
        Asked("wife", ("女方(?:姓名)?", "妻子姓名?"), read_person),
        Asked("people", ("持证人", "姓名", "声明人", "登记员"), read_person),
        Asked("identity_number", ("身份证件?号码?", "(?:男方|女方)身份证件?号码?"), read_identity_number),
        Asked("registered_on", ("登记日期", "(?:结婚|离婚)登记日期", "发证日期"), read_date),
        Asked("dated_on", ("登记日期", "(?:结婚|离婚)登记日期"), read_date),
        Asked("author", ("登记机关", "婚姻登记机关", "发证机关"), read_body),
    ),
    words=words(
        "结婚证字号 离婚证字号 登记日期 男方姓名 女方姓名 男方 女方 提交证件 审查意见 登记员 登记机关 "
        "领证签名 领证日期 持证人 监誓人 声明人 身份证件号 身份证号 姓名 出生日期 备注"
    ),
)
KINDS = (MARRIAGE,)
