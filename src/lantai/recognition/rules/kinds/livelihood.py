"""Other records of people's lives: only child, educated youth, school, work injury, adoption, birth, pension, housing."""

from lantai.recognition.rules.key_words import words
from lantai.recognition.rules.kinds.base import Asked, Kind
from lantai.recognition.rules.values import (
    read_body,
    read_choice,
    read_date,
    read_identity_number,
    read_number,
    read_person,
    read_phone,
)

_PERSON = (
    Asked(
        "person_name",
        (
            "(?:本人|职工|学生|申请人|知青|新生儿|被收养人|受伤(?:害)?职工|持证人|户主)?姓名",
            "(?:申请人|持证人|户主|学生)",
        ),
        read_person,
    ),
    Asked("sex", ("性别", "(?:新生儿|子女)性别"), read_choice),
    Asked("born_on", ("出生(?:日期|年月日?|时间)",), read_date),
    Asked("identity_number", ("(?:公民)?身份证?(?:件)?号码?", "(?:公民)?身份号码", "证件号码"), read_identity_number),
    Asked("address", ("(?:家庭|现|详细|常住|户籍)?(?:住址|地址)", "(?:常住)?户口所在地", "户籍(?:地址|所在地)")),
    Asked("work_unit", ("(?:工作|所在|用人)单位(?:名称)?",)),
    Asked("phone", ("(?:联系|家庭|移动)?电话(?:号码)?", "手机(?:号码)?", "联系方式"), read_phone),
    Asked(
        "document_number",
        (
            "(?:证书?|证件|光荣证|登记|出生证)?编号",
            "证书?字?号",
            "(?:学籍|学)号",
            "(?:认定|工伤)(?:决定)?书?(?:编)?号",
            "证号",
        ),
        read_number,
        0.9,
    ),
    Asked("author", ("(?:发证|登记|审批|认定|签发|批准)(?:机关|机构|单位)",), read_body),
    Asked(
        "dated_on",
        ("(?:发证|登记|审批|签发|填表|认定|批准|申请)(?:日期|时间)", "审批机关意见", "(?:发证|批准)机关意见"),
        read_date,
    ),
)
_FAMILY = (
    Asked(
        "father",
        (
            "父亲?(?:姓名)?",
            "父亲",
        ),
        read_person,
    ),
    Asked(
        "mother",
        (
            "母亲?(?:姓名)?",
            "母亲",
        ),
        read_person,
    ),
    Asked("child", ("(?:子女|儿童|新生儿|被收养人|孩子)(?:姓名)?",), read_person),
)
_WORDS = words(
    "姓名 性别 民族 出生日期 出生年月 出生时间 身份证号码 身份证号 公民身份号码 家庭住址 现住址 "
    "户口所在地 工作单位 用人单位 联系电话 编号 证书编号 父亲 母亲 子女 父亲姓名 母亲姓名 子女姓名 "
    "新生儿姓名 申请理由 发证机关 登记机关 签发机构 发证日期 登记日期 签发日期 毕业学校 学校 专业 班级 "
    "学号 学历 入学时间 毕业时间 下乡时间 下乡地点 返城时间 返城去向 受伤时间 受伤地点 受伤部位 伤害经过 "
    "认定结论 收养人 收养人姓名 被收养人 被收养人姓名 送养人 出生地点 出生体重 出生孕周 审批意见 "
    "审批机关意见 社区居委会意见 光荣证编号 文化程度 政治面貌 健康状况"
)

ONLY_CHILD = Kind("only_child", r"独生子女", (*_PERSON, *_FAMILY), words=_WORDS)
EDUCATED_YOUTH = Kind(
    "educated_youth",
    r"知识?青年?|上山下乡|下乡(?:登记|审批|返城)",
    (
        *_PERSON,
        Asked("sent_on", ("(?:下乡|插队)(?:日期|时间)",), read_date),
        Asked("sent_to", ("(?:下乡|插队|安置)(?:地点|单位)",)),
        Asked("returned_on", ("(?:返城|回城|招工)(?:日期|时间)",), read_date),
    ),
    words=_WORDS,
)
SCHOOL = Kind(
    "school_record",
    r"学籍|毕业(?:生)?(?:登记|证|审批)|学生(?:登记|基本)",
    (
        *_PERSON,
        Asked("school", ("(?:毕业|就读|所在)?(?:学校|院校)(?:名称)?",)),
        Asked("subject", ("(?:所学)?专业(?:名称)?",)),
        Asked("graduated_on", ("毕业(?:日期|时间|年月)",), read_date),
    ),
    words=_WORDS,
)
WORK_INJURY = Kind(
    "work_injury",
    r"工伤",
    (
        *_PERSON,
        Asked("injured_on", ("(?:受伤|事故|伤害)(?:发生)?(?:日期|时间)",), read_date),
        Asked("injury", ("(?:受伤|伤害)(?:害)?(?:部位|情况)", "伤情(?:诊断)?")),
        Asked("finding", ("(?:认定)?(?:结论|意见)",)),
    ),
    words=_WORDS,
)
ADOPTION = Kind(
    "adoption",
    r"收养",
    (*_PERSON, *_FAMILY, Asked("adopter", ("收养人(?:姓名)?", "申请人"), read_person)),
    words=_WORDS,
)
BIRTH = Kind(
    "birth",
    r"出生(?:医学)?证明?|出生登记|准生证|生育(?:证|登记|服务)",
    (*_PERSON, *_FAMILY, Asked("birth_place", ("出生地点?", "接生机构(?:名称)?"))),
    words=_WORDS,
)
FORM = Kind(
    "form",
    r"(?:申请|登记|审批|备案|报名|确认|信息|调查|情况|履历)(?:审批|登记)?[表卡簿]$",
    _PERSON,
    words=_WORDS,
)
"""Any other form about a person, tried last."""
KINDS = (ONLY_CHILD, EDUCATED_YOUTH, SCHOOL, WORK_INJURY, ADOPTION, BIRTH)
