"""What a paper says about the life of one person: birth, age, illness, marriage, adoption. Talk in general is none of it."""

import re
from collections.abc import Iterator

from lantai.recognition.rules.personal import classes
from lantai.recognition.rules.personal.classes import Found

_HAN = r"\u4e00-\u9fff"
_N = r"[0-9OolI]"
_C = "[〇○零一二三四五六七八九十廿卅]"
_DAY = (
    rf"(?:{_N}{{4}}年{_N}{{1,2}}月(?:{_N}{{1,2}}日)?|{_N}{{4}}-{_N}{{1,2}}-{_N}{{1,2}}|"
    rf"{_N}{{4}}\.{_N}{{1,2}}(?:\.{_N}{{1,2}})?|{_N}{{4}}/{_N}{{1,2}}/{_N}{{1,2}}|"
    rf"(?:19|20){_N}{{6}}|{_C}{{4}}年{_C}{{1,3}}月(?:{_C}{{1,3}}日)?)"
)
_BIRTH = (
    re.compile(rf"(?:出生日期|出生年月日?|出生时间|生日|出生于|生于|出生)(?:为|是)?[:：]?(?P<fact>{_DAY})"),
    re.compile(rf"(?P<fact>{_DAY})(?:出生|生(?=[,，。;；、)）\s]|$))"),
    re.compile(
        rf"(?:[,，(（](?:男|女)[,，](?:汉族[,，]|[{_HAN}]{{1,4}}族[,，])?)(?P<fact>{_DAY})(?:出?生)?(?=[,，)）])"
    ),
)
_DISEASE = (
    r"(?:[\u4e00-\u9fff]{0,6}?(?:高血压|肺结核|结核病?|乙型肝炎|乙肝|丙型肝炎|丙肝|肝炎|肝硬化|肝癌|"
    r"精神分裂症|精神病|精神障碍|抑郁症|躁狂症|癫痫|糖尿病|尿毒症|肾衰竭|"
    r"艾滋病|梅毒|淋病|性病|冠心病|心脏病|心肌梗死|脑梗死|脑梗塞|脑出血|脑瘫|白血病|血友病|肿瘤|"
    r"[\u4e00-\u9fff]{1,3}癌|癌症|阿尔茨海默病|老年痴呆|帕金森病?|红斑狼疮|哮喘|"
    r"麻风病|布鲁氏菌病|布病|鼠疫|霍乱|流感|新冠肺炎|肺炎|尘肺病?|骨折|偏瘫|截瘫|残疾|"
    r"先天性[\u4e00-\u9fff]{2,8}?病|唐氏综合征|自闭症|孤独症|不孕症?|流产|HIV))"
)
_BEARING = (
    r"(?:身患|患有|患上|患了|罹患|患|诊断为|确诊为|确诊患有|确诊|被诊断为|诊断[:：]\n?|感染|染有|携带|"
    r"因(?!患)(?=[\u4e00-\u9fff]{2,8}(?:在我院|入院|住院|去世|死亡|病故|晚期|早期|申请|致贫|返贫|瘫痪|丧失))|"
    r"病史[:：]|有(?=[\u4e00-\u9fff]{2,10}病史)|既往史[:：]|死因[:：]|因病[,，]患)"
)
_HEALTH = (
    re.compile(rf"{_BEARING}(?P<fact>{_DISEASE})(?!防治|防控|筛查|患者|病例|专科|医院|科研|监测|预防|健康教育)"),
    re.compile(rf"(?:原因|病种|疾病|症状|病名|病因)(?:为|是|系)?[:：]?(?P<fact>{_DISEASE})(?=[,，。;；、)）\s晚早]|$)"),
    re.compile(
        r"(?:HIV抗体|抗体|核酸|尿检|检验结果|检测结果|血清|梅毒螺旋体|表面抗原|结核菌素)(?:检测|试验|结果|呈|"
        r"为|[:：])*(?P<fact>阳性)(?!检出|率)"
    ),
    re.compile(r"(?:残疾等级|伤残等级|残疾级别|评定等级)[:：]?(?:为)?(?P<fact>[一二三四五六七八九十\d]{1,2}级)"),
    re.compile(r"(?:残疾类别|残疾类型|残疾种类)[:：]?(?:为)?(?P<fact>(?:视力|听力|言语|肢体|智力|精神|多重)(?:残疾)?)"),
    re.compile(r"(?:血型|孕周|末次月经)[:：](?P<fact>[0-9A-ZＡＢＯ+周型]{1,6})"),
)
_AGE = r"(?:1[0-7lIoO]|[lI][0-7]|[1-9]|十[一二三四五六七]?|[一二三四五六七八九])周?岁"
_MINOR = (
    re.compile(
        rf"(?:未成年|未满|不满)(?:人|子女|女儿|儿子|十[四六八]周?岁|1[468]周?岁)?(?=[)）,，]|"
        rf"的?[{_HAN}]{{2,6}}[(（,，])"
    ),
    re.compile(
        rf"(?:(?<=[,，(（;；：:\s])|现年|时年|年仅|今年|刚满|年方|才|年龄[:：])(?P<fact>{_AGE})(?!以上|以下|"
        rf"以内|至|到|儿童|的?未成年|及)"
    ),
    re.compile(
        rf"(?:系|为|是|就读于?)[{_HAN}]{{2,20}}(?P<fact>(?:小学|幼儿园|初中|"
        rf"初级中学)[一二三四五六七八九]?年?级?[{_HAN}\d()（）]{{0,6}}?(?:班|年级))"
    ),
)
_STATES = "离异|离婚|已婚|未婚|丧偶|再婚|复婚|初婚|分居|单身"
_MARRIAGE = (
    re.compile(rf"婚姻(?:状况|状态|情况)(?:为|是|系)?[:：]?(?P<fact>{_STATES}|有配偶|无配偶)"),
    re.compile(rf"(?<=[,，;；、(（\s])(?P<fact>{_STATES})(?=[,，。;；、)）\s]|$)"),
    re.compile(r"(?P<fact>丧偶|离异|再婚|复婚|改嫁)(?!率|家庭|人员|者)"),
    re.compile(
        r"(?P<fact>登记结婚|协议离婚|自愿离婚|诉讼离婚|判决离婚|办理离婚|感情破裂|非婚生|婚外)(?!登记机关|"
        r"登记处|率|[,，]?\d+[对件人宗起]|的(?!决定)|(?:夫妻|当事人|登记|条件))"
    ),
)
_ADOPTION = (
    re.compile(
        rf"(?:夫妇|夫妻|依法|自愿|共同|妻子[{_HAN}]{{2,3}}|于{_DAY}|由[{_HAN}]{{2,4}})(?P<fact>收养|领养|"
        rf"抱养)(?!登记机关|登记管理|登记办法|法)"
    ),
    re.compile(rf"(?P<fact>(?:收养|领养|抱养)(?:弃婴|女婴|男婴|孤儿)?)(?:一[名个]|[{_HAN}]{{2,3}}为养[子女])"),
    re.compile(r"(?P<fact>养子|养女|养父|养母|生父母|送养人)(?=[\u4e00-\u9fff]{2,3}[,，。(])"),
)
_GROUPS = (
    (classes.BIRTH_DATE, _BIRTH, 0.95),
    (classes.HEALTH, _HEALTH, 0.9),
    (classes.MINOR, _MINOR, 0.88),
    (classes.MARRIAGE, _MARRIAGE, 0.88),
    (classes.ADOPTION, _ADOPTION, 0.88),
)


def circumstances_in(text: str) -> Iterator[Found]:
    """Yield what folded text without blanks tells about the life of a person."""
    for kind, patterns, sureness in _GROUPS:
        taken: list[tuple[int, int]] = []
        for pattern in patterns:
            named = "fact" in pattern.groupindex
            for match in pattern.finditer(text):
                start, end = match.span("fact" if named else 0)
                if not any(s < end and start < e for s, e in taken):
                    taken.append((start, end))
                    yield Found(kind, start, end, sureness)
