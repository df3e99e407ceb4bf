"""Registration of enterprises: licences, applications, notices of registration."""

from lantai.recognition.rules.key_words import words
from lantai.recognition.rules.kinds.base import Asked, Kind
from lantai.recognition.rules.values import (
    read_body,
    read_date,
    read_identity_number,
    read_person,
    read_phone,
    read_registration_number,
    read_sum,
    read_uscc,
)

LICENCE = Kind(
    "enterprise",
    r"营业执照|设立登记|变更登记(?:申请|通知)|注销登记(?:申请|通知)|公司登记|企业登记|开业登记|股东.{0,8}出资",
    (
        Asked("enterprise_name", ("名称", "(?:企业|公司|单位|字号)名称", "企业法人名称", "公司全称")),
        Asked("uscc", ("统一社会信用代码", "社会信用代码", "注册号"), read_uscc),
        Asked("registration_number", ("注册号", "(?:工商)?(?:注册|登记)号", "营业执照号码?"), read_registration_number),
        Asked("enterprise_type", ("类型", "(?:公司|企业|主体)类型", "经济性质")),
        Asked("address", ("住所", "(?:营业|经营|主要经营|生产经营)场所", "(?:注册)?地址")),
        Asked("legal_representative", ("法定代表人(?:[(]负责人[)])?", "负责人", "经营者", "投资人"), read_person),
        Asked("identity_number", ("身份证(?:件)?号码?", "公民身份号码"), read_identity_number),
        Asked("phone", ("联系电话", "电话"), read_phone),
        Asked("capital", ("注册(?:资本|资金)", "出资(?:总)?额"), read_sum),
        Asked("business_scope", ("(?:经营|业务)范围",)),
        Asked("business_term", ("(?:营业|经营)期限",)),
        Asked("established_on", ("成立日期", "(?:注册|核准|登记|设立)日期"), read_date),
        Asked("author", ("登记机关", "发照机关"), read_body),
    ),
    marks=("经营范围", "法定代表人", "注册资本", "营业期限"),
    words=words(
        "名称 企业名称 公司名称 类型 公司类型 企业类型 住所 经营场所 法定代表人 负责人 注册资本 实收资本 "
        "成立日期 经营范围 营业期限 登记机关 统一社会信用代码 注册号 身份证号码 联系电话 大写金额 申请人声明"
    ),
)
KINDS = (LICENCE,)
